"""Which samples speak for a class: held out, and given the right class by the run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from cropcore.explain.known import Known
from cropcore.prediction import AnyPredictor, answers

HeldOutSet = Literal["test", "validation"]


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Samples that a run's final model did not learn from, by class."""

    split: HeldOutSet
    """``validation`` where no sample was kept for testing: those chose the epoch."""
    right: Mapping[int, np.ndarray]
    """Positions of the samples that were given their class, by legend code, in random order."""
    total: Mapping[int, int]
    """How many held-out samples there are of each class, right or wrong."""


def held_out(predictor: AnyPredictor, known: Known, seed: int = 0) -> HeldOut:
    """The held-out samples of a run that it gives their class.

    Args:
        predictor: Of the run.
        known: Its samples.
        seed: Of their order.
    """
    split: HeldOutSet = "test" if len(known.split.test) else "validation"
    positions = known.split.test if split == "test" else known.split.validation
    drawn = np.random.default_rng(seed).permutation(positions)
    codes = known.samples.codes[drawn]
    given = np.asarray(known.legend.codes)[answers(predictor, known.samples, drawn).argmax(axis=1)]
    return HeldOut(
        split,
        {code: drawn[(codes == code) & (given == code)] for code in known.legend.codes},
        {code: int((codes == code).sum()) for code in known.legend.codes},
    )


__all__ = ["HeldOut", "HeldOutSet", "held_out"]
