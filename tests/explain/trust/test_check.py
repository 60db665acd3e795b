"""The trust of explanations of runs: every check says what it can, and is not in the way."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from cropcore.errors import CancelledError
from cropcore.explain import Explainer, Question, explainer_of
from cropcore.explain.attribution import Target
from cropcore.explain.parcel import MOST, explain_mean, look_into
from cropcore.explain.subject import pixel_subject
from cropcore.explain.trust import Grade, check, check_parcel
from cropcore.explain.trust.asking import answers_of, forgetful
from cropcore.mapping.run_map import season_of
from cropcore.prediction import Surroundings
from cropcore.training.gathering import read_samples
from tests.explain.conftest import bundled
from tests.stopping import Stop

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


def test_integrated_gradients_are_put_to_every_check(explainer, seen):
    report = check(explainer, seen, START)
    assert set(report.grades) == {
        "completeness", "deletion", "insertion", "agreement", "randomisation",
    }  # fmt: skip
    assert report.completeness is Grade.GOOD
    assert report.deletion.gain > 0
    assert report.randomisation.changed > 0.5
    assert report.agreement.alike == ("gradient_input",)
    assert json.loads(json.dumps(report.to_json(), allow_nan=False))["method"] == report.method


def test_probability_is_the_one_that_is_shown(explainer, seen):
    explained = explainer.explain(seen, START)
    report = check(explainer, seen, START, found=explained)
    assert report.deletion.values[0] == pytest.approx(explained.calibrated, abs=1e-5)
    assert report.insertion.values[-1] == pytest.approx(explained.calibrated, abs=1e-5)
    baseline = explainer.predictor(explainer.mean[None])[0]
    at = explainer.data.legend.classes.index(explained.target)
    assert report.deletion.values[-1] == pytest.approx(baseline[at], abs=1e-5)


def test_contrast_is_held_against_the_other_class(explainer, seen):
    names = [item.name for item in explainer.data.legend.classes]
    winner = explainer.explain(seen, START).predicted.name
    other = next(name for name in names if name != winner)
    report = check(explainer, seen, START, Question(contrast=other))
    there = explainer.class_means[names.index(other)]
    expected = explainer.predictor(there[None])[0, names.index(winner)]
    assert report.deletion.values[-1] == pytest.approx(expected, abs=1e-5)


def test_equal_questions_get_equal_answers(explainer, seen):
    one, other = (check(explainer, seen, START, Question("saliency")) for _ in range(2))
    assert one.to_json() == other.to_json()
    assert one.grades["completeness"] is Grade.NOT_APPLICABLE


def test_the_run_itself_is_not_redrawn(explainer, series):
    before = explainer.predictor.logits(series[None])
    copied = forgetful(explainer, 3).explainer
    score, forgotten = explainer.score(Target(0)), copied.score(Target(0))
    assert not np.allclose(score(series[None]), forgotten(series[None]))
    np.testing.assert_array_equal(explainer.predictor.logits(series[None]), before)


def test_bands_never_seen_are_no_trouble(explainer, series):
    hidden = series.copy()
    hidden[:, 1] = np.nan
    assert np.isfinite(check(explainer, Surroundings.alone(hidden), START).deletion.values).all()


def test_forest_has_nothing_to_redraw(forest_run, seen):
    report = check(explainer_of(forest_run), seen, START)
    assert report.grades["randomisation"] is Grade.NOT_APPLICABLE
    assert report.grades["agreement"] is Grade.NOT_APPLICABLE
    assert report.deletion.gain > 0


def test_ensembles_are_asked_for_the_score_that_is_explained(ensemble_run, series):
    explainer = explainer_of(ensemble_run)
    whole = read_samples(ensemble_run.record.request)[0].series[0]
    report = check(explainer, Surroundings.alone(whole), START)
    assert report.deletion.gain > 0
    assert report.randomisation.grade is not Grade.NOT_APPLICABLE
    assert len(forgetful(explainer).explainer.explainers) == len(explainer.explainers)


def test_many_copies_get_the_answers_each_would_get(explainer, series):
    answers = answers_of(explainer)
    copies = np.stack([series + step / 100 for step in range(5)])[:, :, None, None]
    together = answers(copies, (0, 0))
    apart = np.concatenate([answers(one[None], (0, 0)) for one in copies])
    np.testing.assert_allclose(together, apart, atol=1e-5)


def test_patches_are_judged_by_dates_and_bands(patches, champagne):
    subject = pixel_subject(patches.run, champagne, 40, 40)
    report = check(patches, subject.seen, subject.start, Question("saliency"))
    assert report.agreement.matrix.shape == (2, 2)
    assert report.randomisation.signed is not None
    explained = subject.seen.probabilities(patches.predictor).max()
    assert report.deletion.values[0] == pytest.approx(explained, abs=1e-5)


@pytest.mark.parametrize("architecture", ["cnn1d", "cnn3d", "random_forest"])
def test_parcels_are_judged_by_the_mean_of_their_pixels(architecture, parcel, champagne):
    explainer = explainer_of(bundled(architecture))
    start = season_of(explainer.data.preparation, champagne)
    seen = look_into(explainer, champagne, parcel, 8)
    other = explainer.data.legend.classes[0]
    question = Question("saliency" if architecture == "cnn3d" else None, contrast=other)
    shown, _ = explain_mean(explainer, seen, start, question)
    report = check_parcel(explainer, champagne, parcel, question, shown)
    assert report.asked == (4 if architecture == "cnn3d" else 16)
    assert report.method == shown.method
    all_seen = look_into(explainer, champagne, parcel, MOST)
    some = all_seen[:: len(all_seen) // report.asked]
    at = explainer.data.legend.classes.index(shown.target)
    said = np.stack([one.probabilities(explainer.predictor) for one in some])
    assert report.deletion.values[0] == pytest.approx(said[:, at].mean(), abs=1e-5)
    assert report.insertion.values[-1] == pytest.approx(said[:, at].mean(), abs=1e-5)
    residual = shown.attribution.residual
    assert report.residual == (None if residual is None else residual[0])


def test_a_parcel_of_one_pixel_is_judged_as_that_pixel(parcel, champagne):
    explainer = explainer_of(bundled("cnn1d"))
    start = season_of(explainer.data.preparation, champagne)
    alone = replace(parcel, rows=parcel.rows[:1], cols=parcel.cols[:1])
    (seen,) = look_into(explainer, champagne, alone, 16)
    together = check_parcel(explainer, champagne, alone).to_json()
    assert together == check(explainer, seen, start).to_json()


def test_checks_end_when_nobody_waits_for_them(explainer, seen):
    with pytest.raises(CancelledError):
        check(explainer, seen, START, watch=Stop())
