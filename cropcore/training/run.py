"""The run folder on disk: created once, read by everyone, every file replaced in one move."""

from __future__ import annotations

import json
import platform
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import ValidationError

from cropcore.errors import MissingFileError, RunError, StorageError
from cropcore.training.record import RunRecord, TrainingRequest

if TYPE_CHECKING:
    from cropcore.prediction import Predictor

FINAL = "final"
_TRUSTED_TREES = ["sklearn.tree._tree.Tree"]
_LARGEST_JSON = 64 * 2**20


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
        text = json.dumps(self.read_json("run.json"))
        try:
            return RunRecord.model_validate_json(text)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            raise RunError(
                self.folder / "run.json",
                expected="the record of a cropcore run",
                got=f"{place}: {first['msg']}",
                advice="restore the folder from its origin or train again",
            ) from None

    def write_record(self, record: RunRecord) -> None:
        """Replace ``run.json``."""
        self.write_text("run.json", record.model_dump_json(indent=2))

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

    def member_folder(self, member: str) -> Path:
        """Where the files of one fitted model lie: the run's own folder for the final one."""
        if member == FINAL:
            return self.folder
        return self.folder / "folds" / member.removeprefix("fold_")

    def predictor(self, member: str = FINAL, chunk: int | None = None) -> Predictor:
        """Load a fitted model, calibrated.

        Args:
            member: ``final`` or ``fold_1``, …
            chunk: Series per call of the network; the usual size where not given.

        Raises:
            RunError: The model file is missing, damaged or does not fit the record.
        """
        from cropcore.prediction import forest_predictor, network_predictor
        from cropcore.prediction.predictor import CHUNK

        record = self.finished if member == FINAL else self.record
        model = record.models[member]
        data = record.data
        if data is None:
            raise self._damaged("run.json", "no description of the data")
        if record.request.described().kind == "trees":
            forest = self._load_forest(self.member_folder(member) / "model.skops")
            return forest_predictor(forest, len(data.legend), model.temperature)
        network = self._load_network(self.member_folder(member) / "model.keras")
        calendar, bands = data.preparation.calendar, data.preparation.bands
        wanted = ((None, calendar.n_dates, len(bands)), (None, len(data.legend)))
        if (network.input_shape, network.output_shape) != wanted:
            raise self._damaged(
                "model.keras", f"a network from {network.input_shape} to {network.output_shape}"
            )
        return network_predictor(network, model.temperature, chunk or CHUNK)

    def _load_network(self, path: Path) -> Any:
        import keras

        import cropcore.models.layers  # noqa: F401  (registers our layers with Keras)

        self._must_exist(path)
        try:
            return keras.saving.load_model(path, compile=False, safe_mode=True)
        except (ValueError, TypeError, OSError, KeyError, AttributeError) as error:
            raise self._damaged(
                path.name, f"a file Keras refuses ({_first_line(error)})"
            ) from error

    def _load_forest(self, path: Path) -> Any:
        import skops.io

        self._must_exist(path)
        try:
            return skops.io.load(path, trusted=_TRUSTED_TREES)
        except (ValueError, TypeError, OSError, KeyError, AttributeError) as error:
            raise self._damaged(
                path.name, f"a file skops refuses ({_first_line(error)})"
            ) from error

    def read_json(self, name: str) -> dict[str, Any]:
        """The content of one of the run's JSON files.

        Raises:
            RunError: It is missing or is no JSON object.
        """
        path = self.folder / name
        self._must_exist(path)
        if path.stat().st_size > _LARGEST_JSON:
            raise self._damaged(name, f"a file of {path.stat().st_size >> 20} MiB")
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (ValueError, OSError) as error:
            raise self._damaged(name, f"text that is no JSON ({_first_line(error)})") from error
        if not isinstance(content, dict):
            raise self._damaged(name, "JSON that is no object")
        return content

    def write_json(self, name: str, content: dict[str, Any]) -> None:
        """Replace one of the run's JSON files."""
        self.write_text(name, json.dumps(content, indent=2, ensure_ascii=False))

    def write_text(self, name: str, text: str) -> None:
        """Replace one of the run's text files."""
        replace_file(self.folder / name, lambda path: path.write_text(text, encoding="utf-8"))

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
        path = self.folder / "mean_series.npz"
        self._must_exist(path)
        try:
            with np.load(path, allow_pickle=False) as arrays:
                return arrays["all"], arrays["by_class"]
        except (ValueError, OSError, KeyError) as error:
            raise self._damaged(path.name, _first_line(error)) from error

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

    def _must_exist(self, path: Path) -> None:
        if not path.is_file():
            raise RunError(
                self.folder,
                expected="a run folder with run.json and its model",
                got=f"no file {path.relative_to(self.folder)} in it",
                advice="name the folder that `cropcore train` printed, or train again",
            )

    def _damaged(self, name: str, got: str) -> RunError:
        return RunError(
            self.folder / name,
            expected="an undamaged file that belongs to this run",
            got=got,
            advice="restore the folder from its origin or train again",
        )


def create_run(folder: Path, request: TrainingRequest) -> Run:
    """Make a run folder for a request; nothing is computed yet.

    Raises:
        RunError: The folder exists already and is not empty.
        StorageError: It cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RunError(
            folder,
            expected="a new or empty folder for the run",
            got="one that holds files",
            advice="choose another --out, or go on with that run by --resume",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            folder,
            expected="a place where a folder can be made",
            got=error.strerror or str(error),
            advice="choose another --out",
        ) from error
    run = Run(folder.resolve())
    versions = {name: version(name) for name in ("cropcore", "tensorflow", "keras", "numpy")}
    versions["python"] = platform.python_version()
    created = datetime.now(UTC)
    run.write_record(
        RunRecord(name=folder.name, created=created, versions=versions, request=request)
    )
    run.write_json("state.json", {"state": "queued", "updated": created.isoformat()})
    return run


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


def replace_file(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file beside ``path`` and move it there, so that readers see all of it or the old.

    Args:
        path: The file to replace.
        write: Writes the new content to the path it is given, which has the same suffix.

    Raises:
        StorageError: The disk refused; ``path`` is as it was.
    """
    suffixes = "".join(path.suffixes)  # Keras wants all of .weights.h5
    temporary = path.with_name(f".{secrets.token_hex(8)}{suffixes}")
    try:
        write(temporary)
        temporary.replace(path)
    except OSError as error:
        raise StorageError(
            path,
            expected="room and permission to write",
            got=error.strerror or str(error),
            advice="free some space or choose another folder",
        ) from error
    finally:
        temporary.unlink(missing_ok=True)


def save_model(folder: Path, fitted: Any) -> None:
    """Store a fitted network as ``model.keras``, a fitted forest as ``model.skops``."""
    if hasattr(fitted, "estimators_"):
        import skops.io

        replace_file(folder / "model.skops", lambda path: skops.io.dump(fitted, path))
    else:
        replace_file(folder / "model.keras", fitted.save)


def count_parameters(fitted: Any) -> int:
    """Weights of a network, nodes of a forest."""
    if hasattr(fitted, "estimators_"):
        return sum(tree.tree_.node_count for tree in fitted.estimators_)
    return int(fitted.count_params())


def _first_line(error: Exception) -> str:
    text = str(error).strip()
    return text.splitlines()[0][:160] if text else type(error).__name__


__all__ = [
    "FINAL",
    "Run",
    "count_parameters",
    "create_run",
    "open_run",
    "replace_file",
    "save_model",
]
