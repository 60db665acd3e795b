"""A finished run becomes one zip that says nothing of the machine it was made on."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from cropcore import __version__
from cropcore.errors import MissingFileError, RunError, StorageError
from cropcore.training.exchange.archives import RUN_LIMITS, Limits, check_names, opened
from cropcore.training.exchange.manifest import (
    MANIFEST,
    MODEL_CARD,
    NEEDED,
    FileRecord,
    Manifest,
    is_known,
    is_text,
    told_state,
)
from cropcore.training.exchange.model_card import model_card
from cropcore.training.figures import Figures, read_figures
from cropcore.training.files import MODEL_FILES, replace_file
from cropcore.training.launching import status
from cropcore.training.locating import locate, region_name
from cropcore.training.record import RunRecord
from cropcore.training.reproducing import command_of
from cropcore.training.run import FINAL, Run
from cropcore.training.snapshots import FOLDER, is_snapshot, vet_snapshots
from cropcore.workspace import workspace

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip knows: equal runs give equal bytes."""
_READABLE = 0o100644 << 16
_UNIX = 3
_PART = 2**20

Member = bytes | Path
"""Content of a file, or where it lies."""


@dataclass(frozen=True)
class Exported:
    """A zip that was written."""

    path: Path
    bytes: int
    files: tuple[str, ...]
    """Paths in the zip, ascending."""
    left_out: tuple[str, ...]
    """Files of maps that are of no kind a zip may hold, and snapshots that are damaged, relative
    to the run."""

    def to_json(self) -> dict[str, object]:
        """What ``cropcore export --json`` prints."""
        return {
            "file": str(self.path),
            "bytes": self.bytes,
            "files": list(self.files),
            "left_out": list(self.left_out),
        }


def export_run(
    run: Run, out: Path, *, folds: bool = False, maps: bool = True, limits: Limits = RUN_LIMITS
) -> Exported:
    """Pack a finished run; ``out`` is replaced in one move, or left as it was.

    Args:
        run: A run that has come to a model and was measured.
        out: The zip.
        folds: Whether the models of cross-validation go in too.
        maps: Whether maps go in too.
        limits: What an import would refuse is not written.

    Raises:
        RunError: The run is unfinished, still runs, lacks a file or exceeds a limit.
        StorageError: The disk refused.
    """
    record = run.finished
    if status(run).state == "running":
        raise RunError(
            run.folder,
            expected="a run that is over",
            got="one that still runs",
            advice="wait for it or cancel it",
        )
    if not out.parent.is_dir():
        raise StorageError(
            out,
            expected="a folder to write the zip to",
            got=f"no folder {out.parent}",
            advice="make it or choose another --out",
        )
    members = _texts(run, record) | _files(run, record, folds=folds)
    snapshots, left_out = _snapshots(run)
    members |= snapshots
    if maps:
        for name, path in _maps(run):
            if is_known(name):
                members[name] = path
            else:
                left_out.append(name)
    private = _private(run, record)
    for name, content in members.items():
        if name.startswith("maps/") and is_text(name) and isinstance(content, Path):
            members[name] = _without(private, content.read_bytes())

    def write(path: Path) -> None:
        _write(path, record.name, members)
        with opened(path, limits, out) as archive:
            check_names(archive.infolist(), out)

    replace_file(out, write)
    return Exported(out, out.stat().st_size, (*sorted(members), MANIFEST), tuple(left_out))


def _texts(run: Run, record: RunRecord) -> dict[str, Member]:
    """The small files that are written anew, without anything of this machine."""
    private = _private(run, record)
    figures = run.read_json("metrics.json")
    known = read_figures(figures, f"{run.folder}, metrics.json")
    shared = _shared(record, private)
    state = told_state(run) | {"state": "done" if record.models[FINAL].complete else "cancelled"}
    return {
        "run.json": shared.model_dump_json(indent=2).encode(),
        "state.json": _as_json(state),
        "metrics.json": _without(private, _as_json(figures)),
        MODEL_CARD: _card(run, shared, known).encode(),
    }


def card_of(run: Run) -> str:
    """The model card of a finished run, without anything of this machine.

    Raises:
        RunError: The run is unfinished or damaged.
        SettingError: Its figures are damaged.
    """
    record = run.finished
    known = read_figures(run.read_json("metrics.json"), f"{run.folder}, metrics.json")
    return _card(run, _shared(record, _private(run, record)), known)


def _card(run: Run, shared: RunRecord, known: Figures) -> str:
    region = None
    with suppress(MissingFileError):
        region = Path(locate(run.record.request, workspace()).region)
    return model_card(shared, known, command_of(run, abroad=True), region)


def _files(run: Run, record: RunRecord, *, folds: bool) -> dict[str, Member]:
    """The files that go in as they are.

    Raises:
        RunError: One of them is missing.
    """
    models = MODEL_FILES[record.request.described().kind]
    found: dict[str, Member] = {}
    for name in (name for name in NEEDED if not name.endswith(".json")):
        found[name] = _existing(run, run.folder / name)
    for number, part in enumerate(run.members, start=1):
        texts = _texts(part, part.finished)
        inside = {name: text for name, text in texts.items() if name != MODEL_CARD}
        inside |= _files(part, part.finished, folds=folds)
        found |= {f"members/{number}/{name}": content for name, content in inside.items()}
    members = [FINAL, *(name for name in record.models if name != FINAL and folds)]
    for member in members:
        folder = run.member_folder(member)
        place = "" if member == FINAL else f"folds/{folder.name}/"
        for model in models:
            found[place + model] = _existing(run, folder / model)
        if (folder / "history.csv").is_file():
            found[f"{place}history.csv"] = folder / "history.csv"
    return found


def _snapshots(run: Run) -> tuple[dict[str, Member], list[str]]:
    """The looks inside the network while it learnt: what goes in, and what is damaged."""
    paths = sorted(path for path in (run.folder / FOLDER).glob("*") if is_snapshot(path.name))
    try:
        vet_snapshots(run.folder, run.described.legend.codes)
    except RunError:
        return {}, [f"{FOLDER}/{path.name}" for path in paths]
    return {f"{FOLDER}/{path.name}": path for path in paths}, []


def _existing(run: Run, path: Path) -> Path:
    if not path.is_file():
        raise RunError(
            run.folder,
            expected=f"a complete run with its {path.relative_to(run.folder)}",
            got="none",
            advice="restore the folder from its origin or train again",
        )
    return path


def _maps(run: Run) -> Iterator[tuple[str, Path]]:
    """Files of the run's maps: path in the zip, path on disk."""
    root = run.folder / "maps"
    for folder, _, names in sorted(os.walk(root)):
        for name in sorted(names):
            path = Path(folder, name)
            yield path.relative_to(run.folder).as_posix(), path


def _shared(record: RunRecord, private: Mapping[str, str]) -> RunRecord:
    """The record for others: the region by its name, no folder of this machine."""
    request, data = record.request, record.data
    if data is None:
        raise TypeError("a finished run has data")
    options = type(request.options)(**{**vars(request.options), "data": None})
    start = None if request.start_from is None else region_name(request.start_from)
    alone = {"region": region_name(request.region), "options": options, "start_from": start}
    request = request.model_copy(update=alone)
    notes = tuple(_without(private, note.encode()).decode() for note in data.notes)
    return record.model_copy(
        update={"request": request, "data": data.model_copy(update={"notes": notes})}
    )


def _private(run: Run, record: RunRecord) -> dict[str, str]:
    """Paths of this machine and what stands for them elsewhere, longest first."""
    region, data = Path(record.request.region), record.request.options.data
    names = {
        str(region): region_name(str(region)),
        str(run.folder): record.name,
        **({str(data): "data"} if data is not None else {}),
    }
    folders = {str(path) for path in (region.parent, run.folder.parent, Path.home())} - {"/", "."}
    names |= {folder + os.sep: "" for folder in folders}
    return dict(sorted(names.items(), key=lambda item: -len(item[0])))


def _without(private: Mapping[str, str], text: bytes) -> bytes:
    for path, name in private.items():
        for spelling in {path, json.dumps(path)[1:-1]}:
            text = text.replace(spelling.encode(), name.encode())
    return text


def _write(path: Path, name: str, members: Mapping[str, Member]) -> None:
    """Write the zip, its manifest last."""
    listed = {}
    with zipfile.ZipFile(path, "w", allowZip64=False) as archive:
        for inside, content in sorted(members.items()):
            listed[inside] = _add(archive, inside, content)
        manifest = Manifest(cropcore=__version__, run=name, files=listed)
        _add(archive, MANIFEST, manifest.model_dump_json(indent=2).encode())


def _add(archive: zipfile.ZipFile, name: str, content: Member) -> FileRecord:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.create_system, info.external_attr = _UNIX, _READABLE
    info.compress_type = zipfile.ZIP_DEFLATED if is_text(name) else zipfile.ZIP_STORED
    digest, size = hashlib.sha256(), 0
    with archive.open(info, "w") as target:
        for part in _parts(content):
            target.write(part)
            digest.update(part)
            size += len(part)
    return FileRecord(bytes=size, sha256=digest.hexdigest())


def _parts(content: Member) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    file: IO[bytes]
    with content.open("rb") as file:
        while part := file.read(_PART):
            yield part


def _as_json(content: Mapping[str, object]) -> bytes:
    return json.dumps(content, indent=2, ensure_ascii=False).encode()


__all__ = ["Exported", "card_of", "export_run"]
