"""What was asked and downloaded before, on disk: answers as JSON, pixels as Zarr arrays.

A Zarr array (version 3) holds the bands of one file of one acquisition, a chunk per band and
block; a chunk that is there is complete, for it is written under another name first. Each carries
a checksum (CRC-32C): one that is damaged is noticed and downloaded again.
"""

import json
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import zarr
from pydantic import ValidationError
from zarr.codecs import Crc32cCodec, ZstdCodec

from cropcore.errors import RegionError
from cropcore.sources.stac.scene import Answer

BLOCK = 1024
"""Pixels; imagery is downloaded in blocks of this side."""
_DAMAGE = (AttributeError, KeyError, OSError, RuntimeError, TypeError, ValueError)
"""What Zarr raises on chunks and metadata that are damaged."""


@dataclass(frozen=True)
class Part:
    """One band of one block."""

    band: int
    row: int
    col: int

    @property
    def key(self) -> str:
        """Name of its chunk in the store."""
        return f"c/{self.band}/{self.row}/{self.col}"

    def window(self, shape: tuple[int, ...]) -> tuple[slice, slice]:
        """Its rows and columns in an array (band, y, x)."""
        top, left = self.row * BLOCK, self.col * BLOCK
        return (
            slice(top, min(top + BLOCK, shape[1])),
            slice(left, min(left + BLOCK, shape[2])),
        )


@dataclass(frozen=True)
class StoredPixels:
    """Pixels (band, y, x) of which some are there yet."""

    path: Path
    array: zarr.Array
    """Stored numbers of the file."""

    @property
    def parts(self) -> list[Part]:
        """All bands and blocks."""
        bands, rows, cols = (-(-size // step) for size, step in
                             zip(self.array.shape, self.array.chunks, strict=True))  # fmt: skip
        return [
            Part(band, row, col)
            for row in range(rows) for col in range(cols) for band in range(bands)
        ]  # fmt: skip

    def missing(self) -> list[Part]:
        """Bands and blocks that are not there, or damaged."""
        return [part for part in self.parts if not self._intact(part)]

    def read(self, rows: slice, cols: slice) -> np.ndarray:
        """Stored numbers (band, y, x) of a window.

        Raises:
            RegionError: They were damaged since they were looked at.
        """
        try:
            return np.asarray(self.array[:, rows, cols])
        except _DAMAGE as error:
            raise RegionError(
                self.path,
                expected="pixels as they were downloaded",
                got="others",
                advice="run the same command again",
            ) from error

    def write(self, part: Part, values: np.ndarray) -> None:
        """Keep one band of one block."""
        rows, cols = part.window(self.array.shape)
        self.array[part.band, rows, cols] = values

    def _intact(self, part: Part) -> bool:
        file = self.path / part.key
        if not file.is_file():
            return False
        try:
            self.array.blocks[part.band, part.row, part.col]
        except _DAMAGE:
            file.unlink(missing_ok=True)
            return False
        return True


@dataclass(frozen=True)
class Cache:
    """A folder of answers and pixels."""

    folder: Path

    def answer(self, digest: str) -> Answer | None:
        """What a catalogue answered to a request, if that is known."""
        try:
            return Answer.model_validate_json(self._answer(digest).read_bytes())
        except (OSError, ValidationError):
            return None

    def keep_answer(self, digest: str, answer: Answer) -> None:
        """Keep what a catalogue answered."""
        path = self._answer(digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{secrets.token_hex(4)}.partial")
        partial.write_text(answer.model_dump_json(), encoding="utf-8")
        partial.replace(path)

    def pixels(
        self, digest: str, shape: tuple[int, int, int], dtype: str, about: dict[str, Any]
    ) -> StoredPixels:
        """The array of that name, made where there is none or its description is damaged.

        Args:
            digest: Names what it holds.
            shape: Bands, rows, columns.
            dtype: Type of the stored numbers.
            about: What it holds, for people.
        """
        path = self.folder / "pixels" / f"{digest}.zarr"
        found = _opened(path, shape, dtype)
        if found is None:
            shutil.rmtree(path, ignore_errors=True)
            path.parent.mkdir(parents=True, exist_ok=True)
            found = zarr.create_array(
                os.fspath(path),
                shape=shape,
                dtype=dtype,
                chunks=(1, min(BLOCK, shape[1]), min(BLOCK, shape[2])),
                compressors=[ZstdCodec(level=3), Crc32cCodec()],
                fill_value=0,
                attributes=json.loads(json.dumps(about, default=str)),
                config={"write_empty_chunks": True},
                overwrite=True,
            )
        return StoredPixels(path, found)

    def _answer(self, digest: str) -> Path:
        return self.folder / "answers" / f"{digest}.json"


def _opened(path: Path, shape: tuple[int, int, int], dtype: str) -> zarr.Array | None:
    try:
        found = zarr.open_array(
            os.fspath(path), mode="r+", zarr_format=3, config={"write_empty_chunks": True}
        )
    except _DAMAGE:
        return None
    return found if found.shape == shape and found.dtype == np.dtype(dtype) else None


__all__ = ["BLOCK", "Cache", "Part", "StoredPixels"]
