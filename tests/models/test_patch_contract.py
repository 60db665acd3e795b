"""What must hold of every architecture that sees surroundings, and of their choices."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from cropcore.models import ARCHITECTURES, PatchNetwork, SeriesSpec
from cropcore.models.attention import attention_weights
from cropcore.models.layers import TakeSource

N_CLASSES, N_DATES = 5, 6
SMALL = {
    "cnn3d": {"filters": 4, "dense_units": 8},
    "convrnn": {"filters": 4},
    "attention_unet3d": {"filters": 4, "levels": 3, "dense_units": 8},
    "utae": {"filters": 8, "levels": 3, "units": 16, "n_heads": 2},
    "hybrid_patch": {"filters": 4, "units": 4},
}
VARIANTS = {
    "cnn3d 3d-2d": {"fold_time": True},
    "convrnn convlstm": {"cell": "convlstm", "n_layers": 2},
    "convrnn convstar": {"cell": "convstar", "n_layers": 2},
    "convrnn wide": {"recurrent_kernel": 3},
    "convrnn wide convstar": {"cell": "convstar", "recurrent_kernel": 3, "n_layers": 2},
    "attention_unet3d low": {"levels": 2},
    "utae low": {"levels": 2},
    "hybrid_patch cnn2d-convlstm": {"first": "cnn2d", "second": "convlstm"},
    "hybrid_patch cnn2d-lstm": {"first": "cnn2d", "second": "lstm"},
    "hybrid_patch cnn2d-gru": {"first": "cnn2d", "second": "gru"},
    "hybrid_patch cnn3d-atlstm": {"second": "atlstm"},
}
"""Beside every entry of the table: choices that build another network."""
LATE = [name for name, kind in ARCHITECTURES.items() if issubclass(kind, PatchNetwork)]
NAMES = [*LATE, *VARIANTS]
CASES = [(name, "early") for name in NAMES] + [(name, "late") for name in LATE]
SOURCES = {"s2": (6, (0, 1, 3)), "s1": (4, (2,))}
"""Late fusion: number of dates and columns of each."""
PADDED = np.zeros((6, 4), dtype=bool)
PADDED[4:, 2] = True
FAR = [*NAMES, "attention_unet3d deep", "utae deep"]
"""Beside the others, those of so many levels that only their halo is looked at."""
DEEP = {"attention_unet3d deep": {"levels": 4}, "utae deep": {"levels": 4}}


def describe(name):
    kind = name.partition(" ")[0]
    return ARCHITECTURES[kind](**SMALL[kind] | VARIANTS.get(name, {}) | DEEP.get(name, {}))


def spec(n_dates=N_DATES, n_bands=3, name="series", columns=()):
    days = tuple(10.0 * date for date in range(n_dates))
    bands = tuple(f"band_{band}" for band in range(n_bands))
    return SeriesSpec(name, days, bands, (0.3,) * n_bands, (0.1,) * n_bands, columns)


def late_specs():
    return [
        spec(n_dates, len(columns), name, columns) for name, (n_dates, columns) in SOURCES.items()
    ]


def built(name, specs):
    """A network whose every weight, also of what normalises, is unlike its first value."""
    keras.utils.set_random_seed(1)
    model = describe(name).build(specs, N_CLASSES)
    random = np.random.default_rng(0)
    for weight in model.weights:
        if weight.dtype == "float32":
            noise = 0.05 * random.normal(size=weight.shape)
            weight.assign_add(np.abs(noise) if "variance" in weight.path else noise)
    return model


def padding(model):
    """Which values are padding, bool (time, band)."""
    shape = model.input_shape[1], model.input_shape[-1]
    return PADDED if shape == PADDED.shape else np.zeros(shape, dtype=bool)


def taken(model, n_samples, side, seed=0):
    """Patches as this model takes them, padding NaN."""
    _, n_dates, *_, n_bands = model.input_shape
    random = np.random.default_rng(seed)
    height, width = side if isinstance(side, tuple) else (side, side)
    x = random.normal(0.3, 0.1, (n_samples, n_dates, height, width, n_bands)).astype(np.float32)
    return np.where(padding(model)[:, None, None], np.float32(np.nan), x)


@pytest.fixture(scope="module")
def models():
    """Networks built once, by name and fusion."""
    return {}


def of(models, name, fusion):
    if (name, fusion) not in models:
        models[name, fusion] = built(name, [spec()] if fusion == "early" else late_specs())
    return models[name, fusion]


@pytest.fixture(params=CASES, ids=" ".join)
def case(request, models):
    """A network and the side of a patch that it takes."""
    name, fusion = request.param
    return of(models, name, fusion), max(4, 2 * describe(name).stride)


@pytest.fixture(params=LATE)
def late(request, models):
    return of(models, request.param, "late")


@pytest.fixture(params=NAMES)
def early(request, models):
    return of(models, request.param, "early")


@pytest.mark.parametrize("batch", [1, 3])
def test_one_finite_logit_per_class_and_pixel(case, batch):
    """Also of a patch alone: squeezing would lose its batch."""
    model, side = case
    for size in [(side, side), (3 * side, side), (side, 2 * side)]:
        logits = model(taken(model, batch, size)).numpy()
        assert logits.shape == (batch, *size, N_CLASSES)
        assert np.isfinite(logits).all()
        assert not np.allclose(logits.sum(axis=-1), 1), "logits, not probabilities"


def test_every_weight_gets_a_gradient(case):
    model, side = case
    frozen = [np.array(weight) for weight in model.non_trainable_variables]
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(model(taken(model, 4, side), training=True) ** 2)
    gradients = tape.gradient(loss, model.trainable_variables)
    for weight, before in zip(model.non_trainable_variables, frozen, strict=True):
        weight.assign(before)
    for variable, gradient in zip(model.trainable_variables, gradients, strict=True):
        assert gradient is not None, variable.path
        assert np.isfinite(gradient.numpy()).all(), variable.path
        assert np.abs(gradient.numpy()).max() > 0, variable.path


def test_every_input_value_matters(case):
    model, side = case
    x = tf.constant(taken(model, 6, side))
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = tf.reduce_sum(model(x, training=False) ** 2)
    matters = np.abs(tape.gradient(loss, x).numpy()).max(axis=0) > 0
    expected = np.broadcast_to(~padding(model)[:, None, None], matters.shape)
    np.testing.assert_array_equal(matters, expected)


def test_saved_model_takes_physical_units_and_is_the_same(case, tmp_path):
    model, side = case
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    x = taken(model, 2, side)
    np.testing.assert_allclose(again(x), model(x), atol=1e-6)


def test_eager_traced_and_predict_agree(case):
    """Traced for patches of any size at once."""
    model, side = case
    signature = tf.TensorSpec((None, *model.input_shape[1:]))
    traced = tf.function(lambda x: model(x, training=False), input_signature=[signature])
    for size in [(side, 2 * side), (3 * side, side)]:
        x = taken(model, 3, size)
        eager = model(x, training=False).numpy()
        np.testing.assert_allclose(traced(tf.constant(x)).numpy(), eager, atol=1e-5)
    np.testing.assert_allclose(model.predict(x, verbose=0), eager, atol=1e-5)


def test_patch_does_not_depend_on_its_batch(case):
    model, side = case
    x = taken(model, 4, side)
    together = model(x, training=False).numpy()
    alone = np.concatenate([model(x[i : i + 1], training=False) for i in range(4)])
    np.testing.assert_allclose(alone, together, atol=1e-5)


def test_missing_band_enters_at_its_mean(early):
    x = taken(early, 2, 8)
    x[0, ..., 1] = np.nan
    filled = x.copy()
    filled[0, ..., 1] = 0.3
    np.testing.assert_array_equal(early(x), early(filled))


@pytest.mark.parametrize("column", [0, 2])
def test_order_of_dates_matters(case, column):
    model, side = case
    x = taken(model, 2, side)
    turned = x.copy()
    seen = ~padding(model)[:, column]
    turned[:, seen, ..., column] = x[:, seen, ..., column][:, ::-1]
    assert np.abs(model(x).numpy() - model(turned).numpy()).max() > 1e-4


@pytest.mark.parametrize("name", NAMES)
def test_level_of_a_single_band_matters(name):
    """Patches and the same patches brighter must not look alike."""
    model = built(name, [spec(3, 1)])
    x = taken(model, 2, 8)
    brighter = x + np.float32(0.2)
    assert np.abs(model(x).numpy() - model(brighter).numpy()).max() > 1e-4


@pytest.mark.parametrize("anything", [0.0, 1e30, np.inf, np.nan])
def test_padding_never_influences_the_output(late, anything):
    x = taken(late, 2, 8)
    other = np.where(PADDED[:, None, None], np.float32(anything), x)
    np.testing.assert_array_equal(late(other), late(x))


def test_each_source_is_cut_out_for_its_own_encoder(late):
    takes = [layer for layer in late.layers if isinstance(layer, TakeSource)]
    x = taken(late, 1, 8)
    assert [(layer.n_dates, layer.columns) for layer in takes] == list(SOURCES.values())
    for layer, (n_dates, columns) in zip(takes, SOURCES.values(), strict=True):
        np.testing.assert_array_equal(layer(x), x[:, :n_dates][..., list(columns)])


@pytest.mark.parametrize("name", FAR)
def test_nothing_beyond_the_halo_matters_and_all_of_it_does(name, models):
    """Measured by gradients of each pixel along a block's diagonal."""
    described = describe(name)
    dates = 4 if "wide" in name else 3
    halo, stride = described.halo(dates), described.stride
    model = built(name, [spec(dates, 1)])
    middle = -(-halo // stride) * stride
    side = 2 * middle + stride

    @tf.function
    def gradient(x, at):
        with tf.GradientTape() as tape:
            tape.watch(x)
            loss = tf.reduce_sum(model(x, training=False)[:, at, at] ** 2)
        return tape.gradient(loss, x)

    x = tf.constant(taken(model, 2, side))
    reached = set()
    for at in range(middle, middle + stride):
        moved = np.abs(gradient(x, tf.constant(at)).numpy()).max(axis=(0, 1, 4)) > 0
        for place in np.argwhere(moved):
            reached.update((place - at).tolist())
    assert max(map(abs, reached)) <= halo
    assert max(reached) > halo - stride, "wider than it need be"
    assert min(reached) < stride - halo, "wider than it need be"


@pytest.mark.parametrize("name", NAMES)
def test_tiles_change_nothing_beyond_the_halo(name, models):
    model, described = of(models, name, "early"), describe(name)
    stride, reach = described.stride, described.reach(N_DATES)
    assert reach % stride == 0
    assert reach - described.halo(N_DATES) < stride
    whole = taken(model, 1, (2 * reach + 6 * stride, 2 * reach + 5 * stride))
    logits = model(whole, training=False).numpy()
    for top, left, height, width in [(1, 2, 2, 3), (2, 1, 3, 2), (3, 3, 1, 1)]:
        y, x = top * stride, left * stride
        tall, wide = height * stride, width * stride
        tile = whole[:, :, y : y + tall + 2 * reach, x : x + wide + 2 * reach]
        core = model(tile, training=False).numpy()[:, reach : reach + tall, reach : reach + wide]
        there = logits[:, y + reach : y + reach + tall, x + reach : x + reach + wide]
        assert core.shape == (1, tall, wide, N_CLASSES)
        np.testing.assert_allclose(core, there, atol=1e-5)


@pytest.mark.parametrize("name", ["utae", "utae low", "hybrid_patch cnn3d-atlstm"])
@pytest.mark.parametrize("fusion", ["early", "late"])
def test_attention_sums_to_one_over_the_dates(name, fusion, models):
    model = of(models, name, fusion)
    found = attention_weights(model)
    assert len(found) == (1 if fusion == "early" else 2)
    x = taken(model, 2, 8)
    dates = [N_DATES] if fusion == "early" else [n_dates for n_dates, _ in SOURCES.values()]
    for tensor, n_dates in zip(found.values(), dates, strict=True):
        weights = np.asarray(keras.Model(model.input, tensor)(x))
        assert weights.shape[-1] == n_dates
        np.testing.assert_allclose(weights.sum(axis=-1), 1, atol=1e-5)
        assert np.ptp(weights, axis=-1).max() > 1e-4, "some date stands out"
