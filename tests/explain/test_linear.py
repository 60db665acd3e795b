"""A linear model, whose attributions are known exactly: those of every method of the table."""

import numpy as np
import pytest

from cropcore.explain.attribution import ATTRIBUTION_METHODS, Background, Strip
from tests.explain.test_attribution import (
    BASELINE,
    N_BANDS,
    N_CLASSES,
    N_DATES,
    SD,
    linear_model,
    score_of,
    series,
)

WINDOW = 3
APART = ("occlusion_cell", "occlusion_date", "occlusion_band", "occlusion_group")
"""Each value is hidden once; windows overlap."""
KNOWN = series(20, seed=9)
BACKGROUND = Background(BASELINE, SD, (Strip((0, 1, 2), N_DATES, ((0, 1), (2,))),), KNOWN)
"""The first two bands are of one kind."""


@pytest.fixture(scope="module")
def weights():
    return np.random.default_rng(0).normal(size=(N_DATES, N_BANDS, N_CLASSES)).astype("f4")


@pytest.fixture(scope="module")
def model(weights):
    return linear_model(weights)


def windows(done):
    """Each date's mean over the windows it stands in of what such a window did, per value."""
    of_date = done.sum(axis=2)  # (sample, date)
    starts = range(N_DATES - WINDOW + 1)
    of_window = {begin: of_date[:, begin : begin + WINDOW].sum(axis=1) for begin in starts}
    means = [
        np.mean([of_window[begin] for begin in starts if begin <= date < begin + WINDOW], axis=0)
        for date in range(N_DATES)
    ]
    return np.stack(means, axis=1)[..., None] / (WINDOW * N_BANDS)


def expected(w, x):
    """What every method says of a score that is the sum of ``w * x``, (sample, time, band)."""
    done = w * (x - BASELINE)
    groups = np.concatenate([done[..., :2].mean(axis=(1, 2), keepdims=True)] * 2
                            + [done[..., 2:].mean(axis=(1, 2), keepdims=True)], axis=2)  # fmt: skip
    return {
        "saliency": w * SD,
        "smoothgrad": w * SD,
        "gradient_input": done,
        "integrated_gradients": done,
        "expected_gradients": w * (x - KNOWN.mean(axis=0)),
        "occlusion_cell": done,
        "occlusion_date": done.mean(axis=2, keepdims=True),
        "occlusion_band": done.mean(axis=1, keepdims=True),
        "occlusion_group": groups,
        "occlusion_window": windows(done),
    }


@pytest.mark.parametrize("against", [None, 2])
@pytest.mark.parametrize("name", list(ATTRIBUTION_METHODS))
def test_every_method_is_exact(name, against, model, weights):
    w = weights[..., 1] - (0 if against is None else weights[..., against])
    x = series(3)
    found = ATTRIBUTION_METHODS[name]()(score_of(model, 1, against), x, BACKGROUND)
    wanted = np.broadcast_to(expected(w, x)[name], x.shape)
    np.testing.assert_allclose(found.values, wanted, atol=2e-4)
    if name == "integrated_gradients":
        assert (found.residual < 1e-3).all()


@pytest.mark.parametrize("name", APART)
def test_what_is_hidden_together_sums_to_what_hiding_it_costs(name, model):
    score, x = score_of(model), series(2)
    kind = ATTRIBUTION_METHODS[name]
    values = kind()(score, x, BACKGROUND).values
    whole = score(x)
    for dates, columns in kind().hidden(BACKGROUND.strips[0]):
        hidden = x.copy()
        hidden[:, dates, columns] = BASELINE[dates, columns]
        lost = whole - score(hidden)
        np.testing.assert_allclose(
            values[:, dates, columns].sum(axis=(1, 2)), lost, atol=2e-4, rtol=1e-4
        )


def test_baseline_itself_is_nothing_particular(model):
    for name in ("gradient_input", "integrated_gradients", "occlusion_cell", "occlusion_window"):
        found = ATTRIBUTION_METHODS[name]()(score_of(model), BASELINE[None], BACKGROUND)
        np.testing.assert_allclose(found.values, 0, atol=1e-4)
