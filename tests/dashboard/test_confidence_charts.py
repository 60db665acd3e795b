"""Charts of confidence: the right numbers at the right places, few groups drawn hollow."""

import numpy as np
import plotly.io
import pytest

from cropcore.confidence import reliability_diagram, risk_coverage
from dashboard.charts.reliability import Stated, reliability_chart
from dashboard.charts.risk_coverage import Chosen, risk_coverage_chart
from dashboard.i18n import translate
from tests.dashboard.building import HOSTILE

CONFIDENCE = np.array([0.95, 0.93, 0.91, 0.92, 0.97, 0.99, 0.55])
CORRECT = np.array([True, True, True, False, True, True, False])
GROUPS = np.array(["a", "b", "c", "d", "e", "f", "a"])


def t(key, **values):
    return translate("en", key, **values)


@pytest.fixture
def diagram():
    return reliability_diagram(CONFIDENCE, CORRECT, GROUPS, 10)


def test_dots_intervals_and_bars(diagram):
    figure = reliability_chart([Stated("Calibrated", diagram)], 5, "Share right", t)
    diagonal, solid, _, bars = figure.data
    assert list(diagonal.x) == list(diagonal.y) == [0, 1]
    assert solid.x[0] == pytest.approx(CONFIDENCE[:6].mean())
    assert solid.y[0] == pytest.approx(5 / 6)
    assert solid.error_y.arrayminus[0] == pytest.approx(5 / 6 - diagram.low[9])
    assert solid.error_y.array[0] == pytest.approx(1 - 5 / 6)
    assert list(bars.y) == [0, 0, 0, 0, 0, 1, 0, 0, 0, 6]
    assert (bars.yaxis, solid.yaxis) == ("y2", "y")
    assert figure.layout.yaxis.title.text == "Share right"


def test_few_groups_are_hollow_and_without_an_interval(diagram):
    _, solid, hollow, _ = reliability_chart([Stated("Calibrated", diagram)], 5, "", t).data
    assert (solid.marker.symbol, hollow.marker.symbol) == ("circle", "circle-open")
    assert "fewer than 5 groups" in hollow.name
    assert (hollow.x[0], hollow.y[0]) == (0.55, 0)
    assert hollow.error_y.array[0] == hollow.error_y.arrayminus[0] == 0
    assert len(reliability_chart([Stated("Calibrated", diagram)], 1, "", t).data) == 3


def test_two_sets_differ_in_colour_and_shape(diagram):
    both = [Stated("Calibrated", diagram), Stated(HOSTILE, diagram)]
    figure = reliability_chart(both, 5, "", t)
    solid = [trace for trace in figure.data if trace.type == "scatter" and len(trace.x) == 1]
    looks = {(trace.marker.symbol, trace.marker.color) for trace in solid}
    assert {symbol for symbol, _ in looks} == {
        "circle", "circle-open", "diamond", "diamond-open",
    }  # fmt: skip
    assert len({color for _, color in looks}) == 2
    assert "<script" not in str(figure.to_dict())
    assert plotly.io.to_json(figure)


def test_risk_and_coverage():
    curves = {"p_max": risk_coverage(CONFIDENCE, CORRECT)}
    chosen = Chosen(6 / 7, 1 / 6, 0.0, 0.5)
    figure = risk_coverage_chart(curves, chosen, 0.6, "Wrong", t)
    chance, line, point = figure.data
    assert list(chance.y) == pytest.approx([2 / 7, 2 / 7])
    assert line.x[-1] == 1
    assert line.y[-1] == pytest.approx(2 / 7)
    assert (point.x[0], point.y[0]) == pytest.approx((6 / 7, 1 / 6))
    assert point.error_y.array[0] == pytest.approx(1 / 2 - 1 / 6)
    assert figure.layout.yaxis.range[1] > 0.6


def test_long_curves_are_thinned_and_end_where_they_end():
    random = np.random.default_rng(0)
    sureness = random.random(30_000)
    curve = risk_coverage(sureness, random.random(30_000) < sureness)
    figure = risk_coverage_chart({"entropy": curve}, None, 0.5, "", t)
    assert len(figure.data) == 2, "no point without a threshold that keeps anything"
    line = figure.data[1]
    assert len(line.x) <= 400
    assert (line.x[-1], line.y[-1]) == pytest.approx((1, curve.risk[-1]))
