"""What can be typed into a form, read off typed settings: kind, range, choices, usual value."""

from __future__ import annotations

import math
import types
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic.fields import FieldInfo

from cropcore.settings import Settings

Kind = Literal["integer", "number", "yes_no", "choice", "text"]
"""``text`` holds several values with commas between, or whatever has no field of its own."""


@dataclass(frozen=True)
class Field:
    """One setting that people may change."""

    name: str
    kind: Kind
    usual: Any
    description: str
    low: float | None = None
    high: float | None = None
    above: bool = False
    """Whether ``low`` itself is too little."""
    below: bool = False
    """Whether ``high`` itself is too much."""
    choices: tuple[Any, ...] = ()

    @property
    def span(self) -> str:
        """The range as people write it: ``1 – 8``, ``>0 – 1``, ``≥1``; empty without one."""
        least = "" if self.low is None else f"{'>' if self.above else ''}{_written(self.low)}"
        most = "" if self.high is None else f"{'<' if self.below else ''}{_written(self.high)}"
        if least and most:
            return f"{least} – {most}"
        if least:
            return least if self.above else f"≥{least}"
        return most if self.below or not most else f"≤{most}"

    @property
    def step(self) -> float:
        """A change that matters: some hundredths of the usual value, as a power of ten."""
        usual = abs(float(self.usual or 0))
        if usual == 0:
            return 1 if self.kind == "integer" else 0.001
        step = float(10 ** math.floor(math.log10(usual) - 0.69))
        return max(step, 1) if self.kind == "integer" else step

    def shown(self, value: Any) -> Any:
        """A value as its input shows it."""
        if self.kind != "text":
            return value
        if isinstance(value, list | tuple):
            return ", ".join(str(item) for item in value)
        return "" if value is None else str(value)

    def typed(self, shown: Any) -> Any:
        """The value that an input stands for; the usual one where it was emptied."""
        if shown is None or shown == "":
            return self.usual
        if self.kind == "number":
            return float(f"{shown:.12g}")  # what people typed, not what adding steps made of it
        if self.kind == "text" and isinstance(self.usual, list | tuple):
            return tuple(part.strip() for part in str(shown).split(",") if part.strip())
        return shown

    def is_usual(self, value: Any) -> bool:
        """Whether a value is the one that stands there anyway."""
        return bool(self.shown(value) == self.shown(self.usual))


def fields_of(settings: type[Settings], usual: Settings) -> tuple[Field, ...]:
    """The fields of a form for settings, in their order; settings within settings have none.

    Args:
        settings: The type.
        usual: The values that apply unless somebody changes them.
    """
    return tuple(
        _field(name, info, getattr(usual, name))
        for name, info in settings.model_fields.items()
        if get_origin(info.annotation) is not dict
    )


def _field(name: str, info: FieldInfo, usual: Any) -> Field:
    kind, choices = _kind(info.annotation)
    limits = dict(_limits(info.metadata)) if kind in ("integer", "number") else {}
    return Field(name, kind, usual, info.description or name, choices=choices, **limits)


def _kind(annotation: Any) -> tuple[Kind, tuple[Any, ...]]:
    origin = get_origin(annotation)
    if origin is Literal:
        return "choice", get_args(annotation)
    if origin in (Union, types.UnionType):
        others = [item for item in get_args(annotation) if item is not type(None)]
        return _kind(others[0]) if len(others) == 1 else ("text", ())
    known: dict[Any, Kind] = {bool: "yes_no", int: "integer", float: "number"}
    return known.get(annotation, "text"), ()


def _limits(metadata: Iterable[Any]) -> Iterable[tuple[str, Any]]:
    for item in metadata:
        match item:
            case Ge(ge=value):
                yield "low", value
            case Gt(gt=value):
                yield from (("low", value), ("above", True))
            case Le(le=value):
                yield "high", value
            case Lt(lt=value):
                yield from (("high", value), ("below", True))


def _written(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:g}"


__all__ = ["Field", "Kind", "fields_of"]
