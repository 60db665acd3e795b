"""Zips from strangers: whatever is wrong, one sentence says so and nothing is left behind."""

import io
import random
import stat
import struct
import zipfile
from contextlib import contextmanager

import pytest

from cropcore.errors import CropcoreError, RunError, StorageError
from cropcore.training.exchange import export_run, import_run
from cropcore.training.exchange.archives import Limits
from tests.zips import contents, refused, rewrite


@pytest.fixture(scope="module")
def packed(table_run, tmp_path_factory):
    """The zip of a network's run."""
    return export_run(table_run, tmp_path_factory.mktemp("zips") / "run.zip").path


@pytest.fixture(scope="module")
def packed_forest(forest_run, tmp_path_factory):
    return export_run(forest_run, tmp_path_factory.mktemp("zips") / "forest.zip").path


def test_no_file_and_no_zip(tmp_path):
    refused(tmp_path / "none.zip", tmp_path / "w", "no file of that name")
    path = tmp_path / "text.zip"
    for content in (b"", b"hello", b"PK\x05\x06", b"\0" * 100_000):
        path.write_bytes(content)
        refused(path, tmp_path / "w", "no zip")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("../evil.txt", "leads out"),
        ("maps/../../evil.tif", "leads out"),
        ("/etc/evil.txt", "absolute path"),
        ("C:/evil.txt", "another system"),
        ("C:evil.txt", "another system"),
        ("\\\\server\\share\\evil", "another system"),
        ("maps\\evil.tif", "another system"),
        ("maps/./x.tif", "odd part"),
        ("maps//x.tif", "odd part"),
        ("maps/x /y.tif", "odd part"),
        ("maps/x/y\x1b[2J.tif", "odd part"),
        ("maps/x/con?.tif", "odd part"),
        ("maps/x/.hidden.tif", "odd part"),
        ("maps/", "folder"),
        ("evil.py", "none of these"),
        ("log.txt", "none of these"),
        ("maps/x.tif", "none of these"),
        ("maps/x/y/z.tif", "none of these"),
        ("maps/x/y.py", "none of these"),
        ("maps/x/y.vrt", "none of these"),
        ("folds/0/model.keras", "none of these"),
        ("folds/1/run.json", "none of these"),
        ("folds/../model.keras", "leads out"),
        ("cancel", "none of these"),
        ("model.keras/x", "none of these"),
        ("x" * 5000, "odd part"),
        ("RUN.JSON", "there twice"),
    ],
)
def test_names_that_lead_elsewhere_or_are_unknown(packed, tmp_path, name, message):
    path = rewrite(packed, tmp_path / "bad.zip", extra=[(name, b"x")])
    assert len(refused(path, tmp_path / "w", message)) < 600


def test_name_cut_off_by_a_nul_byte(packed, tmp_path):
    path = rewrite(packed, tmp_path / "bad.zip", extra=[("history.cs#.py", b"x")])
    path.write_bytes(path.read_bytes().replace(b"history.cs#.py", b"history.cs\0.py"))
    refused(path, tmp_path / "w", "another system")


@pytest.mark.parametrize(
    ("mode", "message"),
    [(stat.S_IFLNK, "symbolic link"), (stat.S_IFIFO, "special"), (stat.S_IFCHR, "special")],
)
def test_entries_that_are_no_files(packed, tmp_path, mode, message):
    info = zipfile.ZipInfo("maps/x/link.tif")
    info.create_system = 3
    info.external_attr = (mode | 0o777) << 16
    path = rewrite(packed, tmp_path / "bad.zip", extra=[(info, b"/etc/passwd")])
    refused(path, tmp_path / "w", message)


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_name_that_is_there_twice(packed, tmp_path):
    path = rewrite(packed, tmp_path / "bad.zip", extra=[("run.json", b"{}")])
    refused(path, tmp_path / "w", "there twice")


def test_encrypted_or_rarely_packed_entries(packed, tmp_path):
    content = bytearray(packed.read_bytes())
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    path = tmp_path / "bad.zip"
    path.write_bytes(content)
    refused(path, tmp_path / "w", "encrypted")
    rewrite(packed, path, method=zipfile.ZIP_LZMA)
    refused(path, tmp_path / "w", "rarely packed")


def test_bombs(packed, tmp_path):
    path = tmp_path / "bad.zip"
    rewrite(packed, path, {"MODEL_CARD.md": b"0" * 5_000_000}, method=zipfile.ZIP_DEFLATED)
    refused(path, tmp_path / "w", "200-fold")
    refused(packed, tmp_path / "w", "a zip of at most", limits=Limits(archive=10_000))
    refused(packed, tmp_path / "w", "unpacked", limits=Limits(file=10_000))
    refused(packed, tmp_path / "w", "unpacked", limits=Limits(unpacked=130_000))
    refused(packed, tmp_path / "w", "at most 5 files", limits=Limits(entries=5))


def test_count_of_entries_is_not_believed(packed, tmp_path):
    """The zip says it has one entry, or none, or a list of contents as large as memory."""
    content = bytearray(packed.read_bytes())
    end = content.rindex(b"PK\x05\x06")
    path = tmp_path / "bad.zip"
    struct.pack_into("<HH", content, end + 8, 1, 1)
    path.write_bytes(content)
    refused(path, tmp_path / "w", "at most 5 files", limits=Limits(entries=5))
    struct.pack_into("<I", content, end + 12, 0xFFFFFFF0)
    path.write_bytes(content)
    refused(path, tmp_path / "w", "files in it")
    content[end:end] = b"PK\x06\x07" + b"\0" * 16
    path.write_bytes(content)
    refused(path, tmp_path / "w", "zip64")


@pytest.mark.parametrize("name", ["model.keras", "mean_series.npz", "tested.npz", "model.skops"])
def test_bomb_inside_a_model(packed, packed_forest, tmp_path, name):
    source = packed_forest if name == "model.skops" else packed
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", b" " * 5_000_000)
    path = rewrite(source, tmp_path / "bad.zip", {name: inner.getvalue()})
    refused(path, tmp_path / "w", f"{name}.*200-fold")


def test_changed_or_unlisted_or_missing_files(packed, tmp_path):
    path, workspace = tmp_path / "bad.zip", tmp_path / "w"
    rewrite(packed, path, {"history.csv": b"epoch\n"}, honest=False)
    refused(path, workspace, r"history\.csv: expected the checksum")
    rewrite(packed, path, {"history.csv": None}, honest=False)
    refused(path, workspace, r"history\.csv' in one of them only")
    for name in ("manifest.json", "run.json", "split.csv", "mean_series.npz", "metrics.json"):
        rewrite(packed, path, {name: None})
        refused(path, workspace, f"a run with its {name}")
    rewrite(packed, path, {"model.keras": None})
    refused(path, workspace, r"the model in model\.keras")
    for manifest in (b"", b"[]", b"{}", b'{"format": 2}', b"[" * 100_000, b"\xff"):
        rewrite(packed, path, {"manifest.json": manifest})
        refused(path, workspace, "the list that `cropcore export` writes")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: b"epoch\n", "got no column loss"),
        (lambda text: text[: text.index(b"\n") + 1], "got none"),
        (lambda text: b"", "got none"),
        (lambda text: b"\xff\n", "decode"),
        (lambda text: text.replace(b"val_f1_3", b"<script>"), "got a column '<script>'"),
        (lambda text: text.replace(b"f1_3", b"f1_9"), "got of other classes"),
        (lambda text: text.replace(b"\r\n2,", b"\r\n7,"), "another epoch in the line of epoch 2"),
        (lambda text: text + b"13,=1+1" + b",1" * 10 + b"\n", "no number as loss"),
        (lambda text: text + b"13,nan" + b",1" * 10 + b"\n", "an impossible loss"),
        (lambda text: text + b"13,1\n", "2 cells instead of 12"),
        (lambda text: text + b"\n" * 6000, "got 6,012 epochs"),
    ],
)
def test_history_that_is_no_table_of_epochs(packed, tmp_path, change, message):
    text = contents(packed)["history.csv"]
    path = rewrite(packed, tmp_path / "bad.zip", {"history.csv": change(text)})
    refused(path, tmp_path / "w", rf"history\.csv: .*{message}")


def test_flipped_bits_and_cuts_are_refused_or_harmless(packed, tmp_path):
    """Whatever is broken, the end is a sentence or a run whose every byte was checked."""
    rng = random.Random(0)
    content, path = packed.read_bytes(), tmp_path / "bad.zip"
    for _ in range(150):
        damaged = bytearray(content)
        if rng.random() < 0.2:
            damaged = damaged[: rng.randrange(len(damaged))]
        else:
            at = rng.choice([rng.randrange(len(content)), len(content) - rng.randrange(1, 1200)])
            damaged[at] ^= 1 << rng.randrange(8)
        path.write_bytes(damaged)
        try:
            import_run(path, tmp_path / "w", loading=_far_enough)
        except (CropcoreError, _FarEnoughError):
            assert not (tmp_path / "w").exists()


class _FarEnoughError(Exception):
    pass


@contextmanager
def _far_enough():
    raise _FarEnoughError
    yield


def test_workspace_that_cannot_be_written(packed, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(StorageError, match="--workspace"):
        import_run(packed, blocked / "workspace")
    assert blocked.read_text() == "in the way"


def test_refusal_leaves_other_runs_alone(packed, tmp_path):
    first = import_run(packed, tmp_path / "w").run
    bad = rewrite(packed, tmp_path / "bad.zip", {"model.keras": b"nothing"})
    with pytest.raises(RunError):
        import_run(bad, tmp_path / "w")
    assert [path.name for path in (tmp_path / "w" / "runs").iterdir()] == [first.folder.name]
