"""The page Learning: what it says of networks, trees, trainings that go on and odd histories."""

import json
import shutil

import pytest
import streamlit as st

from cropcore.training.history import COLUMNS, read_history
from cropcore.training.launching import write_state
from cropcore.training.run import Run
from dashboard.charts.learning import (
    ClassRow,
    class_lines_chart,
    curves_chart,
    heat_chart,
    learnt_chart,
)
from dashboard.i18n import TABLES, translate
from dashboard.widgets import controls
from dashboard.widgets.learning.classes import class_rows
from tests.dashboard.building import HOSTILE, REGION
from tests.dashboard.pages import open_page, words

EN = TABLES["en"]
F1 = {
    1: (0.5, 0.9, 0.95, 0.96, 0.96, 0.95),
    2: (0.0, 0.1, 0.2, 0.9, 0.95, 0.96),
    3: (0.9, 0.92, 0.5, 0.93, 0.94, 0.93),
}
"""Of a made-up history whose fifth epoch is kept."""
LOSS = (0.9, 0.7, 0.5, 0.4, 0.3, 0.35)


@pytest.fixture
def show(workspace):
    return lambda **address: open_page("learning", region=REGION, **address)


@pytest.fixture
def mine(workspace, tmp_path, monkeypatch):
    """A copy of the workspace that may be changed; gives its folder of runs."""
    copy = shutil.copytree(workspace, tmp_path / "mine")
    monkeypatch.setenv("CROPCORE_WORKSPACE", str(copy))
    st.cache_resource.clear()
    return copy / "runs"


@pytest.fixture
def eventful(mine):
    """The run ``good`` with a made-up history in which something happens."""
    header = [*COLUMNS, *(f"val_f1_{code}" for code in F1)]
    lines = [",".join(header)]
    for at, loss in enumerate(LOSS):
        usual = (at + 1, 1.0, 0.2, loss, 0.8, 0.99, 0.9, 0.002 / (1 + (at > 2)), at + 1.5)
        lines.append(",".join(str(value) for value in (*usual, *(f1[at] for f1 in F1.values()))))
    (mine / "good" / "history.csv").write_text("".join(f"{line}\n" for line in lines))
    return Run(mine / "good")


def good(workspace):
    return Run(workspace / "runs" / "good")


def table(app):
    return app.dataframe[0].value


def charts(app):
    return {item.proto.id.rsplit("-", 1)[-1]: item.proto.spec for item in app.get("plotly_chart")}


def test_run_is_told_in_words_and_figures(show, workspace):
    app = show()
    assert not app.exception
    assert app.query_params["run"] == "good"
    said = words(app)
    history, model = read_history(good(workspace).folder), good(workspace).record.models["final"]
    assert f"{model.samples['validation']:,} validation samples" in said
    assert "Simulated" in said
    assert "accura" not in said
    metrics = {item.label: item.value for item in app.metric}
    assert metrics["Epoch kept"] == f"{model.best_epoch} of {model.epochs}"
    kept = history.columns["val_macro_f1"][model.best_epoch - 1]
    n = f"{model.samples['validation']:,}"
    assert metrics[f"Macro F1, validation (n = {n})"] == f"{kept:.2f}"
    assert set(charts(app)) >= {"curves", "learnt", "heat", "lines"}
    labels = {item.label for item in app.get("download_button")}
    assert labels >= {EN[f"learning.{name}.csv"] for name in ("curves", "when", "heat")}


def test_what_was_learnt_when_is_told_in_sentences(show, eventful):
    said = words(show(run="good")).replace("\\", "")
    assert f"**{HOSTILE}** was learnt last (epoch 5), **Winter wheat** first (epoch 3)." in said
    assert "Largest step back: **Grass**, from F1 0.92 (epoch 2) to 0.50 (epoch 3)." in said
    assert "lowest at 0.30 after epoch 5, 0.35 at the end" in said
    assert "lowered at epoch 4" in said
    assert EN["learning.curves.alike"] in said


def test_epoch_of_the_address_is_read_out(show, eventful):
    rows = table(show(run="good", epoch="3")).set_index("name")
    for code, name in enumerate(("Winter wheat", HOSTILE, "Grass"), start=1):
        then, kept = F1[code][2], F1[code][4]
        assert rows.loc[name, "then"] == pytest.approx(then)
        assert rows.loc[name, "kept"] == pytest.approx(kept)
        assert rows.loc[name, "difference"] == pytest.approx(then - kept)
    assert EN["learning.table.same"] in words(show(run="good", epoch="5"))


def test_gap_is_validation_less_training(show, eventful):
    metrics = {item.label: item.value for item in show(run="good").metric}
    assert metrics["Epoch kept"] == "5 of 6"
    assert metrics["Gap, macro F1"] == "−0.09"
    assert metrics["Gap, loss"] == "+0.10"


def test_slider_changes_table_and_address(show):
    app = show()
    assert "epoch" not in app.query_params
    app.select_slider[0].set_value(3).run()
    assert not app.exception
    assert app.query_params["epoch"] == "3"
    assert "Epoch 3 against" in words(app)


def test_classes_are_chosen_for_lines(show):
    app = show(classes="2")
    assert app.multiselect[0].value == [2]
    app.multiselect[0].set_value([1, 3]).run()
    assert app.query_params["classes"] == "1,3"
    app.multiselect[0].set_value([]).run()
    assert "classes" not in app.query_params
    assert not app.exception


def test_trees_have_no_epochs(show):
    app = show(run="forest")
    assert not app.exception
    assert "grown without epochs" in words(app)
    assert not app.metric
    next(item for item in app.button if "good" in item.label).click().run()
    assert app.query_params["run"] == "good"
    assert app.metric


def test_training_that_goes_on_is_followed(show, mine):
    write_state(Run(mine / "good"), "running")
    app = show(run="good")
    assert not app.exception
    assert EN["learning.live"] in words(app)
    assert app.metric
    (mine / "good" / "history.csv").unlink()
    app.run()
    assert "not finished its first epoch" in words(app)
    write_state(Run(mine / "good"), "done")
    st.cache_resource.clear()
    app.run()
    assert "There is no history of **good**" in words(app)
    assert not app.exception


def test_run_that_never_began(show, mine):
    write_state(Run(mine / "waiting"), "lost")
    app = show(run="waiting")
    assert not app.exception
    assert "There is no history of **waiting**" in words(app)
    assert any("unfinished" in option for option in app.selectbox[1].options)


def test_folds_have_histories_of_their_own(show, mine):
    run = Run(mine / "good")
    record = run.record
    models = record.models | {"fold_1": record.models["final"]}
    request = record.request.model_copy(update={"folds": 2})
    run.write_record(record.model_copy(update={"models": models, "request": request}))
    (mine / "good" / "folds" / "1").mkdir(parents=True)
    lines = (mine / "good" / "history.csv").read_text().splitlines()[:3]
    (mine / "good" / "folds" / "1" / "history.csv").write_text("\n".join(lines) + "\n")
    app = show(run="good", member="fold_1")
    assert not app.exception
    assert app.metric[0].value.endswith("of 2")
    assert "Fold 1" in words(app)
    assert "samples" not in table(app), "nothing says how many there were of each class"
    app = show(run="good", member="fold_2")
    assert "There is no history" in words(app)
    member = next(item for item in app.selectbox if item.label == EN["learning.member"])
    member.set_value("final").run()
    assert app.query_params["member"] == "final"
    assert app.metric


def test_history_of_an_earlier_version(show, mine):
    path = mine / "good" / "history.csv"
    rows = [line.split(",")[:9] for line in path.read_text().splitlines()]
    kept = [place for place, name in enumerate(rows[0]) if not name.startswith("train_")]
    path.write_text("".join(",".join(row[at] for at in kept) + "\n" for row in rows))
    app = show(run="good")
    assert not app.exception
    assert EN["learning.no_classes"] in words(app)
    assert EN["learning.curves.alike"] not in words(app)
    assert not {"learnt", "heat", "lines"} & set(charts(app))
    assert len(app.metric) == 2


def test_damaged_history_is_told_in_a_sentence(show, mine):
    (mine / "good" / "history.csv").write_text("epoch,loss\n1,2\n")
    app = show(run="good")
    assert not app.exception
    assert "history" in words(app)
    assert len(app.error) == 1
    assert "Traceback" not in words(app)


def test_hostile_name_is_text(show):
    app = show(classes="2")
    assert HOSTILE not in words(app), "markdown would see a tag"
    specs = charts(app)
    assert len(specs) == 9
    assert all("<script" not in spec for spec in specs.values())
    assert any("&lt;script" in spec for spec in specs.values())
    assert HOSTILE in set(table(app)["name"]), "a cell of a table is text"


def test_label_of_a_moment_ago_is_no_choice(monkeypatch):
    """While a training ends, its run is renamed in the list; the browser may still send the old."""
    changes, session = [], {"choose.run": "good · cnn1d · unfinished"}
    monkeypatch.setattr(controls, "change", lambda **values: changes.append(values))
    monkeypatch.setattr(controls.st, "session_state", session)
    controls._push("run", ("epoch",), ["good", "forest"])
    assert changes == []
    session["choose.run"] = "forest"
    controls._push("run", ("epoch",), ["good", "forest"])
    assert changes == [{"epoch": None, "run": "forest"}]


def test_chinese(show):
    app = show(language="zh-CN", run="good")
    assert not app.exception
    said = words(app)
    assert "冬小麦" in said + json.dumps(table(app)["name"].tolist(), ensure_ascii=False)
    assert "验证样本" in said
    assert "learning." not in said


def test_bad_values_are_named(show):
    app = show(run="good", epoch="4000", member="fold_9", classes="200,2")
    assert not app.exception
    said = "\n".join(item.value for item in app.warning)
    for value in ("4000", "fold", "200"):
        assert value in said
    assert "epoch" not in app.query_params
    assert app.query_params["classes"] == "2"
    assert "epoch" in "\n".join(item.value for item in show(epoch="0").warning)


def test_no_run_at_all(show, mine):
    shutil.rmtree(mine)
    app = show()
    assert not app.exception
    assert EN["learning.no_run"] in words(app)


@pytest.fixture
def drawn(eventful):
    """The classes and the history of a run."""
    run = eventful
    history = read_history(run.folder)
    return class_rows(history, run.described.legend), history


def say(key, **values):
    return translate("en", key, **values)


def test_curves_show_what_was_measured(drawn):
    _, history = drawn
    lines = {line.name: line for line in curves_chart(history, say).data if line.showlegend}
    assert list(lines) == ["Loss while learning", "Training", "Validation"]
    assert list(lines["Validation"].y) == list(history.columns["val_loss"])


def test_dots_stand_at_the_epoch_of_each_class(drawn):
    rows, history = drawn
    figure = learnt_chart(rows, history, say)
    dots = next(trace for trace in figure.data if trace.name == "Learnt")
    assert list(dots.x) == [3, 4, 5]
    fallen = next(trace for trace in figure.data if trace.name == "Lowest point after a best")
    assert list(fallen.x) == [3]
    assert len(figure.layout.yaxis.ticktext) == 3


def test_heat_map_frames_an_epoch_and_thins_long_trainings(drawn):
    rows, history = drawn
    heat = heat_chart(rows, history, 2, say)
    assert heat.data[0].z.tolist() == [list(F1[code]) for code in (1, 3, 2)]
    assert (heat.layout.shapes[0].x0, heat.layout.shapes[0].x1) == (1.5, 2.5)
    long = type(history)(
        {name: values.repeat(200) for name, values in history.columns.items()},
        history.codes,
        history.class_f1.repeat(200, axis=0),
    )
    many = [ClassRow(row.name, row.color, row.f1.repeat(200), row.told) for row in rows]
    assert heat_chart(many, long, 2, say).data[0].z.shape == (3, 400)


def test_lines_keep_their_colour_whatever_is_chosen(drawn):
    rows, history = drawn
    both = class_lines_chart([(0, rows[0]), (1, rows[1])], history, 1, say).data
    alone = class_lines_chart([(1, rows[1])], history, 1, say).data
    assert both[2].line.color == alone[1].line.color
    assert both[1].line.color != both[2].line.color
