"""Slovenia as eo-learn keeps it: real clouds, irregular dates, a grid that is not quite 10 m."""

import json
import subprocess
import sys

import numpy as np
import pytest
import rasterio

from cropcore.sources import SourceOptions, check_source, open_source


@pytest.fixture(scope="module")
def patch(real_data, tmp_path_factory):
    """An EOPatch of the five acquisitions with all bands."""
    source = real_data / "eolearn_slovenia_s2"
    folder = tmp_path_factory.mktemp("patches") / "slovenia"
    for name in ("data", "mask", "mask_timeless"):
        (folder / name).mkdir(parents=True)
    images, clouds, times = [], [], []
    for path in sorted((source / "s2_l1c").glob("*.tif")):
        day = path.stem.removeprefix("S2_L1C_")
        (cloud,) = (source / "cloud").glob(f"CLOUD_{day}T*.tif")
        clock = cloud.stem.partition("T")[2]
        times.append(f"{day}T{clock[:2]}:{clock[2:4]}:{clock[4:]}")
        with rasterio.open(path) as raster:
            images.append(np.moveaxis(raster.read(), 0, -1))
            crs, bounds = raster.crs.to_epsg(), raster.bounds
        with rasterio.open(cloud) as raster:
            clouds.append(raster.read(1)[..., None])
    with rasterio.open(source / "labels.tif") as raster:
        classes = raster.read(1)[..., None]
    np.save(folder / "data" / "BANDS-S2-L1C.npy", np.stack(images))
    np.save(folder / "mask" / "CLM.npy", np.stack(clouds).astype(np.uint8))
    np.save(folder / "mask_timeless" / "LULC.npy", classes)
    (folder / "timestamps.json").write_text(json.dumps(times))
    left, bottom, right, top = bounds
    ring = [[left, bottom], [left, top], [right, top], [right, bottom], [left, bottom]]
    named = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{crs}"}}
    box = {"crs": named, "type": "Polygon", "coordinates": [ring]}
    (folder / "bbox.geojson").write_text(json.dumps(box))
    return folder, np.stack(images), np.stack(clouds)[..., 0] != 0, classes[..., 0]


def test_becomes_the_region_it_was(patch, tmp_path):
    folder, images, clouds, classes = patch
    out = tmp_path / "slovenia"
    done = subprocess.run(
        [sys.executable, "-m", "cropcore", "region", "import", "eopatch", folder, "--out", out],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    report = check_source(out, SourceOptions())
    assert report.ok, report.to_text()
    assert (report.width, report.height, report.crs) == (100, 101, "EPSG:32633")
    (days,) = report.dates.values()
    assert len(days) == 5
    (bands,) = report.bands.values()
    assert len(bands) == 13
    assert sum(item.pixels for item in report.classes) == (classes > 0).sum()
    seen = {}
    for batch in open_source(out, SourceOptions()).labelled(20_000, 0):
        (imagery,) = batch.acquisitions
        seen |= dict(zip(batch.ids.tolist(), imagery.values.transpose(1, 0, 2), strict=True))
    assert len(seen) > 9000
    shown = np.where(clouds[..., None], np.nan, images * 1e-4)
    for name, series in list(seen.items())[::97]:
        row, col = map(int, name.split("_"))
        order = [imagery.bands.index(band) for band in bands]
        np.testing.assert_allclose(series[:, order], shown[:, row, col], atol=1e-5)
