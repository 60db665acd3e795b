"""Expected gradients: what another implementation finds too, held against the same samples."""

import re
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers
from scipy.stats import spearmanr

from cropcore.explain.attribution import Background, Strip, Target
from cropcore.explain.attribution.expected_gradients import ExpectedGradients
from cropcore.explain.attribution.gradient import NetworkScore, trace

N_DATES, N_BANDS, N_CLASSES, TARGET = 5, 3, 1, 0  # shap follows every class there is
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def model():
    """A small network that is far from linear where its series lie."""
    keras.utils.set_random_seed(4)
    taken = keras.Input((N_DATES, N_BANDS))
    hidden = layers.Dense(16, activation="tanh")(layers.Flatten()(taken))
    hidden = layers.Dense(16, activation="tanh")(hidden)
    return keras.Model(taken, layers.Dense(N_CLASSES)(hidden))


def drawn(n_samples, seed):
    random = np.random.default_rng(seed)
    return random.normal(0, 1.5, (n_samples, N_DATES, N_BANDS)).astype(np.float32)


def test_shap_finds_the_same(model, tmp_path):
    """Both estimate one expectation from thousands of draws: 5 % of the largest value apart."""
    series, known = drawn(3, 1), drawn(4096, 2)
    strip = Strip((0, 1, 2), N_DATES, ((0, 1, 2),))
    background = Background(known.mean(axis=0), known.std(axis=(0, 1)), (strip,), known)
    score = NetworkScore(trace(model), Target(TARGET), N_CLASSES)
    ours = ExpectedGradients(n_samples=4096)(score, series, background)
    assert (ours.residual < 0.05).all(), "what thousands of draws leave open"
    model.save(tmp_path / "model.keras")
    np.save(tmp_path / "series.npy", series)
    np.save(tmp_path / "known.npy", known)
    command = [sys.executable, "-m", "tests.explain.shap_oracle", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    theirs = np.load(tmp_path / "values.npy")[..., TARGET]
    assert np.abs(ours.values - theirs).max() < 0.05 * np.abs(theirs).max()
    for one, other in zip(ours.values, theirs, strict=True):
        assert spearmanr(one.ravel(), other.ravel()).statistic > 0.97


def test_application_never_imports_shap():
    imports = re.compile(r"^\s*(import|from) shap\b", re.MULTILINE)
    for folder in ("cropcore", "dashboard", "pages"):
        for file in (ROOT / folder).rglob("*.py"):
            assert not imports.search(file.read_text(encoding="utf-8")), file
