"""A run from elsewhere, checked before it is believed."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from pydantic import ValidationError

from cropcore.errors import StorageError
from cropcore.training.exchange.archives import (
    LARGEST_TEXT,
    RUN_LIMITS,
    Limits,
    check_names,
    damage_told,
    is_plain,
    opened,
    refusal,
    shown,
    unpack,
)
from cropcore.training.exchange.manifest import (
    MANIFEST,
    MODEL_CARD,
    NEEDED,
    Manifest,
    is_known,
    is_text,
    told_state,
)
from cropcore.training.exchange.model_card import model_card
from cropcore.training.exchange.vetting import Loading, vet_run
from cropcore.training.figures import read_figures
from cropcore.training.record import RunRecord
from cropcore.training.reproducing import command_of
from cropcore.training.run import Run

_LARGEST_MANIFEST = 4 * 2**20


@dataclass(frozen=True)
class Imported:
    """A run that was taken over."""

    run: Run
    given_name: str
    """What it was called where it comes from."""
    region: str
    """Name of the data it learnt from."""

    @property
    def renamed(self) -> bool:
        """Whether its name was taken here, or none that a folder can have."""
        return self.run.folder.name != self.given_name


def import_run(
    path: Path, folder: Path, *, loading: Loading = nullcontext, limits: Limits = RUN_LIMITS
) -> Imported:
    """Unpack a run into a workspace, if nothing speaks against it.

    It is unpacked to a hidden folder and moved to ``runs/`` when all is checked; a refused zip
    leaves nothing behind.

    Args:
        path: A zip made by ``cropcore export``.
        folder: The workspace.
        loading: Entered around whatever imports TensorFlow.
        limits: How large the zip may be.

    Raises:
        MissingFileError: There is no such file.
        RunError: The zip or the run in it is refused; the sentence says why.
        StorageError: The disk refused.
    """
    runs = folder / "runs"
    with ExitStack() as stack:
        with opened(path, limits, path) as archive:
            entries = archive.infolist()
            manifest = _manifest(archive, entries, path)
            run = Run(stack.enter_context(_staging(runs)) / "run")
            for info in entries:
                if info.filename not in (MANIFEST, MODEL_CARD):
                    _unpack_listed(archive, info, manifest, run.folder, path)
        record = vet_run(run, path, loading)
        return _settle(run, record, runs, path)


def _manifest(archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo], path: Path) -> Manifest:
    """The list of contents, if the zip holds just that and all of it may be there."""
    check_names(entries, path)
    sizes = {info.filename: info.file_size for info in entries}
    for name, size in sizes.items():
        place = f"{path}, entry {shown(name)}"
        if not is_known(name):
            raise refusal(place, "only the files of a run", "one that is none of these")
        if is_text(name) and size > LARGEST_TEXT:
            raise refusal(place, f"a text of at most {LARGEST_TEXT >> 20} MiB", f"{size:,} bytes")
    missing = [name for name in (MANIFEST, *NEEDED) if name not in sizes]
    if missing:
        raise refusal(path, f"a run with its {missing[0]}", "a zip without it")
    if sizes[MANIFEST] > _LARGEST_MANIFEST:
        raise refusal(f"{path}, {MANIFEST}", "a list of ordinary size", "a huge one")
    with damage_told(path):
        text = archive.read(MANIFEST)
    try:
        manifest = Manifest.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ascii(".".join(str(part) for part in first["loc"]))[:80]
        raise refusal(
            f"{path}, {MANIFEST}",
            "the list that `cropcore export` writes",
            f"at {place}: {first['msg']}",
        ) from None
    odd = sorted(set(manifest.files) ^ (set(sizes) - {MANIFEST}))
    if odd:
        got = f"{shown(odd[0])} in one of them only"
        raise refusal(path, f"the files that {MANIFEST} lists", got)
    return manifest


def _unpack_listed(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, manifest: Manifest, folder: Path, path: Path
) -> None:
    found = unpack(archive, info, folder / info.filename, path)
    if found != manifest.files[info.filename].sha256:
        raise refusal(
            f"{path}, {info.filename}",
            f"the checksum in {MANIFEST}",
            "another: the file was changed or damaged",
        )


@contextmanager
def _staging(runs: Path) -> Iterator[Path]:
    """A hidden folder beside the runs; what was made for it is taken away again if unused."""
    made = [place for place in (runs, *runs.parents) if not place.exists()]
    try:
        runs.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=".import-", dir=runs))
    except OSError as error:
        raise _disk_refused(runs, error) from error
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        for place in made:
            with suppress(OSError):  # not empty: the run arrived
                place.rmdir()


def _settle(run: Run, record: RunRecord, runs: Path, path: Path) -> Imported:
    """Give a checked run a free name and move it to its place."""
    wanted = record.name if is_plain(record.name) else path.stem
    run.write_json("state.json", told_state(run))
    figures = read_figures(run.read_json("metrics.json"), "metrics.json")
    for number in count(1):
        target = runs / (wanted if number == 1 else f"{wanted}-{number}")
        if target.exists():
            continue
        renamed = record.model_copy(update={"name": target.name})
        run.write_record(renamed)
        run.write_text(MODEL_CARD, model_card(renamed, figures, command_of(run, abroad=True)))
        try:
            run.folder.rename(target)
        except OSError as error:
            if target.exists():
                continue  # somebody was quicker
            raise _disk_refused(target, error) from error
        break
    return Imported(Run(target), record.name, record.request.region)


def _disk_refused(place: Path, error: OSError) -> StorageError:
    return StorageError(
        place,
        expected="a workspace that runs can be written to",
        got=error.strerror or str(error),
        advice="choose another --workspace or free some space",
    )


__all__ = ["Imported", "import_run"]
