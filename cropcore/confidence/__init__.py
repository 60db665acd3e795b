"""How sure predictions are, and whether that comes true. Pure numpy and scipy."""

from cropcore.confidence.calibration import (
    CalibrationCurve,
    calibration_curve,
    equal_mass_calibration_error,
    expected_calibration_error,
)
from cropcore.confidence.measures import entropy, least, margin, p_max, softmax
from cropcore.confidence.scores import brier, nll
from cropcore.confidence.temperature import fit_temperature

__all__ = [
    "CalibrationCurve",
    "brier",
    "calibration_curve",
    "entropy",
    "equal_mass_calibration_error",
    "expected_calibration_error",
    "fit_temperature",
    "least",
    "margin",
    "nll",
    "p_max",
    "softmax",
]
