"""Parcels, points and rasters as labels: codes, groups and legends."""

from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from cropcore.cube import Grid, Window
from cropcore.errors import LabelError
from cropcore.legend import legend_from_names
from cropcore.sources import SourceOptions
from cropcore.sources.region import open_region
from cropcore.sources.region.label_shapes import LabelParcels
from cropcore.sources.region.label_values import code_labels, plain_text
from tests.building import (
    CLASSES,
    CRS,
    ORIGIN,
    class_map,
    square_parcels,
    write_raster,
    write_region,
)

SIZE = (24, 32)
TRUTH = class_map(SIZE, 4, 3)


@pytest.fixture
def folder(tmp_path) -> Path:
    return write_region(tmp_path / "region", labels=None, n_dates=2, sources=("s2",), toml=False)


def opened(folder, **options):
    return open_region(folder, SourceOptions(**options))


def whole(folder, **options):
    region = opened(folder, **options)
    return region.labels_in(region.grid.whole)


@pytest.mark.parametrize("suffix", ["gpkg", "shp", "geojson", "parquet"])
@pytest.mark.parametrize("crs", [CRS, "EPSG:4326", "EPSG:3035"])
def test_parcels_of_any_kind_and_system(folder, suffix, crs):
    frame = square_parcels(crop_id=[7, 8]).to_crs(crs)
    if suffix == "parquet":
        frame.to_parquet(folder / "labels.parquet")
    else:
        frame.to_file(folder / f"labels.{suffix}")
    codes = whole(folder)
    expected = np.zeros(SIZE, np.uint8)
    expected[:4, :4], expected[:4, 4:8] = 2, 1  # by alphabet: maize, wheat
    np.testing.assert_array_equal(codes, expected)
    assert opened(folder).legend.names == ("maize", "wheat")


@pytest.mark.parametrize("kind", ["parcels", "raster", "points"])
def test_all_kinds_say_the_same(tmp_path, kind):
    folder = write_region(tmp_path / "r", labels=kind, n_dates=2, sources=("s2",))
    codes = whole(folder)
    known = codes > 0
    assert known.sum() == (48 if kind == "points" else known.size)
    np.testing.assert_array_equal(codes[known], TRUTH[known])
    assert opened(folder).legend.names == CLASSES


def test_a_pixel_belongs_to_the_parcel_of_its_centre(folder):
    x, y = ORIGIN
    shapes = [shapely.box(x + 4, y - 20, x + 24, y - 6), shapely.box(x + 24, y - 20, x + 40, y)]
    frame = geopandas.GeoDataFrame({"crop": ["a", "b"]}, geometry=shapes, crs=CRS)
    frame.to_file(folder / "labels.gpkg")
    np.testing.assert_array_equal(whole(folder)[:2, :5], [[0, 0, 2, 2, 0], [1, 1, 2, 2, 0]])


def test_parcels_without_class_or_geometry_are_left_out_and_told(folder):
    frame = square_parcels(("wheat", "", "0", "maize", "wheat"))
    frame.loc[4, "geometry"] = None
    frame.to_file(folder / "labels.gpkg")
    assert np.unique(whole(folder)[0]).tolist() == [0, 1, 2]
    assert any("2 items have no class" in note for note in opened(folder).notes)


def test_parcels_with_height_and_holes(folder):
    x, y = ORIGIN
    ring = shapely.box(x, y - 50, x + 50, y).difference(shapely.box(x + 10, y - 40, x + 40, y - 10))
    frame = square_parcels(("a",)).set_geometry([shapely.force_3d(ring, 5.0)])
    frame.to_file(folder / "labels.gpkg")
    codes = whole(folder)
    assert codes[:5, :5].tolist() == [[1] * 5, *[[1, 0, 0, 0, 1]] * 3, [1] * 5]


@pytest.mark.parametrize(
    ("columns", "options", "names"),
    [
        ({}, {}, ["row 1", "row 2"]),
        ({"id": [11, 11]}, {}, ["11", "11"]),
        ({"id": [11.0, None]}, {}, ["11", "row 2"]),
        ({"Field_ID": ["x", "y"]}, {}, ["x", "y"]),
        ({"farm": ["f", "g"], "id": [1, 2]}, {"group": "Farm"}, ["f", "g"]),
    ],
)
def test_groups_of_parcels(folder, columns, options, names):
    square_parcels(**columns).to_file(folder / "labels.gpkg")
    region = opened(folder, **options)
    numbers = region.groups_in(Window(0, 0, 1, 9))[0]
    assert numbers[8] == -1
    assert region.labels.group_names(numbers[[0, 4]]).tolist() == names
    groups = np.concatenate([batch.groups for batch in region.labelled(99, 0)])
    assert sorted(set(groups)) == sorted(set(names))


@pytest.mark.parametrize(("side", "n_groups"), [(10, 12), (24, 2), (100, 1), (1, 24 * 32)])
def test_groups_of_a_label_raster_are_squares(tmp_path, side, n_groups):
    folder = write_region(tmp_path / "r", labels="raster", n_dates=1, sources=("s2",))
    region = opened(folder, block_pixels=side)
    batches = list(region.labelled(10**6, 0))
    ids = np.concatenate([batch.ids for batch in batches])
    groups = np.concatenate([batch.groups for batch in batches])
    assert len(set(groups)) == n_groups
    for name, group in zip(ids, groups, strict=True):
        row, col = map(int, name.split("_"))
        assert group == f"{row // side}_{col // side}"


def test_groups_of_points(tmp_path):
    folder = write_region(tmp_path / "r", labels="points", n_dates=1, sources=("s2",))
    (batch,) = opened(folder).labelled(100, 0)
    rows, cols = np.array([name.split("_") for name in batch.ids], dtype=int).T
    expected = [f"{r}_{c}" for r, c in zip(rows // 10, cols // 10, strict=True)]
    assert batch.groups.tolist() == expected
    (by_crop,) = opened(folder, group="crop").labelled(100, 0)
    assert set(by_crop.groups) == set(CLASSES)


def test_points_of_two_classes_in_a_pixel_are_left_out_and_told(folder):
    x, y = ORIGIN
    at = [(x + 1, y - 1), (x + 9, y - 9), (x + 15, y - 5), (x + 16, y - 5), (x - 1, y)]
    frame = geopandas.GeoDataFrame(
        {"crop": ["a", "b", "b", "b", "a"]}, geometry=list(map(shapely.Point, at)), crs=CRS
    )
    frame.to_file(folder / "labels.gpkg")
    codes = whole(folder)
    assert (codes[0, :3].tolist(), codes.sum()) == ([0, 2, 0], 2)
    assert any("2 points share a pixel" in note for note in opened(folder).notes)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_points_in_plain_tables(folder, separator):
    lon, lat = opened(folder).grid.lonlat(np.array([3, 9]), np.array([5, 7]))
    rows = ["Longitude,Latitude,Crop", f"{lon[0]},{lat[0]},maize", f"{lon[1]},{lat[1]},NA"]
    (folder / "labels.csv").write_text("\n".join(rows).replace(",", separator), "utf-8-sig")
    region = opened(folder)
    assert region.legend.names == ("maize", "NA")
    assert np.argwhere(whole(folder)).tolist() == [[3, 5], [9, 7]]
    table = pd.DataFrame({"lon": lon[:1], "lat": lat[:1], "crop": ["maize"]})
    (folder / "labels.csv").unlink()
    table.to_parquet(folder / "labels.parquet")
    assert opened(folder).class_pixels == {1: 1}


@pytest.mark.parametrize(
    ("values", "nodata", "expected"),
    [
        (np.array([[0, 1, 2, 255]], np.uint8), None, {1: 1, 2: 1}),
        (np.array([[9, 1, 2, 2]], np.uint8), 9, {1: 1, 2: 2}),
        (np.array([[-99, 1, 254, 2]], np.int16), -99, {1: 1, 2: 1, 254: 1}),
        (np.array([[np.nan, 1, 2, 2]], np.float32), None, {1: 1, 2: 2}),
        (np.array([[-1e30, 1, 2, 2]], np.float32), -1e30, {1: 1, 2: 2}),
    ],
)
def test_values_of_label_rasters(folder, values, nodata, expected):
    full = np.full(SIZE, values[0, 0], values.dtype)
    full[5, :4] = values
    write_raster(folder / "labels.tif", full, nodata=nodata)
    region = opened(folder)
    assert region.class_pixels == expected
    assert region.legend.names == tuple(f"class {code}" for code in expected)


def test_another_number_may_mean_unknown(folder):
    write_raster(folder / "labels.tif", TRUTH)
    (folder / "region.toml").write_text(
        '[sources.s2]\npattern = "s2/{date}.tif"\n[labels]\nfile = "labels.tif"\nunknown = 3\n'
    )
    assert list(opened(folder).class_pixels) == [1, 2]


def test_the_legend_shrinks_to_what_occurs(tmp_path):
    folder = write_region(tmp_path / "r", labels="raster", n_dates=1, sources=("s2",))
    (folder / "legend.csv").write_text("code,name\n1,a\n2,b\n3,c\n4,d\n0,unknown\n")
    assert opened(folder).legend.names == ("a", "b", "c")


def test_parcels_by_code_of_the_legend(folder):
    square_parcels((4.0, 9.0)).to_file(folder / "labels.gpkg")
    (folder / "classes.csv").write_text("value,name\n4,Wheat\n9,Maize\n")
    assert np.unique(whole(folder)).tolist() == [0, 4, 9]


def test_parcels_by_name_whatever_the_capitals(folder):
    square_parcels((" WHEAT", "maize")).to_file(folder / "labels.gpkg")
    (folder / "legend.csv").write_text("code,name\n4,Wheat\n9,Maize\n")
    assert opened(folder).legend.codes == (4, 9)


@pytest.mark.parametrize(
    ("values", "codes", "names"),
    [
        (["B", "a", "b", None, "", "b"], [2, 1, 2, 0, 0, 2], ("a", "b")),
        ([3, 1, 254, 0], [3, 1, 254, 0], ("class 1", "class 3", "class 254")),
        ([3301010000, 3301020000], [1, 2], ("3301010000", "3301020000")),
        ([300, 2], [2, 1], ("2", "300")),
    ],
)
def test_labels_without_a_legend(values, codes, names):
    coded = code_labels(Path("x"), values, None, 0)
    assert coded.codes.tolist() == codes
    assert coded.legend.names == names


@given(st.lists(st.sampled_from(["a", "b", "c", 1, 2.0, None, np.nan, "none"]), min_size=1))
def test_codes_and_texts_agree(values):
    legend = legend_from_names(["a", "b", "c"])
    known = [plain_text(value) for value in values if plain_text(value) not in ("", "none")]
    if not known:
        with pytest.raises(LabelError, match="without a class"):
            code_labels(Path("x"), values, legend, "none")
        return
    codes = code_labels(Path("x"), values, legend, "none").codes
    for value, code in zip(values, codes, strict=True):
        text = plain_text(value)
        assert code == (0 if text in ("", "none") else legend.find(text).code)


@settings(max_examples=30, deadline=None)
@given(
    row=st.integers(0, 290),
    col=st.integers(0, 290),
    height=st.integers(1, 60),
    seed=st.integers(0, 5),
)
def test_parcels_are_drawn_the_same_in_any_window(row, col, height, seed):
    grid = Grid(CRS, (10.0, 0.0, *ORIGIN[:1], 0.0, -10.0, ORIGIN[1]), 300, 300)
    random = np.random.default_rng(seed)
    centres = random.integers(0, 300, (60, 2)) * 10.0
    shapes = np.array(
        [
            shapely.affinity.rotate(shapely.box(x, y, x + 400, y + 205), 15 * at)
            for at, (x, y) in enumerate(centres * [1, -1] + ORIGIN)
        ]
    )
    numbers = np.arange(60)
    labels = LabelParcels(
        Path("x"), grid, legend_from_names(["a"]), shapes, numbers.astype(np.uint8), numbers,
        numbers.astype(str),
    )  # fmt: skip
    every = labels.read(grid.whole)
    window = Window(row, col, min(height, 300 - row), min(height, 300 - col))
    part = labels.read(window)
    np.testing.assert_array_equal(part.codes, every.codes[window.slices])
    np.testing.assert_array_equal(part.groups, every.groups[window.slices])
