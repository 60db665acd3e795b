"""Attribution: exact where the answer is known, complete, and free of known mistakes."""

from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops

from cropcore.explain.attribution import ATTRIBUTION_METHODS, Background, Strip, Target
from cropcore.explain.attribution.gradient import NetworkScore, trace
from cropcore.models import ARCHITECTURES, Network, PatchNetwork, SeriesSpec

N_DATES, N_BANDS, N_CLASSES = 7, 3, 4
NETWORKS = [
    name
    for name, kind in ARCHITECTURES.items()
    if issubclass(kind, Network) and not issubclass(kind, PatchNetwork)
]
SMALL = {
    "cnn1d": {"filters": 16, "dense_units": 16},
    "cnn1d_branches": {"filters": 16, "dense_units": 16},
    "lstm": {"units": 12, "n_layers": 1},
    "gru": {"units": 12, "n_layers": 1},
    "atlstm": {"units": 12, "n_layers": 1},
    "transformer": {"units": 16, "n_layers": 1, "dense_units": 16},
    "ltae": {"units": 32, "n_heads": 4, "dense_units": 16},
    "hybrid": {
        "size": "quick",
        "first_settings": {"filters": 16},
        "second_settings": {"units": 12},
    },
    "feature_forest": {"size": "quick"},
}
"""Hyperparameters of quickly traced networks; one that is not here takes its own."""
SD = np.array([0.1, 0.2, 3.0], np.float32)
MEAN = np.array([0.2, 0.4, -12.0], np.float32)
SPEC = SeriesSpec(
    "series",
    tuple(10.0 * date for date in range(N_DATES)),
    ("B04", "B08", "VH"),
    tuple(MEAN.tolist()),
    tuple(SD.tolist()),
)
BASELINE = np.tile(MEAN, (N_DATES, 1)).astype(np.float32)
STRIP = Strip((0, 1, 2), N_DATES, ((0,), (1,), (2,)))


def series(n_samples, seed=0):
    random = np.random.default_rng(seed)
    return random.normal(MEAN, SD, (n_samples, N_DATES, N_BANDS)).astype(np.float32)


def background(*strips, mean=BASELINE):
    """What series are held against; some of the others that :func:`series` could be."""
    return Background(mean, SD, strips or (STRIP,), series(20, seed=9))


traced = lru_cache(maxsize=2)(trace)


def score_of(model, index=1, against=None):
    return NetworkScore(traced(model), Target(index, against), model.output_shape[-1])


def linear_model(weights):
    """Logits that are weighted sums of the raw series: every attribution is known exactly."""
    taken = keras.Input((N_DATES, N_BANDS))
    logits = layers.Dense(N_CLASSES, use_bias=False)(layers.Flatten()(taken))
    model = keras.Model(taken, logits)
    model.layers[-1].set_weights([weights.reshape(N_DATES * N_BANDS, N_CLASSES)])
    return model


def described(name):
    return ARCHITECTURES[name].parse(SMALL.get(name, {}), name)


@pytest.fixture(scope="module", params=NETWORKS)
def model(request):
    keras.utils.set_random_seed(3)
    return described(request.param).build([SPEC], N_CLASSES)


@pytest.mark.parametrize("name", list(ATTRIBUTION_METHODS))
def test_every_method_attributes_every_value(name, model):
    x = series(3)
    found = ATTRIBUTION_METHODS[name]()(score_of(model), x, background())
    assert found.values.shape == x.shape
    assert np.isfinite(found.values).all()
    assert (np.abs(found.values).max(axis=0) > 0).all(), "some value never matters"
    assert found.quantity in ("sensitivity", "contribution")


@pytest.mark.parametrize("name", list(ATTRIBUTION_METHODS))
def test_same_question_same_answer_alone_or_in_company(name, model):
    x, attribute, score = series(4), ATTRIBUTION_METHODS[name](), score_of(model)
    together = attribute(score, x, background()).values
    np.testing.assert_array_equal(attribute(score, x, background()).values, together)
    alone = np.concatenate([attribute(score, x[i : i + 1], background()).values for i in range(4)])
    np.testing.assert_allclose(alone, together, atol=1e-5)


@pytest.mark.parametrize("architecture", NETWORKS)
def test_padding_of_late_fusion_is_given_nothing(architecture):
    """Radar on the first four of seven dates: what stands behind them is never looked at."""
    optical = replace(
        SPEC, name="s2", bands=SPEC.bands[:2], mean=SPEC.mean[:2], sd=SPEC.sd[:2], columns=(0, 1)
    )
    radar = SeriesSpec("s1", SPEC.days[:4], SPEC.bands[2:], SPEC.mean[2:], SPEC.sd[2:], (2,))
    score = score_of(described(architecture).build([optical, radar], N_CLASSES))
    x = series(2)
    padded = np.zeros((N_DATES, N_BANDS), dtype=bool)
    padded[4:, 2] = True
    strips = Strip((0, 1), N_DATES, ((0,), (1,))), Strip((2,), 4, ((2,),))
    for kind in ATTRIBUTION_METHODS.values():
        found = kind()(score, x, background(*strips))
        assert (found.values[:, padded] == 0).all()
        assert (found.values[:, ~padded] != 0).any(axis=0).all()


@pytest.mark.parametrize("name", NETWORKS)
def test_gradient_equals_finite_differences(name):
    """In double precision, where differences are exact enough to tell."""
    keras.utils.set_random_seed(0)
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    try:
        model = described(name).build([SPEC], N_CLASSES)
    finally:
        keras.config.set_floatx("float32")
        keras.config.set_dtype_policy("float32")
    score, x = score_of(model, 2, 0), series(1).astype(np.float64)
    gradient = score.gradient(x)[0]
    random = np.random.default_rng(1)
    cells = [tuple(random.integers(x[0].shape)) for _ in range(40)]
    steps = np.zeros((40, *x[0].shape))
    for number, at in enumerate(cells):
        steps[number][at] = 1e-5 * SD[at[1]]
    risen = score(np.concatenate([x + steps, x - steps])).reshape(2, 40)
    for at, step, (up, down) in zip(cells, steps, risen.T, strict=True):
        difference = (up - down) / (2 * step[at])
        assert abs(difference - gradient[at]) <= 1e-4 * max(1, abs(difference)), at


@pytest.mark.parametrize("against", [None, 3])
def test_integrated_gradients_are_complete(model, against):
    x, score = series(5), score_of(model, 1, against)
    found = ATTRIBUTION_METHODS["integrated_gradients"]()(score, x, background())
    change = score(x) - score(BASELINE[None])
    missed = np.abs(found.values.sum(axis=(1, 2)) - change) / np.abs(change)
    np.testing.assert_allclose(found.residual, missed, rtol=1e-3, atol=1e-5)
    assert (found.residual <= 0.01).all() or found.steps == 512


def test_steps_are_doubled_until_the_residual_is_small():
    """A kinked score: 64 midpoints miss the kink, more of them miss it by less."""
    taken = keras.Input((N_DATES, N_BANDS))
    raised = layers.Flatten()(taken) * 200.0
    model = keras.Model(taken, layers.Dense(N_CLASSES)(ops.tanh(raised)))
    baseline = np.full((N_DATES, N_BANDS), -0.01, np.float32)
    x = np.full((1, N_DATES, N_BANDS), 8.0, np.float32)
    found = ATTRIBUTION_METHODS["integrated_gradients"]()(
        score_of(model), x, background(mean=baseline)
    )
    assert found.steps > 64
    assert found.residual[0] > 0, "and what is left is said"


def test_equal_series_and_baseline_contribute_nothing(model):
    found = ATTRIBUTION_METHODS["integrated_gradients"]()(
        score_of(model), BASELINE[None], background()
    )
    assert (found.values == 0).all()


def test_margin_is_the_difference_of_two_logits(model):
    x = series(3)
    one, other, margin = score_of(model, 1), score_of(model, 2), score_of(model, 1, 2)
    np.testing.assert_allclose(margin(x), one(x) - other(x), atol=1e-5)
    np.testing.assert_allclose(margin.gradient(x), one.gradient(x) - other.gradient(x), atol=1e-5)


def attention_model():
    """A network whose dates are pooled by learned weights that sum to one."""
    taken = keras.Input((N_DATES, N_BANDS))
    hidden = layers.LSTM(8, return_sequences=True)((taken - MEAN) / SD)
    weight = layers.Softmax(axis=1, name="attention")(layers.Dense(1)(hidden))
    pooled = ops.sum(weight * hidden, axis=1)
    return keras.Model(taken, [layers.Dense(N_CLASSES)(layers.Dropout(0.5)(pooled)), weight])


def test_known_mistake_gradient_of_summed_attention_is_zero():
    """Attention weights sum to one, so the gradient of their sum explains nothing; a logit does."""
    both = attention_model()
    x = tf.constant(series(4))
    with tf.GradientTape() as tape:
        tape.watch(x)
        summed = tf.reduce_sum(both(x, training=False)[1])
    mistaken = tape.gradient(summed, x).numpy()
    logits = keras.Model(both.inputs, both.outputs[0])
    ours = ATTRIBUTION_METHODS["saliency"]()(score_of(logits), x.numpy(), background()).values
    assert np.abs(mistaken).max() < 1e-6
    assert np.abs(ours).max() > 1e-3


def test_known_mistake_gradient_with_dropout_on(model):
    """With dropout on the same question gets another answer each time; ours does not."""
    x = tf.constant(series(2))

    def careless():
        with tf.GradientTape() as tape:
            tape.watch(x)
            logit = model(x, training=True)[:, 1]
        return tape.gradient(logit, x).numpy()

    assert np.abs(careless() - careless()).max() > 1e-4
    answers = [score_of(model).gradient(x.numpy()) for _ in range(3)]
    assert all(np.array_equal(one, other) for one, other in pairwise(answers))
