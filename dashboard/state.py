"""What a person has chosen: typed, frozen, and kept in the address of the page.

The state is the truth; widgets show it and change it through :func:`change`. An address that is
opened anew (a link, the browser's back button) is read with :func:`parse`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import streamlit as st

from cropcore.explain.attribution import ATTRIBUTION_METHODS

LAYERS = (
    "class", "confidence", "margin", "entropy", "clear", "labels", "errors", "rgb", "nir",
    "agreement",
)  # fmt: skip
"""``margin`` and ``entropy`` are of all class probabilities; ``clear`` is how often the ground was
seen; ``errors`` sets the map against
reference labels. ``rgb`` and ``nir`` are pictures of one date: natural colours, and near infrared
as red. ``agreement`` is of two runs."""
SCOPES = ("all", "kept")
"""Which labelled pixels two maps are judged by: all, or those that neither run learnt from."""
SETTINGS = ("different", "all")
"""Which settings of two runs are listed."""
MEASURES = ("fisher", "probe", "cka", "silent")
"""What is told of a network's layers: how far classes lie apart, how well a linear probe names
them, how alike a layer is to its last state, which share of its units is silent."""
SUSPECTS = ("hidden", "shown")
"""Whether labels that a run hardly believes are seen."""
AGAINST = ("epochs", "seconds")
"""What the curves of several trainings are drawn over."""
CLOUDS = ("shown", "hidden")
"""Whether the outlines of clouds are drawn over a picture."""
LANGUAGES = {"en": "English", "zh-CN": "简体中文"}
_LONGEST, _MOST_NAMES = 200, 5
_STATE, _REJECTED = "cropcore.state", "cropcore.rejected"
_WRITTEN, _REPLACED = "cropcore.address", "cropcore.replaced"
_LATE = 3.0
"""Seconds for which a browser may still send an address that was replaced meanwhile."""


@dataclass(frozen=True)
class State:
    """Everything that stands in the address."""

    region: str | None = None
    """Id in the catalog, like ``run`` and ``second``; whether it exists is the catalog's to say."""
    run: str | None = None
    second: str | None = None
    """The run that is compared with ``run``."""
    data: str | None = None
    """Id in the catalog of what a new training shall learn from."""
    beside: tuple[str, ...] = ()
    """Ids in the catalog of runs whose trainings are set side by side."""
    against: str = "epochs"
    layer: str | None = None
    """What the map shows; where not chosen, the first that the page offers."""
    opacity: float = 0.85
    hidden: tuple[int, ...] = ()
    """Legend codes that are not drawn."""
    date: date | None = None
    """Day of the picture."""
    lon: float | None = None
    """WGS 84 longitude of the pixel, degrees; with ``lat`` or not at all."""
    lat: float | None = None
    method: str = "integrated_gradients"
    """Attribution method."""
    target: int | None = None
    """Legend code of the class to explain; the predicted one where not chosen."""
    contrast: int | None = None
    """Legend code of the class to explain it against."""
    threshold: int = 0
    """Least confidence that is drawn, percent."""
    cell: tuple[int, int] | None = None
    """Legend codes of a cell of the confusion matrix: the true class, the class given."""
    member: str | None = None
    """Which of a run's models: ``final``, ``fold_1``, …; the final one where not chosen."""
    epoch: int | None = None
    """Epoch of its training that is looked at, from 1."""
    classes: tuple[int, ...] = ()
    """Legend codes of the classes that are drawn as lines."""
    part: str | None = None
    """Layer of its network that is looked into, by its place: a number, 0 among them."""
    look: str | None = None
    """Epoch of the look inside, a number; 0 is before the first."""
    measure: str = "fisher"
    scope: str = "all"
    settings: str = "different"
    suspects: str = "hidden"
    suspect: str | None = None
    """Name of the parcel or sample whose label is looked at again."""
    quantity: str | None = None
    """Band or index that classes are compared by, as ``source:name``."""
    clouds: str = "shown"
    """Whether the outlines of clouds are drawn over a picture."""
    section: str = "start"
    """Of the guide."""
    language: str | None = None

    @property
    def place(self) -> tuple[float, float] | None:
        """Longitude and latitude of the chosen pixel."""
        return None if self.lon is None or self.lat is None else (self.lon, self.lat)


def _text(raw: str) -> str:
    if not raw or len(raw) > _LONGEST or not raw.isprintable():
        raise ValueError(raw)
    return raw


def _names(raw: str) -> tuple[str, ...]:
    """Names of folders, which hold no slash."""
    parts = raw.split("/")
    if len(parts) > _MOST_NAMES:
        raise ValueError(raw)
    return tuple(dict.fromkeys(_text(part) for part in parts))


def _one_of(names: Callable[[], Any]) -> Callable[[str], str]:
    def parse_name(raw: str) -> str:
        if raw not in names():
            raise ValueError(raw)
        return raw

    return parse_name


def _number(low: float, high: float) -> Callable[[str], float]:
    def parse_number(raw: str) -> float:
        value = float(raw)
        if not (math.isfinite(value) and low <= value <= high):
            raise ValueError(raw)
        return value

    return parse_number


def _code(raw: str) -> int:
    if not (raw.isascii() and raw.isdigit() and 1 <= int(raw[:4]) <= 254):
        raise ValueError(raw)
    return int(raw)


def _codes(raw: str) -> tuple[int, ...]:
    return tuple(sorted({_code(part) for part in raw[:1024].split(",")}))


def _percent(raw: str) -> int:
    if not (raw.isascii() and raw.isdigit() and int(raw[:4]) <= 100):
        raise ValueError(raw)
    return int(raw)


def _epoch(raw: str) -> int:
    if not (raw.isascii() and raw.isdigit() and len(raw) <= 4 and 1 <= int(raw) <= 5000):
        raise ValueError(raw)
    return int(raw)


def _place(raw: str) -> str:
    if not (raw.isascii() and raw.isdigit() and len(raw) <= 4):
        raise ValueError(raw)
    return str(int(raw))


def _pair(raw: str) -> tuple[int, int]:
    first, second = raw[:16].split(",")
    return _code(first), _code(second)


_PARSERS: Mapping[str, Callable[[str], Any]] = {
    "region": _text,
    "run": _text,
    "second": _text,
    "data": _text,
    "beside": _names,
    "against": _one_of(lambda: AGAINST),
    "layer": _one_of(lambda: LAYERS),
    "opacity": _number(0, 1),
    "hidden": _codes,
    "date": date.fromisoformat,
    "lon": _number(-180, 180),
    "lat": _number(-90, 90),
    "method": _one_of(lambda: tuple(ATTRIBUTION_METHODS)),
    "target": _code,
    "contrast": _code,
    "threshold": _percent,
    "cell": _pair,
    "member": _text,
    "epoch": _epoch,
    "classes": _codes,
    "part": _place,
    "look": _place,
    "measure": _one_of(lambda: MEASURES),
    "scope": _one_of(lambda: SCOPES),
    "settings": _one_of(lambda: SETTINGS),
    "suspects": _one_of(lambda: SUSPECTS),
    "suspect": _text,
    "quantity": _text,
    "clouds": _one_of(lambda: CLOUDS),
    "section": _text,
    "language": _one_of(lambda: LANGUAGES),
}


def parse(address: Mapping[str, str]) -> tuple[State, tuple[tuple[str, str], ...]]:
    """The state that an address stands for.

    Args:
        address: Query parameters; those that are none of ours are passed over.

    Returns:
        The state, and name and value of whatever could not be read and fell back.
    """
    found: dict[str, Any] = {}
    rejected: list[tuple[str, str]] = []
    for name, read in _PARSERS.items():
        raw = address.get(name)
        if raw is None:
            continue
        try:
            found[name] = read(raw)
        except ValueError:
            rejected.append((name, raw[:_LONGEST]))
    if ("lon" in found) != ("lat" in found):
        name = "lon" if "lon" in found else "lat"
        rejected.append((name, str(found.pop(name))))
    return State(**found), tuple(rejected)


def address_of(state: State) -> dict[str, str]:
    """The query parameters that stand for a state: all that differs from the usual."""
    usual = State()
    written = {}
    for field in fields(State):
        value = getattr(state, field.name)
        if value != getattr(usual, field.name):
            written[field.name] = _written(value)
    return written


def current() -> State:
    """The state of this session, which follows the address when a person opens another one."""
    address = {name: st.query_params[name] for name in st.query_params if name in _PARSERS}
    known = st.session_state.get(_STATE)
    changed = address and address != st.session_state.get(_WRITTEN) and not _late(address)
    if known is None or changed:
        known, rejected = parse(address)
        st.session_state[_STATE] = known
        st.session_state[_REJECTED] = (*st.session_state.get(_REJECTED, ()), *rejected)
        st.session_state[_WRITTEN] = address
    return known


def change(**changes: Any) -> None:
    """Choose something else, here and in the address."""
    settle(**changes)
    publish()


def settle(**changes: Any) -> None:
    """Choose what nobody chose; stands in the address when the page is complete."""
    st.session_state[_STATE] = replace(current(), **changes)


def publish() -> None:
    """Write the state into the address."""
    address = address_of(current())
    others = {name: st.query_params[name] for name in st.query_params if name not in _PARSERS}
    if {**others, **address} != st.query_params.to_dict():
        st.query_params.from_dict({**others, **address})
    before = st.session_state.get(_WRITTEN, {})
    if before != address:
        recent = [item for item in st.session_state.get(_REPLACED, []) if _is_recent(item)]
        st.session_state[_REPLACED] = [*recent, (time.monotonic(), before)]
        st.session_state[_WRITTEN] = address


def reject(name: str, value: str) -> None:
    """Note that something in the address does not exist; shown to people once."""
    st.session_state[_REJECTED] = (*st.session_state.get(_REJECTED, ()), (name, value))


def take_rejected() -> tuple[tuple[str, str], ...]:
    """What had to fall back since this was last asked."""
    rejected: tuple[tuple[str, str], ...] = st.session_state.get(_REJECTED, ())
    st.session_state[_REJECTED] = ()
    return rejected


def _late(address: Mapping[str, str]) -> bool:
    replaced = st.session_state.get(_REPLACED, [])
    return any(_is_recent(item) and item[1] == address for item in replaced)


def _is_recent(replaced: tuple[float, Mapping[str, str]]) -> bool:
    return time.monotonic() - replaced[0] < _LATE


def _written(value: Any) -> str:
    if isinstance(value, tuple) and all(isinstance(item, str) for item in value):
        return "/".join(value)
    if isinstance(value, tuple):
        return ",".join(str(item) for item in value)
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return str(value)


__all__ = [
    "AGAINST",
    "CLOUDS",
    "LANGUAGES",
    "LAYERS",
    "MEASURES",
    "SCOPES",
    "SETTINGS",
    "SUSPECTS",
    "State",
    "address_of",
    "change",
    "current",
    "parse",
    "publish",
    "reject",
    "settle",
    "take_rejected",
]
