"""Gates of recurrent layers, against cells that are stepped by hand."""

import keras
import numpy as np
import pytest
from keras import layers as kit

from cropcore.models import ARCHITECTURES, SeriesSpec
from cropcore.models.layers import ConvGRU2D, ConvLSTM2D, ConvSTAR2D
from cropcore.samples import Scene
from cropcore.training.snapshots.layers import choose_layers
from cropcore.training.snapshots.looking import Pixels, View, look_at_pixels, look_at_series

UNITS, DATES = 4, 5
SPEC = SeriesSpec("series", tuple(range(0, 50, 10)), ("B04", "B08"), (0.0, 0.0), (1.0, 1.0))


def sigmoid(values):
    return 1 / (1 + np.exp(-values))


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def lstm_step(given, state, memory, kernel, recurrent, bias):
    raw = given @ kernel + state @ recurrent + bias
    enter, forget, seen, leave = np.split(raw, 4, axis=-1)
    memory = sigmoid(forget) * memory + sigmoid(enter) * np.tanh(seen)
    state = sigmoid(leave) * np.tanh(memory)
    return state, memory, [sigmoid(enter), sigmoid(forget), sigmoid(leave)]


def gru_step(given, state, kernel, recurrent, bias, reset_after):
    first, second = bias if reset_after else (bias, np.zeros_like(bias))
    update, reset, seen = np.split(given @ kernel + first, 3, axis=-1)
    of_state = state @ recurrent + second
    kept = np.split(of_state, 3, axis=-1)
    update, reset = sigmoid(update + kept[0]), sigmoid(reset + kept[1])
    inner = reset * kept[2] if reset_after else (reset * state) @ recurrent[:, 2 * UNITS :]
    return update * state + (1 - update) * np.tanh(seen + inner), [update, reset]


def by_hand(layer, series, *, backward=False):
    """States (sample, date, unit) and mean gates (gate, date), in the order of the dates."""
    kernel, recurrent, bias = (np.asarray(one, np.float64) for one in layer.get_weights())
    state = memory = np.zeros((len(series), UNITS))
    states, gates = {}, {}
    for at in range(DATES)[:: -1 if backward else 1]:
        if isinstance(layer, kit.LSTM):
            state, memory, opened = lstm_step(series[:, at], state, memory, kernel, recurrent, bias)
        else:
            state, opened = gru_step(
                series[:, at], state, kernel, recurrent, bias, layer.reset_after
            )
        states[at], gates[at] = state, [gate.mean() for gate in opened]
    return (
        np.stack([states[at] for at in range(DATES)], 1),
        np.array([gates[at] for at in range(DATES)]).T,
    )


RECURRENT = {
    "lstm": lambda: kit.LSTM(UNITS, return_sequences=True),
    "gru": lambda: kit.GRU(UNITS, return_sequences=True),
    "gru, reset before": lambda: kit.GRU(UNITS, return_sequences=True, reset_after=False),
}


def randomised(layer, seed):
    layer.set_weights(
        [numbers(*one.shape, seed=seed + at) for at, one in enumerate(layer.get_weights())]
    )


@pytest.mark.parametrize("kind", RECURRENT)
@pytest.mark.parametrize("both", [False, True], ids=["one way", "both ways"])
def test_gates_are_those_of_a_cell_stepped_by_hand(kind, both):
    series = keras.Input((DATES, 2), name="series")
    layer = RECURRENT[kind]()
    layer = kit.Bidirectional(layer, name="states") if both else layer
    states = layer(series)
    logits = kit.Dense(2, name="logits")(kit.Flatten()(states))
    model = keras.Model(series, logits)
    ways = [layer.forward_layer, layer.backward_layer] if both else [layer]
    for seed, way in enumerate(ways):
        randomised(way, 10 * seed)
    chosen = choose_layers(model)
    assert [one.kind for one in chosen[: len(ways)]] == ["forward", "backward"][: len(ways)]
    probe = numbers(7, DATES, 2)
    seen = look_at_series(model, chosen, probe, probe[:2])()
    for at, way in enumerate(ways):
        expected_states, expected = by_hand(way, probe.astype(np.float64), backward=at == 1)
        np.testing.assert_allclose(seen.layers[at], expected_states, atol=1e-5)
        np.testing.assert_allclose(seen.gates[at], expected, atol=1e-6)
        assert chosen[at].gates == (
            ("input", "forget", "output") if "lstm" in kind else ("update", "reset")
        )
    assert seen.gates[-1] is None
    np.testing.assert_allclose(seen.trained, model(probe[:2]), atol=1e-5)


def test_forget_gate_of_atlstm_begins_open():
    model = ARCHITECTURES["atlstm"].parse({"units": 4, "n_layers": 1}, "").build([SPEC], 3)
    chosen = choose_layers(model)
    seen = look_at_series(model, chosen, numbers(9, DATES, 2), numbers(1, DATES, 2))()
    _, forget, _ = seen.gates[0]
    assert (forget > 0.9).all()
    assert (forget < 0.99).all()


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("kind", [ConvLSTM2D, ConvGRU2D, ConvSTAR2D])
def test_gates_of_patches_are_those_of_each_pixels_cell(kind, backwards):
    cell = kind(UNITS, kernel=1, backwards=backwards, every_date=True)
    patch = numbers(1, DATES, 2, 3, 2)
    states = np.asarray(cell(patch))
    found, gates = (np.asarray(one) for one in cell.look(patch))
    np.testing.assert_array_equal(found, states)
    assert gates.shape == (1, DATES, 2, 3, len(kind.gate_names))
    kernel, recurrent, bias = (
        np.asarray(one)[..., :, :] if one.ndim > 1 else np.asarray(one)
        for one in cell.get_weights()
    )
    given = patch @ kernel[0, 0] + bias
    order = -1 if backwards else 1
    before = np.zeros((1, 2, 3, UNITS))
    for at in range(DATES)[::order]:
        kept = before @ recurrent[0, 0]
        width = {ConvLSTM2D: 3, ConvGRU2D: 2, ConvSTAR2D: 1}[kind] * UNITS
        opened = sigmoid(given[:, at, ..., :width] + kept[..., :width])
        expected = opened.reshape(*opened.shape[:-1], -1, UNITS).mean(axis=-1)
        np.testing.assert_allclose(gates[:, at], expected, atol=1e-5)
        before = states[:, at]


def test_gates_of_pixels_read_one_by_one():
    settings = {"second": "gru", "filters": 2, "units": UNITS}
    model = ARCHITECTURES["hybrid_patch"].parse(settings, "").build([SPEC], 2)
    chosen = choose_layers(model)
    rows, cols = np.array([1, 4, 0]), np.array([2, 3, 5])
    scene = Scene(numbers(6, 8, DATES, 2))
    pixels = Pixels(rows, cols)
    seen = look_at_pixels(model, chosen, scene, pixels, pixels, View(8, 1))()
    at = next(at for at, layer in enumerate(chosen) if layer.kind == "backward")
    read = keras.Model(model.input, chosen[at].cell.given)
    folded = np.asarray(read(scene.values.transpose(2, 0, 1, 3)[None]), np.float64)
    way = chosen[at].cell.layer
    states, gates = by_hand(way, folded[rows * 8 + cols], backward=True)
    np.testing.assert_allclose(seen.layers[at], states, atol=1e-5)
    np.testing.assert_allclose(seen.gates[at], gates, atol=1e-6)
