"""Predictors: a pixel's numbers depend on the pixel alone."""

import keras
import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier

from cropcore.models import ARCHITECTURES, SeriesSpec
from cropcore.prediction import forest_predictor, network_predictor

SPEC = SeriesSpec("series", (0.0, 10.0, 20.0, 30.0), ("B04", "B08"), (0.1, 0.3), (0.05, 0.1))


@pytest.fixture(scope="module", params=["cnn1d", "lstm"])
def model(request):
    keras.utils.set_random_seed(0)
    return ARCHITECTURES[request.param]().build([SPEC], 3)


@pytest.fixture(scope="module")
def series():
    return np.random.default_rng(0).normal(0.2, 0.1, (300, 4, 2)).astype(np.float32)


def test_probabilities_sum_to_one(model, series):
    probabilities = network_predictor(model, chunk=128)(series)
    assert probabilities.shape == (300, 3)
    assert probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-6)


def test_order_and_company_change_no_bit(model, series):
    predict = network_predictor(model, chunk=128)
    whole = predict(series)
    order = np.random.default_rng(1).permutation(300)
    np.testing.assert_array_equal(predict(series[order]), whole[order])
    parts = [predict(series[begin : begin + 37]) for begin in range(0, 300, 37)]
    np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_another_chunk_changes_next_to_nothing(model, series):
    one, other = (network_predictor(model, chunk=chunk).logits(series) for chunk in (1, 256))
    np.testing.assert_allclose(one, other, atol=1e-5)


def test_equals_the_network_itself(model, series):
    direct = model(series, training=False).numpy()
    np.testing.assert_allclose(network_predictor(model).logits(series), direct, atol=1e-5)


def test_temperature_softens_but_keeps_the_winner(model, series):
    sharp, soft = (network_predictor(model, temperature)(series) for temperature in (0.5, 4.0))
    assert (sharp.argmax(axis=1) == soft.argmax(axis=1)).all()
    assert (sharp.max(axis=1) > soft.max(axis=1)).all()


def test_no_series_gives_no_rows(model):
    assert network_predictor(model)(np.empty((0, 4, 2), np.float32)).shape == (0, 3)


def test_forest_gives_classes_it_never_saw_next_to_nothing(series):
    labels = np.where(series[:, 0, 0] > 0.2, 2, 0)  # class 1 has no samples
    forest = RandomForestClassifier(20, random_state=0).fit(series.reshape(300, -1), labels)
    probabilities = forest_predictor(forest, 3)(series)
    assert (probabilities[:, 1] < 0.05).all()
    assert (probabilities.argmax(axis=1) == labels).mean() > 0.95
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-6)
