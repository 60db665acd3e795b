"""Attributions find what was planted; the goals are those of the project, the sizes are small."""

import keras
import numpy as np
import pytest

from cropcore.errors import UnknownNameError
from cropcore.explain.attribution import ATTRIBUTION_METHODS
from cropcore.explain.planted import SETTINGS, Sizes, examine, measures, plant
from cropcore.explain.planted.examining import Row
from cropcore.explain.planted.generator import CROPS, N_DATES
from cropcore.explain.planted.goals import ABOVE_CHANCE, TIMES_CHANCE, TOGETHER
from cropcore.explain.planted.learner import SETTINGS as SHORT
from cropcore.explain.planted.learner import learn

N_KNOWN, N_NEW, OF_CROP, OF_CLASS = 2000, 600, 8, 40


@pytest.fixture(scope="module", params=SETTINGS)
def setting(request):
    return request.param


@pytest.fixture(scope="module")
def drawn():
    return plant(SETTINGS["independent"], 0, N_KNOWN + N_NEW)


@pytest.fixture(scope="module")
def learner(drawn):
    return learn("cnn1d", drawn[:N_KNOWN], 0)


@pytest.fixture(scope="module")
def some(learner, drawn):
    return measures.right(learner, drawn[N_KNOWN:], OF_CROP)


@pytest.fixture(scope="module")
def attributed(learner, some):
    """Attribution of each series by every method."""
    return {name: measures.attributions(learner, name, some)[0] for name in ATTRIBUTION_METHODS}


def test_forest_reads_what_is_planted_as_well_as_agreed(setting):
    """Nobody wins by raising the signal."""
    drawn = plant(SETTINGS[setting], 1, 3000)
    forest = learn("random_forest", drawn[:2000], 1)
    assert 0.90 <= measures.accuracy(forest, drawn[2000:]) <= 0.97


def test_same_seed_same_series_another_seed_another_truth(setting):
    one, same, other = (plant(SETTINGS[setting], seed, 20) for seed in (4, 4, 5))
    np.testing.assert_array_equal(one.series, same.series)
    np.testing.assert_array_equal(one.masks, same.masks)
    assert (one.masks != other.masks).any()
    assert one.series.dtype == np.float32


def test_planted_values_are_few_and_nobody_shares_them(drawn):
    assert drawn.masks[:CROPS].mean() == pytest.approx(0.026, abs=0.0005)
    assert not drawn.masks[CROPS].any(), "other land has no sign of its own"
    assert drawn.masks.sum(axis=0).max() == 1


def test_only_planted_values_differ_between_classes():
    drawn = plant(SETTINGS["independent"], 2, 20_000)
    mean = np.stack([drawn.series[drawn.labels == label].mean(axis=0) for label in range(5)])
    apart = np.abs(mean - 0.3) / 0.05
    assert apart[drawn.masks].min() > 1.5
    assert apart[~drawn.masks].max() < 0.1


def test_chance_finds_one_in_twenty(some):
    assert measures.by_chance(some.truth) == pytest.approx(0.045, abs=0.015)


@pytest.mark.parametrize(
    ("method", "goal"), [("saliency", 0.93), ("smoothgrad", 0.95), ("integrated_gradients", 0.85)]
)
def test_precision_with_independent_noise(attributed, some, method, goal):
    assert measures.found(attributed[method], some.truth) >= goal


@pytest.mark.parametrize("method", list(ATTRIBUTION_METHODS))
def test_every_method_is_far_above_chance(attributed, some, method):
    values, truth = measures.along(method, attributed[method], some.truth)
    reached = measures.found(values, truth)
    if method in TOGETHER:
        chance = measures.by_chance(np.repeat(truth, 10, axis=0))
        assert measures.above_chance(reached, chance) >= ABOVE_CHANCE
    else:
        assert reached >= TIMES_CHANCE * measures.by_chance(truth)


@pytest.mark.parametrize("method", list(ATTRIBUTION_METHODS))
def test_explanations_of_other_samples_are_found_out(attributed, some, method):
    """The examination can be failed: by answers about another crop, or about nothing at all."""
    values, truth = measures.along(method, attributed[method], some.truth)
    if method in TOGETHER:  # crops share bands: what is right of one is not all wrong of another
        made_up = np.random.default_rng(0).random(values.shape)
        chance = measures.by_chance(np.repeat(truth, 10, axis=0))
        assert measures.above_chance(measures.found(made_up, truth), chance) < ABOVE_CHANCE
    else:
        swapped = values[(np.arange(len(values)) + OF_CROP) % len(values)]
        assert measures.found(swapped, truth) < TIMES_CHANCE * measures.by_chance(truth)


def test_margin_against_the_runner_up(learner, some):
    second = measures.runner_up(learner, some)
    assert (second != some.labels).all()
    values, _ = measures.attributions(learner, "integrated_gradients", some, second)
    tells_apart = some.truth | some.masks[second]
    assert measures.found(values, tells_apart) >= 0.93


def test_class_level_by_signed_integrated_gradients(learner, drawn):
    many = measures.right(learner, drawn[N_KNOWN:], OF_CLASS)
    values, _ = measures.attributions(learner, "integrated_gradients", many)
    assert measures.of_classes(values, many) >= 0.95


def test_strongest_values_make_the_prediction(learner, some, attributed):
    found = measures.top_changed(learner, some, attributed["integrated_gradients"])
    assert found["strongest 5 deleted"] <= 0.20
    assert found["strongest 5 inserted"] >= 0.95
    assert found["any 5 deleted"] >= 0.90
    assert found["any 5 inserted"] <= 0.20
    reverse = measures.top_changed(learner, some, -attributed["integrated_gradients"])
    assert reverse["strongest 5 deleted"] > 0.9, "and an attribution upside down is found out"


def test_redrawn_networks_explain_otherwise(learner, some, attributed):
    redrawn = measures.forgotten(learner, 0)
    for method in ("saliency", "smoothgrad", "integrated_gradients"):
        others = [measures.attributions(one, method, some)[0] for one in redrawn]
        assert measures.alike(attributed[method], others, signed=True) <= 0.15
        assert measures.alike(attributed[method], [attributed[method]], signed=True) > 0.999
    kept = keras.ops.convert_to_numpy(learner.model.trainable_weights[0])
    changed = keras.ops.convert_to_numpy(redrawn[0].model.trainable_weights[0])
    assert (kept != changed).mean() > 0.9


def test_gradients_are_exact(learner, some):
    assert measures.difference_error(learner, some.series[:2]) <= 1e-4
    assert measures.batch_error(learner, some.series) <= 1e-5
    _, residuals = measures.attributions(learner, "integrated_gradients", some)
    assert (residuals <= 0.01).all()


def test_a_network_that_pools_volumes_is_checked_too(drawn, monkeypatch):
    """TensorFlow pools volumes in single precision only."""
    brief = SHORT.model_copy(update={"epochs": 1})
    monkeypatch.setattr("cropcore.explain.planted.learner.SETTINGS", brief)
    pooling = keras.layers.MaxPooling3D
    pools = learn("attention_unet3d", drawn[:128], 0)
    assert measures.difference_error(pools, drawn[128:130].series, 4) <= 1e-4
    assert keras.layers.MaxPooling3D is pooling


def test_a_sharp_bend_is_no_wrong_gradient(learner, some, monkeypatch):
    """Differences across it are wrong; nearer points tell."""
    monkeypatch.setattr(measures, "_STEPS", (20.0,))
    assert measures.difference_error(learner, some.series[:2], 8) > 1e-4
    monkeypatch.setattr(measures, "_STEPS", (20.0, 1e-5))
    assert measures.difference_error(learner, some.series[:2], 8) <= 1e-4


def test_same_question_same_answer(learner, some, attributed):
    for method in ("smoothgrad", "integrated_gradients", "expected_gradients"):
        again = measures.attributions(learner, method, some)[0]
        np.testing.assert_array_equal(again, attributed[method])


def test_patches_are_alike_all_over(drawn):
    """A network of patches that knows nothing yet is asked in the same way."""
    network = learn("cnn3d", drawn[:60], 0)
    assert network.side == 1
    few = drawn[:6]
    values, _ = measures.attributions(network, "saliency", few)
    assert values.shape == few.series.shape
    assert np.abs(values).max() > 0


def test_rows_say_what_is_promised():
    kept = Row("cnn1d", "independent", "precision, saliency", (0.9, 0.99))
    assert (kept.goal, kept.met, kept.promised) == ("≥ 0.93", True, True)
    other = Row("gru", "independent", "precision, saliency", (0.5,))
    assert (other.met, other.promised) == (False, False)
    lstm = Row("lstm", "independent", "precision, smoothgrad", (0.8,))
    assert (lstm.goal, lstm.met, lstm.promised) == ("≥ 0.72", True, True)
    strong = Row("random_forest", "phenology", "accuracy", (0.99,))
    assert (strong.met, strong.promised) == (False, True)
    margin = "precision, integrated_gradients of the margin"
    assert Row("cnn1d", "independent", margin, (0.94,)).promised
    assert not Row("cnn1d", "phenology", margin, (0.91,)).promised
    unknown = Row("gru", "independent", "times chance, saliency", (float("nan"),))
    assert (unknown.met, unknown.to_json()["mean"]) == (False, None)


def test_forests_are_examined_by_what_needs_no_gradient():
    told = []
    sizes = Sizes(known=400, new=200, of_crop=1, of_class=2)
    rows = examine(["random_forest"], ["saliency", "occlusion_date"], ["independent"], [0, 1],
                   sizes, told.append)  # fmt: skip
    named = {row.measure: row for row in rows}
    assert "precision, saliency" not in named
    assert len(named["precision, occlusion_date"].values) == 2
    assert len(told) == 2
    assert plant(SETTINGS["independent"], 0, 1).series.shape[1] == N_DATES


def test_unknown_methods_are_refused_before_anything_is_learnt():
    with pytest.raises(UnknownNameError, match="one of saliency"):
        examine(["cnn1d"], ["salience"], ["independent"], [0], Sizes(), print)
