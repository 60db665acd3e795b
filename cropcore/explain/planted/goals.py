"""What attributions of planted series are to reach, and what of it is promised.

Goals are of the mean over seeds. Promised of every architecture is what would be a mistake
otherwise: gradients equal differences, many series get what each would get alone, and every method
that tells values apart finds five times what chance finds.

How well the planted values are found beyond that, how well whole dates, bands and groups are, and
how little an attribution is like that of a redrawn network, is up to what an architecture has
learnt: it is promised of the reference, the 1D-CNN, and, where a goal of its own is known, of the
LSTM. For all others the goals are shown beside what is reached, and promise nothing. A network that
tells two series of three, such as the patch hybrid after so short a training, cannot find what it
does not know; attributions that hardly vary from date to date, such as the AtLSTM's, are by chance
alone about as like those of its redrawn copies as the goal allows.

One goal is not reached by the 1D-CNN either, and so not promised: under correlated noise integrated
gradients of the margin find what was planted with a precision of .91 (mean of five seeds) where .93
is wanted. What tells two classes apart are the values planted into either of them; the row "own
values only" counts those of the other class as mistakes.
"""

from __future__ import annotations

from dataclasses import dataclass

from cropcore.models import ARCHITECTURES

TOGETHER = ("occlusion_date", "occlusion_band", "occlusion_group", "occlusion_window")
"""Methods that hide several values together, and are judged by their dates, bands or groups."""
REFERENCE = "cnn1d"
FOREST = "random_forest"


@dataclass(frozen=True)
class Goal:
    """Between what a measure is to be."""

    measure: str
    low: float | None = None
    high: float | None = None
    setting: str | None = None
    """Which kind of noise it is of; any where not given."""
    architecture: str | None = None
    """Which architecture it is of; any network where not given."""
    promised_of: tuple[str, ...] | None = (REFERENCE,)
    """Architectures for which it is promised; ``None`` for all it is of."""

    def met(self, value: float) -> bool:
        """Whether a value lies between; NaN never does."""
        low = self.low is None or value >= self.low
        return bool(low and (self.high is None or value <= self.high))

    @property
    def told(self) -> str:
        """The bounds in signs."""
        if self.low is not None and self.high is not None:
            return f"{self.low:g} – {self.high:g}"
        return f"≥ {self.low:g}" if self.low is not None else f"≤ {self.high:g}"


GOALS = (
    Goal("accuracy", 0.90, 0.97, architecture=FOREST, promised_of=None),
    Goal("precision, saliency", 0.93, setting="independent"),
    Goal("precision, smoothgrad", 0.72, setting="independent", architecture="lstm",
         promised_of=None),
    Goal("precision, smoothgrad", 0.95, setting="independent"),
    Goal("precision, integrated_gradients", 0.85, setting="independent"),
    Goal("precision, smoothgrad", 0.88, setting="phenology"),
    Goal("precision, saliency", 0.78, setting="phenology"),
    Goal("precision, integrated_gradients of the margin", 0.93, setting="independent"),
    Goal("precision, integrated_gradients of the margin", 0.93, setting="phenology",
         promised_of=()),
    Goal("precision, classes' signed integrated_gradients", 0.95),
    Goal("probability, strongest 5 deleted", high=0.20),
    Goal("probability, strongest 5 inserted", 0.95),
    Goal("probability, any 5 deleted", 0.90),
    Goal("probability, any 5 inserted", high=0.20),
    Goal("rank correlation with redrawn, saliency", high=0.15),
    Goal("rank correlation with redrawn, smoothgrad", high=0.15),
    Goal("rank correlation with redrawn, integrated_gradients", high=0.15),
    Goal("gradient against differences", high=1e-4, promised_of=None),
    Goal("gradient, many against one", high=1e-5, promised_of=None),
    Goal("series with residual of 1 % or less", 1.0, promised_of=()),
)  # fmt: skip
"""All goals; of several that a row could have, the first counts."""
TIMES_CHANCE, ABOVE_CHANCE = 5.0, 0.5
"""How often a method must find what chance finds; where it can only be asked for dates, bands or
groups, of which many carry a class, how far it must be on the way from chance to perfection."""


def goal_of(architecture: str, setting: str, measure: str) -> Goal | None:
    """The goal of a row, if it has one."""
    if measure.startswith("times chance, "):
        return Goal(measure, TIMES_CHANCE, promised_of=None)
    if measure.startswith("above chance, "):
        return Goal(measure, ABOVE_CHANCE)
    network = ARCHITECTURES[architecture].kind == "network"
    return next(
        (
            goal
            for goal in GOALS
            if goal.measure == measure
            and goal.setting in (None, setting)
            and (goal.architecture == architecture if goal.architecture else network)
        ),
        None,
    )


def promised(goal: Goal, architecture: str) -> bool:
    """Whether a goal must be reached by an architecture."""
    return goal.promised_of is None or architecture in goal.promised_of


__all__ = [
    "ABOVE_CHANCE",
    "FOREST",
    "GOALS",
    "REFERENCE",
    "TIMES_CHANCE",
    "TOGETHER",
    "Goal",
    "goal_of",
    "promised",
]
