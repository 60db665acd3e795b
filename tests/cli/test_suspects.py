"""``cropcore evaluate --suspects`` and ``--folds leave-one-out`` on the command line."""

import json

import pytest

from tests.cli.conftest import one_sentence
from tests.conftest import train_table
from tests.tables import make_table

WRONG = ("s000", "s010", "s050")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A forest on samples of which three got a wrong label."""
    table = make_table()
    wrong = table["id"].isin(WRONG)
    table.loc[wrong, "label"] = table.loc[wrong, "label"].map(
        {"early": "late", "late": "middle", "middle": "early"}
    )
    folder = tmp_path_factory.mktemp("suspects")
    table.to_csv(folder / "samples.csv", index=False)
    changes = {"n_trees": 100}
    return train_table(
        folder / "run", folder / "samples.csv", "random_forest", changes=changes, folds=5
    )


def test_wrong_labels_are_listed(command, run):
    code, out, _ = command("evaluate", run.folder, "--suspects", "--json")
    assert code == 0
    found = json.loads(out)
    assert {row["id"] for row in found["suspects"]} >= set(WRONG)
    assert len(found["suspects"]) <= 6
    first = found["suspects"][0]
    assert set(first) == {"id", "group", "label", "suggested", "p_label", "p_suggested", "samples"}
    assert first["label"] != first["suggested"]
    assert first["p_label"] < first["p_suggested"]
    (listed,) = [row for row in found["suspects"] if row["id"] == "s000"]
    assert (listed["label"], listed["suggested"]) == ("late", "early")


def test_the_rest_is_as_without(command, run):
    asked = json.loads(command("evaluate", run.folder, "--suspects", "--json")[1])
    usual = json.loads(command("evaluate", run.folder, "--json")[1])
    del asked["suspects"]
    assert asked == usual


def test_people_read_a_table(command, run):
    code, out, _ = command("evaluate", run.folder, "--suspects")
    assert code == 0
    assert "s010" in out
    assert "of 90 samples (all) have labels that look wrong" in out
    assert "a question, not an error proven" in out


def test_folds_are_a_number_or_leave_one_out(command, table, tmp_path):
    code, _, err = command("train", table, "cnn1d", "--folds", "all", "--out", tmp_path / "run")
    assert code == 2
    assert one_sentence(err)
    assert "a number of folds, or leave-one-out" in err


def test_too_many_groups_to_leave_out_end_in_one_sentence(command, table, tmp_path):
    out = tmp_path / "run"
    code, _, err = command(
        "train", table, "random_forest", "--folds", "leave-one-out", "--out", out
    )
    assert code == 2
    assert "2 to 50 groups" in err
    assert not out.exists()
