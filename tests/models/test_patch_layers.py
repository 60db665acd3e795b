"""Layers on patches, and faults that networks of this kind are known to have had."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops

from cropcore.errors import SettingError
from cropcore.models import ARCHITECTURES, SeriesSpec
from cropcore.models.layers import (
    AttentionGate,
    ConvGRU2D,
    ConvLSTM2D,
    ConvSTAR2D,
    DatesToFeatures,
    FoldPixels,
    UnfoldPixels,
    WeighDates,
)
from cropcore.models.layers.bilinear import enlarge

CELLS = [ConvLSTM2D, ConvGRU2D, ConvSTAR2D]
SPEC = SeriesSpec("series", (0.0, 10.0, 20.0, 30.0), ("B04", "B08"), (0.2, 0.3), (0.1, 0.1))


def patches(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def build(name, **settings):
    keras.utils.set_random_seed(0)
    return ARCHITECTURES[name](**settings).build([SPEC], 3)


def test_dates_of_a_pixel_are_laid_side_by_side_not_mixed_with_others():
    """A reshape in place of a transpose would fill each frame with pixels of all dates."""
    x = patches(2, 3, 4, 5, 6)
    flat = np.asarray(DatesToFeatures()(x))
    assert flat.shape == (2, 4, 5, 18)
    np.testing.assert_array_equal(flat[1, 2, 3].reshape(3, 6), x[1, :, 2, 3])
    folded = FoldPixels()(x)
    np.testing.assert_array_equal(folded[1 * 20 + 2 * 5 + 3], x[1, :, 2, 3])
    back = np.asarray(UnfoldPixels()(folded[:, 1], x))
    np.testing.assert_array_equal(back, x[:, 1])


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("cnn3d", {"filters": 4}),
        ("cnn3d", {"filters": 4, "fold_time": True}),
        ("convrnn", {"filters": 4}),
        ("hybrid_patch", {"filters": 4, "units": 4}),
        ("hybrid_patch", {"filters": 4, "units": 4, "second": "atlstm"}),
    ],
)
def test_frames_stay_frames(name, settings):
    """With kernels of one pixel, a date that changes at a pixel changes that pixel alone."""
    model = build(name, kernel=1, **settings)
    x = 0.25 + 0.1 * patches(2, 4, 5, 6, 2)
    other = x.copy()
    other[1, 2, 3, 4] += 0.2
    moved = np.abs(np.asarray(model(x) - model(other))).max(axis=-1) > 1e-6
    assert np.argwhere(moved).tolist() == [[1, 3, 4]]


def test_dates_are_summed_not_features():
    """Gathered over features instead of time, a series would lose its bands."""
    images, weights = patches(2, 3, 4, 4, 6), patches(2, 2, 2, 2, 3, seed=1)
    weights = np.asarray(ops.softmax(weights, axis=-1))  # (batch, y, x, head, time)
    found = np.asarray(WeighDates(2)(images, weights))
    fine = np.asarray(ops.image.resize(weights.reshape(2, 2, 2, 6), (4, 4)))
    fine = fine.reshape(2, 4, 4, 2, 3)
    np.testing.assert_allclose(fine.sum(axis=-1), 1, atol=1e-5)
    expected = np.einsum("byxht,btyxhf->byxhf", fine, images.reshape(2, 3, 4, 4, 2, 3))
    np.testing.assert_allclose(found, expected.reshape(2, 4, 4, 6), atol=1e-5)


@pytest.mark.parametrize("scale", [1, 2, 3, 4, 8])
def test_images_are_enlarged_as_elsewhere(scale):
    x = patches(2, 3, 5, 4)
    expected = ops.image.resize(x, (3 * scale, 5 * scale), interpolation="bilinear")
    np.testing.assert_allclose(enlarge(x, scale), expected, atol=1e-5)
    one = patches(1, 1, 1, 2)
    np.testing.assert_allclose(enlarge(one, scale), np.tile(one, (1, scale, scale, 1)), atol=1e-6)


def test_gate_weighs_the_skip_not_the_decoder():
    """Of an empty skip the gate gives the same, whatever the coarser level says."""
    keras.utils.set_random_seed(0)
    gate = AttentionGate(4)
    skip, coarse = patches(2, 3, 4, 4, 4), patches(2, 3, 2, 2, 8, seed=1)
    seen = np.asarray(gate(skip, coarse))
    assert seen.shape == skip.shape
    weights = np.asarray(gate.weights_of(skip, coarse))
    assert weights.shape == (2, 3, 4, 4, 1)
    assert ((weights > 0) & (weights < 1)).all()
    blocks = weights.reshape(2, 3, 2, 2, 2, 2)
    np.testing.assert_array_equal(blocks, np.broadcast_to(blocks[:, :, :, :1, :, :1], blocks.shape))
    expected = np.einsum("btyxf,fg->btyxg", weights * skip, gate.out.get_weights()[0][0, 0, 0])
    np.testing.assert_allclose(seen, expected / np.sqrt(1.001), atol=1e-5)
    assert np.abs(np.asarray(gate(skip, -coarse)) - seen).max() > 1e-3
    nothing = np.zeros_like(skip)
    np.testing.assert_array_equal(gate(nothing, -coarse), gate(nothing, coarse))


def test_closed_gates_let_the_decoder_pass():
    model = build("attention_unet3d", filters=4, levels=2, dense_units=8)
    gate = model.get_layer("series_gate_0")
    gate.psi.set_weights([np.zeros((1, 1, 1, 4, 1)), np.array([-200.0])])
    x = 0.25 + 0.1 * patches(2, 4, 6, 6, 2)
    through = keras.Model(model.input, gate.output)
    np.testing.assert_allclose(through(x), through(x + 0.3), atol=1e-6)
    assert np.abs(np.asarray(model(x) - model(x + np.float32(0.3)))).max() > 1e-2


def test_time_is_never_pooled():
    model = build("attention_unet3d", filters=4, levels=4)
    for layer in model.layers:
        if len(layer.output.shape) == 5:
            assert layer.output.shape[1] == 4, layer.name


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("recurrent_kernel", [1, 3])
def test_states_go_from_date_to_date(cell, recurrent_kernel):
    keras.utils.set_random_seed(0)
    own = {"filters": 3, "recurrent_kernel": recurrent_kernel, "every_date": True}
    forwards, backwards = cell(**own), cell(**own, backwards=True)
    x = patches(1, 5, 4, 6, 2)
    states = np.asarray(forwards(x))
    assert states.shape == (1, 5, 4, 6, 3)
    last = cell.from_config(forwards.get_config() | {"every_date": False})
    last.build(x.shape)
    backwards.build(x.shape)
    for layer in (last, backwards):
        layer.set_weights(forwards.get_weights())
    np.testing.assert_allclose(last(x), states[:, -1], atol=1e-6)
    np.testing.assert_allclose(backwards(x[:, ::-1])[:, ::-1], states, atol=1e-6)
    later = x.copy()
    later[:, 3:] += 1
    np.testing.assert_allclose(forwards(later)[:, :3], states[:, :3], atol=1e-6)
    with tf.GradientTape() as tape:
        given = tf.constant(x)
        tape.watch(given)
        loss = tf.reduce_sum(last(given)[:, 0, 0] ** 2)
    assert np.abs(tape.gradient(loss, given)[0, 0, 0, 0]).max() > 0, "the first date is forgotten"


def test_conv_lstm_is_that_of_keras_where_kernels_agree():
    keras.utils.set_random_seed(0)
    x = patches(2, 4, 5, 6, 3)
    known = layers.ConvLSTM2D(4, 3, padding="same", recurrent_activation="sigmoid")
    known.build(x.shape)
    ours = ConvLSTM2D(4, 3, 3)
    ours.build(x.shape)
    assert ours.bias.numpy().reshape(4, 4).tolist() == [[0] * 4, [1] * 4, [0] * 4, [0] * 4]
    moved = []
    for weight in known.get_weights():  # input, forget, seen, leave
        enter, forget, seen, leave = np.split(weight, 4, axis=-1)
        moved.append(np.concatenate([enter, forget, leave, seen], axis=-1))
    ours.set_weights(moved)
    np.testing.assert_allclose(ours(x), known(x), atol=1e-5)


def test_conv_gru_of_one_pixel_is_that_of_keras():
    keras.utils.set_random_seed(0)
    x = patches(3, 4, 1, 1, 2)
    known, ours = layers.GRU(5), ConvGRU2D(5, 1, 1)
    known.build((3, 4, 2))
    ours.build(x.shape)
    moved = []
    for weight in known.get_weights()[:2]:  # update, reset, seen
        update, reset, seen = np.split(weight, 3, axis=-1)
        moved.append(np.concatenate([reset, update, seen], axis=-1)[None, None])
    ours.set_weights([*moved, np.zeros(15)])
    np.testing.assert_allclose(ours(x)[:, 0, 0], known(x[:, :, 0, 0]), atol=1e-5)


def test_conv_star_mixes_what_was_kept_and_what_is_seen():
    keras.utils.set_random_seed(0)
    x = patches(1, 3, 1, 1, 2)
    layer = ConvSTAR2D(2, 1, 1)
    layer.build(x.shape)
    assert layer.bias.numpy().tolist() == [1, 1, 0, 0]
    seen, kept = layer.input_kernel.numpy()[0, 0], layer.state_kernel.numpy()[0, 0]
    state = np.zeros(2)
    for date in x[0, :, 0, 0]:
        gate, candidate = np.split(date @ seen, 2)
        keep = 1 / (1 + np.exp(-(gate + 1 + state @ kept)))
        state = keep * state + (1 - keep) * np.tanh(candidate)
    np.testing.assert_allclose(layer(x)[0, 0, 0], state, atol=1e-6)


def test_a_state_with_neighbours_travels_and_the_halo_knows():
    kind = ARCHITECTURES["convrnn"]
    assert kind().halo(5) == kind().halo(50) == 2
    assert kind(recurrent_kernel=3, n_layers=2).halo(10) == 3 + 2 * 9


def test_no_layer_looks_at_the_whole_patch():
    """Statistics over space would show seams; batch normalisation has none when predicting."""
    x = 0.25 + 0.1 * patches(1, 4, 80, 8, 2)
    model = build("utae", filters=8, levels=2, units=16, n_heads=2)
    other = x.copy()
    other[:, :, 40:] += 5
    np.testing.assert_allclose(model(other)[:, :8], model(x)[:, :8], atol=1e-6)


def test_dates_that_mean_other_days_mean_something_else():
    early = build("utae", filters=8, levels=2, units=16, n_heads=2)
    later = SeriesSpec("series", (100.0, 110.0, 120.0, 130.0), SPEC.bands, SPEC.mean, SPEC.sd)
    settings = {"filters": 8, "levels": 2, "units": 16, "n_heads": 2}
    late = ARCHITECTURES["utae"](**settings).build([later], 3)
    late.set_weights(early.get_weights())
    x = 0.25 + 0.1 * patches(1, 4, 4, 4, 2)
    assert np.abs(np.asarray(early(x) - late(x))).max() > 1e-4


def test_heads_that_cannot_share_are_refused():
    with pytest.raises(SettingError, match="units and filters that 3 heads can share evenly"):
        ARCHITECTURES["utae"].parse({"n_heads": 3}, "utae")


def test_second_encoder_has_its_settings():
    hybrid = ARCHITECTURES["hybrid_patch"](second="convgru", units=6, n_layers=2, filters=4)
    first, second = hybrid.encoders
    assert (first.filters, second.cell, second.filters, second.n_layers) == (4, "convgru", 6, 2)
    assert hybrid.halo(9) == first.halo(9) + second.halo(9)
    assert ARCHITECTURES["hybrid_patch"](second="gru").halo(9) == 3
