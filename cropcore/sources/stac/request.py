"""What is asked of a catalogue."""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Literal, Self

from cropcore.errors import SettingError

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


@dataclass(frozen=True)
class Span:
    """Days from the first to the last, both included."""

    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> Self:
        """``2021-03-01/2021-10-31``, or a year or month (``2021``, ``2021-05``).

        Raises:
            SettingError: It is neither.
        """
        first, slash, last = text.strip().partition("/")
        try:
            span = cls(_day(first, end=False), _day(last if slash else first, end=True))
        except ValueError:
            span = None
        if span is None or span.first > span.last:
            raise SettingError(
                "--dates",
                expected="first and last day such as 2021-03-01/2021-10-31",
                got=repr(text),
                advice="correct the dates",
            )
        return span

    def __str__(self) -> str:
        return f"{self.first}T00:00:00Z/{self.last}T23:59:59Z"


@dataclass(frozen=True)
class StacRequest:
    """Which imagery is wanted of which catalogue."""

    source: str
    """Address or path of a catalogue, collection, item, list of items or search API."""
    collections: tuple[str, ...] = ()
    """All of a static catalogue where empty."""
    box: Box | None = None
    """Where; all that the items cover where not given."""
    span: Span | None = None
    bands: tuple[str, ...] | None = None
    """Canonical or common names; the usual ones where not given."""
    max_cloud: float | None = None
    """Items that say they are cloudier are left out, percent."""
    by_baseline: bool = False
    """Undeclared offsets of Sentinel-2 are taken from the processing baseline."""
    sign: Literal["planetary-computer"] | None = None

    @property
    def digest(self) -> str:
        """Names the answer to this request in the cache."""
        return digest(asdict(self))


def digest(content: object) -> str:
    """A short name of some content, the same for the same content."""
    text = json.dumps(content, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def parse_box(text: str) -> Box:
    """``W,S,E,N`` in degrees.

    Raises:
        SettingError: It is no such box.
    """
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        west = south = east = north = float("nan")
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise SettingError(
            "--bbox",
            expected="west, south, east and north in degrees, such as 4.2,50.6,4.4,50.7",
            got=repr(text),
            advice="correct the box (one that crosses the date line is imported in two halves)",
        )
    return west, south, east, north


def _day(text: str, *, end: bool) -> date:
    match = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", text)
    if match is None:
        raise ValueError(text)
    year, month, day = (int(part) if part else None for part in match.groups())
    first = date(year or 0, month or 1, day or 1)
    if not end or day:
        return first
    after = (
        date(first.year + 1, 1, 1)
        if month is None
        else date(first.year + first.month // 12, first.month % 12 + 1, 1)
    )
    return after - timedelta(days=1)


__all__ = ["Box", "Span", "StacRequest", "digest", "parse_box"]
