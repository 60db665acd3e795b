"""The page Learning, inside the network: every state of it, in both languages, and its charts."""

import json
import shutil

import numpy as np
import pytest
import streamlit as st

from cropcore.explain.learning import Norms, Paths, Weighed, by_date, read_inside
from cropcore.training.launching import write_state
from cropcore.training.procedure import train
from cropcore.training.record import make_request
from cropcore.training.run import Run, create_run
from cropcore.training.snapshots import FOLDER
from dashboard.charts.learning_inside import (
    ClassSeen,
    Scale,
    attention_chart,
    dates_chart,
    layers_chart,
    maps_chart,
    scatter_chart,
)
from dashboard.charts.learning_weights import gates_chart, norms_chart
from dashboard.i18n import TABLES, translate
from tests.dashboard.building import HOSTILE, REGION
from tests.dashboard.pages import open_page, press, words

EN = TABLES["en"]
CSV = ("layers", "scatter", "dates", "maps", "norms")
ALWAYS = {"inside_layers", "inside_scatter", "inside_norms"}
LSTM = ("input", "forget", "output")
CLASSES = {1: ClassSeen("wheat", "#a57000"), 2: ClassSeen(HOSTILE, "#ffd300")}


@pytest.fixture
def show(workspace):
    return lambda **address: open_page("learning", region=REGION, run="good", **address)


@pytest.fixture
def mine(workspace, tmp_path, monkeypatch):
    """A copy of the workspace that may be changed; gives the run ``good``."""
    copy = shutil.copytree(workspace, tmp_path / "mine")
    monkeypatch.setenv("CROPCORE_WORKSPACE", str(copy))
    st.cache_resource.clear()
    return Run(copy / "runs" / "good")


def charts(app):
    return {item.proto.id.rsplit("-", 1)[-1]: item.proto.spec for item in app.get("plotly_chart")}


def inside_of(app):
    return {name for name in charts(app) if name.startswith("inside_")}


def test_layers_samples_dates_and_activations_are_shown(show, workspace):
    app = show()
    assert not app.exception
    assert inside_of(app) == ALWAYS | {"inside_dates", "inside_maps"}
    said = words(app)
    probe = read_inside(workspace / "runs" / "good").stored.record
    assert f"{len(probe.samples)} samples of {probe.groups} validation groups" in said
    assert "accura" not in said
    labels = {item.label for item in app.get("download_button")}
    assert labels >= {EN[f"learning.inside.{name}.csv"] for name in CSV}


@pytest.mark.parametrize("measure", ["fisher", "probe", "cka", "silent"])
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_every_measure_is_explained(show, measure, language):
    app = show(measure=measure, language=language)
    assert not app.exception
    title = TABLES[language][f"learning.inside.measure.{measure}"]
    assert f"##### {title}" in words(app)
    by = "probe" if measure == "probe" else "fisher"
    assert f"##### {TABLES[language][f'learning.inside.dates.{by}']}" in words(app)
    assert "learning." not in words(app)
    assert "nan" not in words(app)


def test_probe_by_date_is_a_choice_of_the_measure(show, workspace):
    inside = read_inside(workspace / "runs" / "good")
    share = by_date(inside, 0, "probe")
    app = show(measure="probe", part="0", look="1")
    assert not app.exception
    at = inside.epochs.index(1)
    assert f"({share[at].max():.2f})" in words(app)
    heat = json.loads(charts(app)["inside_dates"])["data"][0]
    assert (heat["zmin"], heat["zmax"]) == (0, 1)


def test_too_few_groups_for_a_probe_are_told(show, mine):
    record = json.loads((mine.folder / FOLDER / "probe.json").read_text())
    names = ["probe_accuracy", "probe_sd"]
    names += [f"{at}.probe" for at, layer in enumerate(record["layers"]) if layer["steps"]]
    for path in (mine.folder / FOLDER).glob("*.npz"):
        with np.load(path) as stored:
            arrays = dict(stored)
        arrays |= {name: np.full_like(arrays[name], np.nan) for name in names}
        np.savez(path, **arrays)
    app = show(measure="probe")
    assert not app.exception
    assert EN["learning.inside.layers.unmeasured"] in words(app)
    assert "inside_dates" not in inside_of(app)
    assert "nan" not in words(app)


def test_epoch_and_layer_of_the_address(show, workspace):
    inside = read_inside(workspace / "runs" / "good")
    app = show(look="0", part="1")
    assert not app.exception
    assert "How the samples lie, epoch 0" in words(app)
    ratio = by_date(inside, 1)[0]
    assert f"({ratio.max():.2f})" in words(app)
    layer = next(item for item in app.selectbox if item.label == EN["learning.inside.layer"])
    assert layer.value == "1"
    layer.set_value("0").run()
    assert app.query_params["part"] == "0", "the first layer is a choice, not none"
    slider = next(item for item in app.select_slider if item.label == EN["learning.inside.epoch"])
    assert slider.value == "0"
    slider.set_value("2").run()
    assert app.query_params["look"] == "2"
    assert not app.exception


def test_layer_without_dates_is_shown_alone(show, workspace):
    last = len(read_inside(workspace / "runs" / "good").layers) - 1
    app = show(part=str(last))
    assert not app.exception
    assert inside_of(app) == ALWAYS


def test_bad_values_are_named_and_fall_back(show):
    app = show(look="4000", part="99", measure="height")
    assert not app.exception
    said = "\n".join(item.value for item in app.warning)
    assert all(value in said for value in ("4000", "99", "height"))
    assert inside_of(app)


def test_run_without_snapshots_can_be_trained_again(show, mine):
    shutil.rmtree(mine.folder / FOLDER)
    app = show()
    assert not app.exception
    assert "Nobody looked inside **good**" in words(app)
    assert app.metric, "the curves are there all the same"
    press(app, "learning.inside.again")
    assert not app.exception
    assert app.session_state["training.draft"].architecture == "cnn1d"


def test_damaged_snapshot_is_told_in_a_sentence(show, mine):
    path = mine.folder / FOLDER / "0002.npz"
    path.write_bytes(path.read_bytes()[:-300])
    app = show()
    assert not app.exception
    assert len(app.error) == 1
    assert "0002" in words(app)
    assert "Traceback" not in words(app)
    assert app.metric


def test_training_that_goes_on_has_looks_already(show, mine):
    write_state(mine, "running")
    for epoch in range(3, 7):
        (mine.folder / FOLDER / f"000{epoch}.npz").unlink()
    app = show()
    assert not app.exception
    assert "How the samples lie, epoch 2" in words(app)
    shutil.rmtree(mine.folder / FOLDER)
    st.cache_resource.clear()
    assert EN["learning.inside.soon"] in words(show())


def test_folds_are_not_looked_into(show, mine):
    record = mine.record
    request = record.request.model_copy(update={"folds": 2})
    models = record.models | {"fold_1": record.models["final"]}
    mine.write_record(record.model_copy(update={"models": models, "request": request}))
    (mine.folder / "folds" / "1").mkdir(parents=True)
    shutil.copy(mine.folder / "history.csv", mine.folder / "folds" / "1" / "history.csv")
    app = show(member="fold_1")
    assert not app.exception
    assert EN["learning.inside.final_only"] in words(app)
    assert not inside_of(app)


def test_hostile_name_is_text(show):
    specs = charts(show())
    assert all("<script" not in specs[name] for name in specs)
    assert "&lt;script" in specs["inside_scatter"]
    assert "&lt;script" in specs["inside_maps"]


@pytest.fixture(scope="module")
def attentive(built, tmp_path_factory):
    """A run that attends, beside the others."""
    copy = shutil.copytree(built, tmp_path_factory.mktemp("attentive") / "ws")
    changes = {"units": 4, "n_layers": 1, "epochs": 2, "batch_size": 64}
    request = make_request(
        str(copy / "regions" / REGION), "atlstm", changes=changes, baseline=False
    )
    run = create_run(copy / "runs" / "attentive", request)
    train(run, lambda stage, row: None, lambda: False)
    write_state(run, "done")
    return copy


def test_states_and_attention(workspace, attentive, monkeypatch):
    monkeypatch.setenv("CROPCORE_WORKSPACE", str(attentive))
    st.cache_resource.clear()
    app = open_page("learning", region=REGION, run="attentive")
    assert not app.exception
    assert "A forward state has seen the dates up to its own" in words(app)
    assert inside_of(app) == ALWAYS | {"inside_dates", "inside_maps", "inside_gates"}
    spec = json.loads(charts(app)["inside_gates"])
    lines = [line["name"] for line in spec["data"] if line.get("showlegend") is not False]
    assert lines == [f"{EN[f'learning.gate.{gate}']}, epoch 2" for gate in LSTM]
    assert EN["learning.gate.forget.alt"] in words(app)
    kinds = [layer.kind for layer in read_inside(attentive / "runs" / "attentive").layers]
    app = open_page(
        "learning", region=REGION, run="attentive", part=str(kinds.index("attention")), classes="2"
    )
    assert not app.exception
    assert EN["learning.inside.attention"] in words(app)
    spec = charts(app)["inside_attention"]
    names = [line.get("name") for line in json.loads(spec)["data"] if line.get("name")]
    assert names == ["&lt;script&gt;alert(1)&lt;/script&gt;"]


def say(key, **values):
    return translate("en", key, **values)


def test_heat_maps_hold_the_values_and_frame_the_epoch():
    values = np.array([[0.1, 1.0], [0.2, 4.0], [0.3, 9.0]])  # (epoch, layer)
    figure = layers_chart(values, ["a", "<b>"], [0, 1, 13], 1, Scale("x"), say)
    heat = figure.data[0]
    np.testing.assert_array_equal(heat.z, values.T)
    assert list(figure.layout.yaxis.ticktext) == ["a", "&lt;b&gt;"]
    assert (figure.layout.shapes[0].x0, figure.layout.shapes[0].x1) == (0.5, 1.5)
    ratio = layers_chart(values, ["a", "b"], [0, 1, 13], 0, Scale("x", ratio=True), say).data[0]
    np.testing.assert_allclose(ratio.z, np.log10(values.T))
    assert [row[2] for row in ratio.customdata[1]] == [1.0, 4.0, 9.0], "told as they are"
    share = Scale("x", 0.0, 1.0)
    dates = dates_chart(values, ["03-01", "04-01"], [0, 1, 13], 2, share, say)
    assert dates.data[0].z.shape == (2, 3)


def test_samples_keep_axes_and_colours():
    points = np.random.default_rng(0).normal(size=(3, 6, 2))
    paths = Paths(points, (0.6, 0.2), ((-3.0, 3.0), (-4.0, 4.0)))
    codes, ids = np.array([1, 1, 1, 2, 2, 2]), list("abcdef")
    figures = [scatter_chart(paths, at, codes, CLASSES, ids, say) for at in range(3)]
    assert {figure.layout.xaxis.range for figure in figures} == {(-3.0, 3.0)}
    assert {figure.layout.yaxis.range for figure in figures} == {(-4.0, 4.0)}
    np.testing.assert_array_equal(figures[2].data[1].x, points[2, 3:, 0])
    assert figures[0].data[0].marker.color == "#a57000"
    assert "<script" not in figures[0].to_json()


def test_activations_share_one_scale():
    maps = np.random.default_rng(0).normal(size=(2, 5, 3))
    figure = maps_chart(maps, np.array([2, 0, 1]), list(CLASSES.values()), list("abcde"), say)
    np.testing.assert_array_equal(figure.data[0].z, maps[0].T[[2, 0, 1]])
    axis = figure.layout.coloraxis
    assert axis.cmin == -axis.cmax == -np.abs(maps).max()
    positive = maps_chart(np.abs(maps), np.arange(3), list(CLASSES.values()), list("abcde"), say)
    assert positive.layout.coloraxis.cmin == 0


def test_attention_is_a_line_in_a_band():
    rows = np.array([[0.1, 0.4], [0.2, 0.5]])
    figure = attention_chart(
        Weighed(rows, rows - 0.05, rows + 0.05), [(1, CLASSES[1])], ["03-01", "04-01"], say
    )
    band, line = figure.data
    assert list(line.y) == [0.2, 0.5]
    np.testing.assert_allclose(band.y, [0.25, 0.55, 0.45, 0.15])


def test_gates_are_drawn_beside_what_they_were():
    opened = np.array([[[0.1, 0.2], [0.3, 0.4]], [[0.5, 0.6], [0.7, 0.8]]])  # (epoch, gate, date)
    figure = gates_chart(opened, ["In", "Out"], ["03-01", "04-01"], (0, 7), say)
    before, now, *_ = figure.data
    assert (list(before.y), before.line.dash) == ([0.1, 0.2], "dot")
    assert (list(now.y), now.name) == ([0.5, 0.6], "In, epoch 7")
    assert list(figure.layout.yaxis.range) == [0, 1]


def test_norms_are_lines_over_epochs():
    rows = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])  # (epoch, layer)
    figure = norms_chart(Norms(("a", "<b>"), rows, rows / 100), [0, 1, 13], 1, say)
    assert [list(line.x) for line in figure.data] == [[0, 1, 13]] * 4
    assert list(figure.data[1].y) == [2, 4, 6]
    np.testing.assert_allclose(figure.data[3].y, [0.02, 0.04, 0.06])
    assert figure.data[1].name == "&lt;b&gt;"
    assert figure.layout.yaxis2.type == "log"
    assert {shape.x0 for shape in figure.layout.shapes} == {1}
    alone = norms_chart(Norms(("a",), rows[:, :1], rows[:, :1]), [0, 1, 13], 0, say)
    assert len(alone.data) == 2
