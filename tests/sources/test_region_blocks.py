"""All steps that look at neighbours, together: any block is that part of the whole, to the bit."""

from datetime import date, timedelta

import numpy as np
import pytest
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st

from cropcore.cube import Calendar, Grid, Preparation, SourceBands, Steps, Window
from cropcore.sources import SourceOptions
from cropcore.sources.region import open_region
from tests.building import CLEAR, CLOUD, ORIGIN, write_raster

HERE = Grid("EPSG:32631", (10.0, 0.0, ORIGIN[0], 0.0, -10.0, ORIGIN[1]), 50, 44)
COARSE = Grid("EPSG:32631", (20.0, 0.0, ORIGIN[0], 0.0, -20.0, ORIGIN[1]), 25, 22)
TURNED = Grid("EPSG:32631", (8.0, 6.0, 599_700.0, 6.0, -8.0, 5_599_650.0), 110, 110)
START = date(2021, 4, 1)
PREPARATION = Preparation(
    Calendar(4, 1, 10, 5),
    (SourceBands("s2", ("B02", "B04", "B08", "B11")), SourceBands("s1", ("VV", "VH"))),
    steps=Steps(screening=True, filling="whittaker", indices=("NDVI", "NDMI", "DpRVIVV")),
)
TOML = """
[sources.s2]
pattern = "s2/{date}_*.tif"
[sources.s2.mask]
pattern = "scl/{date}.tif"
dilate = 45
[[sources.s2.masks]]
kind = "probability"
pattern = "cld/{date}.tif"
dilate = 20
[sources.s1]
pattern = "s1/{date}.tif"
speckle = "lee"
"""


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    """Bands of 10 and 20 m, two masks, clouds that both missed, radar on a turned grid."""
    root = tmp_path_factory.mktemp("blocks")
    random = np.random.default_rng(0)

    def write(path, grid, values, bands=(), **more):
        write_raster(root / path, values, bands=bands, affine=Affine(*grid.transform), **more)

    for offset in range(0, 50, 6):
        day = START + timedelta(days=offset)
        for name, grid, bands in (("10m", HERE, ("B02", "B04", "B08")), ("20m", COARSE, ("B11",))):
            values = random.uniform(100, 4000, (len(bands), grid.height, grid.width))
            values[:, random.random(values.shape[1:]) < 0.05] = 0
            path = f"s2/{day}_{name}.tif"
            write(path, grid, values.astype(np.uint16), bands, nodata=0, scales=[1e-4] * len(bands))
        scene = np.where(random.random((1, 22, 25)) < 0.02, CLOUD, CLEAR).astype(np.uint8)
        write(f"scl/{day}.tif", COARSE, scene)
        likely = np.where(random.random((1, 110, 110)) < 0.01, 90, 3).astype(np.uint8)
        write(f"cld/{day}.tif", TURNED, likely)
        power = 0.05 * random.gamma(4.4, 1 / 4.4, (2, 110, 110)).astype(np.float32)
        power[:, random.random(power.shape[1:]) < 0.02] = np.nan
        write(f"s1/{day}.tif", TURNED, power, ("VV_linear", "VH_linear"))
    (root / "region.toml").write_text(TOML, encoding="utf-8")
    return open_region(root, SourceOptions())


def told(region, window: Window) -> tuple[np.ndarray, ...]:
    """Model input, whether it is clear, and looks; each (y, x, …)."""
    sources = region.read(window).sources
    series, clear = PREPARATION(sources, START)
    looks = PREPARATION.looks(sources, START)
    shape = window.height, window.width
    return tuple(part.reshape(*shape, -1) for part in (series, clear, looks.T))


@pytest.fixture(scope="module")
def whole(region):
    return told(region, region.grid.whole)


def test_there_is_something_to_tell(region, whole):
    assert region.grid == HERE
    series, clear, looks = whole
    assert 0.5 < clear.mean() <= 1
    assert np.isfinite(series[clear[..., 0]]).mean() > 0.95
    assert looks[..., 0].min() < looks[..., 0].max() < 9, "clouds were masked and screened"


@settings(max_examples=30)
@given(
    size=st.integers(1, 50), top=st.integers(0, 43), left=st.integers(0, 49),
)  # fmt: skip
def test_a_block_is_that_part_of_the_whole(region, whole, size, top, left):
    window = Window(top, left, min(size, 44 - top), min(size, 50 - left))
    for part, every in zip(told(region, window), whole, strict=True):
        np.testing.assert_array_equal(part, every[window.slices])


@pytest.mark.parametrize("size", [7, 16, 33])
def test_blocks_make_up_the_whole(region, whole, size):
    pieces = [np.full_like(every, 1) for every in whole]
    for block in region.grid.blocks(size):
        for piece, part in zip(pieces, told(region, block.core), strict=True):
            piece[block.core.slices] = part
    for piece, every in zip(pieces, whole, strict=True):
        np.testing.assert_array_equal(piece, every)
