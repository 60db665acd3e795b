"""Two runs on the samples that neither ever saw: differences, their certainty, and refusals."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest

from cropcore.accuracy import mcnemar
from cropcore.errors import RunError
from cropcore.training.comparing import compare_runs, vote_by_group
from cropcore.training.exchange import export_run, import_run
from cropcore.training.run import Run
from tests.conftest import train_table
from tests.tables import make_table

FOREST = {"n_trees": 10}
KEYS = {"a", "b", "delta", "ci95", "mcnemar", "agreement", "n", "groups"}


def forest(folder, table, **others):
    return train_table(folder, table, "random_forest", changes=FOREST, **others)


@pytest.fixture(scope="module")
def noisy(tmp_path_factory):
    """A table on which no model is perfect."""
    path = tmp_path_factory.mktemp("noisy") / "samples.csv"
    table = make_table(n_samples=180, noise=0.25)
    table["plot"] = "plot " + (table["id"].str[1:].astype(int) % 3).astype(str)
    table.to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def good(tmp_path_factory, noisy):
    return forest(tmp_path_factory.mktemp("good") / "good", noisy, folds=3)


@pytest.fixture(scope="module")
def bad(tmp_path_factory, noisy):
    """One tree that may hardly branch."""
    changes = {"n_trees": 1, "min_samples_leaf": 60}
    folder = tmp_path_factory.mktemp("bad") / "bad"
    return train_table(folder, noisy, "random_forest", changes=changes, folds=3)


def test_better_run_is_above_and_the_other_way_round(good, bad, tmp_path):
    found = compare_runs(bad, good)
    assert set(found) == KEYS
    assert set(found["mcnemar"]) == {"statistic", "p"}
    assert (found["n"], found["groups"]) == (180, 60), "with folds all samples are compared"
    for name in ("overall_accuracy", "macro_f1"):
        delta, (low, high) = found["delta"][name], found["ci95"][name]
        assert delta == pytest.approx(found["b"][name] - found["a"][name])
        assert 0 < low <= delta <= high
    assert found["mcnemar"]["p"] < 0.05
    assert 0 < found["agreement"] < 1
    back = compare_runs(good, bad)
    for name in ("overall_accuracy", "macro_f1"):
        assert back["delta"][name] == pytest.approx(-found["delta"][name])
        np.testing.assert_allclose(back["ci95"][name], np.negative(found["ci95"][name])[::-1])
    assert back["mcnemar"] == found["mcnemar"]
    json.dumps(found, allow_nan=False)


def test_figures_over_all_folds_are_those_of_the_run(good, bad, tmp_path):
    stored = good.read_json("metrics.json")
    side = compare_runs(bad, good)["b"]
    for key in ("overall_accuracy", "macro_f1", "kappa", "ece", "n", "confusion", "measures"):
        assert side[key] == stored[key], key


def test_run_against_itself_differs_in_nothing(good, tmp_path):
    found = compare_runs(good, good)
    assert found["delta"] == {"overall_accuracy": 0, "macro_f1": 0}
    assert [list(ends) for ends in found["ci95"].values()] == [[0, 0], [0, 0]]
    assert found["mcnemar"] == {"statistic": 0, "p": 1}
    assert found["agreement"] == 1


def test_only_samples_that_both_kept_for_testing(table_run, forest_run, table, tmp_path):
    same = compare_runs(table_run, forest_run)
    assert same["n"] == table_run.record.models["final"].samples["test"]
    other = forest(tmp_path / "other", table, folds=3)
    found = compare_runs(table_run, other)
    assert found["n"] == same["n"], "one split against folds: the split's test samples"
    assert found["a"]["n"] == found["b"]["n"] == found["n"]


def test_other_seeds_share_part_of_their_tests_or_none(forest_run, table, tmp_path):
    tested = _tested(forest_run)
    for seed in range(1, 9):
        other = forest(tmp_path / str(seed), table, seed=seed)
        common = tested & _tested(other)
        groups = len({int(name[1:]) // 3 for name in common})
        if groups >= 2:
            found = compare_runs(forest_run, other)
            assert (found["n"], found["groups"]) == (len(common), groups)
        else:
            message = "at least two groups" if groups else "none in common"
            with pytest.raises(RunError, match=message):
                compare_runs(forest_run, other)


def _tested(run):
    table = pd.read_csv(run.folder / "split.csv")
    return set(table.loc[table["set"] == "test", "id"])


def test_other_bands_and_groups_can_be_compared(good, noisy, tmp_path):
    from cropcore.sources import SourceOptions
    from cropcore.training.procedure import train
    from cropcore.training.record import make_request
    from cropcore.training.run import create_run

    options = SourceOptions(group="plot", bands=("B04", "B08"))
    request = make_request(str(noisy), "random_forest", changes=FOREST, options=options, folds=3)
    run = create_run(tmp_path / "run", request)
    train(run, lambda stage, row: None, lambda: False)
    with pytest.raises(RunError, match="at least two groups"):
        compare_runs(good, run)  # every plot has samples of every farm
    options = SourceOptions(group="farm", bands=("B04", "B08"))
    request = make_request(str(noisy), "random_forest", changes=FOREST, options=options, folds=3)
    run = create_run(tmp_path / "bands", request)
    train(run, lambda stage, row: None, lambda: False)
    assert compare_runs(good, run)["groups"] == 60


def test_other_regions_legends_and_labels_are_refused(forest_run, table, tmp_path):
    copy = tmp_path / "copy.csv"
    copy.write_bytes(table.read_bytes())
    elsewhere = forest(tmp_path / "elsewhere", copy)
    with pytest.raises(RunError, match="the same region"):
        compare_runs(forest_run, elsewhere)
    twice = make_table()
    twice["crop"] = twice["label"].replace({"late": "weeds"})
    twice["turned"] = twice["label"].map({"early": "late", "late": "middle", "middle": "early"})
    path = tmp_path / "twice.csv"
    twice.to_csv(path, index=False)
    first, other, turned = (
        _with_label(tmp_path / label, path, label) for label in ("label", "crop", "turned")
    )
    with pytest.raises(RunError, match=r"the same legend.*see late, weeds;"):
        compare_runs(first, other)
    with pytest.raises(RunError, match="the same label for every sample"):
        compare_runs(first, turned)


def _with_label(folder, table, label):
    from cropcore.sources import SourceOptions
    from cropcore.training.procedure import train
    from cropcore.training.record import make_request
    from cropcore.training.run import create_run

    options = SourceOptions(group="farm", label=label, bands=("B04", "B08", "VV"))
    request = make_request(str(table), "random_forest", changes=FOREST, options=options, folds=3)
    run = create_run(folder, request)
    train(run, lambda stage, row: None, lambda: False)
    return run


def test_needs_neither_data_nor_fold_models(good, bad, tmp_path, monkeypatch):
    """What was answered in the tests is stored; nothing has to be asked again."""
    monkeypatch.chdir(tmp_path)
    zipped = export_run(good, tmp_path / "good.zip").path
    run = import_run(zipped, tmp_path / "workspace").run
    assert compare_runs(bad, run)["delta"] == compare_runs(bad, good)["delta"]


def test_run_without_its_answers_is_refused(good, bad, tmp_path):
    copy = Run(shutil.copytree(good.folder, tmp_path / "copy"))
    (copy.folder / "tested.npz").unlink()
    with pytest.raises(RunError, match=r"tested\.npz.*train again"):
        compare_runs(bad, copy)


def test_unfinished_run_is_refused(table_run, table, tmp_path):
    from cropcore.training.record import make_request
    from cropcore.training.run import create_run

    run = create_run(tmp_path / "run", make_request(str(table), "cnn1d"))
    with pytest.raises(RunError, match="come to a model"):
        compare_runs(table_run, run)


def test_a_group_has_one_vote():
    """A hundred samples of one group weigh as much as the one sample of another."""
    reference = np.zeros(107, int)
    groups = np.array([0] * 100 + list(range(1, 8)))
    a, b = reference.copy(), reference.copy()
    b[:100] = 1  # the large group is for a
    a[100:] = 1  # seven small ones are for b
    votes = vote_by_group(reference, a, b, groups)
    assert (votes.only_a, votes.only_b) == (1, 7)
    assert votes.p == pytest.approx(2 * (1 + 8) / 2**8)


def test_tied_groups_abstain_and_single_samples_give_the_usual_test():
    random = np.random.default_rng(0)
    reference, a, b = random.integers(0, 3, (3, 200))
    assert vote_by_group(reference, a, b, np.arange(200)) == mcnemar(reference, a, b)
    tied = vote_by_group(np.zeros(4, int), np.array([0, 1, 0, 1]), np.array([1, 0, 1, 0]), [1] * 4)
    assert (tied.only_a, tied.only_b, tied.p) == (0, 0, 1)
