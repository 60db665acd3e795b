"""The figures in a run's ``metrics.json``, typed: what other people's files must hold."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from cropcore.errors import SettingError
from cropcore.settings import Settings
from cropcore.sources import LabelOrigin

Share = Annotated[float, Field(ge=0, le=1)]
Interval = tuple[float, float]
MEASURES: Mapping[LabelOrigin, str] = {
    "reference data": "accuracy against reference data",
    "map product": "agreement with a map product",
}
"""What figures are called, by what the labels are."""


class _Figures(Settings):
    model_config = ConfigDict(extra="ignore")


class ClassFigures(_Figures):
    """How well one class was found."""

    code: int
    name: str
    precision: Share
    recall: Share
    f1: Share
    support: int = Field(ge=0)
    """Samples of this class that were tested."""


class Above(_Figures):
    """By how much a run is above its baseline."""

    difference: float
    ci95: Interval


class BaselineFigures(_Figures):
    """A random forest on the same split."""

    macro_f1: Share
    run_above: dict[str, Above]


class FoldFigures(_Figures):
    """How well the model of one fold did on the groups it never saw."""

    overall_accuracy: Share
    macro_f1: Share
    n: int = Field(ge=1)
    per_class: tuple[ClassFigures, ...] = ()


class Figures(_Figures):
    """How well a run did on samples its models never saw; other keys are passed over."""

    overall_accuracy: Share
    macro_f1: Share
    kappa: float = Field(ge=-1, le=1)
    ece: Share
    n: int = Field(ge=1)
    """Samples tested."""
    split: str
    measures: str
    """Accuracy against reference data, or agreement with a map product."""
    test_groups: int = Field(ge=1)
    per_class: tuple[ClassFigures, ...]
    ci95: dict[str, Interval]
    """95 % intervals by bootstrap over groups."""
    spread: dict[str, float] = Field(default_factory=dict)
    """Standard deviation over folds; empty where there are none."""
    folds: tuple[FoldFigures, ...] = ()
    """Of each fold's model, in their order."""
    baseline: BaselineFigures | None = None


def read_figures(metrics: Mapping[str, Any], where: str) -> Figures:
    """Check the content of a ``metrics.json``.

    Raises:
        SettingError: A figure is missing, of the wrong kind, out of range or no number.
    """
    try:
        json.dumps(metrics, allow_nan=False)
    except ValueError:
        raise SettingError(
            where,
            expected="finite numbers",
            got="one that is infinite or not a number",
            advice="measure the run again with `cropcore evaluate`",
        ) from None
    return Figures.parse(metrics, where)


__all__ = ["MEASURES", "BaselineFigures", "ClassFigures", "Figures", "FoldFigures", "read_figures"]
