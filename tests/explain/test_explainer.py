"""Explanations of runs: of the very score that was predicted."""

from datetime import date

import numpy as np
import pytest

from cropcore.confidence import softmax
from cropcore.errors import LegendError, RunError, SettingError
from cropcore.explain import Explainer, Question
from cropcore.explain.known import known_samples
from cropcore.prediction import Surroundings
from cropcore.training.gathering import read_samples

START = date(2019, 3, 1)


@pytest.fixture(scope="module")
def explainer(table_run):
    return Explainer(table_run)


@pytest.fixture(scope="module")
def series(table_run):
    return read_samples(table_run.record.request)[0].series[0]


@pytest.fixture(scope="module")
def seen(series):
    return Surroundings.alone(series)


def test_contributions_account_for_the_predicted_logit(explainer, series, seen):
    found = explainer.explain(seen, START)
    at = explainer.data.legend.classes.index(found.target)
    logits = explainer.predictor.logits(np.stack([series, explainer.mean]))
    change = float(logits[0, at] - logits[1, at])
    assert found.values.sum() == pytest.approx(change, rel=0.02, abs=1e-3)
    assert found.attribution.residual[0] <= 0.01


def test_band_never_seen_contributes_nothing_and_changes_no_prediction(explainer, series):
    hidden = series.copy()
    hidden[:, 1] = np.nan
    found = explainer.explain(Surroundings.alone(hidden), START)
    assert (found.values[:, 1] == 0).all()
    at = explainer.data.legend.classes.index(found.target)
    filled = hidden.copy()
    filled[:, 1] = explainer.model.mean[1]
    base = explainer.mean.copy()
    base[:, 1] = explainer.model.mean[1]
    logits = explainer.predictor.logits(np.stack([hidden, filled, base]))
    assert logits[0, at] == pytest.approx(logits[1, at], abs=1e-6)
    change = float(logits[0, at] - logits[2, at])
    assert found.values.sum() == pytest.approx(change, rel=0.02, abs=1e-3)
    assert found.to_json()["series"][0][1] is None


def test_dates_are_those_of_the_season(explainer, series, seen):
    found = explainer.explain(seen, START, Question("saliency"))
    assert found.dates[0] == START
    assert len(found.dates) == len(series)
    assert found.attribution.quantity == "sensitivity"
    per_unit = np.array(found.to_json()["attribution_per_unit"])
    np.testing.assert_allclose(per_unit * found.sd, found.values, rtol=1e-4, atol=1e-7)


def test_wrong_targets_are_refused(explainer, seen):
    with pytest.raises(LegendError, match="one of early, late, middle"):
        explainer.explain(seen, START, Question(target="rice"))
    with pytest.raises(SettingError, match="another class than the target"):
        explainer.explain(seen, START, Question(target="late", contrast="late"))


def test_forest_has_no_gradients_but_loses_votes(forest_run, seen):
    explainer = Explainer(forest_run)
    with pytest.raises(RunError, match="choose one of occlusion_cell"):
        explainer.explain(seen, START, Question("saliency"))
    found = explainer.explain(seen, START)
    assert found.method == "occlusion_cell"
    assert found.attribution.unit.startswith("share")
    assert 0 < np.abs(found.values).max() <= 1


@pytest.mark.parametrize("method", ["occlusion_cell", "occlusion_date", "occlusion_group"])
def test_forest_loses_what_hiding_costs(method, forest_run, series, seen):
    """Of one member of the class, by hand."""
    explainer = Explainer(forest_run)
    found = explainer.explain(seen, START, Question(method))
    at = explainer.data.legend.classes.index(found.target)
    hidden, whole = series.copy(), explainer.predictor.logits(series[None])
    wanted = {
        "occlusion_cell": (slice(9, 10), [1]),
        "occlusion_date": (slice(9, 10), [0, 1, 2]),
        "occlusion_group": (slice(None), [2]),
    }[method]
    hidden[wanted] = explainer.mean[wanted]
    lost = softmax(whole)[0, at] - softmax(explainer.predictor.logits(hidden[None]))[0, at]
    assert found.values[wanted].sum() == pytest.approx(lost, abs=1e-5)


@pytest.mark.parametrize("method", ["smoothgrad", "integrated_gradients", "occlusion_date"])
def test_ensemble_says_the_mean_of_its_members_and_how_far_they_differ(method, many):
    series = many.mean + 0.3 * np.asarray(many.model.sd)
    seen = Surroundings.alone(series.astype(np.float32))
    found = many.explain(seen, START, Question(method))
    told = [
        member.explain(seen, START, Question(method, target=found.target.name))
        for member in many.explainers
    ]
    each = np.stack([one.values for one in told])
    np.testing.assert_allclose(
        found.values, np.tensordot(many.weights, each, axes=1), rtol=1e-4, atol=1e-6
    )
    np.testing.assert_allclose(found.spread, each.std(axis=0, ddof=1), rtol=1e-4, atol=1e-6)
    assert (found.spread > 0).any()


def test_expected_gradients_are_held_against_the_training_samples(
    explainer, series, seen, table_run
):
    with pytest.raises(SettingError, match="training samples"):
        explainer.explain(seen, START, Question("expected_gradients"))
    known = known_samples(table_run).training_series()
    found = explainer.explain(seen, START, Question("expected_gradients", samples=known))
    at = explainer.data.legend.classes.index(found.target)
    logits = explainer.predictor.logits(np.concatenate([series[None], known]))[:, at]
    change = float(logits[0] - logits[1:].mean())
    assert found.values.sum() == pytest.approx(change, rel=0.1)
