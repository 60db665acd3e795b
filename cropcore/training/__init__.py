"""Training: a request becomes a run folder, in a process of its own.

The folder is the only truth: ``run.json`` (what was asked and what is needed to use the run),
``state.json`` (where it stands), ``history.csv``, ``metrics.json``, ``split.csv``, ``tested.npz``
(answers for samples never seen), ``model.keras`` or ``model.skops``, ``log.txt``, ``tensorboard/``,
and with folds ``folds/1/…``. While a network learns, ``checkpoint.json`` and the networks it names
are what a training goes on from that was stopped or killed.
"""

from cropcore.training.record import Preset, RunRecord, TrainingRequest, TrainingSettings
from cropcore.training.run import Run, create_run, open_run

__all__ = [
    "Preset",
    "Run",
    "RunRecord",
    "TrainingRequest",
    "TrainingSettings",
    "create_run",
    "open_run",
]
