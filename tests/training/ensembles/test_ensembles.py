"""Runs put together: what they are fitted on, measured on, and when they do not go together."""

import csv
import shutil

import numpy as np
import pytest

from cropcore.confidence import softmax
from cropcore.errors import CropcoreError, MissingFileError, RunError
from cropcore.models import ARCHITECTURES
from cropcore.training.comparing import compare_runs
from cropcore.training.ensembles.building import build_ensemble
from cropcore.training.ensembles.validating import validation_answers
from cropcore.training.exchange.packing import card_of
from cropcore.training.gathering import read_again
from cropcore.training.measuring import evaluate_run
from cropcore.training.record import RunRecord
from cropcore.training.run import Run, open_run
from cropcore.training.tested import write_tested
from tests.conftest import SMALL, train_table
from tests.tables import write_table

RULES = ("mean", "vote", "weighted", "stacked")
BRIEF = {**SMALL, "epochs": 3, "patience": 3, "learning_rate": 0.01}


@pytest.fixture(scope="module")
def noisy(tmp_path_factory):
    return write_table(tmp_path_factory.mktemp("table") / "noisy.csv", n_samples=180, noise=0.45)


@pytest.fixture(scope="module")
def runs(noisy, tmp_path_factory):
    """Two seeds of a network, a forest and boosting, on one split."""
    folder = tmp_path_factory.mktemp("runs")
    asked = {
        "one": ("cnn1d", 0, BRIEF),
        "two": ("cnn1d", 1, BRIEF),
        "forest": ("random_forest", 2, {"n_trees": 20}),
        "boosted": ("boosting", 0, {"rounds": 10, "min_samples_leaf": 3}),
    }
    return [
        train_table(
            folder / name,
            noisy,
            architecture,
            changes=changes,
            seed=seed,
            split_seed=0,
            baseline=False,
        )
        for name, (architecture, seed, changes) in asked.items()
    ]


@pytest.fixture(scope="module")
def ensembles(runs, tmp_path_factory):
    folder = tmp_path_factory.mktemp("ensembles")
    return {rule: build_ensemble(runs, folder / rule, rule) for rule in RULES}


@pytest.fixture(scope="module", params=RULES)
def ensemble(request, ensembles):
    return ensembles[request.param]


def rows_of(run):
    return list(csv.DictReader(run.read_text("split.csv").splitlines()))


def copied(run, folder):
    return Run(shutil.copytree(run.folder, folder))


def test_record_says_what_it_is(ensemble, runs):
    record = open_run(ensemble.folder).finished
    assert record.request.architecture == "ensemble"
    assert record.request.hyperparameters["rule"] == record.ensemble.rule == ensemble.folder.name
    assert record.ensemble.members == ("one", "two", "forest", "boosted")
    assert "ensemble" not in ARCHITECTURES, "it cannot be trained"
    final, finals = record.models["final"], [run.record.models["final"] for run in runs]
    assert final.parameters == sum(item.parameters for item in finals)
    assert final.samples == finals[0].samples
    assert (final.mean, final.sd) == (finals[0].mean, finals[0].sd)
    assert [item.record.name for item in ensemble.members] == list(record.ensemble.members)
    assert not any((item.folder / "log.txt").exists() for item in ensemble.members)


def test_card_names_rule_members_and_weights(ensemble):
    members = card_of(ensemble).split("## Members\n")[1].split("\n## ")[0]
    how = ensemble.record.ensemble
    assert f"Rule: {how.rule} (" in members
    for name, weight in zip(how.members, how.weights, strict=True):
        weighed = f": weight {weight:.3f}" if how.rule in ("mean", "weighted") else ""
        assert f"- {name}{weighed}\n" in f"{members}\n"


def test_predictor_answers_what_was_tested(ensemble, runs):
    tested, predictor = ensemble.tested(), ensemble.predictor()
    samples, _, splits = read_again(runs[0])
    test = splits["final"].test
    assert sorted(tested.ids) == sorted(samples.ids[test])
    order = np.argsort(samples.ids[test])
    np.testing.assert_allclose(
        predictor(samples.series[test][order]), tested.probabilities, atol=2e-5
    )


def test_measured_again_the_same(ensemble):
    again, stored = evaluate_run(ensemble), ensemble.read_json("metrics.json")
    assert again["confusion"] == stored["confusion"]
    assert again["ece"] == pytest.approx(stored["ece"], abs=1e-4)


def test_figures_of_members_stand_beside(ensemble, runs):
    metrics = ensemble.read_json("metrics.json")
    for row, run in zip(metrics["members"], runs, strict=True):
        own = run.read_json("metrics.json")
        assert row["macro_f1"] == pytest.approx(own["macro_f1"])
        assert row["architecture"] == run.record.request.architecture
    assert metrics["baseline"]["architecture"] == "random_forest"
    assert metrics["baseline"]["macro_f1"] == pytest.approx(metrics["members"][2]["macro_f1"])


def test_compares_with_its_members(ensemble, runs):
    found = compare_runs(runs[0], ensemble)
    assert found["b"]["architecture"] == "ensemble"
    assert found["n"] == len(runs[0].tested())


def test_mean_is_that_of_the_members(ensembles, runs):
    found = ensembles["mean"]
    said = np.stack([run.tested().take(np.argsort(run.tested().ids)).probabilities for run in runs])
    expected = softmax(np.log(said.mean(axis=0)) / found.record.models["final"].temperature)
    np.testing.assert_allclose(found.tested().probabilities, expected, atol=1e-4)


def test_weights_lie_on_the_simplex(ensembles):
    weights = np.array(ensembles["weighted"].record.ensemble.weights)
    assert weights.sum() == pytest.approx(1)
    assert (weights >= 0).all()
    assert len(set(ensembles["mean"].record.ensemble.weights)) == 1


def test_seeds_of_one_network_are_no_worse_than_the_worst(runs, tmp_path):
    found = build_ensemble(runs[:2], tmp_path / "deep").read_json("metrics.json")
    worst = min(row["overall_accuracy"] for row in found["members"])
    assert found["overall_accuracy"] >= worst


def test_nothing_is_fitted_on_test_samples(runs, ensembles, tmp_path):
    """With test labels and answers in disorder, rule and temperature stay as they are."""
    spoilt = [copied(run, tmp_path / run.folder.name) for run in runs]
    for run in spoilt:
        tested = run.tested()
        mixed = np.random.default_rng(0).permutation(len(tested))
        write_tested(run.folder, tested.take(mixed))  # in another order
        fields = {**vars(tested.take(np.argsort(tested.ids)))}
        fields["reference"] = fields["reference"][::-1].copy()
        fields["probabilities"] = fields["probabilities"][mixed]
        write_tested(run.folder, type(tested)(**fields))
    for rule in ("weighted", "stacked"):
        found = build_ensemble(spoilt, tmp_path / rule, rule).record
        usual = ensembles[rule].record
        assert found.ensemble == usual.ensemble
        assert found.models["final"].temperature == usual.models["final"].temperature


def test_trees_answer_for_validation_samples_they_have_not_learnt(runs):
    forest = runs[2]
    samples, _, splits = read_again(forest)
    validation = splits["final"].validation
    learnt = forest.predictor()(samples.series[validation])
    (answered,) = validation_answers([forest])
    truth = answered.reference

    def own(probabilities):
        return probabilities[np.arange(len(truth)), truth].mean()

    assert answered.ids.tolist() == samples.ids[validation].tolist()
    assert own(learnt) > own(answered.probabilities) + 0.03


def test_sets_are_those_nobody_tears(ensemble, runs):
    found = {row["id"]: row["set"] for row in rows_of(ensemble)}
    for run in runs:
        assert found == {row["id"]: row["set"] for row in rows_of(run)}


def test_folds_are_answered_out_of_fold(noisy, tmp_path):
    runs = [
        train_table(
            tmp_path / name, noisy, "random_forest", changes={"n_trees": n_trees}, folds=3, seed=4
        )
        for name, n_trees in (("a", 10), ("b", 15))
    ]
    found = build_ensemble(runs, tmp_path / "together", "weighted")
    metrics, tested = found.read_json("metrics.json"), found.tested()
    assert len(metrics["folds"]) == 3
    fitted = {row["group"] for row in rows_of(found) if row["set"] == "validation"}
    assert fitted
    assert not fitted & set(tested.groups.tolist()), "the rule was fitted there"
    assert len(tested) == 180 - sum(row["group"] in fitted for row in rows_of(found))
    assert evaluate_run(found)["confusion"] == metrics["confusion"]


def test_samples_kept_by_all_are_too_few(noisy, runs, tmp_path):
    other = train_table(tmp_path / "other", noisy, "random_forest", changes={"n_trees": 5}, seed=9)
    with pytest.raises(RunError, match=r"that every member kept for.*--split-seed") as caught:
        build_ensemble([runs[0], other], tmp_path / "no")
    assert not (tmp_path / "no").exists()
    assert str(caught.value).endswith(".")


def test_seed_of_the_split_is_its_own(runs):
    one, two = runs[0].record.request, runs[1].record.request
    assert (one.seed, two.seed) == (0, 1)
    assert runs[0].read_text("split.csv") == runs[1].read_text("split.csv")
    assert (runs[0].tested().probabilities != runs[1].tested().probabilities).any()


def test_what_does_not_go_together_is_refused(runs, ensembles, table, forest_run, tmp_path):
    def refused(members, message):
        with pytest.raises(CropcoreError, match=message) as caught:
            build_ensemble(members, tmp_path / "no")
        assert str(caught.value).endswith(".")
        assert not (tmp_path / "no").exists()
        assert not list(tmp_path.glob(".ensemble-*"))

    refused(runs[:1], "2 to 20 runs")
    refused([runs[0], runs[0]], "each once")
    refused([runs[0], forest_run], "the region noisy.csv")
    refused([runs[0], ensembles["mean"]], "name its members")
    other = copied(runs[1], tmp_path / "other")
    content = other.read_json("run.json")
    content["data"]["legend"]["classes"][0]["name"] = "barley"
    other.write_json("run.json", content)
    refused([runs[0], other], "the legend .* barley")
    lacking = copied(runs[1], tmp_path / "lacking")
    (lacking.folder / "model.keras").unlink()
    refused([runs[0], lacking], r"model\.keras")
    gone = copied(runs[1], tmp_path / "gone")
    content = gone.read_json("run.json")
    content["request"]["region"] = str(tmp_path / "nowhere" / "noisy.csv")
    gone.write_json("run.json", content)
    with pytest.raises(MissingFileError, match="imagery and labels"):
        build_ensemble([gone, runs[0]], tmp_path / "no")


def test_taken_place_stays_as_it_is(runs, tmp_path):
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "file").write_text("mine")
    with pytest.raises(RunError, match="new or empty"):
        build_ensemble(runs, tmp_path / "taken")
    assert [path.name for path in (tmp_path / "taken").iterdir()] == ["file"]


def test_record_without_members_is_none(ensembles):
    content = ensembles["mean"].read_json("run.json")
    with pytest.raises(ValueError, match="without its members"):
        RunRecord.model_validate({**content, "ensemble": None})


def test_nested_ensemble_is_refused(ensembles, tmp_path):
    outer = copied(ensembles["mean"], tmp_path / "outer")
    shutil.rmtree(outer.folder / "members" / "2")
    shutil.copytree(ensembles["mean"].folder, outer.folder / "members" / "2")
    with pytest.raises(RunError, match="an ensemble within an ensemble"):
        outer.predictor()
