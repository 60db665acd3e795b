"""Classes and the region explained: what people see before, while and after it is computed."""

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from cropcore.explain.by_class import (
    SECONDS,
    ByClass,
    ClassAttention,
    Duplicates,
    Pair,
    SourceByClass,
    explain_classes,
)
from cropcore.explain.by_class.class_attribution import summarise
from cropcore.explain.deciding import DecidingSummary, job_of
from cropcore.explain.deciding.record import DecidingRequest
from cropcore.explain.deciding.worker import main
from cropcore.explain.permutation import Lost
from cropcore.legend import LegendClass
from cropcore.mapping.areas import ClassArea
from cropcore.training.launching import write_state
from dashboard.catalog import list_deciding
from dashboard.charts.by_class import ClassLook, lines_chart, mean_chart
from dashboard.charts.by_class_profiles import (
    attention_boxes_chart,
    band_profile_chart,
    date_profile_chart,
    deciding_chart,
    permutation_chart,
)
from dashboard.i18n import TABLES, translate
from dashboard.tiles.addresses import deciding_tiles
from dashboard.tiles.routes import tile_routes
from tests.dashboard.building import CLASSES, HOSTILE, REGION
from tests.dashboard.pages import open_page, press, words

DATES = tuple(date(2021, month, 1) for month in range(3, 8))
BANDS = ("B04", "B08", "B8A")
WHEAT, WEED = LegendClass(1, "Wheat", "#a57000"), LegendClass(2, HOSTILE, "#e8ffbf")


def t(key, **values):
    return translate("en", key, **values)


class Whole:
    """An input of all bands."""

    @staticmethod
    def take(values):
        return values


@pytest.fixture(scope="module")
def found():
    random = np.random.default_rng(0)
    values = random.normal(size=(6, len(DATES), len(BANDS)))
    classes = summarise(WHEAT, values, Whole), summarise(WEED, values[:1] * 2, Whole)
    alike = Duplicates((Pair(1, 2, 0.99),), ((1, 2),))
    source = SourceByClass("series", DATES, BANDS, classes, alike)
    samples = {1: np.arange(6), 2: np.array([9])}
    about = ("integrated_gradients", "contribution", "logits", "test")
    return ByClass(*about, (source,), {1: 8, 2: 3}, samples, DATES[0], False, False, 0.001)


def test_lines_are_those_of_the_classes(found):
    source = found.sources[0]
    looks = {item.code: ClassLook(item.name, item.color) for item in found.classes}
    figure = lines_chart(source, looks, 1, "logits", t)
    assert HOSTILE not in figure.to_json(), "names are data"
    named = [trace for trace in figure.data if trace.name]
    assert len(named) == len(BANDS) * 2
    last = named[-1]
    assert "(6)" in last.name, "the chosen class is on top, with its count"
    np.testing.assert_allclose(last.y, source.classes[0].mean[:, -1])
    assert sum(bool(trace.showlegend) for trace in named) == 2
    spread = next(trace for trace in figure.data if trace.fill == "toself")
    one = source.classes[0]
    np.testing.assert_allclose(spread.y[: len(DATES)], one.mean[:, 0] + one.sd[:, 0])


def test_means_tell_quartiles_and_are_white_at_zero(found):
    figure = mean_chart(found, 1, "logits", t)
    (heat,) = figure.data
    one = found.sources[0].classes[0]
    np.testing.assert_allclose(heat.z, one.mean.T)
    np.testing.assert_allclose(np.asarray(heat.customdata)[..., 0], one.low.T)
    scale = figure.layout.coloraxis
    assert (scale.cmin, scale.cmid) == (-scale.cmax, 0)
    assert "middle half" in heat.hovertemplate


def test_profiles_have_error_bars_and_flag_alike_bands(found):
    parts = [(found.sources[0], found.sources[0].classes[0])]
    dates = date_profile_chart(parts, "logits", t)
    np.testing.assert_allclose(dates.data[0].error_y.array, parts[0][1].dates_sd)
    bands = band_profile_chart(parts, "logits", t)
    assert list(bands.data[0].y) == ["B04", "B08 ≈1", "B8A ≈1"]
    colors = bands.data[0].marker.color
    assert colors[1] == colors[2] != colors[0]
    single = [(found.sources[0], found.sources[0].classes[1])]
    assert list(date_profile_chart(single, "logits", t).data[0].error_y.array) == [0] * len(DATES)


def test_boxes_losses_and_dates():
    boxes = np.sort(np.random.default_rng(1).random((5, len(DATES))), axis=0)
    view = ClassAttention("series_attention", None, DATES, boxes, 7)
    (box,) = attention_boxes_chart(view, t).data
    np.testing.assert_allclose(box.median, boxes[2])
    np.testing.assert_allclose(box.upperfence, boxes[4])
    lost = [Lost("band", "series", "<b>", ("<b>",), 0.1, 0.02)]
    (bar,) = permutation_chart(lost, t).data
    assert list(bar.x) == ["&lt;b&gt;"]
    areas = tuple(ClassArea(at + 1, str(day), 5, 0.05) for at, day in enumerate(DATES))
    told = ("saliency", "logits", "parcel", DATES, areas, (1,) * 5, 2.0, 16, 1.0)
    summary = DecidingSummary(None, *told)
    (bar,) = deciding_chart(summary, t).data
    assert list(bar.marker.color) == [item.color for item in summary.legend]


@pytest.fixture
def page(mine):
    def show(**address):
        return open_page("explain", region=REGION, **{"run": "good", **address})

    return show


def labels(app):
    return [item.label for item in app.button]


def test_classes_are_explained_on_request_and_kept(page):
    app = page(view="class")
    assert not app.exception
    english = TABLES["en"]
    assert english["classes.compute"] in labels(app), "nothing is computed unasked"
    press(app, "classes.compute")
    assert not app.exception
    assert english["classes.compute"] not in labels(app)
    assert "test samples of Winter wheat" in words(app)
    assert english["classes.lines"] in words(app)
    again = page(view="class", target="2", language="zh-CN")
    assert TABLES["zh-CN"]["classes.compute"] not in labels(again), "kept for everybody"
    assert HOSTILE not in words(again)
    assert not again.exception
    other = page(view="class", target="77")
    assert "77" in words(other)
    other = page(view="class", method="saliency")
    assert english["classes.compute"] in labels(other), "another method is another question"


def test_what_took_too_long_goes_on_when_asked(page, monkeypatch):
    asked = []

    def explain(*arguments, seconds, **named):
        asked.append(seconds)
        return replace(explain_classes(*arguments, **named), short=math.isfinite(seconds))

    monkeypatch.setattr("dashboard.cache.explanations.explain_all", explain)
    app = page(view="class", method="gradient_input")
    press(app, "classes.compute")
    assert TABLES["en"]["classes.caption.short"] in words(app)
    app.button(key="classes.more").click().run()
    assert not app.exception
    assert asked == [SECONDS, math.inf]
    assert TABLES["en"]["classes.caption.short"] not in words(app)
    assert "classes.more" not in [item.key for item in app.button]


def test_mixing_up_is_measured_on_request(page):
    app = page(view="class")
    press(app, "permutation.compute")
    assert not app.exception
    assert "test samples of" in words(app)


def test_forests_have_classes_too(page):
    app = page(run="forest", view="class")
    assert not app.exception
    method = next(item for item in app.selectbox if item.label == TABLES["en"]["why.method"])
    assert TABLES["en"]["method.saliency"] not in method.options


@pytest.fixture
def begun(monkeypatch):
    """No process is started; gives what would have been."""
    started = []
    monkeypatch.setattr(
        "cropcore.training.launching.subprocess.Popen", lambda *a, **k: started.append(a)
    )
    return started


def test_region_from_nothing_to_a_map(page, mine, begun):
    english = TABLES["en"]
    app = page(view="region", method="saliency")
    assert not app.exception
    press(app, "deciding.compute")
    assert len(begun) == 1
    assert english["cancel"] in labels(app)
    assert english["deciding.compute"] not in labels(app), "one at a time"
    run = mine / "runs" / "good"
    job = job_of(run, "valley")
    assert DecidingRequest.model_validate_json(job.read_text("request.json")).method == "saliency"
    assert main(str(job.folder)) == 0
    assert list(list_deciding(run)) == ["valley"]
    client = TestClient(Starlette(routes=tile_routes()))
    address = deciding_tiles("", "good", "valley", 1)
    painted = client.get(address.format(z=10, x=525, y=344))
    assert (painted.status_code, painted.headers["content-type"]) == (200, "image/png")
    for other in ("good/none", "none/valley", "good/..%2f..%2fmaps%2fvalley"):
        assert client.get(f"/deciding-tiles/{other}/10/525/344.png").status_code == 404
    app = page(view="region", language="en")
    assert not app.exception
    assert english["deciding.again"] in labels(app)
    assert "dates make up half" in words(app)
    assert "parcels" in words(app)
    assert [item.label for item in app.get("download_button")] == [
        english["deciding.csv"], english["deciding.tif"]
    ]  # fmt: skip


def test_region_that_ended_badly(page, mine, begun):
    english = TABLES["en"]
    job = job_of(mine / "runs" / "good", "valley")
    job.folder.mkdir(parents=True)
    write_state(job, "running", stage="explaining", row={"done": 3, "of": 8, "seconds": 4.0})
    app = page(view="region")
    assert not app.exception
    press(app, "cancel")
    assert job.cancel_requested
    assert english["deciding.cancelling"] in labels(app)
    for state, said in (
        ("cancelled", english["deciding.cancelled"]),
        ("failed", "a \\*bad\\* day"),
    ):
        write_state(job, state, message="a *bad* day")
        app = page(view="region")
        assert said in words(app)
        assert english["deciding.compute"] in labels(app)
    write_state(job, "running")
    job.write_json("state.json", job.read_json("state.json") | {"pid": -1})
    assert "gone without a word" in words(page(view="region"))
    (job.folder / "state.json").write_text("{]")
    app = page(view="region")
    assert not app.exception
    assert english["failure.again"] in labels(app)


def test_regions_of_all_kinds_are_told_about(page):
    st.cache_resource.clear()
    app = open_page("explain", region="unmapped", run="good", view="region")
    assert not app.exception
    assert CLASSES[0] not in words(app)
