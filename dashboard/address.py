"""What a person has chosen: typed, frozen, and as it stands in the address of the page."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from urllib.parse import quote, unquote

from cropcore.explain.attribution import ATTRIBUTION_METHODS

Day = date
"""Where a field is called ``date`` itself."""
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
VIEWS = ("pixel", "class", "region")
"""What an explanation is of."""
UNITS = ("pixel", "parcel")
"""Whether a pixel is explained alone or as the mean of its parcel."""
MOST_PINS = 6
LANGUAGES = {"en": "English", "zh-CN": "简体中文"}
_LONGEST, _MOST_NAMES = 200, 5


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
    view: str = "pixel"
    """What is explained."""
    pins: tuple[tuple[float, float], ...] = ()
    """Longitude and latitude of pixels that are kept, degrees."""
    unit: str = "pixel"
    method: str = "integrated_gradients"
    """Attribution method of the crop map's own panel."""
    sensitivity: str | None = None
    """Method that answers what a small change would do; the usual one where not chosen."""
    contribution: str | None = None
    """Method that answers what the values seen did; likewise."""
    day: Day | None = None
    """Date of the model's season that is looked at."""
    band: str | None = None
    """Band that is looked at, on that day."""
    target: int | None = None
    """Legend code of the class to explain; the predicted one where not chosen."""
    contrast: int | None = None
    """Legend code of the class to explain it against."""
    clouded: tuple[Day, ...] = ()
    """Acquisition dates that are taken to be hidden by cloud."""
    dropped: tuple[str, ...] = ()
    """Bands that are taken not to have been seen."""
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


def _point(raw: str) -> tuple[float, float]:
    lon, lat = raw.split(",")
    return _number(-180, 180)(lon), _number(-90, 90)(lat)


def _pins(raw: str) -> tuple[tuple[float, float], ...]:
    points = tuple(dict.fromkeys(_point(part) for part in raw[:1024].split(";")))
    if len(points) > MOST_PINS:
        raise ValueError(raw)
    return points


def _days(raw: str) -> tuple[date, ...]:
    return tuple(sorted({date.fromisoformat(part) for part in raw[:8192].split(",")}))


def _quoted(raw: str) -> tuple[str, ...]:
    """Names that may hold anything."""
    return tuple(dict.fromkeys(_text(unquote(part)) for part in raw[:8192].split("/")))


def _methods(quantity: str) -> tuple[str, ...]:
    """The methods that give a quantity."""
    return tuple(name for name, kind in ATTRIBUTION_METHODS.items() if kind.quantity == quantity)


PARSERS: Mapping[str, Callable[[str], Any]] = {
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
    "view": _one_of(lambda: VIEWS),
    "pins": _pins,
    "unit": _one_of(lambda: UNITS),
    "method": _one_of(lambda: tuple(ATTRIBUTION_METHODS)),
    "sensitivity": _one_of(lambda: _methods("sensitivity")),
    "contribution": _one_of(lambda: _methods("contribution")),
    "day": date.fromisoformat,
    "band": _text,
    "clouded": _days,
    "dropped": _quoted,
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
    for name, read in PARSERS.items():
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
            written[field.name] = _written(field.name, value)
    return written


def _written(name: str, value: Any) -> str:
    if name == "pins":
        return ";".join(f"{_written('lon', lon)},{_written('lat', lat)}" for lon, lat in value)
    if name == "dropped":
        return "/".join(quote(item, safe="") for item in value)
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
    "MOST_PINS",
    "PARSERS",
    "SCOPES",
    "SETTINGS",
    "SUSPECTS",
    "UNITS",
    "VIEWS",
    "State",
    "address_of",
    "parse",
]
