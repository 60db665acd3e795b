"""What a run answered for samples its models never saw: kept, so that nobody has to ask again."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from cropcore.training.files import DAMAGE, first_line, replace_file, unreadable

TESTED = "tested.npz"
_KINDS = {
    "ids": "U",
    "groups": "U",
    "fold": "i",
    "reference": "i",
    "probabilities": "f",
    "temperature": "f",
}
"""Kind of each array as NumPy names it."""


@dataclass(frozen=True, eq=False)
class Tested:
    """Predictions for samples their model never saw, those of all folds in a row."""

    ids: np.ndarray
    """Name of each sample, str (sample,): the table's id, or ``row_col`` of a pixel."""
    groups: np.ndarray
    """Group of each sample, str (sample,)."""
    fold: np.ndarray
    """Which model predicted each sample, int (sample,)."""
    reference: np.ndarray
    """Position of the true class in the legend, int (sample,)."""
    probabilities: np.ndarray
    """Calibrated, float32 (sample, class)."""
    temperature: np.ndarray
    """By which the logits behind each answer were divided, float32 (sample,)."""

    def __len__(self) -> int:
        return len(self.reference)

    @property
    def predicted(self) -> np.ndarray:
        """Position of the class each sample was given in the legend, int (sample,)."""
        return self.probabilities.argmax(axis=1)

    @property
    def uncalibrated(self) -> np.ndarray:
        """The softmax as it was before calibration, float64 (sample, class)."""
        smallest = np.finfo(np.float32).tiny
        logits = np.log(np.maximum(self.probabilities, smallest), dtype=np.float64)
        logits *= self.temperature[:, None]
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    def take(self, at: np.ndarray) -> Tested:
        """The samples at these positions (or of this mask), in that order."""
        return Tested(*(getattr(self, field.name)[at] for field in fields(self)))


def write_tested(folder: Path, tested: Tested) -> None:
    """Store what :func:`read_tested` gives back.

    Raises:
        StorageError: The disk refused.
    """
    arrays = {field.name: getattr(tested, field.name) for field in fields(tested)}
    replace_file(folder / TESTED, lambda path: np.savez_compressed(path, **arrays))


def read_tested(folder: Path, n_classes: int) -> Tested:
    """Read the test answers of a run.

    Args:
        folder: Of the run.
        n_classes: Classes of its legend.

    Raises:
        RunError: The file is missing, damaged or does not fit the legend.
    """
    path = folder / TESTED
    if not path.is_file():
        raise unreadable(path, "no such file: the run was made elsewhere or never measured")
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
        if damaged is not None:
            raise zipfile.BadZipFile(f"wrong checksum of {damaged}")
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: np.asarray(stored[name]) for name in _KINDS}
    except DAMAGE as error:
        raise unreadable(path, first_line(error)) from error
    problem = _problem(arrays, n_classes)
    if problem:
        raise unreadable(path, problem)
    return Tested(**arrays)


def _problem(arrays: dict[str, np.ndarray], n_classes: int) -> str:
    """What is wrong with stored arrays; empty where nothing is."""
    n_samples = len(arrays["reference"]) if arrays["reference"].ndim == 1 else 0
    for name, array in arrays.items():
        shape = (n_samples, n_classes) if name == "probabilities" else (n_samples,)
        if array.shape != shape or array.dtype.kind != _KINDS[name] or not n_samples:
            return f"{name} of shape {array.shape} and kind {array.dtype}"
    probabilities, reference = arrays["probabilities"], arrays["reference"]
    sums = probabilities.sum(axis=1)  # NaN where any is
    if not (np.abs(sums - 1) < 1e-3).all() or probabilities.min() < 0:
        return "probabilities that do not add up to 1"
    if reference.min() < 0 or reference.max() >= n_classes:
        return f"classes beyond the {n_classes} of the legend"
    if not (np.isfinite(arrays["temperature"]) & (arrays["temperature"] > 0)).all():
        return "temperatures that are not above 0"
    if len(np.unique(arrays["ids"])) != n_samples:
        return "a sample that was tested twice"
    return ""


__all__ = ["TESTED", "Tested", "read_tested", "write_tested"]
