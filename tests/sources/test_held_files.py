"""Files that stay open: the same pixels, no stale ones, no more than agreed, none shared."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import rasterio

from cropcore.cube import Window
from cropcore.errors import MissingFileError, RegionError
from cropcore.sources.region.held import HeldFiles
from cropcore.sources.region.raster import read_pixels


def write(path, value, side=8):
    with rasterio.open(
        path, "w", driver="GTiff", width=side, height=side, count=1, dtype="int16",
        crs="EPSG:32631", transform=rasterio.Affine(10, 0, 6e5, 0, -10, 5e6),
    ) as raster:  # fmt: skip
        raster.write(np.full((1, side, side), value, np.int16))
    return path


def pixel(path):
    return int(read_pixels(path, [1], Window(2, 3, 1, 1))[0, 0, 0])


@pytest.fixture
def files():
    held = HeldFiles(most=3)
    yield held
    held.close()
    assert len(held) == 0


def test_pixels_are_the_same_and_files_are_opened_once(files, tmp_path, monkeypatch):
    path, opens, true_open = write(tmp_path / "a.tif", 7), [], rasterio.open
    monkeypatch.setattr(rasterio, "open", lambda *a, **k: opens.append(a) or true_open(*a, **k))
    with files.within():
        assert [pixel(path) for _ in range(5)] == [7] * 5
    assert len(opens) == 1
    assert len(files) == 1
    assert pixel(path) == 7, "outside nothing is held"
    assert len(opens) == 2


@pytest.mark.parametrize("replaced", [True, False])
def test_changed_file_is_read_anew(files, tmp_path, replaced):
    path = write(tmp_path / "a.tif", 1)
    with files.within():
        assert pixel(path) == 1
        if replaced:
            write(tmp_path / "new.tif", 2).rename(path)
        else:
            write(path, 2)
            os.utime(path, ns=(1, 1))
        assert pixel(path) == 2
        path.unlink()
        with pytest.raises(MissingFileError):
            pixel(path)


def test_no_more_are_kept_than_agreed(files, tmp_path):
    paths = [write(tmp_path / f"{number}.tif", number) for number in range(6)]
    with files.within():
        assert [pixel(path) for path in paths] == list(range(6))
    assert len(files) == 3


def test_damaged_file_is_told_and_not_kept(files, tmp_path):
    path = write(tmp_path / "a.tif", 1)
    path.write_bytes(path.read_bytes()[:60])
    with files.within(), pytest.raises(RegionError, match="cannot be read"):
        pixel(path)
    assert len(files) == 0


def test_two_threads_never_read_from_one_file_at_a_time(files, tmp_path):
    path = write(tmp_path / "a.tif", 5)

    def reader(_):
        with files.lend(path) as raster, files.lend(path) as other:
            assert raster is not other
            return int(raster.read(1)[0, 0]) + int(other.read(1)[0, 0])

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(reader, range(40))) == {10}
    assert len(files) <= 3
