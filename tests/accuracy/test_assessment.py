"""Confusion matrices and what they say, against scikit-learn."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from cropcore.accuracy import STATISTICS, assess, confusion_matrix, macro_f1
from cropcore.errors import LabelError
from cropcore.legend import Legend, LegendClass, legend_from_names

LEGEND = legend_from_names(["barley", "maize", "soy", "wheat"])
POSITIONS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=60).map(
    lambda pairs: np.array(pairs).T
)


@given(POSITIONS)
def test_all_numbers_are_those_of_scikit_learn(pairs):
    reference, predicted = pairs
    measured = assess(reference, predicted, LEGEND)
    classes = range(4)
    matrix = metrics.confusion_matrix(reference, predicted, labels=classes)
    assert measured["confusion"] == matrix.tolist()
    assert measured["n"] == len(reference)
    assert measured["overall_accuracy"] == pytest.approx(
        metrics.accuracy_score(reference, predicted)
    )
    columns = metrics.precision_recall_fscore_support(
        reference, predicted, labels=classes, zero_division=0
    )
    for key, column in zip(("precision", "recall", "f1", "support"), columns, strict=True):
        assert [row[key] for row in measured["per_class"]] == pytest.approx(column.tolist())
    present = np.unique(reference)
    expected = metrics.f1_score(
        reference, predicted, labels=present, average="macro", zero_division=0
    )
    assert measured["macro_f1"] == pytest.approx(expected)
    assert macro_f1(reference, predicted) == pytest.approx(expected)
    if len(np.union1d(reference, predicted)) > 1:
        expected = metrics.cohen_kappa_score(reference, predicted)
        assert measured["kappa"] == pytest.approx(expected)
    else:
        assert measured["kappa"] == 0


def test_the_keys_are_a_contract():
    measured = assess(np.array([0, 1]), np.array([0, 2]), LEGEND)
    assert set(measured) == {
        "overall_accuracy", "macro_f1", "kappa", "n", "per_class", "confusion",
    }  # fmt: skip
    first = measured["per_class"][0]
    assert list(first) == ["code", "name", "precision", "recall", "f1", "support"]
    assert json.loads(json.dumps(measured, allow_nan=False)) == measured


def test_classes_come_with_their_codes():
    legend = Legend((LegendClass(40, "oats", "#000000"), LegendClass(7, "rye", "#ffffff")))
    rows = assess(np.array([0, 1, 1]), np.array([0, 1, 0]), legend)["per_class"]
    assert [(row["code"], row["name"], row["support"]) for row in rows] == [
        (7, "rye", 1),
        (40, "oats", 2),
    ]


def test_rows_are_true_classes():
    matrix = confusion_matrix(np.array([9, 9, 4]), np.array([4, 9, 4]), [4, 9])
    assert matrix.tolist() == [[1, 0], [1, 1]]


@pytest.mark.parametrize(
    ("reference", "predicted", "message"),
    [
        ([], [], "at least one sample"),
        ([0, 4], [0, 0], "those of the legend .* but got 4"),
        ([0, 1], [0, -1], "those of the legend .* but got -1"),
        ([0, 1], [0], "one per reference label"),
    ],
)
def test_what_does_not_fit_is_refused(reference, predicted, message):
    with pytest.raises(LabelError, match=message):
        assess(np.array(reference, int), np.array(predicted, int), LEGEND)


def test_nothing_is_measured_as_nothing():
    empty = np.array([], int)
    assert macro_f1(empty, empty) == 0
    for statistic in STATISTICS.values():
        assert statistic(np.zeros((3, 3), int)) == 0


@pytest.mark.parametrize("name", STATISTICS)
def test_a_stack_of_matrices_is_measured_one_by_one(name):
    matrices = np.random.default_rng(0).integers(0, 9, (5, 2, 4, 4))
    measure = STATISTICS[name]
    together = measure(matrices)
    assert together.shape == (5, 2)
    assert together[3, 1] == measure(matrices[3, 1])
