import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from cropcore.cube.grid import Grid
from cropcore.legend import legend_from_names
from cropcore.mapping import AreaCount

LEGEND = legend_from_names(["maize", "rice"])


def test_a_utm_pixel_of_ten_metres_is_a_hundredth_of_a_hectare(make_grid):
    grid = make_grid(30, 20)
    codes = np.full((30, 20), 255, np.uint8)
    codes[:3] = 1
    codes[3, :7] = 2
    count = AreaCount(grid, LEGEND)
    count.add(grid.whole, codes)
    maize, rice = count.areas()
    assert (maize.code, maize.name, maize.pixels) == (1, "maize", 60)
    assert maize.ha == pytest.approx(0.6)
    assert rice.to_json() == {"code": 2, "name": "rice", "ha": 0.07}


def test_pixels_of_a_geographic_grid_have_their_true_area():
    step = 0.01
    grid = Grid("EPSG:4326", (step, 0, 10.0, 0, -step, 60.0), 50, 400)
    codes = np.repeat([1, 2], 200)[:, None] * np.ones((1, 50), int)
    count = AreaCount(grid, LEGEND)
    count.add(grid.whole, codes.astype(np.uint8))
    for area, (north, south) in zip(count.areas(), [(60, 58), (58, 56)], strict=True):
        lon = np.linspace(10, 10.5, 2001)  # parallels are curves: walk along them
        ring = (np.r_[lon, lon[::-1]], np.r_[np.full(2001, south), np.full(2001, north)])
        true, _ = Geod(ellps="WGS84").polygon_area_perimeter(*ring)
        assert area.ha == pytest.approx(abs(true) / 1e4, rel=1e-5)
        assert area.pixels == 200 * 50


@settings(max_examples=25, deadline=None)
@given(size=st.integers(1, 40), seed=st.integers(0, 2**32 - 1))
def test_the_size_of_blocks_does_not_change_areas(size, seed):
    grid = Grid("EPSG:4326", (0.01, 0, 10.0, 0, -0.01, 60.0), 23, 31)
    codes = np.random.default_rng(seed).choice([1, 2, 77, 255], (31, 23)).astype(np.uint8)
    whole, parts = AreaCount(grid, LEGEND), AreaCount(grid, LEGEND)
    whole.add(grid.whole, codes)
    for block in reversed(list(grid.blocks(size))):
        parts.add(block.core, codes[block.core.slices])
    assert parts.areas() == whole.areas()
    assert sum(area.pixels for area in whole.areas()) == np.isin(codes, [1, 2]).sum()
