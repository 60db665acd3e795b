"""Land by class and confidence, counted by hand and on rasters as they are written."""

import json

import numpy as np
import pytest
import rasterio
from hypothesis import given
from hypothesis import strategies as st

from cropcore.cube.grid import Grid
from cropcore.errors import MissingFileError, RegionError, RunError
from cropcore.legend import legend_from_names
from cropcore.mapping import count_confident_areas
from cropcore.mapping.confident_areas import ConfidentAreas
from tests.building import write_raster

LEGEND = legend_from_names(["maize", "rice"])
CODES = np.array([[1, 1, 1, 2], [2, 2, 255, 9]], np.uint8)
PERCENT = np.array([[100, 80, 79, 50], [80, 0, 255, 90]], np.uint8)
HA = 0.01


@pytest.fixture
def planted_map(tmp_path):
    write_raster(tmp_path / "class_map.tif", CODES, nodata=255)
    write_raster(tmp_path / "confidence.tif", PERCENT, nodata=255)
    return tmp_path


@pytest.mark.parametrize(
    ("least", "maize", "rice"),
    [(0, 3, 3), (1, 3, 2), (50, 3, 2), (51, 3, 1), (79, 3, 1), (80, 2, 1), (81, 1, 0), (100, 1, 0)],
)
def test_land_is_kept_at_and_above_the_threshold(planted_map, least, maize, rice):
    areas = count_confident_areas(planted_map, LEGEND)
    assert areas.kept(least) == pytest.approx([maize * HA, rice * HA])
    assert areas.total == pytest.approx([3 * HA, 3 * HA]), "no data and other codes are passed over"


def test_blocks_do_not_matter(planted_map, monkeypatch):
    whole = count_confident_areas(planted_map, LEGEND).hectares
    monkeypatch.setattr("cropcore.mapping.confident_areas._BLOCK", 1)
    np.testing.assert_allclose(count_confident_areas(planted_map, LEGEND).hectares, whole)


def test_total_is_that_of_the_finished_map(planted, legend, make_grid, tmp_path):
    world = planted(make_grid(40, 50), len(legend))
    world.map(legend, tmp_path / "map", block=16)
    told = json.loads((tmp_path / "map" / "map.json").read_text())["areas"]
    areas = count_confident_areas(tmp_path / "map", legend)
    assert areas.total == pytest.approx([item["ha"] for item in told])
    largest = np.where(world.clear, np.rint(world.probabilities.max(axis=-1) * 100), -1)
    assert areas.kept(60).sum() == pytest.approx((largest >= 60).sum() * HA)


def test_pixels_of_a_geographic_grid_have_their_true_area(tmp_path):
    grid = Grid("EPSG:4326", (0.01, 0, 10.0, 0, -0.01, 60.0), 4, 300)
    shape, place = (300, 4), {"crs": grid.crs, "affine": grid.affine, "nodata": 255}
    write_raster(tmp_path / "class_map.tif", np.ones(shape, np.uint8), **place)
    sure = np.repeat([90, 10], 150)[:, None] * np.ones((1, 4))
    write_raster(tmp_path / "confidence.tif", sure.astype(np.uint8), **place)
    areas, rows = count_confident_areas(tmp_path, LEGEND), grid.row_hectares() * 4
    assert areas.kept(50)[0] == pytest.approx(rows[:150].sum())
    assert areas.total[0] - areas.kept(50)[0] == pytest.approx(rows[150:].sum())
    assert rows[150:].sum() > rows[:150].sum() * 1.01, "pixels shrink towards the pole"


@given(st.integers(0, 100), st.integers(0, 100))
def test_a_higher_threshold_never_keeps_more(one, other):
    areas = ConfidentAreas(LEGEND, np.random.default_rng(0).random((2, 101)))
    low, high = sorted((one, other))
    assert (areas.kept(high) <= areas.kept(low)).all()
    assert areas.kept(0) == pytest.approx(areas.total)


def test_two_grids_are_refused(planted_map):
    write_raster(planted_map / "confidence.tif", PERCENT[:, :3], nodata=255)
    with pytest.raises(RunError, match="one grid"):
        count_confident_areas(planted_map, LEGEND)


def test_missing_and_damaged_rasters_are_told(planted_map):
    path = planted_map / "confidence.tif"
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(RegionError, match="cannot be read"):
        count_confident_areas(planted_map, LEGEND)
    path.unlink()
    with pytest.raises(MissingFileError):
        count_confident_areas(planted_map, LEGEND)


def test_map_tells_its_classes_by_code_not_by_place(tmp_path):
    legend = legend_from_names(["a", "b", "c"]).only([2, 3])
    write_raster(tmp_path / "class_map.tif", np.array([[3, 3, 2]], np.uint8), nodata=255)
    write_raster(tmp_path / "confidence.tif", np.array([[9, 8, 7]], np.uint8), nodata=255)
    assert count_confident_areas(tmp_path, legend).total == pytest.approx([HA, 2 * HA])
    with rasterio.open(tmp_path / "class_map.tif") as raster:
        assert raster.read(1).max() == 3
