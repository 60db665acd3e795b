"""A workspace as people have it: a region, runs that are good, unfinished and damaged."""

from pathlib import Path

from cropcore.mapping.run_map import map_run
from cropcore.sources import SourceOptions
from cropcore.sources.region import open_region
from cropcore.training.launching import write_state
from cropcore.training.procedure import train
from cropcore.training.record import make_request
from cropcore.training.run import Run, create_run
from tests.building import write_region

HOSTILE = "<script>alert(1)</script>"
CLASSES = ("Winter wheat", HOSTILE, "Grass")
MARKUP = "<img src=x onerror=alert(1)> [a](b)"
"""A name that a folder may have although no run made here has it."""
REGION = "sunny # valley"
"""A name that has to be quoted in an address."""


def build_workspace(folder: Path) -> Path:
    region = write_region(
        folder / "regions" / REGION, size=(48, 60), classes=CLASSES, parcel=6, clouds=0.1
    )
    _edit(region / "region.toml", 'title = "Small region"', 'title = "Simulated valley"')
    _edit(region / "region.toml", 'name = "small"', 'name = "valley"')
    _edit(region / "legend.csv", "Winter wheat,#a57000,", "Winter wheat,#a57000,冬小麦")
    other = write_region(folder / "regions" / "unmapped", size=(20, 20), labels=None)
    _edit(other / "region.toml", "Small region", "Unmapped plain")
    (folder / "regions" / "broken").mkdir()
    (folder / "regions" / "broken" / "region.toml").write_text("title = ", encoding="utf-8")
    (folder / "regions" / "table.csv").write_text("id,label\n", encoding="utf-8")
    small = {"filters": 8, "dense_units": 16, "epochs": 6, "batch_size": 32}
    request = make_request(str(region), "cnn1d", changes=small, baseline=False)
    _finish(create_run(folder / "runs" / "good", request))
    few = {"n_trees": 3, "min_samples_leaf": 700}  # worse on purpose: the network comes first
    _finish(
        create_run(
            folder / "runs" / "forest", make_request(str(region), "random_forest", changes=few)
        )
    )
    create_run(folder / "runs" / "waiting", request)
    (folder / "runs" / "damaged").mkdir()
    (folder / "runs" / "damaged" / "run.json").write_text("{]", encoding="utf-8")
    (folder / "secret.txt").write_text("nobody's business", encoding="utf-8")
    return folder


def _finish(run: Run) -> None:
    train(run, lambda stage, row: None, lambda: False)
    write_state(run, "done")
    source = open_region(Path(run.record.request.region), SourceOptions())
    map_run(run, source, run.folder / "maps" / source.name)


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, path
    path.write_text(text.replace(old, new), encoding="utf-8")
