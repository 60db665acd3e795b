"""Samples of ESA WorldCereal: long GeoParquet of extractions, and the wide tables made of them.

Long, one row a sample and date: ``sample_id, timestamp, lat, lon, ewoc_code`` and the bands
``S2-L2A-B02`` …, ``S1-SIGMA0-VV``, ``S1-SIGMA0-VH``. Wide, one row a sample:
``OPTICAL-B02-ts0-10m``, ``SAR-VV-ts0-20m``, ``METEO-temperature_mean-ts0-100m`` and so on, where
step 0 is the month or the ten days of ``start_date`` and ``available_timesteps`` of them exist.
Reflectance is stored × 10000, backscatter as digital numbers of 20·log10(DN) − 83 dB, and 65535
stands for no data.

References:
    WorldCereal/worldcereal-classification, ``worldcereal/utils/timeseries.py``, and
    WorldCereal/prometheo, ``prometheo/datasets/worldcereal.py``, on GitHub (MIT).
"""

import re
from collections.abc import Callable, Hashable, Iterable, Sequence

import numpy as np
import pandas as pd

from cropcore.errors import TableError
from cropcore.sources.base import SourceOptions
from cropcore.sources.table.columns import ALIASES, first_of
from cropcore.sources.table.days import as_days
from cropcore.sources.table.melting import unnamed, wide_of
from cropcore.sources.table.reading import as_numbers, read_columns
from cropcore.sources.table.sheet import Header, Sheet
from cropcore.sources.table.steps import Frequency, calendar_steps

_WIDE = re.compile(r"(?:OPTICAL|SAR|METEO)-(?P<band>\w+)-ts(?P<step>\d{1,3})-\d+m")
_LONG = re.compile(r"(?:S2-L2A|S1-SIGMA0)-(?P<band>\w+)")
_RADAR = ("VV", "VH")
_NO_DATA = 65535
_STEPS = "available_timesteps"
_SAID = (
    "Radar is taken as digital numbers, 20·log10(DN) − 83 dB (negative ones as dB), and 65535 as "
    "no data, as WorldCereal stores them."
)


def is_worldcereal_wide(header: Header) -> bool:
    """Whether columns are named like ``OPTICAL-B02-ts0-10m``."""
    return any(_WIDE.fullmatch(column) for column in header.columns)


def is_worldcereal_long(header: Header) -> bool:
    """Whether columns are named like ``S2-L2A-B02``, beside a time stamp."""
    stamped = first_of(header.columns, ALIASES["date"]) is not None
    return stamped and any(_LONG.fullmatch(column) for column in header.columns)


def read_worldcereal_wide(header: Header, options: SourceOptions) -> Sheet:
    """See a wide table as a long one.

    Raises:
        TableError: Nothing says when the first step was.
    """
    series: dict[str, dict[Hashable, str]] = {}
    for column in header.columns:
        found = _WIDE.fullmatch(column)
        if found:
            series.setdefault(_long_name(found["band"]), {})[int(found["step"])] = column
    wide = wide_of(header, series)
    if "start_date" not in wide.fixed:
        raise TableError(
            header.path,
            expected="a column start_date, the day of step 0",
            got="none",
            advice="export the table with it",
        )
    beside = [name for name in ("start_date", "end_date", _STEPS) if name in wide.fixed]
    steps = np.array(wide.steps, dtype=np.int64)

    def load(columns: Sequence[str], text: Iterable[str]) -> pd.DataFrame:
        frame = wide.read(columns, text, beside)
        frequency = _frequency(frame, int(steps[-1]) + 1, header)
        days = calendar_steps(frame, "start_date", steps, frequency, header.path)
        for name in series.keys() & set(columns):
            for column in series[name].values():
                frame[column] = _physical(name)(as_numbers(frame[column], header.path))
        return wide.melt(frame, days, columns)

    return Sheet(header.path, wide.columns, load, (_SAID, *unnamed(wide)))


def read_worldcereal_long(header: Header, options: SourceOptions) -> Sheet:
    """See a table of extractions as a plain long one."""
    kept = [name for name in header.columns if name not in header.nested]
    renamed = {name: _long_name(found["band"]) for name in kept if (found := _LONG.fullmatch(name))}
    stored = {renamed.get(name, name): name for name in kept}

    def load(columns: Sequence[str], text: Iterable[str]) -> pd.DataFrame:
        wanted = [stored[name] for name in columns]
        frame = read_columns(header.path, wanted, [stored[name] for name in text])
        for column in wanted:
            if column in renamed:
                number = as_numbers(frame[column], header.path)
                frame[column] = _physical(renamed[column])(number)
        return frame.rename(columns=renamed)[list(columns)]

    return Sheet(header.path, tuple(stored), load, (_SAID,))


def _long_name(band: str) -> str:
    return f"{band}_dB" if band in _RADAR else band


def _physical(name: str) -> Callable[[np.ndarray], np.ndarray]:
    return _decibel if name.endswith("_dB") else _without_fillers


def _without_fillers(stored: np.ndarray) -> np.ndarray:
    return np.where(stored == _NO_DATA, np.nan, stored)


def _decibel(stored: np.ndarray) -> np.ndarray:
    """Backscatter in dB; digital numbers of 0 and below were never seen."""
    known = np.isfinite(stored) & (stored != _NO_DATA)
    if known.any() and np.median(stored[known]) < 0:  # no digital numbers, but dB already
        return np.where(known, stored, np.nan)
    known &= stored > 0
    return 20 * np.log10(np.where(known, stored, np.nan)) - 83


def _frequency(frame: pd.DataFrame, n_steps: int, header: Header) -> Frequency:
    """Months, unless a sample has more steps than months between its first and last day."""
    if "end_date" not in frame:
        return "month"
    first, last = (
        as_days(frame[name], header.path).astype("datetime64[M]").astype(np.int64)
        for name in ("start_date", "end_date")
    )
    available = np.full(len(frame), float(n_steps))
    if _STEPS in frame:
        available = as_numbers(frame[_STEPS], header.path)
    return "dekad" if np.nanmedian(available - (last - first + 1)) > 1 else "month"


__all__ = [
    "is_worldcereal_long",
    "is_worldcereal_wide",
    "read_worldcereal_long",
    "read_worldcereal_wide",
]
