"""The whole of a training: read the data, split by group, fit, calibrate, measure, write down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import numpy as np

from cropcore.errors import CancelledError
from cropcore.samples import Samples, Split
from cropcore.training.files import count_parameters, refused, save_model, sweep
from cropcore.training.fitting import Fitted, Stop, Task, fit, raise_if
from cropcore.training.gathering import (
    plan_splits,
    read_again,
    read_samples,
    split_table,
    with_folds,
)
from cropcore.training.measuring import report, report_beside, test_baseline, test_members
from cropcore.training.record import DataRecord, ModelRecord
from cropcore.training.run import FINAL, Run
from cropcore.training.starting import Start, begin_with, learnt_the_same
from cropcore.training.statistics import band_statistics, mean_series
from cropcore.training.tested import write_tested

Tell = Callable[[str, Mapping[str, Any]], None]
"""Told the stage in words ("model 2 of 6") and, while fitting, the epoch's row."""


def train(run: Run, tell: Tell, stop: Stop) -> bool:
    """Carry out a run's request, or what is left of it.

    Args:
        run: A folder made by :func:`create_run`; models it holds already are kept.
        tell: Told each stage and epoch.
        stop: Asked often whether somebody wants the training to stop.

    Returns:
        Whether it was stopped before its time, with a usable model.

    Raises:
        CancelledError: It was stopped before there was a usable model.
        CropcoreError: The data or the request cannot be used, or training diverged.
    """
    request = run.record.request
    tell("reading the data", {})
    start = begin_with(run)
    if run.record.data is None:
        samples, data = read_samples(request, start.preparation if start else None)
        request = with_folds(request, samples)
        splits, origin = plan_splits(request, samples), None
        if start:
            same = learnt_the_same(start, request, data.legend, samples, splits)
            notes = (*data.notes, *start.notes(data.legend, same=same))
            data = data.model_copy(update={"notes": notes})
            origin = start.origin.model_copy(update={"same_data": same})
        _write_mean_series(run, samples, splits[FINAL].train, data)
        run.write_text("split.csv", split_table(samples, splits))
        known = {"data": data, "request": request, "origin": origin}
        run.write_record(run.record.model_copy(update=known))
    else:
        samples, data, splits = read_again(run)
    cancelled = False
    for number, (member, split) in enumerate(splits.items(), start=1):
        done = run.record.models.get(member)
        if done is None or not done.complete:
            stage = "fitting" if len(splits) == 1 else f"fitting model {number} of {len(splits)}"
            task = _task(run, member, split, samples, data, start)
            cancelled = _fit_member(run, member, task, stage, tell, stop)
    (run.folder / "metrics.json").unlink(missing_ok=True)  # of weights before, if it was resumed
    tell("measuring", {})
    tested = test_members(run, samples, splits, data)
    write_tested(run.folder, tested)
    metrics = report(tested, data)
    if request.baseline and request.architecture != "random_forest" and not stop():
        tell("fitting a random forest to compare with", {})
        with suppress(CancelledError):  # the model itself is done and measured
            baseline = test_baseline(run, samples, splits, data, stop)
            metrics["baseline"] = report_beside(tested, baseline, data)
    run.write_json("metrics.json", metrics)
    return cancelled or stop()


def _task(
    run: Run, member: str, split: Split, samples: Samples, data: DataRecord, start: Start | None
) -> Task:
    request = run.record.request
    folder = run.member_folder(member)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        sweep(folder)
    except OSError as error:
        raise refused(folder, error) from error
    return Task(
        architecture=request.described(),
        settings=request.training,
        data=data,
        samples=samples,
        split=split,
        seed=request.seed,
        folder=folder,
        snapshots=member == FINAL,  # folds are there to be measured
        start=start,
    )


def _fit_member(run: Run, member: str, task: Task, stage: str, tell: Tell, stop: Stop) -> bool:
    """Fit and store one model.

    Raises:
        CancelledError: It was stopped and other models are still to come after it.
    """
    raise_if(stop)
    tell(stage, {})
    fitted = fit(task, lambda row: tell(stage, row), stop)
    if fitted.cancelled and member != FINAL:
        raise_if(stop)
    save_model(task.folder, fitted.model)
    record = run.record
    models = {**record.models, member: _model_record(fitted, task)}
    run.write_record(record.model_copy(update={"models": models}))
    if not fitted.cancelled:
        run.clear_checkpoint(member)
    return fitted.cancelled


def _model_record(fitted: Fitted, task: Task) -> ModelRecord:
    split = task.split
    sets = {"train": split.train, "validation": split.validation, "test": split.test}
    groups = task.samples.groups
    return ModelRecord(
        mean=fitted.mean,
        sd=fitted.sd,
        temperature=fitted.predictor.temperature,
        samples={name: len(part) for name, part in sets.items()},
        groups={name: len(np.unique(groups[part])) for name, part in sets.items()},
        epochs=fitted.epochs,
        best_epoch=fitted.best_epoch,
        seconds=fitted.seconds,
        complete=not fitted.cancelled,
        parameters=count_parameters(fitted.model),
    )


def _write_mean_series(run: Run, samples: Samples, train: np.ndarray, data: DataRecord) -> None:
    """Store the training samples' mean series, against which predictions are explained."""
    series = samples.series
    band_mean, _ = band_statistics(series, data.preparation.bands, train)
    overall = mean_series(series, train, np.array(band_mean))
    by_class = [
        mean_series(series, train[samples.codes[train] == code], overall)
        for code in data.legend.codes
    ]
    run.write_mean_series(overall, np.stack(by_class))


__all__ = ["Tell", "train"]
