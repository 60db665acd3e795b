"""From one grid to another: blocks like the whole, values like GDAL's, no data kept apart."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj.exceptions import ProjError
from rasterio.crs import CRS
from rasterio.enums import Resampling
from rasterio.warp import reproject

from cropcore.cube import Grid, Window, resampling
from cropcore.cube.resampling import Warp

REGION = Grid("EPSG:32631", (10.0, 0.0, 600_000.0, 0.0, -10.0, 5_600_000.0), 60, 50)
RASTERS = {
    "20 m": Grid("EPSG:32631", (20.0, 0.0, 599_900.0, 0.0, -20.0, 5_600_100.0), 40, 40),
    "half a pixel aside": Grid(
        "EPSG:32631", (10.0, 0.0, 599_905.0, 0.0, -10.0, 5_600_005.0), 80, 70
    ),
    "the next zone": Grid("EPSG:32632", (10.0, 0.0, 174_800.0, 0.0, -10.0, 5_609_200.0), 90, 80),
    "degrees": Grid("EPSG:4326", (1.1e-4, 0.0, 4.41, 0.0, -0.8e-4, 50.545), 100, 90),
    "degrees from 0 to 360": Grid(
        "EPSG:4326", (1.1e-4, 0.0, 364.41, 0.0, -0.8e-4, 50.545), 100, 90
    ),
    "south up": Grid("EPSG:32631", (10.0, 0.0, 599_903.0, 0.0, 10.0, 5_599_404.0), 80, 70),
    "turned": Grid("EPSG:32631", (8.0, 6.0, 599_700.0, 6.0, -8.0, 5_599_700.0), 120, 120),
    "3 m": Grid("EPSG:32631", (3.0, 0.0, 599_901.0, 0.0, -3.0, 5_600_102.0), 270, 240),
    "finer, the next zone": Grid(
        "EPSG:32632", (4.0, 0.0, 174_800.0, 0.0, -4.0, 5_609_200.0), 200, 180
    ),
    "300 m": Grid("EPSG:32631", (300.0, 0.0, 599_000.0, 0.0, -300.0, 5_601_000.0), 8, 8),
    "a part": Grid("EPSG:32631", (20.0, 0.0, 600_205.0, 0.0, -20.0, 5_599_895.0), 10, 10),
}


def pixels(grid: Grid, gaps: float = 0.1, bands: int = 2, seed: int = 0) -> np.ndarray:
    """Random values (y, x, band), some missing."""
    random = np.random.default_rng(seed)
    values = random.random((grid.height, grid.width, bands), dtype=np.float32)
    values[random.random(values.shape) < gaps] = np.nan
    return values


def reader(values):
    return lambda part: values[part.slices]


def whole(source: Grid, values: np.ndarray, target: Grid = REGION) -> np.ndarray:
    return Warp(source, target).interpolate(target.whole, values.shape[-1], reader(values))


@pytest.fixture(params=sorted(RASTERS))
def source(request):
    return RASTERS[request.param]


windows = st.builds(
    lambda top, left, height, width: Window(
        top, left, min(height, REGION.height - top), min(width, REGION.width - left)
    ),
    st.integers(0, REGION.height - 1),
    st.integers(0, REGION.width - 1),
    st.integers(1, REGION.height),
    st.integers(1, REGION.width),
)


@settings(max_examples=60)
@given(name=st.sampled_from(sorted(RASTERS)), window=windows, seed=st.integers(0, 3))
def test_a_window_is_that_part_of_the_whole_to_the_bit(name, window, seed):
    source = RASTERS[name]
    values = pixels(source, gaps=0.1 * seed, seed=seed)
    warp = Warp(source, REGION)
    part = warp.interpolate(window, 2, reader(values))
    np.testing.assert_array_equal(part, whole(source, values)[window.slices])
    near, inside = warp.nearest(window, reader(values[..., 0]))
    every, every_inside = warp.nearest(REGION.whole, reader(values[..., 0]))
    np.testing.assert_array_equal(near, every[window.slices])
    np.testing.assert_array_equal(inside, every_inside[window.slices])


def test_small_parts_give_the_same(source, monkeypatch):
    values = pixels(source)
    expected = whole(source, values)
    monkeypatch.setattr(resampling, "_LARGEST_PART", 90)
    read = []

    def noted(part):
        read.append(part.height * part.width)
        return values[part.slices]

    np.testing.assert_array_equal(
        Warp(source, REGION).interpolate(REGION.whole, 2, noted), expected
    )
    assert max(read) <= 180


@pytest.mark.parametrize(
    "name",
    ["20 m", "half a pixel aside", "the next zone", "degrees", "300 m", "turned", "south up"],
)
def test_bilinear_values_are_those_of_gdal(name):
    source = RASTERS[name]
    values = pixels(source, gaps=0, bands=1)
    expected = by_gdal(source, values[..., 0], Resampling.bilinear)
    found = whole(source, values)[..., 0]
    inner = np.isfinite(found) & np.isfinite(expected)
    assert inner.mean() > 0.95
    # GDAL places some points a thousandth of a pixel beside where pyproj has them
    np.testing.assert_allclose(found[inner], expected[inner], atol=1e-3)


@pytest.mark.parametrize("name", sorted(set(RASTERS) - {"degrees from 0 to 360"}))
def test_nearest_values_are_those_of_gdal(name):
    source = RASTERS[name]
    values = np.random.default_rng(0).integers(1, 250, (source.height, source.width), np.uint8)
    found, inside = Warp(source, REGION).nearest(REGION.whole, reader(values))
    expected = by_gdal(source, values.astype(np.float32), Resampling.nearest)
    assert found.dtype == np.uint8
    assert (found[inside] > 0).all()
    assert (found[~inside] == 0).all()
    same = np.where(inside, found, np.nan) == expected
    assert same[np.isfinite(expected) & inside].mean() > 0.999, "but for pixels right between two"


def by_gdal(source: Grid, values: np.ndarray, way: Resampling) -> np.ndarray:
    target = np.full((REGION.height, REGION.width), np.nan, np.float32)
    reproject(
        values,
        target,
        src_transform=source.affine,
        src_crs=CRS.from_user_input(source.crs),
        src_nodata=np.nan,
        dst_transform=REGION.affine,
        dst_crs=CRS.from_user_input(REGION.crs),
        dst_nodata=np.nan,
        resampling=way,
        tolerance=0,
        XSCALE=1,
        YSCALE=1,
    )
    return target


def test_whole_multiples_are_averaged():
    source = Grid(REGION.crs, (2.5, 0.0, 600_000.0, 0.0, -2.5, 5_600_000.0), 240, 200)
    values = pixels(source, gaps=0)
    expected = values.reshape(50, 4, 60, 4, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(whole(source, values), expected, rtol=1e-5)
    assert Warp(source, REGION).samples == (4, 4)


def test_a_coarse_pixel_needs_data_in_half_of_it():
    source = Grid(REGION.crs, (5.0, 0.0, 600_000.0, 0.0, -5.0, 5_600_000.0), 120, 100)
    values = np.ones((100, 120, 1), np.float32)
    values[0, :2] = np.nan  # half of the first pixel
    values[0, 2:4] = values[1, 2] = np.nan  # three quarters of the second
    found = whole(source, values)[0, :3, 0]
    np.testing.assert_array_equal(found, [1, np.nan, 1])


def test_pixels_shifted_by_whole_ones_are_copied():
    source = Grid("EPSG:32631", (10.0, 0.0, 600_100.0, 0.0, -10.0, 5_599_900.0), 80, 70)
    values = pixels(source, gaps=0.3)
    found = whole(source, values)
    np.testing.assert_array_equal(found[10:, 10:], values[:40, :50])
    assert np.isnan(found[:10]).all()
    assert np.isnan(found[:, :10]).all()
    assert Warp(source, REGION).aligned


def test_a_plane_stays_a_plane_in_any_system(source):
    row, col = np.mgrid[: source.height, : source.width]
    values = np.stack([row + 0.5, col + 0.5], axis=-1).astype(np.float32)
    rows, cols = REGION.places_in(source, *(place + 0.5 for place in np.mgrid[:50, :60]))
    expected = np.stack([rows, cols], axis=-1)
    edge = 1 + np.array(Warp(source, REGION).samples).max()
    size = np.array([source.height, source.width])
    inner = ((expected > edge) & (expected < size - edge)).all(axis=-1)
    np.testing.assert_allclose(whole(source, values)[inner], expected[inner], atol=1e-3)


@settings(max_examples=30)
@given(name=st.sampled_from(sorted(RASTERS)), seed=st.integers(0, 99))
def test_no_data_is_part_of_no_value(name, seed):
    """What lies in missing pixels can be anything and changes nothing, nor do values grow."""
    source = RASTERS[name]
    values = pixels(source, gaps=0.4, seed=seed)
    found = whole(source, values)
    assert np.nanmin(found) >= np.nanmin(values) - 1e-6
    assert np.nanmax(found) <= np.nanmax(values) + 1e-6
    if Warp(source, REGION).samples == (1, 1):
        near, inside = Warp(source, REGION).nearest(REGION.whole, reader(values[..., 0]))
        np.testing.assert_array_equal(np.isfinite(found[..., 0]), inside & np.isfinite(near))


def test_one_band_has_no_say_in_another():
    source = RASTERS["the next zone"]
    values = pixels(source, gaps=0)
    holed = values.copy()
    holed[::2, ::3, 1] = np.nan
    np.testing.assert_array_equal(whole(source, holed)[..., 0], whole(source, values)[..., 0])


def test_what_lies_elsewhere_is_never_read():
    source = Grid("EPSG:32631", (10.0, 0.0, 700_000.0, 0.0, -10.0, 5_600_000.0), 60, 50)
    warp = Warp(source, REGION)
    assert not warp.overlaps
    assert warp.covered == 0
    found = warp.interpolate(REGION.whole, 3, pytest.fail)
    assert found.shape == (50, 60, 3)
    assert np.isnan(found).all()
    near, inside = warp.nearest(REGION.whole, pytest.fail)
    assert not inside.any()
    assert not near.any()


def test_how_much_is_covered():
    assert Warp(RASTERS["20 m"], REGION).covered == 1
    assert Warp(RASTERS["a part"], REGION).covered == pytest.approx(
        200 * 200 / (600 * 500), abs=0.02
    )
    assert Warp(RASTERS["degrees from 0 to 360"], REGION).covered == 1


def test_the_other_side_of_the_earth():
    there = Grid("EPSG:32601", (10.0, 0.0, 500_000.0, 0.0, 10.0, 0.0), 30, 30)
    back = Grid("EPSG:3035", (10.0, 0.0, 4_000_000.0, 0.0, -10.0, 3_000_000.0), 30, 30)
    warp = Warp(back, there)
    assert not warp.overlaps
    assert np.isnan(warp.interpolate(there.whole, 1, pytest.fail)).all()


def test_across_the_date_line():
    source = Grid("EPSG:4326", (1e-3, 0.0, 179.9, 0.0, -1e-3, 0.5), 300, 300)
    target = Grid("EPSG:32601", (100.0, 0.0, 160_000.0, 0.0, -100.0, 40_000.0), 90, 90)
    values = np.tile(179.9 + 1e-3 * (np.arange(300) + 0.5), (300, 1))[..., None]
    found = whole(source, values.astype(np.float32), target)[..., 0]
    lon, _ = target.lonlat(*np.mgrid[:90, :90])
    np.testing.assert_allclose(found % 360, lon % 360, atol=2e-5)
    assert (lon < 0).any()
    assert (lon > 0).any()


def test_another_planet_cannot_be_reached():
    moon = Grid("IAU_2015:30100", (1e-4, 0.0, 4.4, 0.0, -1e-4, 50.5), 10, 10)
    with pytest.raises(ProjError):
        _ = Warp(moon, REGION).ratio
