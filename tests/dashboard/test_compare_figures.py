"""What is drawn of two runs: heat maps with cells to click on, and a map with a line to drag."""

import hashlib
import json
from pathlib import Path

import numpy as np
import plotly.io
import pytest

import dashboard
from dashboard.charts.confusion import confusion_chart, row_percent
from dashboard.charts.words import signed
from dashboard.i18n import translate
from dashboard.maps import LEFT, RIGHT, Layer, Outlines, Swipe, SwipeFiles, marking, region_map
from tests.dashboard.building import HOSTILE

A = np.array([[8, 2, 0], [0, 10, 0], [0, 0, 0]])
B = np.array([[9, 0, 1], [5, 5, 0], [0, 0, 0]])
CLASSES = [(1, "Wheat"), (5, HOSTILE), (9, "Grass")]
BOUNDS = ((50.5, 4.4), (50.6, 4.5))
OURS = Path(dashboard.__file__).parent / "assets" / "leaflet-side-by-side"


def t(key, **values):
    return translate("en", key, **values)


def chart(chosen=None, classes=CLASSES, matrices=(A, B)):
    return confusion_chart(matrices, classes, ("first", HOSTILE), chosen, t)


def heats(figure):
    return [trace for trace in figure.data if trace.type == "heatmap"]


def targets(figure):
    return [trace for trace in figure.data if trace.type == "scatter"]


def test_heat_maps_show_shares_of_the_true_class_and_their_difference():
    first, second, difference = (np.asarray(heat.z, float) for heat in heats(chart()))
    nan = np.nan
    np.testing.assert_array_equal(first, [[80, 20, nan], [nan, 100, nan], [nan] * 3])
    np.testing.assert_array_equal(second, [[90, nan, 10], [50, 50, nan], [nan] * 3])
    np.testing.assert_array_equal(difference, [[10, -20, 10], [50, -50, nan], [nan] * 3])
    axis = chart().layout.coloraxis2
    assert (axis.cmin, axis.cmid, axis.cmax) == (-50, 0, 50)
    assert axis.colorscale[-1][1] == "rgb(45,0,75)", "purple is more in B"


def test_cells_hold_counts_and_shares():
    texts = [np.asarray(heat.text) for heat in heats(chart())]
    assert texts[0][0].tolist() == ["8<br>80 %", "2<br>20 %", ""]
    assert texts[2][1].tolist() == ["+5<br>+50", "−5<br>−50", ""]
    many = np.eye(20, dtype=int)
    roomy = chart(classes=[(at, f"class {at}") for at in range(1, 21)], matrices=(many, many))
    assert heats(roomy)[0].texttemplate is None
    assert roomy.layout.coloraxis.showscale


def test_targets_lie_on_every_cell_that_is_used_and_know_its_classes():
    for trace in targets(chart()):
        cells = dict(zip(zip(trace.y, trace.x, strict=True), trace.customdata, strict=True))
        assert cells.keys() == {(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)}
        assert list(cells[0, 2]) == [1, 9]
        assert trace.marker.opacity == trace.unselected.marker.opacity == 0


def test_chosen_cell_is_outlined_in_every_matrix():
    assert len(chart(chosen=(1, 9)).layout.shapes) == 6
    shape = chart(chosen=(1, 9)).layout.shapes[0]
    assert (shape.x0, shape.x1, shape.y0, shape.y1) == (1.5, 2.5, -0.5, 0.5)
    assert not chart(chosen=(1, 77)).layout.shapes


def test_shares_of_nothing_are_open():
    assert np.isnan(row_percent(A)[2]).all()
    assert row_percent(A)[0].tolist() == [80, 20, 0]


@pytest.mark.parametrize("name", [HOSTILE, "<a href='javascript:alert(1)'>x</a>", "a & b" * 20])
def test_names_are_escaped(name):
    figure = chart(classes=[(1, "Wheat"), (5, name), (9, "Grass")])
    assert "<script" not in str(figure.to_dict())
    assert "<a " not in str(figure.to_dict())
    assert plotly.io.to_json(figure)


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (0.0214, ".3f", "+0.021"),
        (-0.0214, ".3f", "−0.021"),
        (-0.0001, ".3f", "0.000"),
        (0, ",", "0"),
    ],
)
def test_differences_have_a_sign_unless_they_are_none(value, form, text):
    assert signed(value, form) == text


def swiped(names=("good", HOSTILE), squares=()):
    made = region_map(BOUNDS, "/below/assets", SwipeFiles())
    layers = [Layer(slot, f"/tiles/{slot}/{{z}}/{{x}}/{{y}}.png") for slot in (LEFT, RIGHT)]
    added = marking(BOUNDS, layers, None, Swipe(names, "Drag"), Outlines(squares))
    added.add_to(made)
    return made, made.get_root().render()


def test_scripts_and_styles_of_the_swipe_are_ours():
    made, text = swiped()
    files = [part for part in made._children.values() if isinstance(part, SwipeFiles)]
    links = [address for part in files for _, address in (*part.default_js, *part.default_css)]
    prefix = "/below/assets/leaflet-side-by-side/"
    assert [link.removeprefix(prefix) for link in links] == [
        "leaflet-side-by-side.js",
        "layout.css",
        "range.css",
    ]
    assert all((OURS / link.removeprefix(prefix)).is_file() for link in links)
    assert "://" not in text


def test_vendored_script_is_the_published_one_between_two_lines():
    lines = (OURS / "leaflet-side-by-side.js").read_bytes().splitlines(keepends=True)
    published = hashlib.sha256(b"".join(lines[1:-1])).hexdigest()
    assert published in (OURS / "README.md").read_text(encoding="utf-8")
    assert "Permission is hereby granted" in (OURS / "LICENSE").read_text(encoding="utf-8")


def test_names_on_the_map_are_text():
    _, text = swiped()
    assert HOSTILE not in text
    assert json.dumps("good") in text
    assert "textContent = names[at]" in text


def test_without_names_there_is_no_line():
    assert "null, " in swiped(names=None)[1].rsplit("cropcoreSwipe", 1)[1]


def test_outlines_are_drawn_once_a_colour():
    corners = np.array([[[50.5, 4.4], [50.5, 4.41], [50.51, 4.41], [50.51, 4.4]]] * 3)
    outlines = Outlines([("#ee9922", corners), ("#2266bb", corners[:0])]).outlines
    assert [(color, len(pixels)) for color, pixels in outlines] == [("#ee9922", 3)]
    assert outlines[0][1][0] == [corners[0].tolist()]
