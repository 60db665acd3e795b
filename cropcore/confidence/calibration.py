"""Whether stated confidence comes true: of all samples said to be 80 % sure, are 80 % right?

References:
    Naeini, Cooper and Hauskrecht (2015), AAAI, 2901–2907 (expected calibration error);
    Nixon et al. (2019), Measuring Calibration in Deep Learning, arXiv:1904.01685 (equal mass).
"""

from dataclasses import dataclass

import numpy as np

N_BINS = 15


@dataclass(frozen=True, eq=False)
class CalibrationCurve:
    """A reliability diagram; bin *i* holds confidences in (edges[i], edges[i + 1]]."""

    edges: np.ndarray
    """float64 (bin + 1,)."""
    count: np.ndarray
    """Samples of each bin, int64 (bin,)."""
    confidence: np.ndarray
    """Their mean confidence, float64 (bin,); NaN in an empty bin."""
    accuracy: np.ndarray
    """Share of them that is right, float64 (bin,); NaN in an empty bin."""

    @property
    def error(self) -> float:
        """Mean distance between confidence and accuracy, weighted by counts."""
        total = self.count.sum()
        if total == 0:
            return float("nan")
        seen = self.count > 0
        distance = np.abs(self.confidence[seen] - self.accuracy[seen])
        return float((distance * self.count[seen]).sum() / total)


def calibration_curve(
    confidence: np.ndarray, correct: np.ndarray, bins: int = N_BINS
) -> CalibrationCurve:
    """Compare confidence and accuracy in bins of equal width.

    Args:
        confidence: Probability of the class each sample was given, 0–1 (sample,).
        correct: Whether that class was right, bool (sample,).
        bins: Number of bins.
    """
    values = np.asarray(confidence, dtype=np.float64)
    return _curve(np.linspace(0, 1, bins + 1), bin_of(values, bins), values, correct, bins)


def bin_of(confidence: np.ndarray, bins: int = N_BINS) -> np.ndarray:
    """The bin of equal width that holds each confidence, int (sample,)."""
    inner = np.linspace(0, 1, bins + 1)[1:-1]
    return np.searchsorted(inner, np.asarray(confidence, dtype=np.float64), side="left")


def expected_calibration_error(
    confidence: np.ndarray, correct: np.ndarray, bins: int = N_BINS
) -> float:
    """ECE with bins of equal width; NaN without samples. Arguments as above."""
    return calibration_curve(confidence, correct, bins).error


def equal_mass_calibration_error(
    confidence: np.ndarray, correct: np.ndarray, bins: int = N_BINS
) -> float:
    """ECE with bins of equally many samples, which crowding near 1 does not distort.

    Equal confidences stay in one bin, so the order of the samples does not matter.
    """
    values = np.asarray(confidence, dtype=np.float64)
    if not values.size:
        return float("nan")
    inner = np.quantile(values, np.linspace(0, 1, bins + 1)[1:-1])
    edges = np.concatenate([[0.0], inner, [1.0]])
    member = np.searchsorted(inner, values, side="left")
    return _curve(edges, member, values, correct, bins).error


def _curve(
    edges: np.ndarray, member: np.ndarray, confidence: np.ndarray, correct: np.ndarray, bins: int
) -> CalibrationCurve:
    count = np.bincount(member, minlength=bins)
    divisor = np.where(count > 0, count, np.nan)
    return CalibrationCurve(
        edges,
        count,
        np.bincount(member, weights=confidence, minlength=bins) / divisor,
        np.bincount(member, weights=np.asarray(correct, np.float64), minlength=bins) / divisor,
    )


__all__ = [
    "N_BINS",
    "CalibrationCurve",
    "bin_of",
    "calibration_curve",
    "equal_mass_calibration_error",
    "expected_calibration_error",
]
