"""Builds small regions of real GeoTIFFs, with classes whose series a tiny model tells apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import geopandas
import numpy as np
import rasterio
import shapely
from affine import Affine

from cropcore.legend import legend_from_names

CRS = "EPSG:32631"
ORIGIN = (600_000.0, 5_600_000.0)
PIXEL = 10.0
CLASSES = ("wheat", "maize", "grass")
OPTICAL = ("B02", "B03", "B04", "B08", "B11")
RADAR = ("VV", "VH")
CLOUD, CLEAR = 9, 4
"""Scene classes."""

Labels = Literal["parcels", "raster", "points"]


@dataclass(frozen=True)
class Timing:
    """When a source sees the region."""

    start: date
    period: int
    """Days."""
    n_dates: int

    @property
    def dates(self) -> tuple[date, ...]:
        return tuple(self.start + timedelta(days=self.period * at) for at in range(self.n_dates))


TIMINGS = {"s2": Timing(date(2021, 3, 5), 20, 8), "s1": Timing(date(2021, 3, 1), 12, 12)}


def transform(origin: tuple[float, float] = ORIGIN, pixel: float = PIXEL) -> Affine:
    return Affine(pixel, 0, origin[0], 0, -pixel, origin[1])


def write_raster(
    path: Path,
    values: np.ndarray,
    *,
    bands: Sequence[str | None] = (),
    crs: str | None = CRS,
    affine: Affine | None = None,
    nodata: float | None = None,
    scales: Sequence[float] | None = None,
    offsets: Sequence[float] | None = None,
    tags: Mapping[str, str] | None = None,
    **profile: object,
) -> Path:
    """One GeoTIFF of ``values`` (band, y, x) or (y, x), in their own type."""
    values = values[None] if values.ndim == 2 else values
    path.parent.mkdir(parents=True, exist_ok=True)
    count, height, width = values.shape
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        count=count,
        height=height,
        width=width,
        dtype=values.dtype,
        crs=crs,
        transform=transform() if affine is None else affine,
        nodata=nodata,
        **profile,
    ) as raster:
        for at, name in enumerate(bands, start=1):
            raster.set_band_description(at, name)
        if scales is not None:
            raster.scales = scales
        if offsets is not None:
            raster.offsets = offsets
        raster.update_tags(**(tags or {}))
        raster.write(values)  # last, so that the header comes first in the file
    return path


def write_region(
    folder: Path,
    *,
    size: tuple[int, int] = (24, 32),
    classes: Sequence[str] = CLASSES,
    parcel: int = 4,
    labels: Labels | None = "parcels",
    sources: Sequence[str] = ("s2", "s1"),
    timings: Mapping[str, Timing] = TIMINGS,
    n_dates: int | None = None,
    clouds: float = 0.0,
    noise: float = 0.01,
    toml: bool = True,
    season_start: date | None = None,
    crs: str = CRS,
    label_crs: str | None = None,
    origin: tuple[float, float] = ORIGIN,
    unlabelled: float = 0.0,
    seed: int = 0,
) -> Path:
    """A region folder whose parcels are squares and whose classes differ in their season.

    Args:
        folder: Made if it does not exist.
        size: Rows, columns.
        classes: Names; codes are 1, 2, … in this order.
        parcel: Side of a parcel, pixels.
        labels: Kind of the labels; no labels where ``None``.
        sources: ``s2`` (uint16 reflectance × 10000), ``s1`` (float32 dB), or both.
        timings: When each source sees the region.
        n_dates: Acquisitions of each source, instead of those of ``timings``.
        clouds: Share of the pixels of each optical acquisition under cloud, told by SCL files.
        noise: Standard deviation, reflectance; backscatter gets a hundredfold in dB.
        toml: Whether to write a ``region.toml``.
        season_start: Stands in it.
        crs: Coordinate system of the rasters.
        label_crs: Coordinate system of parcels, if another.
        origin: Upper left corner.
        unlabelled: Share of the parcels whose class is not known.
        seed: Of everything random.

    Returns:
        The folder.
    """
    random = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    codes = class_map(size, parcel, len(classes), unlabelled, seed)
    truth = class_map(size, parcel, len(classes), 0, seed)
    for source in sources:
        timing = timings[source]
        dates = (
            timing.dates if n_dates is None else Timing(timing.start, timing.period, n_dates).dates
        )
        for day in dates:
            cover = _cover(truth, len(classes), day)
            if source == "s1":
                _write_radar(folder, day, cover, noise, crs, origin, random)
            else:
                _write_optical(folder, day, cover, noise, clouds, crs, origin, random)
    if labels is not None:
        _write_labels(folder, labels, codes, parcel, classes, crs, label_crs, origin)
        (folder / "legend.csv").write_text(legend_from_names(classes).to_csv(), encoding="utf-8")
    if toml:
        _write_toml(folder, labels, sources, season_start)
    return folder


def class_map(
    size: tuple[int, int], parcel: int, n_classes: int, unlabelled: float = 0.0, seed: int = 0
) -> np.ndarray:
    """Class codes 1… of square parcels in random order, equally many of each, uint8 (y, x)."""
    random = np.random.default_rng(seed)
    down, across = -(-size[0] // parcel), -(-size[1] // parcel)
    codes = random.permutation(np.arange(down * across) % n_classes + 1)
    codes[random.random(codes.size) < unlabelled] = 0
    squares = codes.reshape(down, across).astype(np.uint8)
    return squares.repeat(parcel, axis=0).repeat(parcel, axis=1)[: size[0], : size[1]]


def square_parcels(
    names: Sequence[object] = ("wheat", "maize"),
    crs: str | None = CRS,
    side: float = 40.0,
    **columns: object,
) -> geopandas.GeoDataFrame:
    """Squares side by side from the upper left corner, their class in the column ``crop``."""
    x, y = ORIGIN
    shapes = [
        shapely.box(x + at * side, y - side, x + (at + 1) * side, y) for at in range(len(names))
    ]
    return geopandas.GeoDataFrame({"crop": list(names), **columns}, geometry=shapes, crs=crs)


def _cover(codes: np.ndarray, n_classes: int, day: date) -> np.ndarray:
    """Plant cover 0–1 (y, x): each class is green at its own time of the year."""
    peaks = np.linspace(80, 200, n_classes)
    apart = (day - date(day.year, 1, 1)).days - peaks[codes.astype(int) - 1]
    return np.exp(-((apart / 35) ** 2))


def _write_optical(
    folder: Path,
    day: date,
    cover: np.ndarray,
    noise: float,
    clouds: float,
    crs: str,
    origin: tuple[float, float],
    random: np.random.Generator,
) -> None:
    bare = np.array([0.08, 0.11, 0.15, 0.22, 0.30])
    green = np.array([0.03, 0.07, 0.04, 0.45, 0.18])
    values = bare[:, None, None] + (green - bare)[:, None, None] * cover
    values = values + random.normal(0, noise, values.shape)
    path = folder / "s2" / f"{day}.tif"
    if clouds:
        hidden = random.random(cover.shape) < clouds
        values = np.where(hidden, 0.8, values)
        scene = np.where(hidden, CLOUD, CLEAR).astype(np.uint8)
        write_raster(path.with_suffix(".scl.tif"), scene, crs=crs, affine=transform(origin))
    stored = np.clip(values * 1e4, 1, 20_000).round().astype(np.uint16)
    write_raster(path, stored, bands=OPTICAL, nodata=0, crs=crs, affine=transform(origin))


def _write_radar(
    folder: Path,
    day: date,
    cover: np.ndarray,
    noise: float,
    crs: str,
    origin: tuple[float, float],
    random: np.random.Generator,
) -> None:
    values = np.stack([-9 - 5 * cover, -19 + 4 * cover])
    stored = (values + random.normal(0, 100 * noise, values.shape)).astype(np.float32)
    path = folder / "s1" / f"S1_{day:%Y%m%d}.tif"
    write_raster(path, stored, bands=RADAR, crs=crs, affine=transform(origin))


def _write_labels(
    folder: Path,
    kind: Labels,
    codes: np.ndarray,
    parcel: int,
    classes: Sequence[str],
    crs: str,
    label_crs: str | None,
    origin: tuple[float, float],
) -> None:
    if kind == "raster":
        write_raster(folder / "labels.tif", codes, nodata=0, crs=crs, affine=transform(origin))
        return
    corners = [
        (row, col)
        for row in range(0, codes.shape[0], parcel)
        for col in range(0, codes.shape[1], parcel)
    ]
    names = [("", *classes)[codes[row, col]] for row, col in corners]
    side = parcel * PIXEL
    shapes = [
        shapely.box(x, y - side, x + side, y)
        for x, y in ((origin[0] + col * PIXEL, origin[1] - row * PIXEL) for row, col in corners)
    ]
    frame = geopandas.GeoDataFrame(
        {"id": [f"p{at}" for at in range(len(names))], "crop": names}, geometry=shapes, crs=crs
    )
    if kind == "parcels":
        frame.to_crs(label_crs or crs).to_file(folder / "labels.gpkg")
        return
    centres = frame.geometry.centroid.translate(PIXEL / 4, PIXEL / 4).to_crs("EPSG:4326")
    rows = [
        f"{name},{point.x:.8f},{point.y:.8f}"
        for name, point in zip(frame["crop"], centres, strict=True)
    ]
    (folder / "labels.csv").write_text("\n".join(["crop,lon,lat", *rows]), encoding="utf-8")


def _write_toml(
    folder: Path, labels: Labels | None, sources: Sequence[str], season_start: date | None
) -> None:
    patterns = {"s2": "s2/{date}.tif", "s1": "s1/S1_{date}.tif"}
    files = {"parcels": "labels.gpkg", "raster": "labels.tif", "points": "labels.csv"}
    lines = ['name = "small"', 'title = "Small region"']
    if season_start is not None:
        lines.append(f"season_start = {season_start}")
    for source in sources:
        lines += [f"[sources.{source}]", f'pattern = "{patterns[source]}"']
    if labels is not None:
        lines += ["[labels]", f'file = "{files[labels]}"']
    (folder / "region.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
