"""What a full disk, a limit and a large region do to a map. Each runs in a process of its own."""

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from cropcore.errors import StorageError
from cropcore.mapping import raster

ROOT = Path(__file__).parents[2]
LIMITED = """
import resource, signal, sys
from pathlib import Path
import numpy as np
from cropcore.cube.grid import Grid
from cropcore.errors import StorageError
from cropcore.legend import legend_from_names
from cropcore.mapping import map_region, raster

limit, out, checked = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] == "checked"
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
if not checked:
    raster.require_space = lambda *args, **options: None
rng = np.random.default_rng(0)

def predict(window):
    odds = rng.random((window.height, window.width, 3), dtype=np.float32)
    return odds / odds.sum(-1, keepdims=True), np.ones(odds.shape[:2], bool)

grid = Grid("EPSG:32631", (10.0, 0, 4e5, 0, -10.0, 5e6), 700, 700)
try:
    map_region(predict, lambda w: w, grid, legend_from_names(["a", "b", "c"]), out)
except StorageError as error:
    print(error)
    sys.exit(2)
"""
LARGE = """
import resource, sys
from pathlib import Path
import numpy as np
import rasterio
from cropcore.cube.grid import Grid
from cropcore.legend import legend_from_names
from cropcore.mapping import map_region

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

def predict(cube):
    pattern = np.arange(cube.size, dtype=np.uint32).reshape(cube.shape) // 97 % 5
    return np.eye(5, dtype=np.float32)[pattern], np.ones(cube.shape, bool)

def run(size, out):
    grid = Grid("EPSG:32631", (10.0, 0, 4e5, 0, -10.0, 5e6), size, size)
    read = lambda w: np.zeros((w.height, w.width), np.float32)
    map_region(predict, read, grid, legend_from_names("abcde"), Path(sys.argv[1]) / out)

run(600, "small")
before = peak()
run(4000, "large")
print(peak() - before)
"""


def _python(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *map(str, arguments)],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def _one_sentence(text: str, out: Path) -> None:
    assert text.startswith(f"{out}")
    assert text.rstrip().count("\n") == 0
    assert "partial" not in text


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files")
@pytest.mark.parametrize("checked", ["checked", "unchecked"])
@pytest.mark.parametrize("limit", [0, 1000, 400_000, 1_000_000])
def test_a_limit_on_files_leaves_the_previous_map(tmp_path, make_grid, planted, limit, checked):
    from cropcore.legend import legend_from_names

    out = tmp_path / "maps"
    planted(make_grid(30, 30), 2).map(legend_from_names(["x", "y"]), out)
    before = {file.name: file.read_bytes() for file in out.iterdir()}
    done = _python(LIMITED, limit, out, checked)
    assert done.returncode == 2, done.stderr
    _one_sentence(done.stdout, out)
    if checked == "checked":
        assert "ulimit -f" in done.stdout
        assert not done.stderr
    assert {file.name: file.read_bytes() for file in out.iterdir()} == before
    assert [item.name for item in tmp_path.iterdir()] == ["maps"]


@contextmanager
def _small_disk(folder: Path, size: str):
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_small_disk_is_told_before_the_first_block(tmp_path, make_grid, legend, planted):
    region = planted(make_grid(600, 500), len(legend))
    began = []
    with _small_disk(tmp_path / "disk", "3m") as disk:
        with pytest.raises(StorageError, match=r"of free space.*with .* MB free; free some"):
            region.map(legend, disk / "maps", progress=lambda *at: began.append(at))
        assert not list(disk.iterdir())
    assert not began


@pytest.mark.parametrize("kilobytes", [40, 700, 1900, 2600, 3200])
def test_a_disk_that_fills_up_leaves_the_previous_map(
    tmp_path, make_grid, legend, planted, monkeypatch, kilobytes
):
    monkeypatch.setattr(raster, "require_space", lambda *args, **options: None)
    region = planted(make_grid(600, 500), len(legend))
    with _small_disk(tmp_path / "disk", f"{kilobytes}k") as disk:
        out = disk / "maps"
        out.mkdir()
        (out / "class_map.tif").write_bytes(b"previous")
        with pytest.raises(StorageError, match=r"full disk \(.* MB free\)") as caught:
            region.map(legend, out)
        _one_sentence(str(caught.value), out)
        assert [file.name for file in out.iterdir()] == ["class_map.tif"]
        assert (out / "class_map.tif").read_bytes() == b"previous"
        assert [item.name for item in disk.iterdir()] == ["maps"]


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is counted in kilobytes on Linux")
def test_memory_does_not_grow_with_the_region(tmp_path):
    done = _python(LARGE, tmp_path)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 180e6  # all probabilities at once would be 320 MB
