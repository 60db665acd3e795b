"""A simulated season as a region folder, like any that a person brings."""

from pathlib import Path

import geopandas
import numpy as np
import pyogrio
import rasterio

from cropcore.cube import Grid
from cropcore.sources.simulation.backscatter import RADAR
from cropcore.sources.simulation.classes import LEGEND
from cropcore.sources.simulation.parts import Part
from cropcore.sources.simulation.reflectance import OPTICAL
from cropcore.sources.simulation.season import Season

_TOML = """\
# Simulated by cropcore (`cropcore demo build`): no field, farm or measurement is real.
name = "{part.name}"
title = "{part.title}"
season_start = {part.start}
licence = "MIT"

[sources.s2]
pattern = "sentinel-2-l2a/{{date}}.tif"
scale = 0.0001
offset = 0.0
nodata = 0

[sources.s2.mask]
pattern = "sentinel-2-l2a/{{date}}.scl.tif"

[sources.s1]
pattern = "sentinel-1-rtc/{{date}}.tif"
scale = 0.01
unit = "dB"
nodata = -32768

[labels]
file = "labels.gpkg"
column = "crop"
group = "parcel_id"
legend = "legend.csv"
"""
_README = """\
# {part.title}

**Simulated.** Every parcel, plant, cloud and pixel here was computed by cropcore from published
crop calendars and radiative models (`cropcore.sources.simulation`). Nothing was observed, and no
figure read on this region says how well a method does on real land. It is here so that everything
can be tried at once and offline. The coordinates lie in the chalk plain of Champagne (France),
whose crops were the pattern; the fields there look otherwise.
{spring}
| | |
|---|---|
| grid | {size} × {size} pixels of 10 m, {crs} |
| season | {first} to {last} |
| Sentinel-2 | {n_optical} acquisitions, {optical}; reflectance × 10000, SCL beside each |
| Sentinel-1 | {n_radar} acquisitions, {radar}; backscatter in dB × 100 |
| labels | {n_parcels} parcels of {n_classes} classes |
| seed | {part.seed} |

Bands of 20 m stand on the 10 m grid, each value four times. Reflectance is rounded to steps of
0.004 below 0.2, 0.008 below 0.4 and 0.016 above, backscatter to 0.5 dB. Made by
`cropcore demo build`; the same build gives the same pixels. MIT licence, as the rest of cropcore.
"""
_LATE_SPRING = """
Spring comes {days:.0f} days later here than in `champagne_simulated`, and fields, farms and weather
are others: it shows what a model that learnt there is worth in another place and year.
"""


def write_season(folder: Path, season: Season, part: Part) -> None:
    """Write a season's imagery, parcels, legend and description into an existing folder.

    Args:
        folder: Must exist; nothing in it is removed.
        season: What to write.
        part: What it was simulated as.
    """
    optical, radar = folder / "sentinel-2-l2a", folder / "sentinel-1-rtc"
    optical.mkdir(exist_ok=True)
    radar.mkdir(exist_ok=True)
    for scene in season.optical:
        _write(
            optical / f"{scene.day}.tif",
            scene.values,
            season.grid,
            0,
            OPTICAL,
            1e-4,
        )
        classes = scene.scene[None]
        _write(optical / f"{scene.day}.scl.tif", classes, season.grid, 0, ("SCL",))
    for image in season.radar:
        _write(
            radar / f"{image.day}.tif",
            image.values,
            season.grid,
            -32768,
            RADAR,
            0.01,
        )
    _write_parcels(folder / "labels.gpkg", season)
    (folder / "legend.csv").write_text(LEGEND.to_csv(), encoding="utf-8")
    (folder / "region.toml").write_text(_TOML.format(part=part), encoding="utf-8")
    days = sorted([scene.day for scene in season.optical] + [item.day for item in season.radar])
    text = _README.format(
        part=part,
        spring=_LATE_SPRING.format(days=part.lateness) if part.lateness else "",
        size=season.grid.width,
        crs=season.grid.crs,
        first=days[0],
        last=days[-1],
        n_optical=len(season.optical),
        optical=" ".join(OPTICAL),
        n_radar=len(season.radar),
        radar=" ".join(RADAR),
        n_parcels=len(season.codes),
        n_classes=len(np.unique(season.codes)),
    )
    (folder / "README.md").write_text(text, encoding="utf-8")


def _write(
    path: Path,
    values: np.ndarray,
    grid: Grid,
    nodata: int,
    names: tuple[str, ...],
    scale: float | None = None,
) -> None:
    """One GeoTIFF of (band, y, x)."""
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        count=len(values),
        height=grid.height,
        width=grid.width,
        dtype=values.dtype,
        crs=grid.crs,
        transform=grid.affine,
        interleave="band",
        nodata=nodata,
        compress="DEFLATE",
        predictor=2 if values.dtype.itemsize > 1 else 1,
        zlevel=7,
        blockysize=grid.height,
    ) as raster:
        raster.descriptions = names
        if scale is not None:
            raster.scales = [scale] * len(values)
        raster.write(values)


def _write_parcels(path: Path, season: Season) -> None:
    name_of = {item.code: item.name for item in LEGEND}
    frame = geopandas.GeoDataFrame(
        {
            "parcel_id": [f"P{number:03d}" for number in range(1, len(season.codes) + 1)],
            "crop": [name_of[int(code)] for code in season.codes],
            "area_ha": [round(shape.area / 1e4, 3) for shape in season.shapes],
        },
        geometry=list(season.shapes),
        crs=season.grid.crs,
    )
    # The file's own time of change would make each build differ.
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2023-12-31T00:00:00Z"})
    try:
        frame.to_file(path, driver="GPKG", layer="parcels", SPATIAL_INDEX="NO")
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


__all__ = ["write_season"]
