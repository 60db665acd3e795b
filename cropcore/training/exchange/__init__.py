"""Runs as single zip files: packed for others, and taken from others after every check.

A zip holds ``run.json state.json metrics.json history.csv split.csv mean_series.npz tested.npz``,
the model (``model.keras`` or ``model.skops``), with folds and where asked ``folds/1/…``,
``maps/NAME/…``, where there are any ``snapshots/…``, ``MODEL_CARD.md``, and ``manifest.json`` with
the SHA-256 of each. Imagery and labels stay where they are: the run names its region, and where
that lay on the machine is left out.
"""

from cropcore.training.exchange.packing import Exported, export_run
from cropcore.training.exchange.unpacking import Imported, import_run

__all__ = ["Exported", "Imported", "export_run", "import_run"]
