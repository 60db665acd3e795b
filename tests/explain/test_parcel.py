"""Parcels: the mean over their pixels, each asked as it would be alone."""

import numpy as np
import pytest

from cropcore.cube import Window
from cropcore.errors import LegendError, LocationError
from cropcore.explain import Question, explainer_of
from cropcore.explain.explanation import judge
from cropcore.explain.parcel import explain_parcel, look_into, parcel_at
from cropcore.explain.subject import pixel_subject
from cropcore.legend import Legend, LegendClass
from cropcore.prediction import Predictor, Surroundings
from tests.explain.conftest import bundled, labels


@pytest.fixture(scope="module", params=["cnn1d", "cnn3d", "random_forest"])
def explainer(request):
    return explainer_of(bundled(request.param))


def test_a_parcel_is_one_field(parcel, champagne):
    assert len(parcel) > 4
    for row, col in zip(parcel.rows, parcel.cols, strict=True):
        assert champagne.labels_in(Window(int(row), int(col), 1, 1))[0, 0] == parcel.code
    again = parcel_at(champagne, int(parcel.rows[0]), int(parcel.cols[0]))
    np.testing.assert_array_equal(again.rows, parcel.rows)


def test_mean_and_spread_over_its_pixels(explainer, parcel, champagne):
    found = explain_parcel(explainer, champagne, parcel, most=4)
    assert found.asked == 4
    told = found.explanation
    each = []
    for at in np.linspace(0, len(parcel) - 1, 4).round().astype(int):
        row, col = int(parcel.rows[at]), int(parcel.cols[at])
        subject = pixel_subject(explainer.run, champagne, row, col)
        each.append(
            explainer.explain(subject.seen, subject.start, Question(target=told.target.name))
        )
    values = np.stack([one.values for one in each])
    np.testing.assert_allclose(told.values, values.mean(axis=0), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(told.spread, values.std(axis=0, ddof=1), rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(
        told.series, np.mean([one.series for one in each], axis=0), rtol=1e-5
    )
    alike = np.mean([one.predicted == told.predicted for one in each])
    assert found.share == pytest.approx(alike)
    assert told.attribution.values.shape == (1, *told.values.shape)
    content = found.to_json()
    assert content["parcel"] == {
        "name": parcel.name, "code": parcel.code, "pixels": len(parcel), "asked": 4,
        "share": pytest.approx(alike),
    }  # fmt: skip
    assert np.array(content["spread"]).shape == told.values.shape
    assert "sd_over_pixels" in told.to_csv()


def test_places_without_a_parcel_are_refused(champagne):
    rows, cols = np.nonzero(labels(champagne) == 0)
    with pytest.raises(LocationError, match="without a label"):
        parcel_at(champagne, int(rows[0]), int(cols[0]))
    with pytest.raises(LocationError, match="outside the imagery"):
        parcel_at(champagne, -1, 5)


def test_classes_are_checked_before_any_work(parcel, champagne, patches):
    with pytest.raises(LegendError):
        explain_parcel(patches, champagne, parcel, Question(target="nothing of the kind"))


def test_pixels_are_chosen_among_those_ever_clear(parcel, champagne, explainer, monkeypatch):
    """Else a few of many could all lie under cloud."""
    kind = type(explainer.data.preparation)
    prepare = kind.__call__

    def clouded(own, sources, start):
        series, clear = prepare(own, sources, start)
        return series, clear & (np.arange(len(clear)) % 7 == 0)

    monkeypatch.setattr(kind, "__call__", clouded)
    assert len(look_into(explainer, champagne, parcel, 4)) == 4


def test_classes_are_themselves_whatever_they_are_called():
    """A class's name may be the code of another, or differ from its name by a capital only."""
    classes = tuple(
        LegendClass(code, name, "#000000")
        for code, name in ((1, "Wheat"), (2, "wheat"), (3, "2"), (4, "1"))
    )
    legend, seen = Legend(classes), Surroundings.alone(np.zeros((2, 1), np.float32))
    predictor = Predictor(lambda series: np.array([[0.0, 1, 2, 3]] * len(series)))
    for item in classes[:3]:
        assert judge(predictor, legend, seen, item, classes[3]).target is item
        assert judge(predictor, legend, seen, item, classes[3]).contrast is classes[3]
