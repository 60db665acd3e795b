"""Charts are pure: the right numbers at the right places, names from strangers harmless."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import plotly.io
import pytest

from cropcore.explain import Part
from dashboard.charts import attribution_chart, probabilities_chart, series_chart
from dashboard.charts.series import ModelTrack
from dashboard.i18n import translate
from dashboard.pixel import Track
from tests.dashboard.building import HOSTILE

DATES = tuple(date(2021, 3, 1) + timedelta(days=10 * at) for at in range(4))


def t(key, **values):
    return translate("en", key, **values)


def part(values, bands=("B04", "VH"), name="series", dates=DATES):
    columns = tuple(range(len(bands)))
    return Part(name, dates, bands, columns, np.zeros_like(values), values)


def test_attribution_is_symmetric_about_white():
    values = np.array([[0.5, -2.0], [0, 1], [0, 0], [0.1, 0.2]])
    figure = attribution_chart([part(values)], "logits", t)
    (heat,), scale = figure.data, figure.layout.coloraxis
    assert (scale.cmin, scale.cmid, scale.cmax) == (-2, 0, 2)
    assert np.asarray(heat.z).shape == (2, 4), "bands down, dates across"
    assert list(heat.x) == [day.isoformat() for day in DATES]
    assert scale.colorscale[len(scale.colorscale) // 2] == (0.5, "rgb(247,247,247)")
    assert not figure.layout.annotations


def test_sources_on_their_own_dates_share_one_scale():
    """Late fusion: the stronger source sets the colours of the weaker."""
    weak = part(np.full((4, 1), 0.1), ("B04",), HOSTILE)
    strong = part(np.array([[-3.0, 0.5]]), ("VV", "VH"), "s1", DATES[1:2])
    figure = attribution_chart([weak, strong], "logits", t)
    upper, lower = figure.data
    assert upper.coloraxis == lower.coloraxis == "coloraxis"
    assert (figure.layout.coloraxis.cmin, figure.layout.coloraxis.cmax) == (-3, 3)
    assert list(lower.x) == ["2021-03-10T12:00:00", "2021-03-11T12:00:00"], "one date, its ends"
    assert upper.xaxis is lower.xaxis is None, "one axis of dates"
    assert figure.layout.annotations[1].text == "s1"
    assert "<script" not in str(figure.to_dict())


def test_spread_over_members_is_told_beside_the_value():
    values = np.array([[0.5, -2.0], [0, 1], [0, 0], [0.1, 0.2]])
    mean = replace(part(values), spread=values / 10)
    (heat,) = attribution_chart([mean], "logits", t).data
    assert "± %{customdata" in heat.hovertemplate
    np.testing.assert_allclose(heat.customdata, np.asarray(heat.z) / 10)
    (alone,) = attribution_chart([part(values)], "logits", t).data
    assert "±" not in alone.hovertemplate


def test_attribution_of_nothing_is_a_sentence():
    figure = attribution_chart([part(np.zeros((4, 2)))], "logits", t)
    assert not figure.data
    assert figure.layout.annotations[0].text == t("why.zero")


def test_probabilities_show_both_scores():
    rows = [("Wheat", "#a57000", 0.83, 0.71), (HOSTILE, "#267000", 0.1, 0.2)]
    bars, diamonds = probabilities_chart(rows).data
    assert list(bars.x) == [0.71, 0.2]
    assert list(diamonds.x) == [0.83, 0.1]


def track(band, unit, masked=(False, True, False, False)):
    return Track(band, unit, DATES, np.array([0.1, 0.9, 0.3, np.nan]), np.array(masked))


def test_series_has_a_panel_per_unit_and_hollow_clouds():
    tracks = [track("B04", "reflectance"), track("VH", "dB")]
    model = [ModelTrack("B04", DATES, np.full(4, 0.2), np.full(4, 0.25))]
    figure = series_chart(tracks, model, "Wheat", t)
    assert {trace.yaxis for trace in figure.data} == {"y", "y2"}
    symbols = [trace.marker.symbol for trace in figure.data if trace.mode == "markers"]
    assert sorted(set(symbols)) == ["circle", "circle-open"]
    clear = next(trace for trace in figure.data if trace.name == "B04")
    assert list(clear.x) == ["2021-03-01", "2021-03-21"], "no masked date, none without data"
    assert figure.layout.yaxis.range[1] < 0.9, "clouds do not set the scale"


def test_series_of_no_band_and_of_no_clear_date():
    assert not series_chart([], [], "", t).data
    dark = series_chart([track("B04", "reflectance", (True,) * 4)], [], "", t)
    assert dark.layout.yaxis.range is None


@pytest.mark.parametrize("name", [HOSTILE, "<a href='javascript:alert(1)'>x</a>", "a & b"])
def test_names_are_escaped(name):
    figures = (
        probabilities_chart([(name, "#a57000", 0.5, 0.5)]),
        series_chart(
            [track("B04", "reflectance")],
            [ModelTrack("B04", DATES, np.ones(4), np.ones(4))],
            name,
            t,
        ),
        attribution_chart([part(np.ones((4, 1)), (name,))], "logits", t),
    )
    for figure in figures:
        assert "<script" not in str(figure.to_dict())
        assert "<a " not in str(figure.to_dict())
        assert plotly.io.to_json(figure)
