"""What is to be explained: the series of one pixel of a region or of one sample of a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from cropcore.cube import Preparation
from cropcore.errors import LocationError, SettingError
from cropcore.mapping.run_map import season_of
from cropcore.prediction import Surroundings, look_around
from cropcore.sources import SourceOptions, kind_of
from cropcore.sources.region import RegionFolder, open_region
from cropcore.sources.table import SamplesTable, open_table
from cropcore.training import Run


@dataclass(frozen=True)
class Subject:
    """A series and where it is from."""

    seen: Surroundings
    """The pixel and what the model sees with it, prepared; a sample of a table is alone."""
    start: date
    """First day of its season."""
    lon: float | None
    """WGS 84 longitude, degrees; of the pixel's centre."""
    lat: float | None
    """WGS 84 latitude, degrees."""


def find_subject(
    run: Run, path: Path, options: SourceOptions, *, at: str | None, sample: str | None
) -> Subject:
    """The pixel of a region at ``LON,LAT``, or the sample of a table or region with this id.

    Raises:
        SettingError: Neither or both are given, ``at`` is no pair of degrees, or a table has no
            places to look up.
        InputError: The data cannot be read or do not hold it.
    """
    _ = run.finished
    if kind_of(path) == "region":
        return pixel_subject(run, *find_place(path, options, at=at, sample=sample))
    _check(at, sample, region=False)
    return sample_subject(run.described.preparation, open_table(path, options), str(sample))


def find_place(
    path: Path, options: SourceOptions, *, at: str | None, sample: str | None
) -> tuple[RegionFolder, int, int]:
    """A region, and row and column of its pixel at ``LON,LAT`` or with this id.

    Raises:
        SettingError: Neither or both are given, ``at`` is no pair of degrees, or the data are a
            table.
        InputError: The data cannot be read or do not hold it.
    """
    if kind_of(path) != "region":
        raise SettingError(
            "--parcel",
            expected="a region folder, which has parcels",
            got="a samples table",
            advice="leave --parcel out and name a sample",
        )
    _check(at, sample, region=True)
    source = open_region(path, options)
    place = source.grid.pixel_at(*_degrees(at)) if at is not None else _pixel(str(sample))
    return source, *place


def _check(at: str | None, sample: str | None, *, region: bool) -> None:
    if (at is None) == (sample is None) or (at is not None and not region):
        raise SettingError(
            "what to explain",
            expected="either --at LON,LAT or --sample ID" if region else "--sample ID",
            got=" and ".join(
                name for name, given in (("--at", at), ("--sample", sample)) if given is not None
            )
            or "neither",
            advice="give exactly one of them" if region else "name a sample of the table",
        )


def pixel_subject(run: Run, region: RegionFolder, row: int, col: int) -> Subject:
    """One pixel of a region as a run sees it, with as much around it as its architecture needs.

    Raises:
        LocationError: It lies outside the region, or was never seen without cloud.
        RegionError: A raster cannot be read.
    """
    if not (0 <= row < region.grid.height and 0 <= col < region.grid.width):
        raise LocationError(
            f"pixel {row}_{col}",
            expected=f"a row below {region.grid.height} and a column below {region.grid.width}",
            got="a pixel outside the imagery",
            advice="choose an id of the run's split.csv",
        )
    preparation = run.described.preparation
    start = season_of(preparation, region)
    architecture = run.record.request.described()
    seen = look_around(region, preparation, architecture, start, row, col)
    if seen is None:
        raise _never_clear(f"pixel in row {row}, column {col}")
    lons, lats = region.grid.lonlat(np.array([row]), np.array([col]))
    return Subject(seen, start, float(lons[0]), float(lats[0]))


def sample_subject(preparation: Preparation, table: SamplesTable, name: str) -> Subject:
    """One sample of a table.

    Raises:
        LocationError: There is no such sample, or it was never seen without cloud.
    """
    batch = table.series(name)
    start = preparation.calendar.season_start(batch.days[0], batch.days[-1])
    series, clear = preparation(batch.acquisitions, start)
    if not clear[0]:
        raise _never_clear(f"sample {name}")
    lon, lat = float(batch.lon[0]), float(batch.lat[0])
    known = np.isfinite(lon) and np.isfinite(lat)
    seen = Surroundings.alone(series[0])
    return Subject(seen, start, lon if known else None, lat if known else None)


def _pixel(name: str) -> tuple[int, int]:
    try:
        row, col = (int(part) for part in name.split("_"))
    except ValueError:
        raise SettingError(
            "--sample",
            expected="ROW_COLUMN of a pixel, such as 12_40",
            got=repr(name),
            advice="take an id from the run's split.csv",
        ) from None
    return row, col


def _degrees(text: str) -> tuple[float, float]:
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError:
        lon = lat = np.nan
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise SettingError(
            "--at",
            expected="longitude and latitude in degrees, such as 4.35,50.85",
            got=repr(text),
            advice="give LON,LAT with a decimal point",
        )
    return lon, lat


def _never_clear(where: str) -> LocationError:
    return LocationError(
        where,
        expected="at least one clear value in the model's season",
        got="none",
        advice="choose another one",
    )


__all__ = ["Subject", "find_place", "find_subject", "pixel_subject", "sample_subject"]
