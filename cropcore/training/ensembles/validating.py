"""What the members of an ensemble answer for validation samples, to fit their rule on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from cropcore.confidence import softmax
from cropcore.prediction import AnyPredictor, answers
from cropcore.samples import Samples, Split
from cropcore.training.ensembles.testing import validation_ids
from cropcore.training.fitting import Task, class_indices, fit_on_training
from cropcore.training.gathering import read_again
from cropcore.training.record import DataRecord
from cropcore.training.run import FINAL, Run
from cropcore.training.tested import Tested

_Read = tuple[Samples, DataRecord, dict[str, Split]]


def validation_answers(runs: Sequence[Run], folder: Path | None = None) -> list[Tested]:
    """Let the final model of each run predict the samples that all of them validated on.

    Trees have learnt from their validation samples in the end; they are grown again on the
    training samples alone, as for their own calibration.

    Args:
        runs: Finished runs.
        folder: The workspace in which their data may lie, if not the usual one.

    Raises:
        RunError: The data of a run are not those it learnt from.
        InputError: They cannot be read any more.
    """
    wanted, read, found = validation_ids(runs), _Reader(folder), []
    for run in runs:
        samples, data, splits = read(run)
        split = splits[FINAL]
        at = split.validation[np.isin(samples.ids[split.validation].astype(str), wanted)]
        found.append(_answer(run, samples, data, split, at))
    return found


def _answer(run: Run, samples: Samples, data: DataRecord, split: Split, at: np.ndarray) -> Tested:
    record = run.record
    request, temperature = record.request, record.models[FINAL].temperature
    described = request.described()
    if described.kind == "trees":
        task = Task(described, request.training, data, samples, split, request.seed, run.folder)
        predictor: AnyPredictor = fit_on_training(task, lambda: False)
    else:
        predictor = run.predictor()
    scores = answers(predictor, samples, at) if len(at) else np.empty((0, len(data.legend)))
    return Tested(
        ids=samples.ids[at].astype(str),
        groups=samples.groups[at].astype(str),
        fold=np.zeros(len(at), dtype=np.int64),
        reference=class_indices(samples.codes[at], data.legend.codes),
        probabilities=softmax(scores / temperature).astype(np.float32),
        temperature=np.full(len(at), temperature, np.float32),
    )


class _Reader:
    """Reads the samples of runs; those of the last one again only where they differ."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.known: tuple[object, _Read] | None = None

    def __call__(self, run: Run) -> _Read:
        request = run.record.request
        same = {"architecture": "", "hyperparameters": {}, "preset": "standard", "seed": 0}
        asked = request.model_copy(update=same | {"split_seed": request.sampling_seed})
        sees = request.described().sample
        key = (asked, sees, run.described, run.read_text("split.csv"))
        if self.known is None or self.known[0] != key:
            self.known = key, read_again(run, self.folder)
        return self.known[1]


__all__ = ["validation_answers"]
