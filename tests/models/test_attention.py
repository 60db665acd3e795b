"""Attention: where it stands in a network, and faults that such networks are known to have had."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from cropcore.errors import SettingError
from cropcore.models import ARCHITECTURES, SeriesSpec
from cropcore.models.attention import attention_weights
from cropcore.models.layers import DayEncoding, LightweightAttention
from cropcore.models.layers.day_encoding import sinusoids

N_DATES = 9
SMALL = {
    "atlstm": {"units": 8, "n_layers": 1},
    "transformer": {"units": 8, "n_layers": 2, "dense_units": 16},
    "ltae": {"units": 16, "n_heads": 4, "dense_units": 16},
}
HEADS = {"atlstm": (), "transformer": (2, N_DATES), "ltae": (4,)}
CASES = [*((name, {}) for name in SMALL), ("atlstm", {"attention": "luong"})]


def spec(days=tuple(range(0, 90, 10)), n_bands=3):
    bands = tuple(f"band_{band}" for band in range(n_bands))
    return SeriesSpec("series", days, bands, (0.3,) * n_bands, (0.1,) * n_bands)


def build(name, changes=None, **others):
    keras.utils.set_random_seed(3)
    described = ARCHITECTURES[name](**SMALL[name] | (changes or {}))
    return described.build([spec(**others)], 4)


def series(n_samples=5, seed=0, n_bands=3):
    random = np.random.default_rng(seed)
    return random.normal(0.3, 0.1, (n_samples, N_DATES, n_bands)).astype(np.float32)


def maps_of(model, x):
    found = attention_weights(model)
    values = keras.Model(model.input, list(found.values()))(x)
    return dict(zip(found, values if isinstance(values, list) else [values], strict=True))


@pytest.mark.parametrize(("name", "changes"), CASES)
def test_weights_sum_to_one_over_the_dates(name, changes):
    maps = maps_of(build(name, changes), series())
    assert maps
    for weights in maps.values():
        assert weights.shape == (5, *HEADS[name], N_DATES)
        np.testing.assert_allclose(np.asarray(weights).sum(axis=-1), 1, atol=1e-5)


@pytest.mark.parametrize(("name", "changes"), CASES)
def test_weights_follow_the_dates_not_the_features(name, changes):
    """Attention that dots over features instead of dates does not see which date stands out."""
    x = series()
    one = x.copy()
    one[:, 4] += 0.5
    model = build(name, changes)
    for before, after in zip(maps_of(model, x).values(), maps_of(model, one).values(), strict=True):
        changed = np.abs(np.asarray(after - before)).reshape(-1, N_DATES).max(axis=0)
        assert changed[4] > 1e-5


@pytest.mark.parametrize(("name", "changes"), CASES)
def test_a_logit_has_a_gradient_where_the_sum_of_attention_has_none(name, changes):
    """The weights always sum to one: their sum explains nothing, a class logit does."""
    model = build(name, changes)
    weights = keras.Model(model.input, list(attention_weights(model).values()))
    x = tf.constant(series())
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        total = tf.add_n([tf.reduce_sum(item) for item in tf.nest.flatten(weights(x))])
        logit = model(x, training=False)[:, 0]
    assert np.abs(tape.gradient(total, x)).max() < 1e-4
    assert np.abs(tape.gradient(logit, x)).max() > 1e-3


def test_networks_without_attention_have_no_weights_to_show():
    model = ARCHITECTURES["lstm"](units=4, n_layers=1).build([spec()], 4)
    assert attention_weights(model) == {}


def test_both_encoders_of_a_hybrid_show_theirs():
    hybrid = ARCHITECTURES["hybrid"](first="transformer", second="atlstm", size="quick")
    names = set(attention_weights(hybrid.build([spec()], 4)))
    assert names == {"series_first_attention_0", "series_second_attention"}


def test_sinusoids_fall_from_one_radian_a_day_to_the_longest_period():
    """Not rise: with frequencies from 1 upwards neighbouring days are told apart by chance."""
    days = np.arange(400.0)
    table = sinusoids(days, 64, 10_000)
    np.testing.assert_allclose(table[:, 0], np.sin(days), atol=1e-6)
    np.testing.assert_allclose(table[:, 1], np.cos(days), atol=1e-6)
    np.testing.assert_allclose(table[:, 62], np.sin(days * 10_000 ** (-62 / 64)), atol=1e-6)
    turns = np.abs(np.diff(table, axis=0)).sum(axis=0)[::2]
    assert (np.diff(turns) < 0).all()


def test_encoding_follows_days_not_positions_and_not_the_batch():
    """Cut along the batch, it would be another for each sample."""
    hidden = np.zeros((3, 4, 6), np.float32)
    weekly = np.asarray(DayEncoding((0, 7, 14, 21))(hidden))
    np.testing.assert_array_equal(weekly[0], weekly[2])
    assert np.abs(weekly[0, 0] - weekly[0, 1]).max() > 0.1
    gap = np.asarray(DayEncoding((0, 14, 15, 21))(hidden))
    np.testing.assert_array_equal(gap[0, 1], weekly[0, 2])
    with pytest.raises(ValueError, match="expected 5 dates, but got an input of 4"):
        DayEncoding(range(5))(hidden)


@pytest.mark.parametrize("name", ["transformer", "ltae"])
def test_the_same_values_on_other_days_mean_something_else(name):
    early, late = build(name), build(name, days=tuple(range(100, 190, 10)))
    late.set_weights(early.get_weights())
    assert np.abs(np.asarray(early(series()) - late(series()))).max() > 1e-3


@pytest.mark.parametrize("name", list(SMALL))
def test_one_sample_keeps_its_batch(name):
    """Squeezing would lose it."""
    assert build(name)(series(1)).shape == (1, 4)


def test_heads_see_their_own_share_of_the_features():
    layer = LightweightAttention(2, 3)
    hidden = np.random.default_rng(0).normal(size=(4, 5, 6)).astype(np.float32)
    features, weights = (np.asarray(item) for item in layer(hidden))
    expected = np.einsum("bht,bthv->bhv", weights, hidden.reshape(4, 5, 2, 3))
    np.testing.assert_allclose(features, expected.reshape(4, 6), atol=1e-5)
    with pytest.raises(ValueError, match="4 heads can share, but got 6"):
        LightweightAttention(4, 3)(hidden)


@pytest.mark.parametrize("name", ["transformer", "ltae"])
def test_heads_that_cannot_share_the_units_are_refused(name):
    with pytest.raises(SettingError, match="units that 3 heads can share evenly"):
        ARCHITECTURES[name].parse({"units": 16, "n_heads": 3}, name)
