"""Test answers of a model, looked at for how far its confidence can be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cropcore.confidence.calibration import (
    N_BINS,
    equal_mass_calibration_error,
    expected_calibration_error,
)
from cropcore.confidence.measures import entropy, margin, p_max
from cropcore.confidence.reliability import (
    Gaps,
    ReliabilityDiagram,
    confidence_gaps,
    reliability_diagram,
)
from cropcore.confidence.scores import brier, nll
from cropcore.confidence.selective import (
    Kept,
    RiskCoverage,
    error_detection,
    kept_above,
    least_area,
    risk_coverage,
)


@dataclass(frozen=True)
class Scores:
    """What probabilities are worth; less is better in each."""

    ece: float
    """Expected calibration error, bins of equal width."""
    equal_mass: float
    """Expected calibration error, bins of equally many samples."""
    nll: float
    """Negative log likelihood, nats."""
    brier: float
    """0–2."""


@dataclass(frozen=True)
class Ranking:
    """How well a measure of sureness puts errors last."""

    curve: RiskCoverage
    auroc: float
    """Chance that an error is less sure than a right answer; NaN without any error."""


@dataclass(frozen=True, eq=False)
class Trust:
    """Everything about one set of test answers; computed when first asked for."""

    probabilities: np.ndarray
    """Calibrated, (sample, class)."""
    softmax: np.ndarray
    """The same before calibration, (sample, class)."""
    reference: np.ndarray
    """Position of each sample's true class, int (sample,)."""
    groups: np.ndarray
    """Group of each sample."""

    def __len__(self) -> int:
        return len(self.reference)

    @cached_property
    def n_groups(self) -> int:
        """Groups that were tested."""
        return len(np.unique(self.groups))

    @cached_property
    def predicted(self) -> np.ndarray:
        """Position of the class each sample was given, int (sample,)."""
        return np.asarray(self.probabilities.argmax(axis=1))

    @cached_property
    def correct(self) -> np.ndarray:
        """Whether that class is right, bool (sample,)."""
        return np.asarray(self.predicted == self.reference)

    @cached_property
    def kept(self) -> Kept:
        """What is left above each threshold of confidence."""
        return kept_above(p_max(self.probabilities), self.correct, self.groups)

    @cached_property
    def gap(self) -> Gaps:
        """How far confidence is above what comes true, of all samples."""
        return confidence_gaps(p_max(self.probabilities), self.correct, self.groups)

    @cached_property
    def gap_of_given(self) -> Gaps:
        """The same for the samples given each class, in the order of the legend."""
        n_classes = self.probabilities.shape[1]
        sure = p_max(self.probabilities)
        return confidence_gaps(sure, self.correct, self.groups, self.predicted, n_classes)

    @cached_property
    def rankings(self) -> Mapping[str, Ranking]:
        """How well each measure puts errors last, by its name among the measures."""
        values = {
            "p_max": p_max(self.probabilities),
            "margin": margin(self.probabilities),
            "entropy": -entropy(self.probabilities),
        }
        return {
            name: Ranking(risk_coverage(sure, self.correct), error_detection(sure, self.correct))
            for name, sure in values.items()
        }

    @cached_property
    def least_area(self) -> float:
        """Area under the risk–coverage curve of a measure that puts every error last."""
        return least_area(self.correct)

    @cached_property
    def scores(self) -> Scores:
        """What the calibrated probabilities are worth."""
        return self._scores(self.probabilities)

    @cached_property
    def softmax_scores(self) -> Scores:
        """What the softmax was worth before calibration."""
        return self._scores(self.softmax)

    def diagram(self, bins: int, *, calibrated: bool = True) -> ReliabilityDiagram:
        """The reliability diagram, before or after calibration."""
        key = bins, calibrated
        if key not in self._diagrams:
            stated = p_max(self.probabilities if calibrated else self.softmax)
            self._diagrams[key] = reliability_diagram(stated, self.correct, self.groups, bins)
        return self._diagrams[key]

    @cached_property
    def _diagrams(self) -> dict[tuple[int, bool], ReliabilityDiagram]:
        """Those drawn before."""
        return {}

    def _scores(self, probabilities: np.ndarray) -> Scores:
        stated = p_max(probabilities)
        return Scores(
            expected_calibration_error(stated, self.correct, N_BINS),
            equal_mass_calibration_error(stated, self.correct, N_BINS),
            nll(probabilities, self.reference),
            brier(probabilities, self.reference),
        )


__all__ = ["Ranking", "Scores", "Trust"]
