"""``cropcore ensemble`` and ``cropcore train --members``."""

import json
import shutil

import pytest

from cropcore.training.ensembles.seeds import create_members
from cropcore.training.launching import write_state
from cropcore.training.procedure import train
from cropcore.training.record import make_request
from cropcore.training.run import create_run, open_run
from tests.cli.conftest import CHANGES, QUICK, one_sentence
from tests.tables import write_table


@pytest.fixture(scope="module")
def forest(tmp_path_factory, region):
    request = make_request(str(region), "random_forest", changes={"n_trees": 10})
    run = create_run(tmp_path_factory.mktemp("runs") / "forest", request)
    train(run, lambda stage, row: None, lambda: False)
    write_state(run, "done")
    return run.folder


def test_runs_put_together_map_explain_and_compare(command, region_run, forest, tmp_path):
    out = tmp_path / "both"
    code, text, err = command(
        "ensemble", region_run, forest, "--rule", "weighted", "--out", out, "--json"
    )
    assert code == 0, err
    told = json.loads(text)
    assert told["rule"] == "weighted"
    assert told["members"] == ["run", "forest"]
    assert sum(told["weights"]) == pytest.approx(1)
    assert told["metrics"]["members"][1]["architecture"] == "random_forest"
    assert "every member kept for testing" in err
    code, text, err = command("evaluate", out, "--json")
    assert code == 0, err
    assert json.loads(text)["confusion"] == told["metrics"]["confusion"]
    code, text, err = command("compare", region_run, out, "--json")
    assert code == 0, err
    assert json.loads(text)["b"]["architecture"] == "ensemble"
    code, text, err = command("map", out, "--json")
    assert code == 0, err
    assert json.loads(text)["pixels"] > 0
    sample = str(open_run(out).tested().ids[0])
    code, text, err = command("explain", out, "--sample", sample, "--json")
    assert code == 0, err
    assert json.loads(text)["members"] == {"explained": ["run"], "silent": ["forest"]}
    code, text, _ = command("explain", out, "--sample", sample)
    assert code == 0
    assert "the mean score of the networks run; forest have no gradients" in text
    code, _, err = command("export", out, "--out", tmp_path / "both.zip")
    assert code == 0, err


def test_table_for_people(command, region_run, forest, tmp_path):
    code, text, err = command("ensemble", region_run, forest, "--out", tmp_path / "both")
    assert code == 0, err
    assert "random_forest" in text
    assert "macro F1" in text


def test_wrong_calls_are_one_sentence(command, region_run, tmp_path):
    for arguments in (
        ("ensemble", region_run, "--out", tmp_path / "x"),
        ("ensemble", region_run, tmp_path / "none", "--out", tmp_path / "x"),
        ("ensemble", region_run, region_run, "--out", tmp_path / "x"),
        ("ensemble", region_run, region_run),
        ("ensemble", region_run, region_run, "--out", tmp_path / "x", "--rule", "best"),
        ("train", "x", "ensemble", "--out", tmp_path / "x"),
        ("train", region_run.parent, "cnn1d", "--members", "1"),
    ):
        code, _, err = command(*arguments)
        assert code == 2
        assert one_sentence(err), err
        assert not (tmp_path / "x").exists()


def test_several_seeds_are_trained_and_averaged(command, region, tmp_path):
    out = tmp_path / "deep"
    code, text, err = command(
        "train", region, "cnn1d", "--members", "2", "--seed", "5", "--out", out, "--json",
        "--no-baseline", *QUICK,
    )  # fmt: skip
    assert code == 0, err
    told = json.loads(text)
    assert told["members"] == ["deep-seed5", "deep-seed6"]
    assert told["weights"] == [0.5, 0.5]
    runs = [open_run(tmp_path / name) for name in told["members"]]
    assert [run.record.request.seed for run in runs] == [5, 6]
    assert {run.record.request.split_seed for run in runs} == {5}
    assert runs[0].read_text("split.csv") == runs[1].read_text("split.csv")
    code, _, err = command("train", region, "cnn1d", "--members", "2", "--seed", "5", "--out", out)
    assert code == 2
    assert one_sentence(err)


def test_members_that_were_stopped_are_gone_on_with(command, region, tmp_path):
    """One is done, the other was never begun: the first stays as it is."""
    out = tmp_path / "deep"
    asked = ("train", region, "cnn1d", "--members", "2", "--no-baseline", *QUICK, "--out", out)
    begun = make_request(str(region), "cnn1d", changes=CHANGES, baseline=False)
    first, second = create_members(out, begun, 2)
    train(first, lambda stage, row: None, lambda: False)
    before = (first.folder / "model.keras").read_bytes()
    code, _, err = command(*asked)
    assert code == 2, "there is something already"
    assert one_sentence(err)
    code, text, err = command(*asked, "--resume", "--json")
    assert code == 0, err
    assert json.loads(text)["members"] == [first.folder.name, second.folder.name]
    assert (first.folder / "model.keras").read_bytes() == before
    shutil.rmtree(out)
    code, text, err = command(*asked, "--resume", "--json")
    assert code == 0, err
    assert json.loads(text)["weights"] == [0.5, 0.5], "put together again from what is there"
    code, _, err = command(*asked, "--resume", "--set", "dense_units=8")
    assert code == 2
    assert one_sentence(err)


def test_nothing_stays_of_members_that_could_not_begin(command, tmp_path):
    code, _, err = command(
        "train", write_table(tmp_path / "few.csv", n_samples=3), "cnn1d", "--members", "2",
        "--out", tmp_path / "deep",
    )  # fmt: skip
    assert code == 2
    assert one_sentence(err)
    assert [item.name for item in tmp_path.iterdir()] == ["few.csv"]
