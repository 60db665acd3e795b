"""The card of a run: licence of its data, spread over folds, and the command that repeats it."""

import json

import pytest

from cropcore.training.exchange.packing import card_of
from cropcore.training.procedure import train
from cropcore.training.record import make_request
from cropcore.training.run import Run, create_run
from tests.building import write_region

HOSTILE = "<b>CC</b> [BY](x) $4$"


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    """A forest of two folds on a region that says who made it."""
    folder = tmp_path_factory.mktemp("card")
    region = write_region(folder / "my valley")
    written = region / "region.toml"
    told = f'licence = "CC-BY-4.0"\nattribution = "{HOSTILE}"\n'
    written.write_text(told + written.read_text(encoding="utf-8"), encoding="utf-8")
    request = make_request(str(region), "random_forest", changes={"n_trees": 5}, folds=2)
    found = create_run(folder / "run", request)
    train(found, lambda stage, row: None, lambda: False)
    found.write_json("state.json", {"state": "done"})
    return found


def section(card: str, title: str) -> str:
    return card.split(f"## {title}\n")[1].split("\n## ")[0]


def test_licence_of_the_data_is_told_and_harmless(run):
    data = section(card_of(run), "Data")
    assert "- Licence of the data: CC-BY-4.0" in data
    assert "<b>" not in data
    assert "[BY](x)" not in data


def test_region_that_is_gone_leaves_the_rest(run, tmp_path, monkeypatch):
    monkeypatch.setenv("CROPCORE_WORKSPACE", str(tmp_path))
    request = run.record.request
    try:
        moved = request.model_copy(update={"region": str(tmp_path / "gone")})
        run.write_record(run.record.model_copy(update={"request": moved}))
        card = card_of(run)
    finally:
        run.write_record(run.record.model_copy(update={"request": request}))
    assert "Licence" not in card
    assert "- Region: gone" in card


def test_folds_stand_with_mean_and_deviation(run):
    metrics = run.read_json("metrics.json")
    folds = [fold | {"macro_f1": f1} for fold, f1 in zip(metrics["folds"], (0.4, 0.8), strict=True)]
    run.write_text("metrics.json", json.dumps(metrics | {"folds": folds}))
    rows = section(card_of(run), "Folds").splitlines()
    run.write_text("metrics.json", json.dumps(metrics))
    assert rows[-3].startswith(f"| 1 | {folds[0]['n']:,} |")
    assert rows[-3].endswith("| 0.400 |")
    assert rows[-1].endswith("| 0.600 ± 0.283 |")


def test_one_split_has_no_folds(run):
    metrics = run.read_json("metrics.json")
    alone = {key: value for key, value in metrics.items() if key not in ("folds", "spread")}
    run.write_text("metrics.json", json.dumps(alone))
    card = card_of(run)
    run.write_text("metrics.json", json.dumps(metrics))
    assert "## Folds" not in card
    assert "one split: not known" in card


def test_command_and_versions_stand_at_the_end(run):
    again = section(card_of(run), "The same again")
    line = "cropcore train 'my valley' random_forest --preset standard --set n_trees=5"
    assert f"```sh\n{line} --seed 0 --folds 2\n```" in again
    assert "tensorflow" in again
    assert str(run.folder.parent) not in card_of(run), "nothing of this machine"
