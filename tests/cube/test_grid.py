"""Where pixels lie: coordinates there and back, and blocks that tile a grid."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cropcore.cube import Grid, Window
from cropcore.errors import LocationError, SettingError

EDGES = {
    "zone 31 west": ("EPSG:32631", 166_100.0, 5_500_000.0),
    "zone 31 east": ("EPSG:32631", 833_000.0, 100_000.0),
    "zone 60 at the date line": ("EPSG:32660", 832_500.0, 20_000.0),
    "zone 1 at the date line": ("EPSG:32601", 166_200.0, 9_000_000.0),
    "south of the equator": ("EPSG:32721", 500_000.0, 8_600_000.0),
    "across the equator": ("EPSG:32631", 500_000.0, 500.0),
    "degrees": ("EPSG:4326", 5.33, 50.64),
    "equal area": ("EPSG:3035", 3_900_000.0, 3_100_000.0),
}


def grid_at(edge: str, width: int = 120, height: int = 90) -> Grid:
    crs, x, y = EDGES[edge]
    pixel = 1e-4 if crs == "EPSG:4326" else 10.0
    return Grid(crs, (pixel, 0.0, x, 0.0, -pixel, y), width, height)


@pytest.mark.parametrize("edge", EDGES)
def test_pixel_centres_come_back(edge):
    grid = grid_at(edge)
    rows, cols = (place.ravel() for place in np.mgrid[0 : grid.height, 0 : grid.width])
    lon, lat = grid.lonlat(rows, cols)
    again_rows, again_cols = grid.rowcol(lon, lat)
    np.testing.assert_array_equal(again_rows, rows)
    np.testing.assert_array_equal(again_cols, cols)


@given(
    edge=st.sampled_from(sorted(EDGES)),
    row=st.floats(0.01, 89.99).filter(lambda value: 0.01 < value % 1 < 0.99),
    col=st.floats(0.01, 119.99).filter(lambda value: 0.01 < value % 1 < 0.99),
)
def test_any_point_of_a_pixel_finds_it(edge, row, col):
    grid = grid_at(edge)
    lon, lat = grid.lonlat(np.array([row - 0.5]), np.array([col - 0.5]))
    assert grid.pixel_at(float(lon[0]), float(lat[0])) == (int(row), int(col))


def test_south_up_and_turned_grids_come_back():
    for transform in ((10.0, 0.0, 6e5, 0.0, 10.0, 5.6e6), (8.0, 6.0, 6e5, 6.0, -8.0, 5.6e6)):
        grid = Grid("EPSG:32631", transform, 30, 20)
        rows, cols = np.arange(20), np.arange(20) + 10
        again = grid.rowcol(*grid.lonlat(rows, cols))
        np.testing.assert_array_equal(again, [rows, cols])


@pytest.mark.parametrize(("lon", "lat"), [(5.3, 10.0), (np.inf, 50.0), (-170.0, -89.0)])
def test_points_elsewhere_are_told_where_the_imagery_is(lon, lat):
    with pytest.raises(LocationError, match=r"longitude -1\.\d+ to .* outside the imagery"):
        grid_at("zone 31 west").pixel_at(lon, lat)


@given(
    height=st.integers(1, 40),
    width=st.integers(1, 40),
    size=st.integers(1, 45),
    halo=st.integers(0, 12),
)
def test_blocks_tile_the_grid_and_see_their_halo(height, width, size, halo):
    grid = Grid("EPSG:32631", (10.0, 0.0, 6e5, 0.0, -10.0, 5.6e6), width, height)
    covered = np.zeros((height, width), dtype=int)
    for block in grid.blocks(size, halo):
        core, padded = block.core, block.padded
        covered[core.slices] += 1
        assert padded.row == max(core.row - halo, 0)
        assert padded.col == max(core.col - halo, 0)
        assert padded.row + padded.height == min(core.row + core.height + halo, height)
        assert padded.col + padded.width == min(core.col + core.width + halo, width)
        values = np.arange(height * width).reshape(height, width)
        inner = core.relative_to(padded)
        np.testing.assert_array_equal(values[padded.slices][inner.slices], values[core.slices])
    assert (covered == 1).all()


def test_blocks_come_in_reading_order():
    cores = [block.core for block in grid_at("degrees", 5, 3).blocks(2)]
    assert cores[:3] == [Window(0, 0, 2, 2), Window(0, 2, 2, 2), Window(0, 4, 2, 1)]
    assert cores[3] == Window(2, 0, 1, 2)


@pytest.mark.parametrize(("size", "halo"), [(0, 0), (-3, 0), (4, -1)])
def test_impossible_blocks_are_refused(size, halo):
    with pytest.raises(SettingError, match=f"size {size} and halo {halo}"):
        list(grid_at("degrees").blocks(size, halo))


@settings(max_examples=20)
@given(row=st.integers(0, 60), col=st.integers(0, 60))
def test_area_of_pixels_in_metres_and_degrees_agrees(row, col):
    metres = Grid("EPSG:3035", (10.0, 0.0, 3.9e6 + 10 * col, 0.0, -10.0, 3.1e6 - row), 3, 2)
    assert metres.row_hectares() == pytest.approx([0.01, 0.01])
    degrees = Grid("EPSG:4326", (1e-4, 0.0, 5.3, 0.0, -1e-4, float(row)), 3, 2)
    expected = 1.24 * np.cos(np.radians(row)) / 100
    assert degrees.row_hectares() == pytest.approx([expected, expected], rel=0.02)


@pytest.mark.parametrize("edge", EDGES)
def test_pixels_have_a_size_in_metres(edge):
    grid = grid_at(edge)
    height, width = grid.pixel_metres()
    if edge == "degrees":
        assert height == pytest.approx(1e-4 * 111_250, rel=1e-3)
        assert width == pytest.approx(1e-4 * 111_320 * np.cos(np.radians(50.64)), rel=3e-3)
    else:
        assert (height, width) == (10, 10)


def test_pixels_in_feet():
    grid = Grid("EPSG:2225", (30.0, 0.0, 6_000_000.0, 0.0, -15.0, 2_000_000.0), 4, 4)
    assert grid.pixel_metres() == pytest.approx((15 * 1200 / 3937, 30 * 1200 / 3937))
