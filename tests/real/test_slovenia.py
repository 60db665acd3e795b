"""Slovenia: real clouds, odd pixels, and the same ground on other grids."""

from datetime import date

import numpy as np
import pytest

from cropcore.sources import SourceOptions
from cropcore.sources.region import open_region
from cropcore.sources.region.check import check_region

IMAGES, NDVI = "s2_l1c/S2_L1C_{date}.tif", "ndvi/NDVI_{date}T*.tif"
CLOUDS = 'pattern = "cloud/CLOUD_{date}T*.tif"\n'


@pytest.fixture(scope="module")
def folder(real_data):
    return real_data / "eolearn_slovenia_s2"


@pytest.fixture
def opened(folder, tmp_path):
    def open_described(pattern: str, text: str = ""):
        toml = tmp_path / "region.toml"
        toml.write_text(f'[sources.s2]\npattern = "{pattern}"\n{text}')
        return open_region(toml, SourceOptions(data=folder))

    return open_described


def test_it_loads_as_it_lies(folder):
    report = check_region(folder, SourceOptions())
    assert report.ok, report.errors
    assert (report.width, report.height, report.crs) == (100, 101, "EPSG:32633")
    assert {name: len(days) for name, days in report.dates.items()} == {"ndvi": 68, "s2_l1c": 5}
    assert len(report.classes) == 5


def hidden_in(region):
    """Where nothing was seen, bool (time, y, x)."""
    return np.isnan(region.read(region.grid.whole).sources[0].values).all(axis=-1)


def test_probability_and_classes_agree_on_clouds(opened):
    """68 acquisitions; the mask is the probability, smoothed and cut by its makers."""
    mask = f"[sources.s2.mask]\n{CLOUDS}values = [1]\n"
    masks = f'[[sources.s2.masks]]\nkind = "probability"\n{CLOUDS}band = 2\nabove = 40\n'
    classes, likely = hidden_in(opened(NDVI, mask)), hidden_in(opened(NDVI, masks))
    assert 0.3 < classes.mean() < 0.8
    assert (classes == likely).mean() > 0.9
    np.testing.assert_array_equal(hidden_in(opened(NDVI, mask + masks)), classes | likely)


def test_dilated_clouds_in_blocks_and_whole(opened):
    mask = f"[sources.s2.mask]\n{CLOUDS}values = [1]\n"
    plain, region = hidden_in(opened(NDVI, mask)), opened(NDVI, mask + "dilate = 60\n")
    grown = hidden_in(region)
    assert (grown | ~plain).all()
    assert plain.mean() + 0.02 < grown.mean() < plain.mean() + 0.2
    for block in region.grid.blocks(37):
        part = np.isnan(region.read(block.core).sources[0].values).all(axis=-1)
        np.testing.assert_array_equal(part, grown[:, *block.core.slices])


@pytest.mark.parametrize("crs", ["EPSG:32632", "EPSG:3035", "EPSG:3857"])
def test_the_same_ground_in_another_system(opened, folder, crs):
    """Reflectance keeps its values; places keep theirs; blocks fit together to the bit."""
    here = opened(IMAGES)
    there = opened(
        IMAGES, f'[labels]\nfile = "labels.tif"\n[grid]\ncrs = "{crs}"\nresolution = 10\n'
    )
    own, moved = (region.read(region.grid.whole).sources[0].values for region in (here, there))
    assert np.isfinite(own).all()
    covered = np.isfinite(moved).all(axis=(0, 3))
    assert 0.4 < covered.mean() <= 1
    assert np.nanmin(moved) >= own.min() - 1e-6
    assert np.nanmax(moved) <= own.max() + 1e-6
    np.testing.assert_allclose(
        np.nanmean(moved, axis=(1, 2)), own.mean(axis=(1, 2)), rtol=0.02, atol=1e-3
    )
    rows, cols = np.argwhere(covered).T
    lon, lat = there.grid.lonlat(rows, cols)
    here_rows, here_cols = here.grid.rowcol(lon, lat)
    near = own[0, here_rows, here_cols, 7]
    assert np.corrcoef(moved[0, rows, cols, 7], near)[0, 1] > 0.97
    for block in there.grid.blocks(41):
        part = there.read(block.core).sources[0].values
        np.testing.assert_array_equal(part, moved[:, *block.core.slices])
    labels = there.labels_in(there.grid.whole)
    original = open_region(folder, SourceOptions()).labels_in(here.grid.whole)
    np.testing.assert_array_equal(labels[rows, cols], original[here_rows, here_cols])


def test_the_check_tells_what_is_warped(opened, folder, tmp_path):
    opened(IMAGES, '[grid]\ncrs = "EPSG:3035"\nresolution = 10\n')
    report = check_region(tmp_path / "region.toml", SourceOptions(data=folder))
    assert report.ok
    assert report.crs == "EPSG:3035"
    assert any(
        "rasters with pixels of 9.995 x 9.997 m in EPSG:32633 (5 of 5)" in t
        for t in report.warnings
    )
    assert report.dates["s2"][0] == date(2015, 7, 11)
