"""Putting runs together: members checked and copied, the rule fitted, the whole measured."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from cropcore.confidence import fit_temperature
from cropcore.cube import Preparation, SideBySide, side_by_side
from cropcore.errors import CropcoreError, RunError, StorageError
from cropcore.models.ensemble import ENSEMBLE
from cropcore.prediction import MOST_MEMBERS, Rule, fit_combination, view
from cropcore.sources import SourceOptions
from cropcore.training.ensembles.seeds import is_over
from cropcore.training.ensembles.testing import (
    Together,
    line_up,
    read_split,
    test_together,
)
from cropcore.training.ensembles.validating import validation_answers
from cropcore.training.files import MODEL_FILES
from cropcore.training.history import HISTORY
from cropcore.training.launching import status, write_state
from cropcore.training.locating import region_name
from cropcore.training.measuring import report, report_beside
from cropcore.training.record import DataRecord, ModelRecord, RunRecord, TrainingRequest
from cropcore.training.run import FINAL, Run, must_be_free, new_record
from cropcore.training.tested import TESTED, Tested, write_tested

_TEXTS = ("run.json", "state.json", "metrics.json", "split.csv", "mean_series.npz", TESTED)


def build_ensemble(
    runs: Sequence[Run], out: Path, rule: Rule = "mean", folder: Path | None = None
) -> Run:
    """Make one run of several.

    Args:
        runs: Finished runs of one region and legend; they may differ in everything else.
        out: A new or empty folder.
        rule: How answers are combined.
        folder: The workspace in which their data may lie, if not the usual one.

    Raises:
        RunError: A run cannot be a member, they do not fit together, or too few samples were kept
            from all of them.
        InputError: Their data cannot be read any more.
        StorageError: The disk refused.
    """
    started = time.monotonic()
    records = check_members(runs)
    tests = test_together([run.tested() for run in runs], runs)
    checks = line_up(validation_answers(runs, folder), runs, "every member kept for validation")
    must_be_free(out)
    names = [record.name for record in records]
    combination = fit_combination(rule, names, checks.probabilities, checks.first.reference)
    logits = combination(checks.probabilities)
    temperature = fit_temperature(logits, checks.first.reference)
    preparations = [run.described.preparation for run in runs]
    whole = side_by_side(preparations)
    rows = _split_rows(runs, tests.first, checks.first)
    data = _data_record(runs, whole, rows, tests.first, checks.first)
    with _staged(out) as stage:
        for number, run in enumerate(runs, start=1):
            _copy(run, stage / "members" / str(number))
        copies = [Run(stage / "members" / str(number)) for number, _ in enumerate(runs, start=1)]
        reach, stride = view([copy.predictor() for copy in copies])
        n_folds = len(np.unique(tests.first.fold))
        request = TrainingRequest(
            region=records[0].request.region,
            options=_options([record.request.options for record in records]),
            architecture=ENSEMBLE,
            hyperparameters={"rule": rule, "reach": reach, "stride": stride},
            folds=n_folds if n_folds > 1 else None,
            fusion=whole.fusion,
            baseline=False,
        )
        model = _model_record(records, preparations, whole, rows, temperature)
        seconds = model.seconds + time.monotonic() - started
        models = {FINAL: model.model_copy(update={"seconds": seconds})}
        ensemble = Run(stage)
        ensemble.write_record(
            new_record(out.name, request, data=data, models=models, ensemble=combination)
        )
        ensemble.write_text("split.csv", _as_csv(rows))
        ensemble.write_mean_series(*_mean_series(runs, preparations, whole))
        tested = tests.combined(combination, temperature)
        write_tested(stage, tested)
        ensemble.write_json("metrics.json", _metrics(records, data, tests, tested))
        write_state(ensemble, "done")
    return Run(out.resolve())


def check_members(runs: Sequence[Run]) -> list[RunRecord]:
    """The records of runs that fit together.

    Raises:
        RunError: They are too few or too many, unfinished, ensembles themselves, or of several
            regions, legends or kinds of labels.
    """
    if not 2 <= len(runs) <= MOST_MEMBERS or len({run.folder for run in runs}) < len(runs):
        raise RunError(
            "ensemble",
            expected=f"2 to {MOST_MEMBERS} runs, each once",
            got=str(len(runs)),
            advice="name the folders of finished runs",
        )
    records = [run.finished for run in runs]
    for run, record in zip(runs, records, strict=True):
        running = status(run).state == "running" and not is_over(run)
        if record.ensemble is not None or running:
            raise RunError(
                run.folder,
                expected="a run that was trained and is over",
                got="an ensemble" if record.ensemble else "one that still runs",
                advice="name its members instead" if record.ensemble else "wait for it",
            )
    first = runs[0].described
    where = region_name(records[0].request.region)
    for run, record in zip(runs[1:], records[1:], strict=True):
        data = run.described
        name = region_name(record.request.region)
        wrong = (
            ("the region", where, name),
            ("the legend", *(_classes(item) for item in (first, data))),
            ("labels that are", first.label_origin, data.label_origin),
        )
        for what, expected, got in wrong:
            if expected != got:
                raise RunError(
                    run.folder,
                    expected=f"{what} {expected}, as in {runs[0].folder.name}",
                    got=got,
                    advice="put runs together that learnt to tell the same classes in one region",
                )
    return records


def _classes(data: DataRecord) -> str:
    return ", ".join(f"{item.code} {item.name}" for item in data.legend)


def _options(told: Sequence[SourceOptions]) -> SourceOptions:
    """How all members read their region; every band where they took different ones."""
    same = all(item.bands == told[0].bands for item in told)
    return told[0] if same else replace(told[0], bands=None)


def _copy(run: Run, target: Path) -> None:
    """Copy what makes a run complete: no maps, no log, no snapshots."""
    models = MODEL_FILES[run.record.request.described().kind]
    names = [*_TEXTS, *models, HISTORY]
    for member in run.record.models:
        if member != FINAL:
            inside = run.member_folder(member).relative_to(run.folder)
            names += [str(inside / name) for name in (*models, HISTORY)]
    for name in names:
        path = run.folder / name
        if not path.is_file():
            if name.endswith(HISTORY):
                continue
            raise RunError(
                run.folder,
                expected=f"a complete run with its {name}",
                got="none",
                advice="restore the folder from its origin or train again",
            )
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target / name)


def _split_rows(runs: Sequence[Run], tested: Tested, checked: Tested) -> list[dict[str, str]]:
    """Each sample of any member, and what the ensemble used it for."""
    found: dict[str, dict[str, str]] = {}
    sets: dict[str, set[str]] = {}
    for run in runs:
        for row in read_split(run):
            found.setdefault(row["id"], row)
            sets.setdefault(row["id"], set()).add(row["set"])
    folds = any(run.record.request.folds for run in runs)
    fold = dict(zip(tested.ids.tolist(), tested.fold.tolist(), strict=True))
    validated = set(checked.ids.tolist())
    rows = []
    for name, row in found.items():
        kept = name in fold and sets[name] == {"test"}
        use = "test" if kept else "validation" if name in validated else "train"
        number = fold[name] + 1 if folds and name in fold else 0
        rows.append({**row, "set": use, "fold": str(number)})
    return rows


def _as_csv(rows: Sequence[Mapping[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, ("id", "group", "code", "set", "fold"), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _data_record(
    runs: Sequence[Run],
    whole: Preparation,
    rows: Sequence[Mapping[str, str]],
    tested: Tested,
    checked: Tested,
) -> DataRecord:
    all_data = [run.described for run in runs]
    bounds = [data.bounds for data in all_data if data.bounds is not None]
    corners = np.array(bounds).reshape(-1, 4)
    notes = list(dict.fromkeys(note for data in all_data for note in data.notes))
    notes.append(
        f"Measured on the {len(tested)} samples that every member kept for testing; the rule and "
        f"the temperature were fitted on {len(checked)} validation samples that none learnt from."
    )
    grouped = {data.grouped_by for data in all_data}
    return all_data[0].model_copy(
        update={
            "preparation": whole,
            "samples": len(rows),
            "groups": len({row["group"] for row in rows}),
            "never_clear": max(data.never_clear for data in all_data),
            "bounds": (*corners[:, :2].min(axis=0).tolist(), *corners[:, 2:].max(axis=0).tolist())
            if bounds
            else None,
            "notes": tuple(notes),
            "grouped_by": grouped.pop() if len(grouped) == 1 else "",
        }
    )


def _model_record(
    records: Sequence[RunRecord],
    preparations: Sequence[Preparation],
    whole: Preparation,
    rows: Sequence[Mapping[str, str]],
    temperature: float,
) -> ModelRecord:
    finals = [record.models[FINAL] for record in records]
    chosen = [finals[preparations.index(part)] for part in _parts(whole)]
    groups: dict[str, set[str]] = {"train": set(), "validation": set(), "test": set()}
    for row in rows:
        groups[row["set"]].add(row["group"])
    return ModelRecord(
        mean=tuple(value for model in chosen for value in model.mean),
        sd=tuple(value for model in chosen for value in model.sd),
        temperature=temperature,
        samples={name: sum(row["set"] == name for row in rows) for name in groups},
        groups={name: len(found) for name, found in groups.items()},
        epochs=0,
        best_epoch=0,
        seconds=sum(model.seconds for record in records for model in record.models.values()),
        parameters=sum(model.parameters for model in finals),
    )


def _parts(whole: Preparation) -> tuple[Preparation, ...]:
    return whole.parts if isinstance(whole, SideBySide) else (whole,)


def _mean_series(
    runs: Sequence[Run], preparations: Sequence[Preparation], whole: Preparation
) -> tuple[np.ndarray, np.ndarray]:
    """The mean series of the first member of each part, side by side; padding holds the mean."""
    parts = _parts(whole)
    found = [runs[preparations.index(part)].mean_series() for part in parts]
    if not isinstance(whole, SideBySide):
        return found[0]
    overall = np.zeros(whole.shape, np.float32)
    by_class = np.zeros((len(found[0][1]), *whole.shape), np.float32)
    for part, (mean, of_class) in zip(parts, found, strict=True):
        n_dates, columns = whole.place_of(part)
        overall[:, columns] = mean.mean(axis=0)
        overall[:n_dates, columns] = mean
        by_class[:, :, columns] = of_class.mean(axis=1, keepdims=True)
        by_class[:, :n_dates, columns] = of_class
    return overall, by_class


def _metrics(
    records: Sequence[RunRecord], data: DataRecord, together: Together, tested: Tested
) -> dict[str, Any]:
    """The figures of the ensemble, and of each member on the same samples."""
    first = together.first
    each = [
        Tested(first.ids, first.groups, first.fold, first.reference, answer, first.temperature)
        for answer in together.probabilities
    ]
    metrics = report(tested, data)
    kept = ("overall_accuracy", "macro_f1", "kappa", "ece")
    metrics["members"] = [
        {
            "name": record.name,
            "architecture": record.request.architecture,
            **{name: value for name, value in report(answer, data).items() if name in kept},
        }
        for record, answer in zip(records, each, strict=True)
    ]
    for record, answer in zip(records, each, strict=True):
        if record.request.architecture == "random_forest":
            metrics["baseline"] = report_beside(tested, answer, data)
            break
    return metrics


@contextmanager
def _staged(out: Path) -> Iterator[Path]:
    """A hidden folder beside ``out``, moved there when all went well."""
    must_be_free(out)
    stage = None
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=".ensemble-", dir=out.parent))
        yield stage
        stage.chmod(0o755)
        if out.exists():
            out.rmdir()
        stage.rename(out)
    except OSError as error:
        if isinstance(error, CropcoreError):
            raise
        raise StorageError(
            out,
            expected="a place that a run can be written to",
            got=error.strerror or str(error),
            advice="choose another --out or free some space",
        ) from error
    finally:
        if stage is not None:
            shutil.rmtree(stage, ignore_errors=True)


__all__ = ["build_ensemble", "check_members"]
