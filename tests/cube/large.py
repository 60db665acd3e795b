"""What a large region takes: ``python -m tests.cube.large [--size 2048] [--json]``.

Simulates a region of 30 dates and 10 bands with scene classes in a temporary folder, then maps it
as ``cropcore map`` does, block by block with one thread reading ahead, in a process of its own:
load → mask (dilated) → composite → fill → count → write. Only the network is left out, and with it
TensorFlow: a threshold tells what each pixel is. The peak is that of the whole process: Python, its
libraries, imagery, GDAL's tiles and the rasters being written. Run it on an idle machine.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import patch

import numpy as np
from scipy.ndimage import zoom

from tests.building import CLEAR, CLOUD, transform, write_raster

N_DATES, BANDS = 30, ("B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B11", "B12")
START = date(2021, 3, 1)
TARGET_MEGABYTES = 1200
"""For 2048 × 2048 pixels."""
STAGES = ("load", "mask", "composite", "fill", "count", "write")
_GREEN = np.array([300, 600, 400, 900, 2600, 3300, 3700, 3900, 1900, 900])
_BARE = np.array([800, 1100, 1500, 1800, 1900, 2000, 2200, 2300, 3000, 2600])
_TOML = """season_start = 2021-03-01
[sources.s2]
pattern = "s2/{date}.tif"
scale = 1e-4
[sources.s2.mask]
dilate = 20
"""


def simulate(folder: Path, size: int, n_dates: int = N_DATES, seed: int = 0) -> int:
    """Write the region, scene classes at 20 m as in the products.

    Returns:
        Bytes on disk.
    """
    random = np.random.default_rng(seed)
    noise = random.normal(0, 40, (size, size)).astype(np.float32)
    peaks = zoom(random.uniform(60, 150, (-(-size // 16),) * 2), 16, order=0)[:size, :size]
    tiled = {"tiled": True, "blockxsize": 512, "blockysize": 512}
    for at in range(n_dates):
        cover = np.exp(-(((at * 7 - peaks) / 40) ** 2)).astype(np.float32)
        values = np.empty((len(BANDS), size, size), np.int16)
        for band, (bare, green) in enumerate(zip(_BARE, _GREEN, strict=True)):
            moved = np.roll(noise, (at * 31 + band * 7, band * 53), axis=(0, 1))
            values[band] = bare + (green - bare) * cover + moved
        day = START + timedelta(days=7 * at)
        path = folder / "s2" / f"{day}.tif"
        lerc = {"compress": "LERC_DEFLATE", "MAX_Z_ERROR": 10, "interleave": "band"}
        write_raster(path, values, bands=BANDS, nodata=-32768, **tiled, **lerc)
        coarse = -(-size // 64)
        cloudy = zoom(random.random((coarse, coarse)), 32, order=1)[: size // 2, : size // 2] > 0.6
        scene = np.where(cloudy, CLOUD, CLEAR).astype(np.uint8)
        affine = transform(pixel=20.0)
        write_raster(path.with_suffix(".scl.tif"), scene, affine=affine, compress="deflate")
    (folder / "region.toml").write_text(_TOML, encoding="utf-8")
    return sum(path.stat().st_size for path in folder.rglob("*.tif"))


class Stopwatch:
    """Seconds that threads spent in the stages: on the clock, and of the processor."""

    def __init__(self) -> None:
        self.clock: Counter[str] = Counter()
        self.processor: Counter[str] = Counter()

    def timed(self, stage: str, call: Callable) -> Callable:
        def timing(*given, **named):
            begun, used = time.perf_counter(), time.thread_time()
            try:
                return call(*given, **named)
            finally:
                self.clock[stage] += time.perf_counter() - begun
                self.processor[stage] += time.thread_time() - used

        return timing


def work(folder: Path, out: Path, block: int, threads: int) -> dict:
    """Map the region in this process; what it took."""
    from cropcore.cube import Cube, Preparation, preparation
    from cropcore.cube.calendar import fit_calendar
    from cropcore.legend import legend_from_names
    from cropcore.mapping.mapping import Looks, map_region
    from cropcore.mapping.raster import BlockWriter
    from cropcore.mapping.run_map import season_of
    from cropcore.sources import SourceOptions
    from cropcore.sources.region import open_region
    from cropcore.sources.region.imagery import StoredAcquisition
    from cropcore.sources.region.masks import StoredMask

    started = peak_megabytes()
    region = open_region(folder, SourceOptions())
    prepare = Preparation(fit_calendar(region.timelines(), start=(3, 1)), region.offered)
    start = season_of(prepare, region)

    def predict(cube: Cube) -> tuple[np.ndarray, np.ndarray]:
        series, clear = prepare(cube.sources, start)
        green = (series[..., 6].max(axis=1) > 0.3).astype(np.float32)
        shape = (cube.grid.height, cube.grid.width)
        return np.stack([green, 1 - green], axis=-1).reshape(*shape, 2), clear.reshape(shape)

    def count(cube: Cube) -> np.ndarray:
        looks = prepare.looks(cube.sources, start)
        return looks.reshape(-1, cube.grid.height, cube.grid.width)

    watch = Stopwatch()
    places = (
        ("load", StoredAcquisition, "read"), ("mask", StoredMask, "covers"),
        ("composite", preparation, "composite"), ("fill", preparation, "fill_gaps"),
        ("count", Preparation, "looks"), ("write", BlockWriter, "write"),
        ("write", BlockWriter, "finish"),
    )  # fmt: skip
    with ExitStack() as patched:
        for stage, place, name in places:
            timed = watch.timed(stage, getattr(place, name))
            patched.enter_context(patch.object(place, name, timed))
        looks = Looks(("s2",), count)
        legend = legend_from_names(("green", "bare"))
        result = map_region(
            predict, region.read, region.grid, legend, out,
            looks=looks, block=block, threads=threads,
        )  # fmt: skip
    return {
        "pixels": region.grid.width * region.grid.height,
        "mapped": result.pixels,
        "seconds": result.seconds,
        "clock": {stage: watch.clock[stage] for stage in STAGES},
        "processor": {stage: watch.processor[stage] for stage in STAGES},
        "megabytes_libraries": started,
        "megabytes_peak": peak_megabytes(),
        "tensorflow": "tensorflow" in sys.modules,
    }


def peak_megabytes() -> float:
    """Largest resident size of this process since it started."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage would count the process that started this one
        line = next(line for line in status.read_text().splitlines() if "VmHWM" in line)
        return int(line.split()[1]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # bytes on macOS


def measure(size: int, block: int = 128, threads: int = 2, n_dates: int = N_DATES) -> dict:
    """Simulate, then map in a process of its own."""
    with tempfile.TemporaryDirectory() as place:
        stored = simulate(Path(place) / "region", size, n_dates)
        numbers = [str(number) for number in (size, block, threads)]
        options = zip(("--size", "--block", "--threads"), numbers, strict=True)
        command = [sys.executable, "-m", "tests.cube.large", "--worker", place]
        done = subprocess.run(
            [*command, *(word for pair in options for word in pair)],
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
    told = json.loads(done.stdout)
    depth = told["pixels"] / 1e6 * n_dates  # megapixel-dates
    for kind in ("clock", "processor"):
        told[f"{kind}_per_megapixel_date"] = {
            stage: seconds / depth for stage, seconds in told.pop(kind).items()
        }
    return {"size": size, "dates": n_dates, "bands": len(BANDS), "stored_megabytes": stored / 1e6,
            "block": block, "threads": threads, **told}  # fmt: skip


def tell(told: dict) -> None:
    """A table for people."""
    print(
        f"{told['size']} x {told['size']} px, {told['dates']} dates, {told['bands']} bands "
        f"({told['stored_megabytes']:.0f} MB on disk), blocks of {told['block']}, "
        f"{told['threads']} threads: {told['seconds']:.0f} s"
    )
    print(
        f"peak {told['megabytes_peak']:.0f} MB of the whole process, "
        f"{told['megabytes_libraries']:.0f} MB of it Python and libraries; without TensorFlow"
    )
    print(f"{'':12}{'s/Mpx-date':>12}{'of processor':>14}")
    for stage in STAGES:
        clock, processor = (
            told[f"{kind}_per_megapixel_date"][stage] for kind in ("clock", "processor")
        )
        print(f"{stage:12}{clock:12.4f}{processor:14.4f}")


def main() -> None:
    """Measure, print, and fail where a full-size region takes more than it may."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=2048)
    parser.add_argument("--block", type=int, default=128)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--worker", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        place = given.worker
        print(json.dumps(work(place / "region", place / "map", given.block, given.threads)))
        return
    told = measure(given.size, given.block, given.threads)
    if given.json:
        print(json.dumps(told, indent=2))
    else:
        tell(told)
    if told["megabytes_peak"] > TARGET_MEGABYTES:
        sys.exit(f"more than {TARGET_MEGABYTES} MB")


if __name__ == "__main__":
    main()
