"""Rasters that stay open between questions, for those who ask for many single pixels.

Opening a file and unpacking a tile takes longer than reading a pixel of it. Who maps reads each
tile once and needs none of this; so files are kept only within :meth:`HeldFiles.within`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from threading import Lock

import rasterio
from rasterio.io import DatasetReader

_Key = tuple[Path, int, int, int]


class HeldFiles:
    """GeoTIFFs that are open, each lent to one thread at a time.

    Args:
        most: How many are kept open while nobody reads them; the longest unused is closed first.
    """

    def __init__(self, most: int = 256) -> None:
        self._most = most
        self._idle: OrderedDict[_Key, list[DatasetReader]] = OrderedDict()
        self._count = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return self._count

    @contextmanager
    def within(self) -> Iterator[None]:
        """In here, regions read from files that are kept open."""
        token = _HELD.set(self)
        try:
            yield
        finally:
            _HELD.reset(token)

    @contextmanager
    def lend(self, path: Path) -> Iterator[DatasetReader]:
        """A file, opened anew where it has changed; one that fails is not kept.

        Raises:
            RasterioError: It cannot be opened.
        """
        about = path.stat()
        key = (path, about.st_ino, about.st_mtime_ns, about.st_size)
        raster = self._taken(key) or rasterio.open(path, driver="GTiff")
        try:
            yield raster
        except BaseException:
            raster.close()
            raise
        self._put_back(key, raster)

    def close(self) -> None:
        """Close all that nobody reads."""
        self._shrink(0)

    def _taken(self, key: _Key) -> DatasetReader | None:
        with self._lock:
            idle = self._idle.get(key)
            if not idle:
                return None
            self._count -= 1
            raster = idle.pop()
            if not idle:
                del self._idle[key]
            return raster

    def _put_back(self, key: _Key, raster: DatasetReader) -> None:
        with self._lock:
            self._idle.setdefault(key, []).append(raster)
            self._idle.move_to_end(key)
            self._count += 1
        self._shrink(self._most)

    def _shrink(self, most: int) -> None:
        with self._lock:
            while self._count > most:
                key, idle = next(iter(self._idle.items()))
                idle.pop().close()
                self._count -= 1
                if not idle:
                    del self._idle[key]


_HELD: ContextVar[HeldFiles | None] = ContextVar("cropcore.held", default=None)


@contextmanager
def opened(path: Path) -> Iterator[DatasetReader]:
    """A GeoTIFF, open for as long as it is read, or longer where files are held.

    Raises:
        RasterioError: It cannot be opened.
    """
    held = _HELD.get()
    with rasterio.open(path, driver="GTiff") if held is None else held.lend(path) as raster:
        yield raster


__all__ = ["HeldFiles", "opened"]
