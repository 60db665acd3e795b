"""A whole region becomes a map: read ahead, predict, write, block by block."""

import json
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np

from cropcore.cube.grid import Block, Grid, Window
from cropcore.errors import CancelledError, RegionError, SettingError
from cropcore.legend import Legend
from cropcore.mapping.areas import AreaCount, ClassArea
from cropcore.mapping.raster import (
    CLASS_MAP,
    CLEAR_OBSERVATIONS,
    CONFIDENCE,
    PROBABILITIES,
    BlockWriter,
    encode_block,
)
from cropcore.mapping.sidecars import write_sidecars
from cropcore.mapping.storage import storing, writing_folder

MAP = "map.json"
"""Name of the file that tells where a map came from and what it shows."""
_Imagery = TypeVar("_Imagery")


@dataclass(frozen=True)
class MapResult:
    """A finished map."""

    class_map: Path
    """uint8, legend codes, 255 nodata."""
    confidence: Path
    """uint8, percent, 255 nodata."""
    probabilities: Path
    """uint8 × .004, a band per class, 255 nodata."""
    seconds: float
    """Wall clock time from the first block to the finished files."""
    pixels: int
    """Pixels that were given a class; those never clear are not among them."""
    areas: tuple[ClassArea, ...]
    """Land of each class, in the order of the legend."""
    clear_observations: Path | None = None
    """uint8, clear acquisitions in the season, a band per source; where they were counted."""

    def to_json(self) -> dict[str, object]:
        """What ``cropcore map --json`` prints."""
        looks = self.clear_observations
        return {
            "class_map": str(self.class_map),
            "confidence": str(self.confidence),
            "probabilities": str(self.probabilities),
            **({"clear_observations": str(looks)} if looks else {}),
            "seconds": round(self.seconds, 3),
            "pixels": self.pixels,
            "areas": [item.to_json() for item in self.areas],
        }


@dataclass(frozen=True)
class Looks(Generic[_Imagery]):
    """How the quality of imagery is counted."""

    sources: tuple[str, ...]
    count: Callable[[_Imagery], np.ndarray]
    """Clear acquisitions of each source, int (source, y, x)."""


def map_region(
    predict: Callable[[_Imagery], tuple[np.ndarray, np.ndarray]],
    read: Callable[[Window], _Imagery],
    grid: Grid,
    legend: Legend,
    out: Path,
    *,
    looks: Looks[_Imagery] | None = None,
    block: int = 256,
    halo: int = 0,
    threads: int = 2,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    about: Mapping[str, object] | None = None,
) -> MapResult:
    """Map a region of any size in bounded memory.

    The folder ``out`` gets the class map, confidence and probabilities (see
    :mod:`cropcore.mapping.raster`), the files that describe them, and ``map.json``; all of them or,
    on any error or interruption, none. The rasters are the same for every number of threads, and
    for every size of block for which ``predict`` is.

    Args:
        predict: Takes what ``read`` gave; returns probabilities, float32 (y, x, class) in the order
            of the legend, and whether each pixel was ever clear, bool (y, x). Runs in this thread,
            blocks in reading order.
        read: Gives the imagery of a window. Runs in ``threads`` − 1 threads at once; its errors
            reach the caller unchanged.
        grid: Grid of the imagery and of the map.
        legend: Classes of the map.
        out: Folder of the results; made if missing.
        looks: Counts how often each pixel was seen clearly, for a raster of quality.
        block: Side of a block, pixels.
        halo: Pixels that ``read`` is asked for beyond each side of a block and whose predictions
            are discarded.
        threads: This one and those that read ahead, with at most this many blocks waiting; 1 reads
            and predicts in turn.
        progress: Told the number of blocks done and of all blocks.
        cancelled: Asked before each block and before the rasters are finished.
        about: What else ``map.json`` shall hold, such as the name of the run.

    Raises:
        SettingError: A number is out of range.
        CancelledError: ``cancelled`` said so.
        StorageError: The disk refused.
        RunError: The model's output is not probabilities of the legend's classes.
        RegionError: No pixel was ever clear.
    """
    if threads < 1:
        raise SettingError(
            "threads", expected="at least 1", got=str(threads), advice="choose 2 to read ahead"
        )
    blocks = list(grid.blocks(block, halo))
    told = json.loads(json.dumps(dict(about or {}), allow_nan=False))  # fails now, not at the end
    started = time.monotonic()
    count = AreaCount(grid, legend)
    names = looks.sources if looks else ()
    with writing_folder(out) as folder:
        with (
            BlockWriter(folder, grid, legend, names, shown=out) as writer,
            _read_ahead(read, blocks, threads) as imagery,
        ):
            for done, (part, seen) in enumerate(imagery, start=1):
                _stop_if(cancelled, out)
                counted = looks.count(seen) if looks else None
                coded = encode_block(*predict(seen), legend, counted)
                core = coded.crop(part.core.relative_to(part.padded))
                writer.write(part.core, core)
                count.add(part.core, core.codes)
                if progress is not None:
                    progress(done, len(blocks))
            _stop_if(cancelled, out)
            _check_seen(count, out)
            writer.finish()
        areas = count.areas()
        result = MapResult(
            class_map=out / CLASS_MAP,
            confidence=out / CONFIDENCE,
            probabilities=out / PROBABILITIES,
            clear_observations=out / CLEAR_OBSERVATIONS if looks else None,
            seconds=time.monotonic() - started,
            pixels=sum(item.pixels for item in areas),
            areas=areas,
        )
        with storing(out):
            write_sidecars(folder / CLASS_MAP, legend, areas)
            text = json.dumps(told | _relative(result).to_json(), ensure_ascii=False, indent=2)
            (folder / MAP).write_bytes(f"{text}\n".encode())
    return result


@contextmanager
def _read_ahead(
    read: Callable[[Window], _Imagery], blocks: list[Block], threads: int
) -> Iterator[Iterator[tuple[Block, _Imagery]]]:
    """Blocks in order, each with its imagery, while the next ones are being read."""
    if threads == 1:
        yield ((part, read(part.padded)) for part in blocks)
        return
    pool = ThreadPoolExecutor(threads - 1, thread_name_prefix="cropcore-read")
    try:
        yield _in_order(pool, read, blocks, threads)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _in_order(
    pool: ThreadPoolExecutor,
    read: Callable[[Window], _Imagery],
    blocks: list[Block],
    waiting: int,
) -> Iterator[tuple[Block, _Imagery]]:
    rest = iter(blocks)
    queue: deque[tuple[Block, Future[_Imagery]]] = deque(
        (part, pool.submit(read, part.padded)) for part in islice(rest, waiting)
    )
    while queue:
        part, future = queue.popleft()
        seen = future.result()
        queue.extend((new, pool.submit(read, new.padded)) for new in islice(rest, 1))
        yield part, seen
        del seen, future  # lets go of this block while waiting for the next


def _stop_if(cancelled: Callable[[], bool] | None, out: Path) -> None:
    if cancelled is not None and cancelled():
        raise CancelledError(
            out,
            expected="a finished map",
            got="a request to stop",
            advice="map the region again to have it whole",
        )


def _check_seen(count: AreaCount, out: Path) -> None:
    if not any(item.pixels for item in count.areas()):
        raise RegionError(
            out,
            expected="imagery with at least one pixel that every source saw clearly",
            got="none: all is cloud or without data",
            advice="check the masks, the no-data values and the dates of the imagery",
        )


def _relative(result: MapResult) -> MapResult:
    """The same result for a file that lies beside the rasters and may move with them."""
    return replace(
        result,
        class_map=Path(CLASS_MAP),
        confidence=Path(CONFIDENCE),
        probabilities=Path(PROBABILITIES),
        clear_observations=Path(CLEAR_OBSERVATIONS) if result.clear_observations else None,
    )


__all__ = ["MAP", "Looks", "MapResult", "map_region"]
