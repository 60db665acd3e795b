"""Whether an unpacked run is what it says: record, figures, split and models fit each other."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from cropcore.cube import SideBySide
from cropcore.errors import InputError
from cropcore.models.ensemble import Ensemble
from cropcore.prediction import PatchPredictor, view, window_answers
from cropcore.training.ensembles.testing import test_together
from cropcore.training.exchange.archives import DAMAGED, MODEL_LIMITS, is_plain, opened, refusal
from cropcore.training.exchange.trees import check_trees
from cropcore.training.figures import MEASURES, Figures, read_figures
from cropcore.training.files import DAMAGE, MODEL_FILES, first_line, load_forest
from cropcore.training.history import HISTORY, read_history
from cropcore.training.record import DataRecord, RunRecord
from cropcore.training.run import FINAL, Run
from cropcore.training.snapshots import FOLDER, vet_snapshots
from cropcore.training.tested import TESTED, Tested

Loading = Callable[[], AbstractContextManager[None]]
"""Entered around whatever imports TensorFlow and loads a model."""

SPLIT_COLUMNS = ["id", "group", "code", "set", "fold"]
_OF_RUN = "an undamaged file of a run"
_TREES = (
    ("sklearn.ensemble._forest", "RandomForestClassifier"),
    (
        "sklearn.ensemble._hist_gradient_boosting.gradient_boosting",
        "HistGradientBoostingClassifier",
    ),
)
_MODULES = re.compile(
    r"keras(\.src)?(\.(layers|ops|initializers|regularizers|constraints|activations|dtype_policies"
    r"|models|random)(\.[a-z0-9_.]+)?)?|cropcore\.models(\.[a-z0-9_.]+)?|builtins"
)
_NOT_OURS = frozenset(
    ("FlaxLayer", "HashedCrossing", "Hashing", "IntegerLookup", "JaxLayer", "Lambda",
     "StringLookup", "TFSMLayer", "TextVectorization", "TorchModuleWrapper", "__lambda__")
)  # fmt: skip
"""Keras layers that run code of the file's or read other files; no architecture here uses them."""
_SIZES = (
    "units", "filters", "input_dim", "output_dim", "num_heads", "key_dim", "value_dim",
    "depth_multiplier",
)  # fmt: skip
_ROUNDING = 1e-9
_LARGEST_LAYER = 16_384
_LARGEST_CONFIG = 64 * 2**20
_MAPS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_UNLOADABLE = (*DAMAGE, ArithmeticError, ImportError, MemoryError)


def vet_run(run: Run, where: object, loading: Loading) -> RunRecord:
    """Look an unpacked run over, cheap checks first, models last.

    Args:
        run: Where it was unpacked.
        where: What to call it in messages.
        loading: Entered around whatever imports TensorFlow.

    Returns:
        Its record.

    Raises:
        RunError: Something in it is damaged, foreign or does not fit the rest.
    """
    with _telling(run, where, "run.json"):
        record = run.finished
        described = record.request.described()
    data = run.described
    _check_record(record, data, f"{where}, run.json")
    _check_texts(run, data, where)
    for path in (run.folder / HISTORY, *sorted(run.folder.glob(f"folds/*/{HISTORY}"))):
        if path.exists():
            _check_history(path, run, data, where)
    for path in sorted((run.folder / "maps").rglob("*.tif")):
        with path.open("rb") as file:
            if file.read(4) not in _MAPS:
                raise refusal(f"{where}, {path.name}", "a GeoTIFF", "another kind of file")
    names = MODEL_FILES[described.kind]
    present = [
        member
        for member in record.models
        if all((run.member_folder(member) / name).is_file() for name in names)
    ]
    if FINAL not in present:
        raise refusal(where, f"the model in {names[0]}, as run.json says", "no such file")
    for name in names:
        look_over = _look_over_forest if name == "model.skops" else _look_over_network
        for member in present:
            look_over(run.member_folder(member) / name, f"{where}, {name}")
    if record.ensemble is not None:
        _check_members(run, record, where, loading)
    with loading():
        for member in present:
            _try_out(run, record, member, where)
    return record


def _check_record(record: RunRecord, data: DataRecord, place: str) -> None:
    request, bands = record.request, data.preparation.bands
    if not is_plain(request.region) or request.options.data is not None:
        raise refusal(place, "the name of a region", "a path on some machine")
    if request.start_from is not None and not is_plain(request.start_from):
        raise refusal(place, "the name of the run it began with", "a path on some machine")
    known = {FINAL, *(f"fold_{number}" for number in range(1, (request.folds or 0) + 1))}
    if not set(record.models) <= known:
        raise refusal(place, f"models named {', '.join(sorted(known))}", "others")
    whole = data.preparation
    each = [part.bands for part in whole.parts] if isinstance(whole, SideBySide) else [bands]
    if any(len(set(part)) != len(part) for part in each):
        raise refusal(place, "bands, each once", "one of them twice")
    if isinstance(whole, SideBySide) and record.ensemble is None:
        raise refusal(place, "one preparation", "several, as only an ensemble has")


def _check_members(run: Run, record: RunRecord, where: object, loading: Loading) -> None:
    """Every member of an ensemble is looked over like a run, and together they make this one."""
    place = f"{where}, members"
    with _telling(run, where, "members"):
        members = run.members
        described = record.request.described()
    wanted = {str(number) for number, _ in enumerate(members, start=1)}
    if {path.name for path in (run.folder / "members").iterdir()} != wanted:
        raise refusal(place, f"{len(wanted)} members, as run.json says", "others")
    records = [vet_run(member, f"{place}/{member.folder.name}", loading) for member in members]
    data = run.described
    for item in records:
        if item.data is None or item.data.legend != data.legend:
            raise refusal(place, "members of one legend", "another")
        if item.request.region != record.request.region:
            raise refusal(place, "members of one region", "another")
    if sum(item.models[FINAL].parameters for item in records) != record.models[FINAL].parameters:
        raise refusal(place, "as many weights as run.json says", "another number")
    with _telling(run, where, "run.json"), loading():
        predictor = run.predictor(chunk=1)
        seen = view([member.predictor(chunk=1) for member in members])
        together = test_together([member.tested() for member in members], members)
    if record.ensemble is None or not isinstance(described, Ensemble):
        raise TypeError("an ensemble has members")
    if (described.reach, described.stride, described.rule) != (*seen, record.ensemble.rule):
        raise refusal(f"{where}, run.json", "the surroundings and rule of its members", "others")
    answered = together.combined(record.ensemble, predictor.temperature)
    stored = run.tested()
    same = answered.ids.tolist() == stored.ids.tolist() and np.allclose(
        answered.probabilities, stored.probabilities, atol=1e-4
    )
    if not same:
        raise refusal(f"{where}, {TESTED}", "what its members answered together", "something else")


def _check_texts(run: Run, data: DataRecord, where: object) -> None:
    """State, figures, split and mean series belong to this record."""
    with _telling(run, where, "state.json"):
        state = run.read_json("state.json").get("state")
    with _telling(run, where, "metrics.json"):
        figures = read_figures(run.read_json("metrics.json"), "metrics.json")
    place = f"{where}, mean_series.npz"
    with (
        opened(run.folder / "mean_series.npz", MODEL_LIMITS, place, _OF_RUN),
        _telling(run, where, "mean_series.npz"),
    ):
        run.mean_series()
    place = f"{where}, {TESTED}"
    with (
        opened(run.folder / TESTED, MODEL_LIMITS, place, _OF_RUN),
        _telling(run, where, TESTED),
    ):
        _check_tested(run.tested(), figures, place)
    if state not in ("done", "cancelled"):
        raise refusal(f"{where}, state.json", "a run that is done or cancelled", "another state")
    _check_figures(figures, data, f"{where}, metrics.json")
    _check_split(run.folder / "split.csv", data, f"{where}, split.csv")
    with _telling(run, where, FOLDER):
        vet_snapshots(run.folder, data.legend.codes)


def _check_figures(figures: Figures, data: DataRecord, place: str) -> None:
    rows = [(row.code, row.name) for row in figures.per_class]
    if rows != [(item.code, item.name) for item in data.legend]:
        raise refusal(place, "a row for each class of the legend", "other rows")
    if figures.measures != MEASURES[data.label_origin]:
        got = f"figures called {figures.measures[:60]!a}"
        raise refusal(place, f"{MEASURES[data.label_origin]}, for so the labels are", got)


def _check_tested(tested: Tested, figures: Figures, place: str) -> None:
    """The figures follow from the answers they are said to be of."""
    right = float((tested.predicted == tested.reference).mean())
    if len(tested) != figures.n or abs(right - figures.overall_accuracy) > _ROUNDING:
        got = f"{len(tested):,} of which {right:.4f} are right"
        wish = f"{figures.n:,} samples of which {figures.overall_accuracy:.4f} are right"
        raise refusal(place, f"{wish}, as metrics.json says", got)


def _check_history(path: Path, run: Run, data: DataRecord, where: object) -> None:
    inside = path.relative_to(run.folder)
    with _telling(run, where, str(inside)):
        history = read_history(path.parent)
    if history is None or not set(history.codes) <= set(data.legend.codes):
        got = "none" if history is None else "of other classes"
        raise refusal(f"{where}, {inside}", "a table of epochs and the legend's classes", got)


def _check_split(path: Path, data: DataRecord, place: str) -> None:
    known = {str(code) for code in data.legend.codes}
    count = 0
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = csv.reader(file, strict=True)
            if next(rows, None) != SPLIT_COLUMNS:
                raise refusal(place, f"the columns {','.join(SPLIT_COLUMNS)}", "others")
            for row in rows:
                count += 1
                fits = len(row) == len(SPLIT_COLUMNS) and row[2] in known
                if not (fits and row[3] in ("train", "validation", "test") and row[4].isdigit()):
                    raise refusal(f"{place}, line {count + 1}", "a sample's set", "something else")
    except (csv.Error, UnicodeDecodeError, OSError) as error:
        raise refusal(place, "a table in UTF-8", f"no such thing ({error})") from error
    if count != data.samples:
        raise refusal(place, f"{data.samples:,} samples, as run.json says", f"{count:,}")


def _look_over_network(path: Path, place: str) -> None:
    """Refuse layers that are not of Keras or ours, before Keras sees the file."""
    with opened(path, MODEL_LIMITS, place, _OF_RUN) as archive:
        config = _json_in(archive, "config.json", place)
    for part in _objects(config):
        module, name = str(part.get("module") or "keras"), str(part.get("class_name"))
        if name in _NOT_OURS or not _MODULES.fullmatch(module):
            raise refusal(
                place,
                "a network of ordinary Keras layers and cropcore's own",
                f"one with {name[:60]!a} of {module[:60]!a}",
            )
        sizes = [part[key] for key in _SIZES if isinstance(part.get(key), int)]
        if max(sizes, default=0) > _LARGEST_LAYER:
            got = f"one of size {max(sizes):,}"
            raise refusal(place, f"layers of at most {_LARGEST_LAYER:,} units", got)


def _look_over_forest(path: Path, place: str) -> None:
    """Refuse what is no random forest, before skops builds anything."""
    with opened(path, MODEL_LIMITS, place, _OF_RUN) as archive:
        schema = _json_in(archive, "schema.json", place)
    if (schema.get("__module__"), schema.get("__class__")) not in _TREES:
        got = ascii(str(schema.get("__class__"))[:60])
        raise refusal(place, "a random forest", f"a stored {got}")


def _json_in(archive: zipfile.ZipFile, name: str, place: str) -> dict[str, Any]:
    found = [info for info in archive.infolist() if info.filename == name]
    if len(found) != 1 or found[0].file_size > _LARGEST_CONFIG:
        raise refusal(place, f"one {name} of ordinary size in it", f"{len(found)}")
    try:
        content = json.loads(archive.read(found[0]))
    except (RecursionError, *DAMAGED) as error:
        raise refusal(place, f"a readable {name} in it", type(error).__name__) from error
    if not isinstance(content, dict):
        raise refusal(place, f"a JSON object in {name}", "something else")
    return content


def _objects(content: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All JSON objects of a stored network, but for how it was trained, which is not loaded."""
    waiting: list[Any] = [content]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            yield part
            waiting += [value for key, value in part.items() if key != "compile_config"]
        elif isinstance(part, list):
            waiting += part


def _try_out(run: Run, record: RunRecord, member: str, where: object) -> None:
    """Load a model safely and let it answer one series."""
    data, place = run.described, f"{where}, model {member}"
    shape = (1, *data.preparation.shape)
    with _telling(run, where, f"model {member}"), np.errstate(all="ignore"):
        if "model.skops" in MODEL_FILES[record.request.described().kind]:
            check_trees(load_forest(run.member_folder(member) / "model.skops"), place)
        predictor = run.predictor(member, chunk=1)
        side = predictor.stride if isinstance(predictor, PatchPredictor) else 1
        series = np.zeros((side, side, *shape[1:]), np.float32)
        answer = window_answers(predictor, series, np.ones((side, side), bool), len(data.legend))
    if answer.shape != (side, side, len(data.legend)) or not np.isfinite(answer).all():
        got = f"an answer of shape {answer.shape}, or one that is no number"
        raise refusal(place, f"probabilities of {len(data.legend)} classes", got)
    stored = record.models[member].parameters
    if predictor.model is not None and predictor.model.count_params() != stored:
        got = f"{predictor.model.count_params():,}"
        raise refusal(place, f"{stored:,} weights, as run.json says", got)


@contextmanager
def _telling(run: Run, where: object, part: str) -> Iterator[None]:
    """Any complaint inside is made about the zip, not the folder it was unpacked to."""
    try:
        yield
    except InputError as error:
        if error.where.startswith(str(where)):
            raise
        named = error.where.replace(str(run.folder), "").strip("/\\") or part
        raise refusal(f"{where}, {named}", error.expected, error.got) from None
    except _UNLOADABLE as error:
        got = f"what makes no sense ({first_line(error)})"
        raise refusal(f"{where}, {part}", "an undamaged file of a run", got) from error


__all__ = ["SPLIT_COLUMNS", "Loading", "vet_run"]
