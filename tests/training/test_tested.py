"""What a run answered in its tests, stored and read without trust."""

import numpy as np
import pytest

from cropcore.confidence import softmax
from cropcore.errors import RunError
from cropcore.training import tested as stored
from cropcore.training.tested import read_tested, write_tested


@pytest.fixture
def tested():
    random = np.random.default_rng(0)
    logits = random.normal(0, 3, (6, 3))
    temperature = np.array([2, 2, 2, 0.5, 0.5, 0.5], np.float32)
    return stored.Tested(
        ids=np.array(["0_1", "0_2", "麦 3", "1_1", "1_2", "1_3"]),
        groups=np.array(list("aabbcc")),
        fold=np.array([0, 0, 0, 1, 1, 1]),
        reference=np.array([0, 1, 2, 0, 1, 2]),
        probabilities=softmax(logits / temperature[:, None]).astype(np.float32),
        temperature=temperature,
    ), logits


def test_comes_back_as_it_was(tested, tmp_path):
    written, logits = tested
    write_tested(tmp_path, written)
    read = read_tested(tmp_path, 3)
    for name, array in vars(written).items():
        np.testing.assert_array_equal(getattr(read, name), array)
    np.testing.assert_array_equal(read.predicted, logits.argmax(axis=1))
    np.testing.assert_allclose(read.uncalibrated, softmax(logits), atol=1e-5)


def test_probabilities_of_zero_have_no_warning_and_no_nan(tested):
    written, _ = tested
    sure = written.take(np.arange(3))
    sure.probabilities[:] = [1, 0, 0]
    np.testing.assert_allclose(sure.uncalibrated, [[1, 0, 0]] * 3, atol=1e-12)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("reference", lambda array: array + 1),
        ("reference", lambda array: array.astype(float)),
        ("reference", lambda array: array[:-1]),
        ("probabilities", lambda array: array * 0.9),
        ("probabilities", lambda array: array * np.float32(np.nan)),
        ("probabilities", lambda array: array[:, :2]),
        ("probabilities", lambda array: np.stack([array[:, 0] * 0 - 1, array[:, 0] * 0 + 2], 1)),
        ("temperature", lambda array: array * 0),
        ("temperature", lambda array: array * np.float32(np.inf)),
        ("ids", lambda array: np.array(["one"] * len(array))),
        ("ids", lambda array: array.astype(object)),
        ("groups", lambda array: np.arange(len(array))),
    ],
)
def test_what_does_not_fit_is_refused(tested, tmp_path, name, change):
    written, _ = tested
    arrays = {**vars(written), name: change(getattr(written, name))}
    np.savez(tmp_path / "tested.npz", **arrays)
    with pytest.raises(RunError, match=r"tested\.npz"):
        read_tested(tmp_path, 3)


def test_missing_and_damaged_files_are_refused(tested, tmp_path):
    with pytest.raises(RunError, match="no such file"):
        read_tested(tmp_path, 3)
    written, _ = tested
    write_tested(tmp_path, written)
    path = tmp_path / "tested.npz"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(RunError, match=r"tested\.npz"):
        read_tested(tmp_path, 3)
