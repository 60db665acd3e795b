"""The planted-truth examination: what every architecture and method reaches, seed by seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cropcore.explain.attribution import ATTRIBUTION_METHODS
from cropcore.explain.planted import measures
from cropcore.explain.planted.generator import SETTINGS, Planted, plant
from cropcore.explain.planted.goals import FOREST, TOGETHER, goal_of, promised
from cropcore.explain.planted.learner import Learner, learn

Tell = Callable[[str], None]
MAIN = "integrated_gradients"
SURVIVING = ("saliency", "smoothgrad", MAIN)
"""Methods that are asked of redrawn networks."""


@dataclass(frozen=True)
class Sizes:
    """How many series an examination takes."""

    known: int = 2000
    """Series that are learnt from."""
    new: int = 1500
    """Series that are told afterwards."""
    of_crop: int = 15
    """Of each crop, those whose attribution is held against what was planted."""
    of_class: int = 100
    """Of each crop, those whose mean attribution is."""


@dataclass(frozen=True)
class Row:
    """One measure of one architecture under one kind of noise."""

    architecture: str
    setting: str
    measure: str
    values: tuple[float, ...]
    """Seed by seed."""

    @property
    def mean(self) -> float:
        """Over seeds."""
        return float(np.mean(self.values))

    @property
    def sd(self) -> float:
        """Standard deviation over seeds; 0 for one."""
        return float(np.std(self.values, ddof=1)) if len(self.values) > 1 else 0.0

    @property
    def goal(self) -> str:
        """What it is to reach, in signs; empty where nothing is set."""
        goal = goal_of(self.architecture, self.setting, self.measure)
        return goal.told if goal else ""

    @property
    def met(self) -> bool | None:
        """Whether the mean reaches its goal; ``None`` without one."""
        goal = goal_of(self.architecture, self.setting, self.measure)
        return goal.met(self.mean) if goal else None

    @property
    def promised(self) -> bool:
        """Whether it must."""
        goal = goal_of(self.architecture, self.setting, self.measure)
        return goal is not None and promised(goal, self.architecture)

    def to_json(self) -> dict[str, Any]:
        """Numbers and goal."""
        values = [value if np.isfinite(value) else None for value in self.values]
        return {
            "architecture": self.architecture,
            "noise": self.setting,
            "measure": self.measure,
            "values": values,
            "mean": self.mean if np.isfinite(self.mean) else None,
            "sd": self.sd if np.isfinite(self.sd) else None,
            "goal": self.goal,
            "met": self.met,
            "promised": self.promised,
        }


def examine(
    architectures: Sequence[str],
    methods: Sequence[str],
    settings: Sequence[str],
    seeds: Sequence[int],
    sizes: Sizes,
    tell: Tell,
) -> list[Row]:
    """Teach architectures planted series and hold their attributions against the truth.

    The forest's accuracy is measured beside, for it says that what is planted is no stronger than
    agreed.

    Args:
        architectures: Names in their table.
        methods: Likewise.
        settings: Kinds of noise, by name.
        seeds: Each plants elsewhere, draws new series and begins with other weights.
        sizes: How many series.
        tell: Called with each architecture, noise and seed that is begun.

    Raises:
        UnknownNameError: There is no such architecture or method.
    """
    for method in methods:
        _ = ATTRIBUTION_METHODS[method]
    rows = []
    for name in dict.fromkeys([FOREST, *architectures]):
        for setting in settings:
            found = []
            for seed in seeds:
                tell(f"{name}, {SETTINGS[setting].name}, seed {seed}")
                asked = methods if name in architectures else ()
                found.append(_once(name, asked, setting, seed, sizes))
            rows += [
                Row(name, setting, measure, tuple(one[measure] for one in found))
                for measure in found[0]
                if all(measure in one for one in found)
            ]
    return rows


def _once(
    name: str, methods: Sequence[str], setting: str, seed: int, sizes: Sizes
) -> dict[str, float]:
    drawn = plant(SETTINGS[setting], seed, sizes.known + sizes.new)
    new = drawn[sizes.known :]
    learner = learn(name, drawn[: sizes.known], seed)
    found = {"accuracy": measures.accuracy(learner, new)}
    if not methods:
        return found
    some = measures.right(learner, new, sizes.of_crop)
    chance = measures.by_chance(some.truth)
    found["precision, by chance"] = chance
    kept = {}
    for method in methods:
        if ATTRIBUTION_METHODS[method].needs_gradient and learner.model is None:
            continue
        values, residuals = measures.attributions(learner, method, some)
        kept[method] = values
        told, truth = measures.along(method, values, some.truth)
        precision = measures.found(told, truth)
        found[f"precision, {method}"] = precision
        if method in TOGETHER:
            at_random = measures.by_chance(np.repeat(truth, 10, axis=0))
            found[f"above chance, {method}"] = measures.above_chance(precision, at_random)
        else:
            found[f"times chance, {method}"] = precision / chance
        if method == MAIN and residuals is not None:
            found["series with residual of 1 % or less"] = float((residuals <= 0.01).mean())
            found["largest residual"] = float(residuals.max())
    if learner.model is not None:
        found |= _of_network(learner, some, new, kept, seed, sizes)
    return found


def _of_network(
    learner: Learner,
    some: Planted,
    new: Planted,
    kept: dict[str, np.ndarray],
    seed: int,
    sizes: Sizes,
) -> dict[str, float]:
    """What is asked of networks beside: margins, classes, deletion, redrawing, exactness."""
    found = {}
    if MAIN in kept:
        second = measures.runner_up(learner, some)
        values, _ = measures.attributions(learner, MAIN, some, second)
        apart = some.truth | some.masks[second]  # what tells one from the other
        margin = f"precision, {MAIN} of the margin"
        found[margin] = measures.found(values, apart)
        found[f"{margin} (own values only)"] = measures.found(values, some.truth)
        many = measures.right(learner, new, sizes.of_class)
        values, _ = measures.attributions(learner, MAIN, many)
        found[f"precision, classes' signed {MAIN}"] = measures.of_classes(values, many)
        probability = measures.top_changed(learner, some, kept[MAIN])
        found |= {f"probability, {what}": value for what, value in probability.items()}
    forgotten = measures.forgotten(learner, seed) if set(SURVIVING) & set(kept) else []
    for method in [name for name in SURVIVING if name in kept]:
        others = [measures.attributions(one, method, some)[0] for one in forgotten]
        name = f"rank correlation with redrawn, {method}"
        found[name] = measures.alike(kept[method], others, signed=True)
        found[f"{name} (signs aside)"] = measures.alike(kept[method], others, signed=False)
    found["gradient against differences"] = measures.difference_error(learner, some.series[:2])
    found["gradient, many against one"] = measures.batch_error(learner, some.series[:8])
    return found


__all__ = ["MAIN", "SURVIVING", "Row", "Sizes", "examine"]
