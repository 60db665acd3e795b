"""Samples of sits, the R package: wide CSV of ``sits_timeseries_to_csv``, long Parquet or CSV.

Wide: ``id, longitude, latitude, start_date, end_date, label`` and, band by band, one column a
date whose name ends in the date's number (``NDVI1`` … ``NDVI23``). The dates themselves are not
in the file and are spread evenly from the first day to the last. Long: one row a sample and date
in the column ``Index``, as ``sits_to_parquet`` writes it or ``tidyr::unnest`` makes it of a sits
tibble; samples that have no ``sample:id`` are told apart by place, period and label.

References:
    sits reference manual, ``sits_timeseries_to_csv``, ``sits_to_parquet``,
    https://e-sensing.github.io/sits/; Simoes et al. (2021), Remote Sensing 13, 2428,
    doi:10.3390/rs13132428.
"""

from collections.abc import Hashable, Iterable, Sequence

import numpy as np
import pandas as pd

from cropcore.bands import BANDS, find_band
from cropcore.sources.base import SourceOptions
from cropcore.sources.table.columns import ALIASES, first_of
from cropcore.sources.table.melting import DATE, ROW, unnamed, wide_of
from cropcore.sources.table.reading import read_columns
from cropcore.sources.table.sheet import Header, Sheet
from cropcore.sources.table.steps import spread

_OF_SAMPLE = ("longitude", "latitude", "start_date", "end_date", "label")
_INDEX = "Index"
_CANONICAL = {name.casefold() for name in BANDS}


def is_sits_wide(header: Header) -> bool:
    """Whether a file holds the columns of a sample, and bands with numbers behind."""
    return set(_OF_SAMPLE) <= set(header.columns) and bool(_series(header))


def is_sits_long(header: Header) -> bool:
    """Whether a file holds the columns of a sample, an index of time, and bands."""
    named = {*_OF_SAMPLE, _INDEX} <= set(header.columns)
    return named and any(find_band(column) for column in header.columns)


def read_sits_wide(header: Header, options: SourceOptions) -> Sheet:
    """See a table of ``sits_timeseries_to_csv`` as a long one."""
    wide = wide_of(header, _series(header))
    steps = np.array(wide.steps, dtype=np.int64)

    def load(columns: Sequence[str], text: Iterable[str]) -> pd.DataFrame:
        frame = wide.read(columns, text, ["start_date", "end_date"])
        days = spread(frame, "start_date", "end_date", steps - steps[0], header.path)
        return wide.melt(frame, days, columns)

    said = f"The {len(steps)} dates of each sample are spread evenly from start_date to end_date."
    return Sheet(header.path, wide.columns, load, (said, *unnamed(wide)))


def read_sits_long(header: Header, options: SourceOptions) -> Sheet:
    """See an unnested sits tibble as a plain long table."""
    kept = [name for name in header.columns if name not in header.nested and name != DATE]
    named = first_of(kept, ALIASES["id"]) is not None
    offered = [DATE if name == _INDEX else name for name in kept]

    def load(columns: Sequence[str], text: Iterable[str]) -> pd.DataFrame:
        wanted = [_INDEX if name == DATE else name for name in columns if named or name != ROW]
        beside = () if named else (*_OF_SAMPLE, _INDEX)
        wanted = list(dict.fromkeys((*wanted, *beside)))
        frame = read_columns(header.path, wanted, [name for name in text if name in wanted])
        if not named:
            frame[ROW] = _samples(frame)
        return frame.rename(columns={_INDEX: DATE})[list(columns)]

    said = "Samples have no names and are told apart by place, period and label."
    return Sheet(
        header.path, tuple(offered if named else (ROW, *offered)), load, () if named else (said,)
    )


def _samples(frame: pd.DataFrame) -> pd.Series:
    """A number for each sample; those that share all they say differ by repeated dates."""
    of_sample = frame.groupby(list(_OF_SAMPLE), sort=False, dropna=False).ngroup()
    twin = frame.groupby([of_sample, frame[_INDEX]], sort=False, dropna=False).cumcount()
    return pd.Series(pd.MultiIndex.from_arrays([of_sample, twin]).factorize()[0] + 1)


def _series(header: Header) -> dict[str, dict[Hashable, str]]:
    """Columns by band and number; only bands spelled in full, as B11 and B1 differ by a digit."""
    series: dict[str, dict[Hashable, str]] = {}
    for column in header.columns:
        for at in range(len(column) - 1, 0, -1):
            band, number = column[:at], column[at:]
            if not number.isdecimal() or len(number) > 3:
                break
            if band.casefold() in _CANONICAL:
                series.setdefault(band, {})[int(number)] = column
    return {band: columns for band, columns in series.items() if len(columns) > 1}


__all__ = ["is_sits_long", "is_sits_wide", "read_sits_long", "read_sits_wide"]
