import numpy as np
import pytest
import rasterio
import rasterio.shutil
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.crs import CRS

from cropcore.cube.grid import Grid, Window
from cropcore.errors import RunError, StorageError
from cropcore.legend import legend_from_names
from cropcore.mapping import (
    CLASS_MAP,
    CONFIDENCE,
    PROBABILITIES,
    BlockWriter,
    MapBlock,
    encode_block,
)

RASTERS = (CLASS_MAP, CONFIDENCE, PROBABILITIES)


def _random_block(legend, height, width, seed=0):
    rng = np.random.default_rng(seed)
    return MapBlock(
        rng.choice([*legend.codes, 255], (height, width)).astype(np.uint8),
        rng.choice([*range(101), 255], (height, width)).astype(np.uint8),
        rng.choice([*range(251), 255], (len(legend), height, width)).astype(np.uint8),
    )


def _write(folder, grid, legend, block, size=256, order=list):
    folder.mkdir(exist_ok=True)
    with BlockWriter(folder, grid, legend) as writer:
        for part in order(list(grid.blocks(size))):
            writer.write(part.core, block.crop(part.core))
        writer.finish()
    return {name: (folder / name).read_bytes() for name in RASTERS}


@pytest.fixture(scope="module")
def random_map(tmp_path_factory, make_grid, legend):
    folder = tmp_path_factory.mktemp("map")
    grid = make_grid(1500, 2000)
    block = _random_block(legend, 1500, 2000)
    _write(folder, grid, legend, block)
    return folder, grid, block


def _levels(path):
    with rasterio.open(path) as raster:
        count = len(raster.overviews(1))
    for level in range(count):
        with rasterio.open(path, overview_level=level) as raster:
            yield raster.read(), raster.read_masks()


def test_only_the_rasters_are_left(random_map):
    folder, _, _ = random_map
    assert sorted(file.name for file in folder.iterdir()) == sorted(RASTERS)


@pytest.mark.parametrize("name", RASTERS)
def test_rasters_are_cloud_optimized_and_lie_on_the_grid(random_map, name):
    folder, grid, _ = random_map
    with rasterio.open(folder / name) as raster:
        assert raster.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert raster.crs == CRS.from_user_input(grid.crs)
        assert tuple(raster.transform)[:6] == grid.transform
        assert (raster.width, raster.height) == (grid.width, grid.height)
        assert set(raster.dtypes) == {"uint8"}
        assert set(raster.nodatavals) == {255}
        assert raster.block_shapes[0] == (256, 256)
        assert raster.compression.name == "deflate"
        assert raster.overviews(1) == [2, 4, 8]


def test_pixels_survive(random_map):
    folder, _, block = random_map
    parts = (block.codes[None], block.confidence[None], block.probabilities)
    for name, values in zip(RASTERS, parts, strict=True):
        with rasterio.open(folder / name) as raster:
            np.testing.assert_array_equal(raster.read(), values)


def test_colours_are_those_of_the_legend(random_map, legend):
    with rasterio.open(random_map[0] / CLASS_MAP) as raster:
        table = raster.colormap(1)
        assert raster.descriptions == ("class",)
        assert raster.colorinterp[0].name == "palette"
    assert {item.code: table[item.code] for item in legend} == {
        item.code: (*item.rgb, 255) for item in legend
    }
    assert table[255][3] == 0


def test_overviews_invent_no_class(random_map, legend):
    for values, _ in _levels(random_map[0] / CLASS_MAP):
        assert set(np.unique(values)) <= {*legend.codes, 255}


def test_overviews_of_confidence_are_averages_of_what_is_known(tmp_path, make_grid, legend):
    block = _random_block(legend, 600, 600)
    block.confidence[:] = 255
    block.confidence[::2, ::2] = 20
    block.confidence[1::2, ::2] = 80
    block.confidence[:300] = 255
    _write(tmp_path, make_grid(600, 600), legend, block)
    (values, _), *_ = _levels(tmp_path / CONFIDENCE)
    assert set(np.unique(values[0, 150:])) == {50}
    assert set(np.unique(values[0, :150])) == {255}


def test_probabilities_are_named_and_scaled(random_map, legend):
    with rasterio.open(random_map[0] / PROBABILITIES) as raster:
        assert raster.descriptions == legend.names
        assert raster.scales == (0.004,) * len(legend)
        assert raster.offsets == (0.0,) * len(legend)


@pytest.mark.parametrize("classes", [1, 2, 3, 4, 5, 30])
def test_no_number_of_classes_is_taken_for_colour_or_transparency(tmp_path, make_grid, classes):
    legend = legend_from_names([f"class {number}" for number in range(classes)])
    block = _random_block(legend, 520, 300)
    _write(tmp_path, make_grid(520, 300), legend, block)
    with rasterio.open(tmp_path / PROBABILITIES) as raster:
        assert {item.name for item in raster.colorinterp} <= {"gray", "undefined"}
    for values, masks in _levels(tmp_path / PROBABILITIES):
        np.testing.assert_array_equal(masks == 0, values == 255)


@pytest.mark.parametrize(
    "transform",
    [
        (10.0, 0.0, 300000.1, 0.0, -10.0, 4900020.3),
        (0.1 / 3, 0.0, 10 / 3, 0.0, -0.1 / 7, 55.55),
        (10.0, 0.0, 5e5, 0.0, 10.0, 0.1),
        (9.9, 1.1, 5e5, 1.1, -9.9, 5e6),
    ],
)
@pytest.mark.parametrize("crs", ["EPSG:32748", "EPSG:4326", "EPSG:3035"])
def test_any_grid_is_kept_to_the_last_digit(tmp_path, legend, transform, crs):
    grid = Grid(CRS.from_user_input(crs).to_wkt(), transform, 37, 21)
    _write(tmp_path, grid, legend, _random_block(legend, 21, 37))
    for name in RASTERS:
        with rasterio.open(tmp_path / name) as raster:
            assert tuple(raster.transform)[:6] == transform
            assert raster.crs == CRS.from_user_input(crs)


@settings(max_examples=12, deadline=None)
@given(
    size=st.integers(20, 700),
    shuffle=st.randoms(use_true_random=False),
    height=st.integers(1, 600),
    width=st.integers(1, 600),
)
def test_bytes_depend_on_pixels_only(
    tmp_path_factory, make_grid, legend, size, shuffle, height, width
):
    folder = tmp_path_factory.mktemp("blocks")
    grid, block = make_grid(height, width), _random_block(legend, height, width)

    def mixed(blocks):
        shuffle.shuffle(blocks)
        return blocks

    one = _write(folder / "one", grid, legend, block, size=10**6)
    many = _write(folder / "many", grid, legend, block, size=size, order=mixed)
    assert one == many


def test_pixels_that_nobody_wrote_are_nodata(tmp_path, make_grid, legend):
    with BlockWriter(tmp_path, make_grid(300, 300), legend) as writer:
        writer.write(Window(0, 0, 10, 10), _random_block(legend, 10, 10))
        writer.finish()
    with rasterio.open(tmp_path / CLASS_MAP) as raster:
        assert (raster.read(1)[10:] == 255).all()


def test_values_that_come_back_changed_are_told(tmp_path, make_grid, legend, monkeypatch):
    copy = rasterio.shutil.copy

    def damage(source, target, **options):
        with rasterio.open(source, "r+") as plain:
            values = plain.read()
            plain.write(values ^ 1)
        copy(source, target, **options)

    monkeypatch.setattr(rasterio.shutil, "copy", damage)
    with pytest.raises(StorageError, match=r"class_map\.tif: expected the values.*reading them"):
        _write(tmp_path, make_grid(9, 9), legend, _random_block(legend, 9, 9))


def test_a_cut_off_file_is_told(tmp_path, make_grid, legend, monkeypatch):
    copy = rasterio.shutil.copy

    def cut(source, target, **options):
        copy(source, target, **options)
        with target.open("rb+") as file:
            file.truncate(target.stat().st_size - 200)

    monkeypatch.setattr(rasterio.shutil, "copy", cut)
    with pytest.raises(StorageError):
        _write(tmp_path, make_grid(600, 600), legend, _random_block(legend, 600, 600))


def test_the_most_probable_class_wins_and_the_first_among_equals(legend):
    probabilities = np.array(
        [[[0.1, 0.2, 0.3, 0.4], [0.4, 0.4, 0.1, 0.1], [0, 0, 1, 0], [np.nan] * 4]], np.float32
    )
    clear = np.array([[True, True, True, False]])
    block = encode_block(probabilities, clear, legend)
    assert block.codes.tolist() == [[254, 3, 40, 255]]
    assert block.confidence.tolist() == [[40, 40, 100, 255]]
    assert block.probabilities[:, 0].T.tolist() == [
        [25, 50, 75, 100],
        [100, 100, 25, 25],
        [0, 0, 250, 0],
        [255, 255, 255, 255],
    ]
    assert {block.codes.dtype, block.confidence.dtype, block.probabilities.dtype} == {
        np.dtype(np.uint8)
    }


@pytest.mark.parametrize("value", [np.nan, 7.5, np.inf])
def test_what_is_no_probability_is_refused(legend, value):
    probabilities = np.full((1, 1, 4), value, np.float32)
    with pytest.raises(RunError, match="from 0 to 1"):
        encode_block(probabilities, np.array([[True]]), legend)


def test_a_model_of_other_classes_is_refused(legend):
    with pytest.raises(RunError, match=r"\(2, 3, 4\).*\(2, 3, 5\)"):
        encode_block(np.zeros((2, 3, 5), np.float32), np.ones((2, 3), bool), legend)
