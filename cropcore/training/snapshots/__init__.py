"""Looks inside a network while it learns, at the same samples each time, kept with its run.

Before the first epoch and after chosen ones a fixed probe set is passed through the network. What
its layers make of the samples is measured and kept small, so that no run has to be trained again
to be looked into: ``snapshots/probe.json`` says who was looked at, ``snapshots/0007.npz`` what was
seen after epoch 7. Reading them needs no TensorFlow.
"""

from cropcore.training.snapshots.record import (
    FOLDER,
    PROBE,
    LayerRecord,
    ProbeRecord,
    is_snapshot,
)
from cropcore.training.snapshots.storing import Stored, find_snapshots, vet_snapshots
from cropcore.training.snapshots.thinning import thin_snapshots

__all__ = [
    "FOLDER",
    "PROBE",
    "LayerRecord",
    "ProbeRecord",
    "Stored",
    "find_snapshots",
    "is_snapshot",
    "thin_snapshots",
    "vet_snapshots",
]
