"""Files that are not what they seem: told in a sentence, whatever their bytes, and never used."""

import struct
from contextlib import nullcontext, suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cropcore.errors import InputError, RegionError
from cropcore.sources import SourceOptions
from cropcore.sources.region import open_region
from cropcore.sources.region.check import check_region
from cropcore.sources.region.paths import find_dated
from cropcore.sources.region.region_toml import read_region_toml
from tests.building import write_raster

WIDTH, HEIGHT, BITS, SAMPLES, ROWS_A_STRIP, SCALE, TIE = 256, 257, 258, 277, 278, 33550, 33922
"""Tags of the TIFF format."""
DAY = "2021-03-21"
VALUES = np.random.default_rng(0).integers(1, 9999, (2, 40, 40), np.uint16)
WAYS = (
    {},
    {"tiled": True, "blockxsize": 16, "blockysize": 16, "compress": "deflate"},
    {"compress": "lzw", "predictor": 2},
    {"compress": "deflate", "blockysize": 40},
    {"compress": "LERC_DEFLATE", "BIGTIFF": "YES"},
)


def image(path: Path, **ways: object) -> Path:
    scales = (1e-4, 1e-4)
    return write_raster(path, VALUES, bands=("B04", "B08"), nodata=0, scales=scales, **ways)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A sound region whose third acquisition is whatever a test makes of it."""
    root = tmp_path_factory.mktemp("files")
    for day in ("2021-03-01", "2021-03-11"):
        image(root / "s2" / f"{day}.tif")
    return root


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """Bytes of sound files."""
    place = tmp_path_factory.mktemp("sound")
    return [image(place / f"{at}.tif", **ways).read_bytes() for at, ways in enumerate(WAYS)]


def told(folder: Path, content: bytes) -> str:
    """What a check says of the third acquisition; opening and reading must agree with it."""
    (folder / "s2" / f"{DAY}.tif").write_bytes(content)
    report = check_region(folder, SourceOptions())
    sentences = (*report.errors, *report.warnings)
    assert all(text.isprintable() and text.endswith(".") for text in sentences)
    with suppress(InputError) if report.errors else nullcontext():
        region = open_region(folder, SourceOptions())
        if region.grid.width * region.grid.height < 10_000:
            region.read(region.grid.whole)
    return " ".join(report.errors)


def patched(content: bytes, **tags: int | float) -> bytes:
    """A classic TIFF with other values in some of its tags, named t256 and so on."""
    written = bytearray(content)
    begin = struct.unpack_from("<I", content, 4)[0]
    for at in range(struct.unpack_from("<H", content, begin)[0]):
        entry = begin + 2 + 12 * at
        tag, _, _, place = struct.unpack_from("<HHII", content, entry)
        value = tags.pop(f"t{tag}", None)
        if isinstance(value, float):
            struct.pack_into("<d", written, place, value)
        elif value is not None:
            struct.pack_into("<HHII", written, entry, tag, 4, 1, value)
    assert not tags, "not in the file"
    return bytes(written)


@pytest.mark.filterwarnings(  # rasterio's log cannot decode what GDAL says of such files
    "ignore::pytest.PytestUnraisableExceptionWarning"
)
@settings(max_examples=150)
@given(
    which=st.integers(0, len(WAYS) - 1),
    changes=st.lists(st.tuples(st.integers(0, 900), st.integers(0, 255)), max_size=4),
    kept=st.none() | st.floats(0, 1),
)
def test_any_byte_may_be_wrong(folder, sound, which, changes, kept):
    content = bytearray(sound[which])
    for at, value in changes:
        content[at % len(content)] = value
    told(folder, bytes(content[: None if kept is None else int(kept * len(content))]))


@pytest.mark.parametrize(
    ("tags", "sentence"),
    [
        ({f"t{WIDTH}": 0}, "a complete GeoTIFF"),
        ({f"t{HEIGHT}": 0}, "a complete GeoTIFF"),
        ({f"t{SAMPLES}": 0}, "a complete GeoTIFF"),
        ({f"t{WIDTH}": 2**32 - 1, f"t{HEIGHT}": 2**32 - 1}, "a complete GeoTIFF"),
        ({f"t{WIDTH}": 250_000}, "at most 200000 pixels a side, but got 250000 x 40"),
        ({f"t{WIDTH}": 190_000, f"t{HEIGHT}": 190_000}, "a complete GeoTIFF"),
        ({f"t{SCALE}": float("nan")}, "pixels with a height and a width"),
        ({f"t{TIE}": float("inf"), f"t{SCALE}": 1e300}, "pixels with a height and a width"),
    ],
)
def test_headers_that_promise_too_much(folder, sound, tags, sentence):
    assert sentence in told(folder, patched(sound[0], **tags))


def test_more_bands_than_any_acquisition_has(folder, tmp_path):
    many = write_raster(tmp_path / "many.tif", np.ones((1001, 2, 2), np.uint8))
    assert "at most 1000 bands, but got 1001" in told(folder, many.read_bytes())


def test_strips_that_would_fill_the_memory(folder, sound):
    """A compressed strip is decoded whole, and its size is only what the header says."""
    side = 190_000
    tags = {f"t{WIDTH}": side, f"t{HEIGHT}": side, f"t{ROWS_A_STRIP}": side}
    text = told(folder, patched(sound[3], **tags))
    assert "tiles or strips of at most 256 MB, but got" in text
    assert "-co TILED=YES" in text


@pytest.mark.parametrize(
    "content",
    [
        b"<VRTDataset rasterXSize='40' rasterYSize='40'/>",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"<!doctype html><title>404</title>",
        b"PK\x03\x04",
        b"/vsicurl/http://example.org/a.tif",
        b"GTIFF_DIR:1:labels.tif",
        b"\x89HDF\r\n\x1a\n",
        b"",
    ],
)
def test_other_formats_in_disguise(folder, content):
    assert "a complete GeoTIFF, but got a file that cannot be read" in told(folder, content)


def test_the_others_are_checked_all_the_same(folder):
    for day in ("2021-03-22", "2021-03-23"):
        (folder / "s2" / f"{day}.tif").write_bytes(b"no raster")
    report = check_region(folder, SourceOptions())
    assert {text.split(":")[0][-14:] for text in report.errors} >= {
        "2021-03-22.tif",
        "2021-03-23.tif",
    }
    for day in ("2021-03-22", "2021-03-23"):
        (folder / "s2" / f"{day}.tif").unlink()


def test_odd_letters_of_a_file_reach_no_terminal(tmp_path):
    bands = ("B04", "\u202egone")
    write_raster(tmp_path / "s2" / "2021-03-01.tif", VALUES, bands=bands, nodata=0)
    report = check_region(tmp_path, SourceOptions())
    assert any("?gone are not known" in text for text in report.warnings)
    (tmp_path / "s2" / "\x1b[2J_2021-03-02.tif").write_bytes(b"")
    assert all(text.isprintable() for text in check_region(tmp_path, SourceOptions()).errors)


# Patterns


@pytest.mark.parametrize(
    "pattern",
    [
        "/vsicurl/http://a.b/{date}.tif", "/vsizip/a.zip/{date}.tif", "http://a.b/{date}.tif",
        "s3://a/{date}.tif", "{date}.vrt", "{date}.tif.vrt", "vrt://{date}.tif", "{date}",
        "../{date}.tif", "C:/{date}.tif", "s2\\{date}.tif", "{date}{date}.tif",
    ],
)  # fmt: skip
def test_patterns_that_lead_elsewhere(tmp_path, pattern):
    path = tmp_path / "region.toml"
    path.write_text(f"[sources.s2]\npattern = '{pattern}'\n")
    with pytest.raises(RegionError, match=r"sources\.s2\.pattern: expected a pat"):
        read_region_toml(path)


@pytest.mark.parametrize("pattern", ["*a" * 60 + "*{date}*" + "*a" * 60, "*" * 500 + "{date}*"])
def test_many_stars_take_no_longer(tmp_path, pattern):
    (tmp_path / ("a" * 100 + "2021-03-01" + "a" * 100 + "b.tif")).touch()
    found = find_dated(tmp_path, pattern)
    assert len(found) == ("a" not in pattern.replace("{date}", ""))


@given(
    st.lists(st.sampled_from(["*", "a", "b", "_"]), max_size=6),
    st.lists(st.sampled_from(["*", "a", "b", "_"]), max_size=6),
    st.text("ab_", max_size=6),
    st.text("ab_", max_size=6),
)
def test_stars_stand_for_anything(tmp_path_factory, before, after, head, tail):
    from fnmatch import fnmatchcase

    folder = tmp_path_factory.mktemp("stars")
    (folder / f"{head}20210301{tail}.tif").touch()
    pattern = "".join(before) + "{date}" + "".join(after) + ".tif"
    expected = fnmatchcase(f"{head}20210301{tail}.tif", pattern.replace("{date}", "20210301"))
    assert bool(find_dated(folder, pattern)) == expected
