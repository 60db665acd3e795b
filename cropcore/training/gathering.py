"""What a training learns from: samples read as the request says, and which model sees which."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from cropcore.cube import Preparation
from cropcore.errors import LabelError, RunError, SettingError
from cropcore.legend import Legend
from cropcore.samples import (
    Samples,
    Split,
    cap_groups,
    collect,
    fit_preparation,
    fold_by_group,
    prepare_scene,
    split_by_group,
)
from cropcore.samples.room import most_in_memory, on_disk
from cropcore.sources import Source, open_source
from cropcore.sources.confounding import confounding_notes
from cropcore.sources.region import RegionFolder
from cropcore.sources.table import SamplesTable
from cropcore.training.locating import locate
from cropcore.training.record import MOST_FOLDS, DataRecord, TrainingRequest
from cropcore.training.run import FINAL, Run
from cropcore.workspace import workspace

_TO_SPARE = 4
"""Groups from which one can be left out and another one validate, and some are left to learn."""
FEW = 10
"""Classes with fewer samples than this are named in a note: their scores say little."""


def read_samples(
    request: TrainingRequest, stored: Preparation | None = None
) -> tuple[Samples, DataRecord]:
    """Open what a request names and prepare its samples.

    Args:
        request: What was asked for.
        stored: The preparation of a run that exists already; made to suit the data otherwise.

    Raises:
        InputError: The data cannot be used; the sentence says why.
    """
    source = open_source(Path(request.region), request.options)
    season = (int(request.season[:2]), int(request.season[3:])) if request.season else None
    preparation = stored or fit_preparation(
        source,
        period=request.period,
        season=season,
        steps=request.steps,
        fusion=request.fusion,
    )
    limit = request.training.samples_per_class
    samples = collect(source, preparation, limit=limit, seed=request.sampling_seed)
    samples, capped = _capped(samples, request)
    if request.described().sample == "patch":
        samples = replace(samples, scene=prepare_scene(source, preparation))
    samples, legend, notes = _without_rare(samples, source.legend, request.training.min_samples)
    notes = capped + notes
    if on_disk(samples.series):
        notes.append(
            f"The samples take {samples.series.nbytes / 1e9:.1f} GB and are read from the disk: "
            f"random forests and boosting learn from {most_in_memory(samples.series):,} of them "
            "at most."
        )
    if samples.seasons is not None:
        notes += confounding_notes(samples.codes, legend, samples.seasons, samples.lon, samples.lat)
    if samples.never_clear:
        notes.append(
            f"{samples.never_clear} labelled samples were never seen clearly by every source and "
            "are left out."
        )
    return samples, DataRecord(
        preparation=preparation,
        legend=legend,
        samples=len(samples),
        groups=len(np.unique(samples.groups)),
        never_clear=samples.never_clear,
        bounds=_bounds(samples),
        label_origin=source.label_origin,
        notes=(*source.notes, *notes),
        grouped_by=_grouped_by(source, request),
        treatment=source.treatment if isinstance(source, RegionFolder) else {},
    )


def read_again(
    run: Run, folder: Path | None = None
) -> tuple[Samples, DataRecord, dict[str, Split]]:
    """The samples and splits of a run whose data were read before.

    Args:
        run: Its data are where they were, or in the workspace by name.
        folder: The workspace, if not the usual one.

    Raises:
        RunError: Its data are not those it learnt from any more.
        InputError: They cannot be read any more.
    """
    request, before = locate(run.record.request, workspace(folder)), run.described
    samples, data = read_samples(request, before.preparation)
    splits = plan_splits(request, samples)
    same = split_table(samples, splits) == run.read_text("split.csv")
    if not (same and data.legend == before.legend):
        raise RunError(
            request.region,
            expected="the samples this run learnt from, as its split.csv lists them",
            got="other samples, labels or groups",
            advice="restore the data or train a new run on them",
        )
    return samples, data, splits


def with_folds(request: TrainingRequest, samples: Samples) -> TrainingRequest:
    """The request with the number of folds that leaving each group out in turn comes to.

    Raises:
        SettingError: There are too many groups for that.
    """
    if not request.leave_one_out:
        return request
    n_groups = len(np.unique(samples.groups))
    if not 2 <= n_groups <= MOST_FOLDS:
        raise SettingError(
            "leave-one-out",
            expected=f"2 to {MOST_FOLDS} groups, such as regions, years or farms",
            got=str(n_groups),
            advice="name a column of few groups with --group, or a number of --folds",
        )
    return request.model_copy(update={"folds": n_groups})


def plan_splits(request: TrainingRequest, samples: Samples) -> dict[str, Split]:
    """Which samples each model of a run learns from, by the model's name.

    With folds, the figures come from fold models, each tested on groups it never saw; the final
    model then learns from all groups but those that validate it.
    """
    settings = request.training
    if request.folds is None:
        split = split_by_group(
            samples.groups,
            samples.codes,
            test=settings.test_share,
            validation=settings.validation_share,
            seed=request.sampling_seed,
        )
        return {FINAL: split}
    folds = fold_by_group(
        samples.groups,
        samples.codes,
        request.folds,
        validation=settings.validation_share,
        seed=request.sampling_seed,
        within=samples.finer if request.leave_one_out and request.folds < _TO_SPARE else None,
    )
    first = folds[0]
    learnt = np.sort(np.concatenate([first.train, first.test]))
    final = replace(first, train=learnt, test=np.array([], dtype=np.int64))
    return {f"fold_{number}": fold for number, fold in enumerate(folds, start=1)} | {FINAL: final}


def split_table(samples: Samples, splits: Mapping[str, Split]) -> str:
    """The text of ``split.csv``: each sample's set in the final model, and the fold that tests it.

    The set is ``train``, ``validation`` or ``test``; the fold 0 where there are no folds.
    """
    final = splits[FINAL]
    sets = np.full(len(samples), "test", dtype="<U10")
    sets[final.train], sets[final.validation] = "train", "validation"
    folds = np.zeros(len(samples), dtype=np.int64)
    for number, (member, split) in enumerate(splits.items(), start=1):
        if member != FINAL:
            folds[split.test] = number
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("id", "group", "code", "set", "fold"))
    writer.writerows(zip(samples.ids, samples.groups, samples.codes, sets, folds, strict=True))
    return text.getvalue()


def _capped(samples: Samples, request: TrainingRequest) -> tuple[Samples, list[str]]:
    most = request.training.samples_per_group
    kept = (
        cap_groups(samples.groups, most, request.sampling_seed) if most else np.arange(len(samples))
    )
    if len(kept) == len(samples):
        return samples, []
    note = (
        f"Groups give {most} samples at most: {len(samples) - len(kept)} of {len(samples)} are "
        "left out."
    )
    return samples.take(kept), [note]


def _grouped_by(source: Source, request: TrainingRequest) -> str:
    if request.options.group is not None:
        return f"the column {request.options.group}"
    return source.grouped_by if isinstance(source, SamplesTable) else ""


def _without_rare(
    samples: Samples, legend: Legend, fewest: int
) -> tuple[Samples, Legend, list[str]]:
    codes, counts = np.unique(samples.codes, return_counts=True)
    kept, rare = codes[counts >= fewest], codes[counts < fewest]
    if len(kept) < 2:
        raise LabelError(
            "labels",
            expected=f"at least two classes with {fewest} or more clear samples each",
            got=f"{len(kept)}",
            advice="add labels or lower min_samples",
        )
    notes = []
    if len(rare):
        names = ", ".join(legend.only(rare.tolist()).names)
        notes.append(f"Left out for having fewer than {fewest} samples: {names}.")
    few = codes[(counts >= fewest) & (counts < FEW)]
    if len(few):
        names = ", ".join(legend.only(few.tolist()).names)
        notes.append(
            f"Fewer than {FEW} samples, so their scores say little: {names} "
            f"(leave them out with --set min_samples={FEW})."
        )
    chosen = np.flatnonzero(np.isin(samples.codes, kept))
    left = samples if len(chosen) == len(samples) else samples.take(chosen)
    return left, legend.only(kept.tolist()), notes


def _bounds(samples: Samples) -> tuple[float, float, float, float] | None:
    known = np.isfinite(samples.lon) & np.isfinite(samples.lat)
    if not known.any():
        return None
    lon, lat = samples.lon[known], samples.lat[known]
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())


__all__ = ["FEW", "plan_splits", "read_again", "read_samples", "split_table", "with_folds"]
