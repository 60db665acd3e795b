"""Attention: weights of the dates that sum to one, each on the dates of its own source."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import keras
import numpy as np
import pytest

from cropcore.cube import Calendar, Preparation, SourceBands
from cropcore.explain import Explainer
from cropcore.explain.attention import attention_views
from cropcore.models import ARCHITECTURES, SeriesSpec
from cropcore.models.attention import attention_weights
from cropcore.prediction import Surroundings, network_predictor, patch_predictor

START = date(2021, 3, 1)
CALENDAR = Calendar(3, 1, 10, 6)
EARLY = Preparation(CALENDAR, (SourceBands("s2", ("B04", "B08")), SourceBands("s1", ("VV",))))
LATE = Preparation(
    CALENDAR,
    (
        SourceBands("s2", ("B04", "B08"), CALENDAR),
        SourceBands("s1", ("VV",), Calendar(3, 1, 15, 4)),
    ),
    "late",
)
SMALL = {
    "atlstm": {"units": 4, "n_layers": 1},
    "transformer": {"units": 8, "n_layers": 2, "dense_units": 8},
    "ltae": {"units": 8, "n_heads": 4, "dense_units": 8},
    "hybrid": {"first": "cnn1d", "second": "atlstm", "size": "quick"},
}
SHAPES = {"atlstm": (), "transformer": (2, "time"), "ltae": (4,), "hybrid": ()}
PATCHES = {
    "utae": {"units": 16, "n_heads": 4, "filters": 8},
    "hybrid_patch": {"second": "atlstm", "filters": 4, "units": 16},
}


def explainer_of_network(described, preparation):
    """An explainer of an untrained network, as far as attention asks it."""
    keras.utils.set_random_seed(1)
    specs = [
        SeriesSpec(
            item.name,
            tuple(item.calendar.period * at for at in range(item.calendar.n_dates)),
            item.bands,
            (0.3,) * len(item.bands),
            (0.1,) * len(item.bands),
            item.columns,
        )
        for item in preparation.inputs
    ]
    model = described.build(specs, 3)
    if described.sample == "patch":
        predictor = patch_predictor(model, described.reach(6), described.stride)
    else:
        predictor = network_predictor(model, chunk=1)
    explainer = Explainer.__new__(Explainer)
    explainer.predictor, explainer.data = predictor, SimpleNamespace(preparation=preparation)
    return explainer


def pixel(preparation, size=(1, 1), at=(0, 0)):
    shape = (preparation.shape[0], *size, preparation.shape[1])
    values = np.random.default_rng(0).normal(0.3, 0.1, shape).astype(np.float32)
    return Surroundings(values, *at)


@pytest.mark.parametrize("preparation", [EARLY, LATE], ids=["early", "late"])
@pytest.mark.parametrize("name", list(SMALL))
def test_weights_of_the_dates_sum_to_one(name, preparation):
    explainer = explainer_of_network(ARCHITECTURES[name].parse(SMALL[name], name), preparation)
    views = attention_views(explainer, pixel(preparation), START)
    depth = 2 if name == "transformer" else 1
    assert len(views) == depth * len(preparation.inputs)
    for view in views:
        item = next(item for item in preparation.inputs if view.layer.startswith(item.name))
        n_dates = item.calendar.n_dates
        assert view.dates == item.dates(START)
        assert view.weights.shape == (*(n_dates if side == "time" else side
                                        for side in SHAPES[name]), n_dates)  # fmt: skip
        np.testing.assert_allclose(view.weights.sum(axis=-1), 1, atol=1e-5)
        assert (view.weights >= 0).all()


@pytest.mark.parametrize("name", list(PATCHES))
def test_patches_are_read_at_the_pixels_place(name):
    """Of a patch whose sides are no multiples of the network's stride."""
    described = ARCHITECTURES[name].parse(PATCHES[name], name)
    explainer = explainer_of_network(described, EARLY)
    seen = pixel(EARLY, (11, 9), (10, 4))
    (view,) = attention_views(explainer, seen, START)
    np.testing.assert_allclose(view.weights.sum(axis=-1), 1, atol=1e-5)
    assert view.dates == EARLY.dates(START)
    elsewhere = attention_views(explainer, replace(seen, row=0, col=0), START)[0]
    assert not np.array_equal(view.weights, elsewhere.weights)
    if name == "hybrid_patch":  # pixel by pixel: its place in the batch
        model = explainer.predictor.model
        (weights,) = attention_weights(model).values()
        weights = keras.Model(model.input, weights)(seen.values[None])
        np.testing.assert_allclose(view.weights, np.asarray(weights)[10 * 9 + 4], atol=1e-6)


def test_networks_without_attention_have_nothing_to_show(table_run, forest_run):
    for run in (table_run, forest_run):
        explainer = Explainer(run)
        series = explainer.mean[:, None, None]
        assert attention_views(explainer, Surroundings(series, 0, 0), START) == ()


def test_an_ensemble_shows_its_members(many):
    seen = Surroundings.alone(many.mean.astype(np.float32))
    views = attention_views(many, seen, START)
    assert len({view.member for view in views}) > 1
    assert {view.member for view in views} <= set(many.explained)
