"""Parcels as people draw them: crossing edges, slivers, overlaps, and buffers in true metres."""

from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely
from pyproj import Geod

from cropcore.cube import Grid
from cropcore.errors import LabelError
from cropcore.sources import SourceOptions
from cropcore.sources.region import open_region
from cropcore.sources.region.check import check_region
from cropcore.sources.region.label_geometry import fit_parcels
from cropcore.sources.region.label_metres import Metres, pixel_side
from tests.building import CRS, ORIGIN, square_parcels, write_region

SIZE = (24, 32)
GRID = Grid(CRS, (10.0, 0.0, ORIGIN[0], 0.0, -10.0, ORIGIN[1]), SIZE[1], SIZE[0])
X, Y = ORIGIN


@pytest.fixture
def folder(tmp_path) -> Path:
    return write_region(tmp_path / "region", labels=None, n_dates=2, sources=("s2",), toml=False)


def save(folder, shapes, names, said="", **columns):
    frame = geopandas.GeoDataFrame({"crop": names, **columns}, geometry=list(shapes), crs=CRS)
    frame.to_file(folder / "labels.gpkg")
    (folder / "region.toml").write_text(
        f'[sources.s2]\npattern = "s2/{{date}}.tif"\n[labels]\nfile = "labels.gpkg"\n{said}\n'
    )


def whole(folder):
    region = open_region(folder, SourceOptions())
    return region.labels_in(region.grid.whole), region


def box(left, top, right, bottom):
    """A rectangle counted in pixels from the upper left corner."""
    return shapely.box(X + 10 * left, Y - 10 * bottom, X + 10 * right, Y - 10 * top)


def test_a_buffer_takes_metres_off_every_side_and_tells_what_vanished(folder):
    save(folder, [box(0, 0, 6, 6), box(10, 0, 12, 9)], ["a", "b"], "buffer = 10")
    codes, region = whole(folder)
    assert np.argwhere(codes).min(axis=0).tolist() == [1, 1]
    assert np.argwhere(codes).max(axis=0).tolist() == [4, 4]
    assert (codes > 0).sum() == 16
    told = "labels.gpkg: 1 of 2 parcels left out: nowhere 20 m wide (buffer 10 m)."
    assert told in region.notes
    assert told in check_region(folder, SourceOptions()).warnings


def test_small_parcels_are_left_out_and_counted(folder):
    save(folder, [box(0, 0, 6, 6), box(10, 0, 12, 2)], ["a", "b"], "min_area_ha = 0.1")
    codes, region = whole(folder)
    assert (codes > 0).sum() == 36
    assert "labels.gpkg: 1 of 2 parcels left out: smaller than 0.1 ha." in region.notes


def test_nothing_left_is_told(folder):
    save(folder, [box(0, 0, 2, 2)], ["a"], "min_area_ha = 5")
    with pytest.raises(LabelError, match=r"none after leaving some out .*smaller than 5 ha"):
        whole(folder)


@pytest.mark.parametrize("crs", [CRS, "EPSG:4326", "EPSG:3857", "EPSG:3035"])
def test_metres_are_metres_in_any_system(crs):
    square = geopandas.GeoSeries([shapely.box(X, Y - 1000, X + 1000, Y)], crs=CRS).to_crs(crs)
    left, bottom, right, top = square.total_bounds
    step = (right - left) / 100
    grid = Grid(crs, (step, 0, left, 0, -(top - bottom) / 100, top), 100, 100)
    fit = fit_parcels("x", np.array(square), np.array([1]), grid, buffer=100)
    corners = geopandas.GeoSeries(fit.shapes, crs=crs).to_crs("EPSG:4326").iloc[0]
    area, _ = Geod(ellps="WGS84").geometry_area_perimeter(corners)
    assert abs(area) == pytest.approx(800**2, rel=0.005)
    there = Metres.around(grid).there(np.array(square))
    assert shapely.area(there)[0] == pytest.approx(1e6, rel=0.005)


@pytest.mark.parametrize(
    ("crs", "transform", "side"),
    [
        (CRS, GRID.transform, 10),
        ("EPSG:4326", (1e-4, 0, 4.4, 0, -1e-4, 50.5), 8.88),  # 11.12 m by 7.09 m
        ("EPSG:3857", (10, 0, 489_000, 0, -10, 6_528_000), 6.37),
    ],
)
def test_side_of_a_pixel(crs, transform, side):
    assert pixel_side(Grid(crs, transform, 10, 10)) == pytest.approx(side, abs=0.03)


def test_pixels_that_two_classes_claim_are_unknown(folder):
    save(folder, [box(0, 0, 6, 6), box(4, 0, 10, 6), box(4, 10, 10, 12)], ["a", "b", "b"])
    codes, region = whole(folder)
    assert codes[0, :11].tolist() == [1] * 4 + [0] * 2 + [2] * 4 + [0]
    assert any(
        "overlapping pairs of parcels: 1, on 0.12 ha; where" in note for note in region.notes
    )
    assert any("differ (1, on 0.12 ha)" in note for note in region.notes)


def test_an_overlap_of_one_class_stays_and_belongs_to_one_group(folder):
    save(folder, [box(0, 0, 6, 6), box(4, 0, 10, 6)], ["a", "a"], id=["p", "q"])
    codes, region = whole(folder)
    assert codes[0, :10].tolist() == [1] * 10
    names = region.labels.group_names(region.groups_in(region.grid.whole)[0, :10])
    assert names.tolist() == ["p"] * 4 + ["q"] * 6
    assert any("differ (0, on 0.00 ha)" in note for note in region.notes)


def test_merged_classes_do_not_conflict(folder):
    said = '[labels.merge]\ncereals = ["a", "b"]'
    save(folder, [box(0, 0, 6, 6), box(4, 0, 10, 6)], ["a", "b"], said)
    codes, region = whole(folder)
    assert codes[0, :10].tolist() == [1] * 10
    assert region.legend.names == ("cereals",)


def test_edges_in_common_are_no_overlap(folder):
    save(folder, [box(0, 0, 4, 4), box(4, 0, 8, 4), box(0, 4, 8, 6)], ["a", "b", "c"])
    _, region = whole(folder)
    assert not any("overlap" in note for note in region.notes)


def test_an_overlap_beside_a_common_edge_draws_no_line(folder):
    """The parcels share an area and, apart from it, an edge: a collection of both."""
    first = shapely.union_all([box(0, 0, 10, 4), box(0, 4, 4, 8)])
    second = shapely.union_all([box(6, 2, 10, 8), box(4, 6, 6, 8)])
    save(folder, [first, second], ["a", "b"])
    codes, _ = whole(folder)
    assert (codes[2:4, 6:10] == 0).all()
    assert codes[6, 3:5].tolist() == [1, 2]


def test_crossing_edges_are_repaired_and_told(folder):
    bow = shapely.Polygon([(X, Y), (X + 80, Y - 80), (X + 80, Y), (X, Y - 80)])
    flat = shapely.Polygon([(X, Y), (X + 50, Y), (X + 90, Y)])
    save(folder, [bow, flat, box(10, 0, 14, 4)], ["a", "a", "b"])
    codes, region = whole(folder)
    assert codes[2, [0, 1, 3, 4, 6, 7]].tolist() == [1, 1, 0, 0, 1, 1]
    assert any("1 of 3 parcels repaired: edges that cross" in note for note in region.notes)
    assert any("1 of 3 parcels left out: without area" in note for note in region.notes)


def test_parcels_without_geometry_are_counted(folder):
    frame = square_parcels(("a", "b", "a"))
    frame.loc[2, "geometry"] = None
    frame.to_file(folder / "labels.geojson")
    _, region = whole(folder)
    assert "labels.geojson: 1 of 3 items left out: without geometry." in region.notes


def test_single_points_in_collections_are_points(folder):
    at = [shapely.MultiPoint([(X + 5, Y - 5)]), shapely.MultiPoint([(X + 25, Y - 15)])]
    save(folder, at, ["a", "b"])
    codes, _ = whole(folder)
    assert np.argwhere(codes).tolist() == [[0, 0], [1, 2]]
