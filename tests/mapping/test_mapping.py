import json
import threading
import time

import numpy as np
import pytest
import rasterio
from rasterio.errors import RasterioIOError

from cropcore.errors import CancelledError, SettingError, StorageError
from cropcore.mapping import map_region

FILES = {
    "class_map.tif", "class_map.tif.aux.xml", "class_map.qml", "confidence.tif",
    "probabilities.tif", "legend.csv", "map.json",
}  # fmt: skip


def _bytes(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name != "map.json"}


@pytest.fixture
def region(make_grid, legend, planted):
    return planted(make_grid(300, 420), len(legend))


def test_a_map_shows_what_the_model_said(tmp_path, region, legend):
    told = []
    result = region.map(
        legend, tmp_path / "maps", block=128, progress=lambda *at: told.append(at),
        about={"run": "冬小麦 run", "seed": 3},
    )  # fmt: skip
    assert {file.name for file in (tmp_path / "maps").iterdir()} == FILES
    expected = np.asarray(legend.codes)[region.probabilities.argmax(-1)]
    with rasterio.open(result.class_map) as raster:
        codes = raster.read(1)
    np.testing.assert_array_equal(codes, np.where(region.clear, expected, 255))
    with rasterio.open(result.confidence) as raster:
        confidence = raster.read(1)
    percent = np.round(region.probabilities.max(-1) * 100)
    np.testing.assert_array_equal(confidence, np.where(region.clear, percent, 255))
    with rasterio.open(result.probabilities) as raster:
        steps = raster.read().transpose(1, 2, 0)
    assert (steps[~region.clear] == 255).all()
    error = steps[region.clear] * 0.004 - region.probabilities[region.clear]
    assert np.abs(error).max() <= 0.002 + 1e-6
    assert told == [(done, 12) for done in range(1, 13)]
    assert result.pixels == region.clear.sum() == sum(area.pixels for area in result.areas)
    assert sum(area.ha for area in result.areas) == pytest.approx(result.pixels / 100)


def test_json_has_the_keys_of_the_command_line(tmp_path, region, legend):
    result = region.map(legend, tmp_path / "maps", about={"run": "run 1"})
    printed = json.loads(json.dumps(result.to_json()))
    assert list(printed) == [
        "class_map", "confidence", "probabilities", "seconds", "pixels", "areas",
    ]  # fmt: skip
    assert {frozenset(row) for row in printed["areas"]} == {frozenset({"code", "name", "ha"})}
    assert printed["class_map"] == str(tmp_path / "maps" / "class_map.tif")
    kept = json.loads((tmp_path / "maps" / "map.json").read_text("utf-8"))
    assert kept == {"run": "run 1"} | printed | {
        "class_map": "class_map.tif",
        "confidence": "confidence.tif",
        "probabilities": "probabilities.tif",
    }


def test_blocks_and_threads_do_not_change_a_byte(tmp_path, region, legend):
    region.map(legend, tmp_path / "reference", block=1000, threads=1)
    reference = _bytes(tmp_path / "reference")
    for block, halo, threads in [(256, 0, 2), (100, 7, 2), (64, 100, 4), (37, 1, 1)]:
        out = tmp_path / f"{block}-{halo}-{threads}"
        region.map(legend, out, block=block, halo=halo, threads=threads)
        assert _bytes(out) == reference


def test_the_model_sees_the_halo_and_blocks_come_in_order(tmp_path, region, legend):
    seen = []

    def predict(window):
        seen.append((window, threading.current_thread()))
        return region.predict(window)

    grid = region.grid
    map_region(predict, region.read, grid, legend, tmp_path / "m", block=128, halo=5, threads=3)
    assert [window for window, _ in seen] == [part.padded for part in grid.blocks(128, 5)]
    assert {thread for _, thread in seen} == {threading.current_thread()}


@pytest.mark.parametrize("threads", [2, 3])
def test_reading_runs_ahead_but_not_far(tmp_path, region, legend, threads):
    read, ahead = [], []

    def reader(window):
        read.append(threading.current_thread())
        return window

    def predict(window):
        time.sleep(0.005)
        ahead.append(len(read) - len(ahead) - 1)
        return region.predict(window)

    map_region(predict, reader, region.grid, legend, tmp_path / "m", block=64, threads=threads)
    assert 1 <= max(ahead) <= threads
    assert len(set(read)) <= threads - 1
    assert threading.current_thread() not in read


def test_an_older_map_is_replaced_whole(tmp_path, region, legend, make_grid, planted):
    out = tmp_path / "maps"
    smaller = planted(make_grid(50, 40), 2, seed=1)
    old = smaller.map(legend.only([3, 7]), out)
    (out / "confidence.tif.aux.xml").write_text("<PAMDataset>old statistics</PAMDataset>")
    (out / "class_map.tif.ovr").write_text("old overviews")
    (out / "notes.txt").write_text("kept")
    region.map(legend, out)
    assert {file.name for file in out.iterdir()} == FILES | {"notes.txt"}
    region.map(legend, tmp_path / "fresh")
    assert _bytes(out) == _bytes(tmp_path / "fresh") | {"notes.txt": b"kept"}
    assert old.class_map == out / "class_map.tif"


class _Trouble:
    """A region that goes wrong at its fifth block."""

    def __init__(self, region, error):
        self._region, self._error, self._count = region, error, 0

    def __call__(self, window):
        self._count += 1
        if self._count == 5:
            raise self._error
        return window


@pytest.mark.parametrize("existed", [True, False])
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(
    "error", [RasterioIOError("tile 3 is damaged"), MemoryError(), KeyboardInterrupt()]
)
def test_an_unreadable_block_leaves_nothing(tmp_path, region, legend, error, threads, existed):
    out = tmp_path / "maps"
    if existed:
        region.map(legend, out)
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    read = _Trouble(region, error)
    with pytest.raises(type(error)) as caught:
        map_region(region.predict, read, region.grid, legend, out, block=64, threads=threads)
    assert caught.value is error
    assert before == {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    assert out.exists() is existed
    assert not [item for item in tmp_path.iterdir() if item != out]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError("model")])
def test_an_interrupted_prediction_leaves_nothing(tmp_path, region, legend, error):
    trouble = _Trouble(region, error)

    def predict(window):
        return region.predict(trouble(window))

    with pytest.raises(type(error)):
        map_region(predict, region.read, region.grid, legend, tmp_path / "a" / "m", block=64)
    assert not list(tmp_path.iterdir())
    assert not [item for item in threading.enumerate() if item.name.startswith("cropcore-read")]


@pytest.mark.parametrize("after", [0, 3, 12])
def test_a_cancelled_map_leaves_nothing(tmp_path, region, legend, after):
    done = []
    with pytest.raises(CancelledError, match="request to stop"):
        region.map(
            legend, tmp_path / "maps", block=128, cancelled=lambda: len(done) >= after,
            progress=lambda *at: done.append(at),
        )  # fmt: skip
    assert len(done) == after
    assert not list(tmp_path.iterdir())


def test_numbers_out_of_range_are_refused(tmp_path, region, legend):
    for options in ({"threads": 0}, {"block": 0}, {"halo": -1}):
        with pytest.raises(SettingError):
            region.map(legend, tmp_path / "maps", **options)
    with pytest.raises(TypeError):
        region.map(legend, tmp_path / "maps", about={"path": tmp_path})
    assert not list(tmp_path.iterdir())


def test_a_file_in_place_of_the_folder_is_refused(tmp_path, region, legend):
    (tmp_path / "maps").write_text("a file")
    with pytest.raises(StorageError, match="choose another folder"):
        region.map(legend, tmp_path / "maps")
