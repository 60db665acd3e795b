"""How sure predictions are, and whether that comes true. Pure numpy and scipy."""

from cropcore.confidence.calibration import (
    CalibrationCurve,
    calibration_curve,
    equal_mass_calibration_error,
    expected_calibration_error,
)
from cropcore.confidence.disagreement import aleatoric, epistemic
from cropcore.confidence.measures import entropy, least, margin, p_max, softmax
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
from cropcore.confidence.temperature import fit_temperature
from cropcore.confidence.trust import Trust

__all__ = [
    "CalibrationCurve",
    "Gaps",
    "Kept",
    "ReliabilityDiagram",
    "RiskCoverage",
    "Trust",
    "aleatoric",
    "brier",
    "calibration_curve",
    "confidence_gaps",
    "entropy",
    "epistemic",
    "equal_mass_calibration_error",
    "error_detection",
    "expected_calibration_error",
    "fit_temperature",
    "kept_above",
    "least",
    "least_area",
    "margin",
    "nll",
    "p_max",
    "reliability_diagram",
    "risk_coverage",
    "softmax",
]
