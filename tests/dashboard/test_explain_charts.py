"""Charts of explanations: the right numbers at the right places, names from strangers harmless."""

from datetime import date, datetime, time, timedelta

import numpy as np
import pytest

from cropcore.explain import Part
from cropcore.explain.attention import AttentionView
from cropcore.explain.trust import Curve
from dashboard.charts import (
    BandView,
    Usual,
    against_classes,
    attention_chart,
    attribution_chart,
    beside_chart,
    faithfulness_chart,
    spatial_chart,
)
from dashboard.i18n import translate
from dashboard.pixel import Track
from tests.dashboard.building import HOSTILE

DATES = tuple(date(2021, 3, 1) + timedelta(days=10 * at) for at in range(4))
VALUES = np.array([[0.5, -2.0], [0, 1], [0, 0], [0.1, 0.2]])


def t(key, **values):
    return translate("en", key, **values)


def part(values=VALUES, bands=("B04", HOSTILE), name="series", dates=DATES):
    return Part(name, dates, bands, tuple(range(len(bands))), np.zeros_like(values), values)


def test_profiles_are_sums_of_sizes():
    heat, cells, dates, bands = attribution_chart([part()], "logits", t, profiles=True).data
    np.testing.assert_allclose(dates.y, [2.5, 1, 0, 0.3])
    np.testing.assert_allclose(bands.x, [0.6, 3.2])
    assert heat.xaxis == cells.xaxis


def test_every_cell_says_which_it_is():
    one, other = part(), part(VALUES[:1], name="s1", dates=DATES[:1])
    figure = attribution_chart([one, other], "logits", t, profiles=True)
    cells = [trace for trace in figure.data if trace.type == "scatter"]
    for number, (trace, own) in enumerate(zip(cells, (one, other), strict=True)):
        assert len(trace.customdata) == own.values.size
        for x, (_, value, day, at, where) in zip(trace.x, trace.customdata, strict=True):
            assert (x, where) == (day, number)
            assert value == own.values[own.dates.index(date.fromisoformat(day)), at]
    assert "<script" not in str(figure.to_dict())


@pytest.mark.parametrize(("band", "rows"), [(HOSTILE, (0.5, 1.5)), (None, (-0.5, 1.5))])
def test_cell_looked_at_is_outlined(band, rows):
    figure = attribution_chart([part()], "logits", t, profiles=True, looked_at=(DATES[1], band))
    shape = figure.layout.shapes[0]
    middle = datetime.combine(DATES[1], time())
    ends = [datetime.fromisoformat(end) for end in (shape.x0, shape.x1)]
    assert ends == [middle - timedelta(days=5), middle + timedelta(days=5)]
    assert (shape.y0, shape.y1) == rows
    assert not attribution_chart([part()], "l", t, looked_at=(DATES[1], "B99")).layout.shapes


def test_around_is_symmetric_and_counts_from_the_pixel():
    figure = spatial_chart(np.array([[0.0, 1.0, -3.0], [0, 0, 0]]), (1, 2), HOSTILE, t)
    (heat,) = figure.data
    assert (heat.zmin, heat.zmid, heat.zmax) == (-3, 0, 3)
    assert list(heat.x) == [-2, -1, 0]
    assert list(heat.y) == [-1, 0]
    assert "<script" not in str(figure.to_dict())


def test_classes_stand_behind_the_series():
    track = Track("B08", "reflectance", DATES, np.array([0.1, 0.2, np.nan, 0.9]),
                  np.array([False, True, False, False]))  # fmt: skip
    quartiles = np.array([[0.1] * 4, [0.2] * 4, [0.3, 0.3, np.nan, 0.3]])
    winner = Usual(HOSTILE, "#e8ffbf", np.full(4, 0.2), quartiles)
    second = Usual("Maize", "#ffd300", np.full(4, 0.4))
    view = BandView(track, DATES, np.full(4, 0.25), (winner, second))
    figure = against_classes([view], "own", t, DATES[1])
    half, mean, other, own, seen, hidden = figure.data
    assert half.fill == "toself"
    assert len(half.x) == 6, "a date without quartiles is left out"
    assert (mean.line.dash, other.line.dash) == ("solid", "dash")
    assert own.name == "own"
    assert (seen.marker.symbol, hidden.marker.symbol) == ("circle", "circle-open")
    assert len(seen.x) == 2
    assert figure.layout.shapes[0].x0 == DATES[1].isoformat()
    assert "<script" not in str(figure.to_dict())


def test_no_band_is_no_failure():
    assert not against_classes([], "own", t, DATES[0]).data


def test_both_answers_stand_beside_each_other():
    figure = beside_chart([(HOSTILE, "#ff0000", 0.9, 0.4), ("Maize", "#00ff00", 0.1, 0.6)], t)
    before, after = figure.data
    assert list(before.x) == [0.9, 0.1]
    assert list(after.x) == [0.4, 0.6]
    assert "<script" not in str(figure.to_dict())


def test_curves_stand_against_chance():
    shares, values = np.array([0, 0.5, 1]), np.array([0.9, 0.2, 0.1])
    curve = Curve(shares, values, np.array([[0.9, 0.8, 0.1], [0.9, 0.6, 0.1]]), falling=True)
    figure = faithfulness_chart(curve, curve, t)
    own = [trace for trace in figure.data if trace.name == t("trust.order")]
    assert len(own) == 2
    assert list(own[0].x) == [0, 50, 100]
    assert list(own[0].y) == [0.9, 0.2, 0.1]


@pytest.mark.parametrize(
    ("kind", "shape", "charts"),
    [("weights", (4,), 1), ("heads", (3, 4), 1), ("maps", (5, 4, 4), 5)],
)
def test_attention_has_colours_of_its_own(kind, shape, charts):
    view = AttentionView("series_attention", kind, DATES, np.full(shape, 0.25, np.float32))
    figure = attention_chart(view, t)
    assert len(figure.data) == charts
    own = attribution_chart([part()], "logits", t).layout.coloraxis.colorscale
    assert figure.layout.coloraxis.colorscale != own


def test_sums_of_several_sources_stand_side_by_side():
    one, other = part(), part(name="s1")
    figure = attribution_chart([one, other], "logits", t, profiles=True)
    first, second = (trace for trace in figure.data if trace.type == "bar" and trace.width)
    assert first.offset + first.width == pytest.approx(second.offset)
    alone = attribution_chart([one], "logits", t, profiles=True)
    (bars,) = (trace for trace in alone.data if trace.type == "bar" and trace.width)
    assert bars.offset == pytest.approx(-bars.width / 2)


def test_a_single_date_has_a_cell_as_wide_as_the_chart():
    figure = attribution_chart([part(VALUES[:1], dates=DATES[:1])], "logits", t)
    assert tuple(figure.data[0].x) == tuple(figure.layout.xaxis.range)
