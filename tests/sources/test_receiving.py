"""Data from elsewhere: what is refused, what is checked, and that nothing stays behind."""

import gc
import io
import subprocess
import sys
import warnings
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rasterio

from cropcore.errors import CropcoreError
from cropcore.sources import SourceOptions, check_source
from cropcore.sources.receiving import (
    FOLDER_LIMITS,
    LARGEST_RASTER,
    UPLOAD_LIMITS,
    check_region_name,
    receive_path,
    receive_upload,
    sweep,
)
from cropcore.sources.receiving.names import suggested_name
from tests.building import transform, write_raster, write_region
from tests.sources.arriving import left_in, link, packed

TABLE = "id,label,date,B04,B08\n" + "".join(
    f"p{at},{('wheat', 'maize')[at % 2]},2021-0{month}-05,0.1,0.{month}\n"
    for at in range(8)
    for month in range(3, 8)
)


@pytest.fixture(scope="module")
def region(tmp_path_factory) -> Path:
    return write_region(tmp_path_factory.mktemp("given") / "small", size=(24, 24), n_dates=3)


@pytest.fixture
def workspace(tmp_path) -> Path:
    return tmp_path / "workspace"


def upload(content: bytes, workspace: Path, name: str = "given.zip", **others):
    return receive_upload(io.BytesIO(content), name, workspace, **others)


def refused(content: bytes, workspace: Path, message: str, name: str = "given.zip", **others):
    """The upload ends in one sentence with the message, and leaves nothing behind."""
    with pytest.raises(CropcoreError, match=message) as caught:
        upload(content, workspace, name, **others)
    text = str(caught.value)
    assert ".arriving" not in text
    assert text.isprintable()
    assert left_in(workspace) == []
    return text


@pytest.mark.parametrize("top", ["", "some folder/"])
def test_region_is_checked_and_kept(region, workspace, top):
    content = packed(region, top, [("__MACOSX/._x.tif", b"x"), (f"{top}notes.pdf", b"x")])
    found = upload(content, workspace, "../My region.zip")
    assert found.report.ok
    assert found.name == "My region"
    assert [item for item in found.report.warnings if "notes.pdf" in item]
    assert not any(".arriving" in text for text in found.report.warnings)
    place = found.keep("valley", workspace)
    assert place == workspace / "regions" / "valley"
    assert check_source(place, SourceOptions()).ok
    assert [path.name for path in (workspace / "regions").iterdir()] == ["valley"]
    assert not list(place.rglob("*.pdf"))
    with pytest.raises(CropcoreError, match="let go"):
        found.keep("again", workspace)


@pytest.mark.parametrize("name", ["series.csv", "series.zip"])
def test_table_is_checked_and_kept(workspace, name):
    content = TABLE.encode()
    if name.endswith("zip"):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            archive.writestr("inside/anything.csv", content)
        content = target.getvalue()
    found = upload(content, workspace, name)
    assert found.report.ok, found.report.errors
    assert found.is_table
    assert found.keep("mine", workspace).name == "mine.csv"


def test_every_problem_is_told_with_its_file(region, workspace, tmp_path):
    (tmp_path / "b").mkdir()
    broken = [("s2/2021-06-01.tif", b"no raster"), ("s2/2021-06-02.tif", b"neither")]
    found = upload(packed(region, extra=broken), workspace)
    assert not found.report.ok
    told = "\n".join(found.report.errors)
    assert "given/s2/2021-06-01.tif" in told
    assert "given/s2/2021-06-02.tif" in told
    assert ".arriving" not in told
    assert left_in(workspace) == []
    with pytest.raises(CropcoreError, match="without errors"):
        found.keep("broken", workspace)


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ([("../../evil.tif", b"x")], "leads out"),
        ([("/etc/evil.tif", b"x")], "absolute"),
        ([("C:/evil.tif", b"x")], "another system"),
        ([("s2\\evil.tif", b"x")], "another system|odd"),
        ([(link("s2/evil.tif"), b"/etc/passwd")], "symbolic link"),
        ([("s2/evil.vrt", b"<VRTDataset/>")], "vrt file; write it as GeoTIFF"),
        ([("inner.zip", b"PK")], "unpack it first"),
        ([("s2.tar.gz", b"x")], "unpack it first"),
        ([("S2/2021-03-06.tif", b"x")], "beside"),
        ([("s2/2021-03-05.TIF", b"x")], "twice"),
        ([("region.toml/x.tif", b"x")], "beside"),
        ([("bomb.tif", bytes(3_000_000))], "packed at most"),
    ],
)
def test_wrong_entries_are_refused_unread(region, workspace, extra, message):
    refused(packed(region, extra=extra), workspace, message)


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        ({"archive": 1000}, "at most 0.0 MB"),
        ({"unpacked": 5000}, "unpacked"),
        ({"file": 2000}, "a file of at most"),
        ({"entries": 3}, "at most 3 files"),
    ],
)
def test_sizes_are_limited(region, workspace, limit, message):
    refused(packed(region), workspace, message, limits=replace(UPLOAD_LIMITS, **limit))


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"PK nothing", "given.zip", "no zip"),
        (b"II*\0", "given.tif", "ending in .tif"),
        (b"x", "given", "without an ending"),
    ],
)
def test_other_files_are_refused(workspace, content, name, message):
    refused(content, workspace, message, name)


def test_zip_without_data_is_refused(workspace):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("readme.txt", "nothing here")
    refused(target.getvalue(), workspace, "none of its files")


def test_huge_raster_is_refused_by_its_header(region, workspace, tmp_path):
    huge = tmp_path / "huge.tif"
    with rasterio.open(
        huge, "w", driver="GTiff", width=100_000, height=30_000, count=1, dtype="uint8",
        crs="EPSG:32631", transform=transform(), sparse_ok=True, tiled=True, blockxsize=4096,
        blockysize=4096,
    ):  # fmt: skip
        assert LARGEST_RASTER < 100_000 * 30_000
    found = upload(packed(region, extra=[("s2/2021-08-01.tif", huge.read_bytes())]), workspace)
    assert ["s2/2021-08-01.tif" in text for text in found.report.errors] == [True]
    assert "100,000 x 30,000" in found.report.errors[0]


def test_raster_that_points_to_another_file_is_refused(region, workspace, tmp_path):
    other = write_raster(tmp_path / "other.tif", np.full((32, 32), 77, np.uint8))
    path = write_raster(tmp_path / "pointing.tif", np.ones((64, 64), np.uint8))
    with rasterio.open(path, "r+") as raster:
        raster.update_tags(ns="OVERVIEWS", OVERVIEW_FILE=str(other))
    with rasterio.open(path) as raster:
        assert raster.read(1, out_shape=(16, 16)).mean() == 77, "GDAL follows the reference"
    report = upload(packed(region, extra=[("s2/2021-08-01.tif", path.read_bytes())]), workspace)
    assert "points to another file" in report.report.errors[0]
    folder = write_region(tmp_path / "direct", size=(64, 64), n_dates=2, labels=None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        (folder / "s2" / "2021-03-05.tif").write_bytes(path.read_bytes())
    told = check_source(folder, SourceOptions()).errors
    assert any("points to another file" in text for text in told)


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE VIRTUAL TABLE crops USING fts5(text)",
        "CREATE VIEW crops AS SELECT 1",
        "CREATE TABLE crops (path DEFAULT '/vsicurl/http://localhost/x')",
    ],
)
def test_geopackage_that_leads_away_is_refused(region, workspace, tmp_path, sql):
    path = tmp_path / "labels.gpkg"
    path.write_bytes((region / "labels.gpkg").read_bytes())
    # In a process of its own: beside GDAL's SQLite, Python's may lack its modules.
    code = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute(sys.argv[2])"
    subprocess.run([sys.executable, "-c", code, path, sql], check=True)
    (region / "labels.gpkg").read_bytes()
    extra = [("other.gpkg", path.read_bytes())]
    report = upload(packed(region, extra=extra), workspace).report
    assert "virtual table or view" in report.errors[0]
    assert "other.gpkg" in report.errors[0]


def test_what_nobody_keeps_is_gone(region, workspace):
    found = upload(packed(region), workspace)
    assert left_in(workspace)
    found.discard()
    assert left_in(workspace) == []
    found = upload(packed(region), workspace)
    del found
    gc.collect()
    assert left_in(workspace) == []


def test_what_a_killed_process_left_is_swept(region, workspace):
    waiting = upload(packed(region), workspace)
    for owner in ("999999999", "nobody"):
        (workspace / "regions" / f".arriving-{owner}-x").mkdir()
    other = upload(packed(region), workspace)
    assert set((workspace / "regions").iterdir()) == {waiting.stage, other.stage}
    sweep(workspace, own=True)
    assert not list((workspace / "regions").iterdir())


def test_folder_is_copied_and_stays_as_it_is(region, workspace):
    before = left_in(region)
    seen = []
    found = receive_path(
        region / "region.toml", workspace, progress=lambda done, total: seen.append((done, total))
    )
    assert found.report.ok
    assert found.name == "small"
    assert found.keep("copied", workspace).is_dir()
    assert left_in(region) == before
    assert left_in(workspace / "regions" / "copied") == before
    assert seen[-1][0] < seen[-1][1]


def test_table_is_copied(tmp_path, workspace):
    path = tmp_path / "series.csv"
    path.write_text(TABLE, encoding="utf-8")
    assert receive_path(path, workspace).keep("t", workspace).name == "t.csv"
    assert path.is_file()


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("", "whole path"),
        ("relative/path", "whole path"),
        ("/a/../b", "whole path"),
        ("/vsicurl/http://localhost/x.tif", "nothing of that name"),
        ("/nowhere/at/all", "nothing of that name"),
    ],
)
def test_paths_that_are_none(workspace, path, message):
    with pytest.raises(CropcoreError, match=message):
        receive_path(Path(path), workspace)


def test_folders_with_links_or_too_much_are_refused(region, workspace, tmp_path):
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "s2").symlink_to(region / "s2")
    with pytest.raises(CropcoreError, match="link or special file"):
        receive_path(linked, workspace)
    with pytest.raises(CropcoreError, match="a link"):
        receive_path(linked / "s2", workspace)
    with pytest.raises(CropcoreError, match="at most 3 files"):
        receive_path(region, workspace, limits=replace(FOLDER_LIMITS, entries=3))
    kept = receive_path(region, workspace).keep("here", workspace)
    with pytest.raises(CropcoreError, match="inside of it"):
        receive_path(kept, workspace)
    other = tmp_path / "x.txt"
    other.write_text("x", encoding="utf-8")
    with pytest.raises(CropcoreError, match="choose the folder"):
        receive_path(other, workspace)
    assert {path.name for path in (workspace / "regions").iterdir()} == {"here"}


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", "a\\b", ".hidden", "x ", "a:b", "\u202ex", "x" * 201]
)
def test_names_that_no_folder_can_have(workspace, name):
    with pytest.raises(CropcoreError, match="region's name"):
        check_region_name(name, workspace)


def test_taken_names_are_refused(workspace):
    (workspace / "regions").mkdir(parents=True)
    (workspace / "regions" / "Valley.csv").write_text("x", encoding="utf-8")
    for name in ("valley", "champagne_simulated", "Valley.csv"):
        with pytest.raises(CropcoreError, match="no other region"):
            check_region_name(name, workspace)
    assert check_region_name("山谷 2", workspace) == "山谷 2"


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("a.zip", "a"), ("../../x/y.zip", "y"), ("C:\\data\\z.csv", "z"), (".zip", "region"),
        ("<b>?.zip", "_b__"), ("", "region"), ("a.b", "a.b"),
    ],
)  # fmt: skip
def test_suggested_names_can_be_had(given, name):
    assert suggested_name(given) == name
