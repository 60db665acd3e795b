"""The run folder on disk: created once, read by everyone, the only truth about a training."""

from __future__ import annotations

import json
import platform
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import ValidationError

from cropcore.errors import MissingFileError, RunError, StorageError
from cropcore.training.checkpoints import PROGRESS, clear_checkpoints
from cropcore.training.files import (
    DAMAGE,
    first_line,
    replace_file,
    unreadable,
)
from cropcore.training.record import DataRecord, RunRecord, TrainingRequest
from cropcore.training.tested import Tested, read_tested

if TYPE_CHECKING:
    from cropcore.prediction import PatchPredictor, Predictor

FINAL = "final"
_LARGEST_TEXT = 256 * 2**20


@dataclass(frozen=True)
class Run:
    """One training's folder."""

    folder: Path

    @property
    def record(self) -> RunRecord:
        """What is written in ``run.json``.

        Raises:
            RunError: The file is missing, damaged or of another format.
        """
        try:
            return RunRecord.model_validate_json(self.read_text("run.json"))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"]) or "the file"
            raise unreadable(self.folder / "run.json", f"{place}: {first['msg']}") from None

    def write_record(self, record: RunRecord) -> None:
        """Replace ``run.json``."""
        self.write_text("run.json", record.model_dump_json(indent=2))

    @property
    def described(self) -> DataRecord:
        """What the run's data turned out to be.

        Raises:
            RunError: They were never read.
        """
        data = self.record.data
        if data is None:
            raise unreadable(self.folder / "run.json", "no description of the data")
        return data

    @property
    def finished(self) -> RunRecord:
        """The record of a run that can be used.

        Raises:
            RunError: Its final model is not there yet.
        """
        record = self.record
        if record.data is None or FINAL not in record.models:
            raise RunError(
                self.folder,
                expected="a run whose training has come to a model",
                got=f"a run that is {self.read_json('state.json').get('state', 'without a state')}",
                advice="wait for it, resume it with --resume or train again",
            )
        return record

    @property
    def has_progress(self) -> bool:
        """Whether anything was learnt that would be lost with the folder."""
        record = self.record
        members = [FINAL, *(f"fold_{number + 1}" for number in range(record.request.folds or 0))]
        started = any((self.member_folder(member) / PROGRESS).is_file() for member in members)
        return started or bool(record.models)

    def member_folder(self, member: str) -> Path:
        """Where the files of one fitted model lie: the run's own folder for the final one."""
        if member == FINAL:
            return self.folder
        return self.folder / "folds" / member.removeprefix("fold_")

    def predictor(
        self, member: str = FINAL, chunk: int | None = None
    ) -> Predictor | PatchPredictor:
        """Load a fitted model, calibrated.

        Args:
            member: ``final`` or ``fold_1``, …
            chunk: Series per call of the network; the usual size where not given.

        Raises:
            RunError: The model file is missing, damaged or does not fit the record.
        """
        from cropcore.training.loading import load_predictor

        return load_predictor(self, member, chunk)

    def model_file(self, member: str, name: str) -> Path:
        """Where a file of a fitted model lies.

        Raises:
            RunError: It is missing.
        """
        return self._must_exist(self.member_folder(member) / name)

    @property
    def members(self) -> tuple[Run, ...]:
        """The runs that an ensemble is made of, copies within its folder.

        Raises:
            RunError: One of them is missing, unfinished, or an ensemble itself.
        """
        ensemble = self.record.ensemble
        names = range(1, len(ensemble.members) + 1) if ensemble else ()
        runs = tuple(Run(self.folder / "members" / str(name)) for name in names)
        if any(run.finished.ensemble for run in runs):
            raise unreadable(self.folder / "members", "an ensemble within an ensemble")
        return runs

    def read_text(self, name: str) -> str:
        """The content of one of the run's text files.

        Raises:
            RunError: It is missing, far too large or no text.
        """
        path = self._must_exist(self.folder / name)
        if path.stat().st_size > _LARGEST_TEXT:
            raise unreadable(path, f"a file of {path.stat().st_size >> 20} MiB")
        try:
            return path.read_text(encoding="utf-8")
        except (ValueError, OSError) as error:
            raise unreadable(path, first_line(error)) from error

    def write_text(self, name: str, text: str) -> None:
        """Replace one of the run's text files."""
        replace_file(self.folder / name, lambda path: path.write_text(text, encoding="utf-8"))

    def read_json(self, name: str) -> dict[str, Any]:
        """The content of one of the run's JSON files.

        Raises:
            RunError: It is missing or is no JSON object.
        """
        text = self.read_text(name)
        try:
            content = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise unreadable(self.folder / name, f"no JSON ({first_line(error)})") from error
        if not isinstance(content, dict):
            raise unreadable(self.folder / name, "JSON that is no object")
        return content

    def write_json(self, name: str, content: dict[str, Any]) -> None:
        """Replace one of the run's JSON files."""
        self.write_text(name, json.dumps(content, indent=2, ensure_ascii=False))

    def write_mean_series(self, overall: np.ndarray, by_class: np.ndarray) -> None:
        """Store what :meth:`mean_series` gives back."""
        overall, by_class = overall.astype(np.float32), by_class.astype(np.float32)
        replace_file(
            self.folder / "mean_series.npz",
            lambda path: np.savez(path, all=overall, by_class=by_class),
        )

    def mean_series(self) -> tuple[np.ndarray, np.ndarray]:
        """Date-mean series of the training samples, and of each class.

        Returns:
            float32 (time, band) and (class, time, band), physical units.

        Raises:
            RunError: The file is missing or damaged.
        """
        path = self._must_exist(self.folder / "mean_series.npz")
        try:
            with zipfile.ZipFile(path) as archive:
                damaged = archive.testzip()  # NumPy itself may read on past a wrong checksum
            if damaged is not None:
                raise zipfile.BadZipFile(f"wrong checksum of {damaged}")
            with np.load(path, allow_pickle=False) as arrays:
                overall, by_class = (np.asarray(arrays[name]) for name in ("all", "by_class"))
                finite = np.isfinite(overall).all() and np.isfinite(by_class).all()
        except DAMAGE as error:
            raise unreadable(path, first_line(error)) from error
        data = self.described
        shape = data.preparation.shape
        fits = overall.shape == shape and by_class.shape == (len(data.legend), *shape)
        if not (fits and finite):
            raise unreadable(path, f"series that are not finite or not of shape {shape}")
        return overall, by_class

    def tested(self) -> Tested:
        """What its models answered for samples they never saw.

        Raises:
            RunError: The run was never measured, or the file is missing or damaged.
        """
        return read_tested(self.folder, len(self.described.legend))

    @property
    def cancel_requested(self) -> bool:
        """Whether somebody asked this training to stop."""
        return (self.folder / "cancel").exists()

    def request_cancel(self) -> None:
        """Ask this training to stop at its next step."""
        (self.folder / "cancel").touch()

    def clear_cancel(self) -> None:
        """Take the request back, before going on."""
        (self.folder / "cancel").unlink(missing_ok=True)

    def clear_checkpoint(self, member: str) -> None:
        """Remove what is only needed to go on with a model."""
        clear_checkpoints(self.member_folder(member))

    def _must_exist(self, path: Path) -> Path:
        if not path.is_file():
            raise RunError(
                self.folder,
                expected="a run folder with run.json and its model",
                got=f"no file {path.relative_to(self.folder)} in it",
                advice="name the folder that `cropcore train` printed, or train again",
            )
        return path


def create_run(folder: Path, request: TrainingRequest) -> Run:
    """Make a run folder for a request; nothing is computed yet.

    Raises:
        RunError: The folder exists already and is not empty.
        StorageError: It cannot be written.
    """
    record = new_record(folder.name, request)
    try:
        must_be_free(folder)
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            folder,
            expected="a place where a folder can be made",
            got=error.strerror or str(error),
            advice="choose another --out",
        ) from error
    run = Run(folder.resolve())
    run.write_record(record)
    run.write_json("state.json", {"state": "queued", "updated": record.created.isoformat()})
    return run


def new_record(name: str, request: TrainingRequest, **others: Any) -> RunRecord:
    """The record of a run that begins now.

    Args:
        name: What it is called.
        request: What was asked for.
        others: What is known already, by the record's fields.
    """
    versions = {name: version(name) for name in ("cropcore", "tensorflow", "keras", "numpy")}
    versions["python"] = platform.python_version()
    created = datetime.now(UTC)
    return RunRecord(name=name[:200], created=created, versions=versions, request=request, **others)


def must_be_free(folder: Path) -> None:
    """Refuse a place for a run that holds something.

    Raises:
        RunError: It does.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RunError(
            folder,
            expected="a new or empty folder for the run",
            got="one that holds files",
            advice="choose another --out, or go on with that run by --resume",
        )


def open_run(folder: Path) -> Run:
    """An existing run folder.

    Raises:
        MissingFileError: There is no such folder.
        RunError: It is no run folder.
    """
    if not folder.is_dir():
        raise MissingFileError(
            folder,
            expected="a run folder",
            got="no folder of that name",
            advice="name the folder that `cropcore train` printed",
        )
    run = Run(folder.resolve())
    _ = run.record
    return run


__all__ = [
    "FINAL",
    "Run",
    "create_run",
    "must_be_free",
    "new_record",
    "open_run",
    "replace_file",
]
