"""Hybrids: which encoders may feed which, and that both have a say."""

import keras
import numpy as np
import pytest

from cropcore.errors import SettingError
from cropcore.models import SeriesSpec
from cropcore.models.hybrid import Hybrid
from cropcore.training.record import make_request

SPEC = SeriesSpec("series", tuple(range(0, 70, 10)), ("B04", "B08"), (0.2, 0.3), (0.1, 0.1))


def build(**settings):
    keras.utils.set_random_seed(0)
    return Hybrid.parse({"size": "quick"} | settings, "hybrid").build([SPEC], 3)


def test_second_encoder_reads_what_the_first_makes_of_each_date():
    model = build(first_settings={"filters": 12})
    assert model.get_layer("series_second_lstm_0").input.shape == (None, 7, 12)


@pytest.mark.parametrize("silent", ["series_first_dense", "series_second_lstm_0"])
def test_both_encoders_side_by_side_have_a_say(silent):
    model = build(join="beside", first="cnn1d")
    x = np.random.default_rng(0).normal(0.3, 0.1, (3, 7, 2)).astype(np.float32)
    before = model(x).numpy()
    layer = model.get_layer(silent)
    layer.set_weights([np.zeros_like(weights) for weights in layer.get_weights()])
    assert np.abs(model(x).numpy() - before).max() > 1e-4


def test_settings_of_both_encoders_are_their_own():
    model = build(join="beside", second="atlstm", first_settings={"filters": 8, "n_layers": 1},
                  second_settings={"units": 4, "attention": "luong"})  # fmt: skip
    assert model.get_layer("series_first_conv_0").filters == 8
    assert model.get_layer("series_second_lstm_0").output[0].shape == (None, 7, 8)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"first": "ltae"}, "keeps dates apart: cnn1d, lstm, gru, atlstm, transformer"),
        ({"first": "cnn1d_branches"}, "keeps dates apart"),
        ({"first_settings": {"colour": 3}}, "unknown name 'colour'"),
        ({"second_settings": {"units": -1}}, "units: expected .* but got"),
        ({"second": "forest"}, "second: expected 'cnn1d', "),
    ],
)
def test_encoders_that_do_not_fit_are_refused_in_a_sentence(settings, told):
    with pytest.raises(SettingError, match=told):
        build(**settings)


def test_settings_given_as_text_are_kept_as_numbers():
    request = make_request(
        "", "hybrid", preset="quick", changes={"first.filters": "12", "second": "gru"}
    )
    assert request.hyperparameters["first_settings"] == {"filters": 12}
    assert request.described().encoders[0].filters == 12
    with pytest.raises(SettingError, match="unknown name 'colour'"):
        make_request("", "hybrid", changes={"second.colour": "red"})
