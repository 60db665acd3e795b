"""What must hold of every architecture in the table; a new one is tested by being listed.

Networks here read pixels; those that see surroundings are in ``test_patch_contract.py``.
"""

from functools import cache
from typing import Literal, get_origin

import keras
import numpy as np
import pytest
import tensorflow as tf

from cropcore.errors import SettingError
from cropcore.models import ARCHITECTURES, Network, PatchNetwork, SeriesSpec
from cropcore.models.atlstm import AttentionLSTM
from cropcore.models.cnn1d import TemporalCNN
from cropcore.models.cnn1d_branches import BranchedCNN
from cropcore.models.layers import TakeSource

N_CLASSES = 5
SMALL = {
    "filters": 8,
    "dense_units": 16,
    "units": 8,
    "n_heads": 2,
    "n_layers": 2,
    "n_trees": 10,
    "size": "quick",
}
VARIANTS = {
    "atlstm luong": {"attention": "luong"},
    "hybrid transformer-atlstm": {"first": "transformer", "second": "atlstm"},
    "hybrid atlstm-transformer": {"first": "atlstm", "second": "transformer"},
    "hybrid gru-ltae": {"first": "gru", "second": "ltae"},
    "hybrid lstm-cnn1d_branches": {"first": "lstm", "second": "cnn1d_branches"},
    "hybrid cnn1d+atlstm": {"second": "atlstm", "join": "beside"},
    "hybrid transformer+atlstm": {"first": "transformer", "second": "atlstm", "join": "beside"},
}
"""Beside every entry of the table as it is: choices that build another network."""
NETWORKS = [
    name
    for name, kind in ARCHITECTURES.items()
    if issubclass(kind, Network) and not issubclass(kind, PatchNetwork)
]
NETWORKS += VARIANTS
CASES = [(name, fusion) for name in NETWORKS for fusion in ("early", "late")]
SOURCES = {"s2": (9, (0, 1, 2, 5)), "s1": (5, (3, 4))}
"""Late fusion: number of dates and columns of each; an index of s2 stands behind s1's bands."""
PADDED = np.zeros((9, 6), dtype=bool)
PADDED[5:, 3:5] = True


def describe(name):
    """An architecture made small enough for a test."""
    kind = ARCHITECTURES[name.partition(" ")[0]]
    small = {key: value for key, value in SMALL.items() if key in kind.model_fields}
    return kind(**small | VARIANTS.get(name, {}))


def spec(n_dates=9, n_bands=4, name="series", columns=()):
    days = tuple(10.0 * date for date in range(n_dates))
    bands = tuple(f"band_{band}" for band in range(n_bands))
    return SeriesSpec(name, days, bands, (0.3,) * n_bands, (0.1,) * n_bands, columns)


def late_specs():
    return [
        spec(n_dates, len(columns), name, columns) for name, (n_dates, columns) in SOURCES.items()
    ]


def series(n_samples, n_dates=9, n_bands=4, seed=0):
    random = np.random.default_rng(seed)
    return random.normal(0.3, 0.1, (n_samples, n_dates, n_bands)).astype(np.float32)


def built(name, fusion):
    keras.utils.set_random_seed(1)
    return describe(name).build([spec()] if fusion == "early" else late_specs(), N_CLASSES)


def taken(model, n_samples, seed=0):
    """Series as this model takes them, padding NaN."""
    _, n_dates, n_bands = model.input_shape
    x = series(n_samples, n_dates, n_bands, seed)
    x[:, padding(model)] = np.nan
    return x


def padding(model):
    """Which values are padding, bool (time, band)."""
    shape = model.input_shape[1:]
    return PADDED if shape == PADDED.shape else np.zeros(shape, dtype=bool)


@cache
def traced(model):
    """A network's answers by its graph: quicker than operation by operation, and the same."""
    signature = tf.TensorSpec((None, *model.input_shape[1:]), tf.float32)
    return tf.function(lambda x: model(x, training=False), input_signature=[signature])


@pytest.fixture(scope="module")
def models():
    """Networks built once, by name and fusion."""
    yield {}
    traced.cache_clear()


def of(models, name, fusion):
    if (name, fusion) not in models:
        models[name, fusion] = built(name, fusion)
    return models[name, fusion]


@pytest.fixture(params=CASES, ids="-".join)
def model(request, models):
    return of(models, *request.param)


@pytest.fixture(params=NETWORKS)
def late(request, models):
    return of(models, request.param, "late")


@pytest.mark.parametrize("batch", [1, 3])
def test_one_finite_logit_per_class(model, batch):
    logits = traced(model)(taken(model, batch)).numpy()
    assert logits.shape == (batch, N_CLASSES)
    assert np.isfinite(logits).all()
    assert not np.allclose(logits.sum(axis=1), 1), "logits, not probabilities"


def test_every_weight_gets_a_gradient(model):
    frozen = [np.array(weight) for weight in model.non_trainable_variables]
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(model(taken(model, 6), training=True) ** 2)
    gradients = tape.gradient(loss, model.trainable_variables)
    for weight, before in zip(model.non_trainable_variables, frozen, strict=True):
        weight.assign(before)
    for variable, gradient in zip(model.trainable_variables, gradients, strict=True):
        assert gradient is not None, variable.path
        assert np.isfinite(gradient.numpy()).all(), variable.path
        assert np.abs(gradient.numpy()).max() > 0, variable.path


def test_every_input_value_matters(model):
    x = tf.constant(taken(model, 4))
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = tf.reduce_sum(model(x, training=False) ** 2)
    matters = np.abs(tape.gradient(loss, x).numpy()).max(axis=0) > 0
    np.testing.assert_array_equal(matters, ~padding(model))


def test_saved_model_takes_physical_units_and_is_the_same(model, tmp_path):
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    x = taken(model, 3)
    np.testing.assert_array_equal(again(x), model(x))


def test_eager_traced_and_predict_agree(model):
    x = taken(model, 5)
    eager = model(x, training=False).numpy()
    np.testing.assert_allclose(traced(model)(x).numpy(), eager, atol=1e-5)
    np.testing.assert_allclose(model.predict(x, verbose=0), eager, atol=1e-5)


def test_sample_does_not_depend_on_its_batch(model):
    x = taken(model, 8)
    together = traced(model)(x).numpy()
    alone = np.concatenate([traced(model)(x[i : i + 1]) for i in range(8)])
    np.testing.assert_allclose(alone, together, atol=1e-5)


def test_missing_band_enters_at_its_mean(model):
    x = taken(model, 2)
    x[0, :, 1] = np.nan
    filled = x.copy()
    filled[0, :, 1] = 0.3
    np.testing.assert_array_equal(traced(model)(x), traced(model)(filled))


@pytest.mark.parametrize("column", [0, 3])
def test_order_of_dates_matters(model, column):
    x = taken(model, 3)
    turned = x.copy()
    seen = ~padding(model)[:, column]
    turned[:, seen, column] = x[:, seen, column][:, ::-1]
    assert np.abs(traced(model)(x).numpy() - traced(model)(turned).numpy()).max() > 1e-4


def test_dropout_rests_when_predicting(model):
    x = taken(model, 3)
    np.testing.assert_array_equal(model(x, training=False), model(x, training=False))


@pytest.mark.parametrize("n_bands", [1, 2])
@pytest.mark.parametrize("name", NETWORKS)
def test_level_of_few_bands_matters(name, n_bands):
    """A series and the same series brighter must not look alike."""
    keras.utils.set_random_seed(1)
    model = describe(name).build([spec(9, n_bands)], N_CLASSES)
    x = series(3, 9, n_bands)
    brighter = x + np.float32(0.2)
    assert np.abs(model(x).numpy() - model(brighter).numpy()).max() > 1e-4


@pytest.mark.parametrize("anything", [0.0, -7.0, 1e30, np.inf, np.nan])
def test_padding_never_influences_the_output(late, anything):
    x = taken(late, 3)
    other = x.copy()
    other[:, PADDED] = anything
    np.testing.assert_array_equal(traced(late)(other), traced(late)(x))


def test_each_source_is_cut_out_for_its_own_encoder(late):
    takes = [layer for layer in late.layers if isinstance(layer, TakeSource)]
    x = taken(late, 2)
    assert [(layer.n_dates, layer.columns) for layer in takes] == list(SOURCES.values())
    assert {layer.name for layer in late.layers} >= {"s2_standardise", "s1_standardise"}
    for layer, (n_dates, columns) in zip(takes, SOURCES.values(), strict=True):
        np.testing.assert_array_equal(layer(x), x[:, :n_dates][..., list(columns)])


@pytest.mark.parametrize(("columns", "n_dates"), [((0, 6), 5), ((-1,), 5), ((), 5), ((0,), 10)])
def test_source_that_is_not_in_the_input_is_refused(columns, n_dates):
    with pytest.raises(ValueError, match="an input of 9 dates and 6 bands"):
        TakeSource(columns, n_dates)(keras.Input((9, 6)))


@pytest.mark.parametrize("name", list(ARCHITECTURES))
def test_description_is_complete(name):
    kind = ARCHITECTURES[name]
    assert kind.title
    assert kind.reference
    assert kind.sample in ("pixel", "patch")
    for key, field in kind.model_fields.items():
        assert field.description, f"{key} has no description for the form"
        choices = field.annotation is bool or get_origin(field.annotation) in (Literal, dict)
        assert field.metadata or choices, f"{key} has neither a range nor choices"
    for preset, changes in kind.presets.items():
        assert kind.parse(changes, preset)


@pytest.mark.parametrize("name", list(ARCHITECTURES))
def test_unknown_or_absurd_hyperparameter_is_refused(name):
    with pytest.raises(SettingError, match="unknown name 'colour'"):
        ARCHITECTURES[name].parse({"colour": 1}, name)
    fields = ARCHITECTURES[name].model_fields.items()
    key = next(key for key, field in fields if field.metadata)
    with pytest.raises(SettingError, match=rf"{key}: expected .* but got"):
        ARCHITECTURES[name].parse({key: "many"}, name)
    with pytest.raises(SettingError, match=f"give {key} another value"):
        ARCHITECTURES[name].parse({key: -1}, name)


def test_forest_votes_for_what_it_learnt():
    x = series(60)
    labels = np.arange(60) % 3
    x[labels == 1] += 1
    x[labels == 2, :, 0] = np.nan
    forest = describe("random_forest").estimator(seed=0).fit(x.reshape(60, -1), labels)
    assert (forest.predict(x.reshape(60, -1)) == labels).mean() > 0.9


def test_forest_does_not_look_at_padding():
    x = series(60, 9, 6)
    labels = np.arange(60) % 3
    x[labels == 1] += 1
    x[:, PADDED] = np.nan
    forest = describe("random_forest").estimator(seed=0).fit(x.reshape(60, -1), labels)
    votes = forest.predict_proba(x.reshape(60, -1))
    x[:, PADDED] = 1e6
    np.testing.assert_array_equal(forest.predict_proba(x.reshape(60, -1)), votes)


def test_temporal_cnn_has_the_published_number_of_parameters():
    """Pelletier et al. 2019 at 46 dates, 3 bands and 13 classes."""
    assert TemporalCNN().build([spec(46, 3)], 13).count_params() == 801_165


def test_branched_cnn_has_the_known_number_of_parameters():
    """At 22 dates, 3 bands and 7 classes."""
    model = BranchedCNN(padding="valid").build([spec(22, 3)], 7)
    assert model.count_params() == 5_469_575


def test_attention_lstm_has_the_published_number_of_parameters():
    """Xu et al. 2020 at 22 dates, 6 bands and 3 classes."""
    assert AttentionLSTM().build([spec(22, 6)], 3).count_params() == 2_115_588
