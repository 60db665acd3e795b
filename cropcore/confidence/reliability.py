"""Whether confidence comes true, with the doubt that a limited number of groups leaves."""

from dataclasses import dataclass

import numpy as np

from cropcore.confidence.calibration import CalibrationCurve, bin_of, calibration_curve
from cropcore.confidence.grouped import share_intervals, sums_by_group


@dataclass(frozen=True, eq=False)
class ReliabilityDiagram:
    """A reliability diagram with 95 % intervals by bootstrap over groups."""

    curve: CalibrationCurve
    low: np.ndarray
    """Low end of the share that is right, float64 (bin,); NaN with fewer than two groups."""
    high: np.ndarray
    groups: np.ndarray
    """Groups with samples in the bin, int64 (bin,)."""


@dataclass(frozen=True, eq=False)
class Gaps:
    """By how much confidence is above the share that is right, for each part of the samples."""

    count: np.ndarray
    """Samples, int64 (part,)."""
    groups: np.ndarray
    """Groups with such samples, int64 (part,)."""
    confidence: np.ndarray
    """Mean confidence, float64 (part,); NaN without samples."""
    accuracy: np.ndarray
    """Share that is right, float64 (part,); NaN without samples."""
    low: np.ndarray
    """Low end of the 95 % interval of the gap, float64 (part,); NaN with fewer than two groups."""
    high: np.ndarray

    @property
    def gap(self) -> np.ndarray:
        """Mean confidence minus the share that is right, (part,); above 0 is over-confident."""
        return self.confidence - self.accuracy


def reliability_diagram(
    confidence: np.ndarray, correct: np.ndarray, groups: np.ndarray, bins: int
) -> ReliabilityDiagram:
    """Compare confidence and accuracy in bins of equal width.

    Args:
        confidence: Probability of the class each sample was given, 0–1 (sample,).
        correct: Whether that class was right, bool (sample,).
        groups: Group of each sample.
        bins: Number of bins.
    """
    member = bin_of(confidence, bins)
    right = sums_by_group(correct, groups, member, bins)
    count = sums_by_group(np.ones(len(member)), groups, member, bins)
    low, high = share_intervals(right, count)
    curve = calibration_curve(confidence, correct, bins)
    return ReliabilityDiagram(curve, low, high, (count > 0).sum(axis=0))


def confidence_gaps(
    confidence: np.ndarray,
    correct: np.ndarray,
    groups: np.ndarray,
    part: np.ndarray | None = None,
    n_parts: int = 1,
) -> Gaps:
    """How far confidence is above what comes true, overall or part by part.

    Args:
        confidence: Probability of the class each sample was given, 0–1 (sample,).
        correct: Whether that class was right, bool (sample,).
        groups: Group of each sample.
        part: Which part each sample belongs to (such as the class it was given), int (sample,).
        n_parts: Number of parts.
    """
    column = np.zeros(len(confidence), np.int64) if part is None else part
    stated = sums_by_group(confidence, groups, column, n_parts)
    right = sums_by_group(correct, groups, column, n_parts)
    count = sums_by_group(np.ones(len(confidence)), groups, column, n_parts)
    low, high = share_intervals(stated - right, count)
    total = count.sum(axis=0)
    divisor = np.where(total > 0, total, np.nan)
    return Gaps(
        total.astype(np.int64),
        (count > 0).sum(axis=0),
        stated.sum(axis=0) / divisor,
        right.sum(axis=0) / divisor,
        low,
        high,
    )


__all__ = ["Gaps", "ReliabilityDiagram", "confidence_gaps", "reliability_diagram"]
