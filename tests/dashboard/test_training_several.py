"""Several trainings on the page: in a line, side by side, repeated, and each to be cited."""

import csv
import io
import json
import shlex
import shutil

import numpy as np
import pytest
from plotly.io import to_json

from cropcore.legend import SAFE
from cropcore.training import queueing
from cropcore.training.figures import ClassFigures, FoldFigures
from cropcore.training.history import COLUMNS, History
from cropcore.training.launching import STARTING, status, write_state
from cropcore.training.queueing import at_once, enqueue, waiting
from cropcore.training.record import RunRecord, make_request
from cropcore.training.reproducing import train_command
from cropcore.training.run import Run, create_run
from dashboard.charts.history import ClassLine, classes_chart, loss_chart
from dashboard.charts.history_runs import COLORS, Track, runs_chart
from dashboard.charts.history_spread import Repeated, spread_chart
from dashboard.i18n import TABLES, translate
from dashboard.widgets.settings import settings_rows
from dashboard.widgets.training import beside, citing, repeats
from dashboard.widgets.training.beside import tracks_csv
from tests.dashboard.building import HOSTILE, MARKUP, REGION
from tests.dashboard.pages import field, open_page, press, words

EN = TABLES["en"]


def t(key, **values):
    return translate("en", key, **values)


@pytest.fixture
def line(mine, monkeypatch):
    """Three runs that wait behind one that is under way; no process is ever started."""
    monkeypatch.setattr(queueing, "launch", lambda run: write_state(run, "queued", stage=STARTING))
    monkeypatch.setattr(queueing, "tend", lambda runs: None)
    monkeypatch.setattr("dashboard.widgets.training.panel.tend", lambda runs: None)
    monkeypatch.setattr(queueing, "_children", [])
    monkeypatch.setattr(queueing, "most_at_once", lambda: 4)
    monkeypatch.setattr("dashboard.widgets.training.queue.most_at_once", lambda: 4)
    runs = mine / "runs"
    write_state(Run(runs / "waiting"), "running", stage="fitting")
    request = make_request(str(mine / "regions" / REGION), "cnn1d")
    for name in ("one", "two", MARKUP + "2"):
        enqueue(create_run(runs / name, request))
    return runs


def order(runs):
    return [run.folder.name for run in waiting(runs)]


def key_of(app, key):
    return next(item for item in app.button if item.key == key)


def test_line_is_shown_moved_and_left(line):
    app = open_page("training", run="two")
    assert not app.exception
    assert "Queue (3)" in words(app)
    assert "place 2 of 3" in words(app)
    state = app.dataframe[0].value.set_index(EN["training.column.name"])
    assert state.loc["two", EN["training.column.state"]] == "queued, place 2"
    assert MARKUP not in "".join(item.label for item in app.button)
    assert key_of(app, "training.queue.first.all.one").disabled
    key_of(app, "training.queue.first.one.two").click().run()
    assert order(line)[:2] == ["two", "one"]
    assert "place 1 of 3" in words(app)
    key_of(app, "training.queue.out.all.one").click().run()
    assert not app.exception
    assert "one" not in order(line)
    assert status(Run(line / "one")).state == "cancelled"
    app = open_page("training", run="one")
    assert EN["training.cancelled.waiting"] in words(app)
    press(app, "training.resume")
    assert order(line)[-1] == "one"


def test_new_training_waits_and_more_at_once_let_it_begin(line):
    app = open_page("training", data=REGION)
    assert t("training.start.waits", count=4) in words(app)
    field(app, "training.name", "text_input").set_value("mine").run()
    press(app, "training.start")
    assert not app.exception
    assert order(line)[-1] == "mine"
    assert app.query_params["run"] == "mine"
    assert "place 4 of 4" in words(app)
    field(app, "training.queue.room").set_value(3).run()
    assert at_once(line) == 3
    assert order(line) == [MARKUP + "2", "mine"]


def test_line_that_cannot_be_changed_is_told(line, monkeypatch):
    monkeypatch.setattr(queueing, "_held", refusing)
    app = open_page("training", run="two")
    key_of(app, "training.queue.out.one.two").click().run()
    assert not app.exception
    assert "queue can be changed" in "".join(item.value for item in app.error)
    assert "two" in order(line)


@queueing.contextmanager
def refusing(path, seconds):
    yield False


def history(losses=(3.0, 1, 2), f1=((0.1, np.nan), (0.5, np.nan), (0.4, np.nan))):
    count = len(losses)
    columns = {name: np.linspace(0.1, 0.9, count) for name in COLUMNS}
    columns |= {"epoch": np.arange(1.0, count + 1), "val_loss": np.array(losses)}
    columns |= {"seconds": np.arange(count) * 2.0 + 5, "lr": np.array([0.002, 0.002, 0.001])}
    return History(columns, (1, 2), np.array(f1))


def test_rate_stands_below_the_loss_and_one_of_zero_breaks_nothing():
    figure = loss_chart(history(), t)
    rate = figure.data[-1]
    assert list(rate.y) == [0.002, 0.002, 0.001]
    assert rate.yaxis == "y2"
    assert list(figure.layout.yaxis2.ticktext) == ["0.001", "0.002"]
    odd = history()
    odd.columns["lr"][:] = 0
    to_json(loss_chart(odd, t))


def test_class_lines_keep_their_colours():
    found = history()
    later = 1 + len(SAFE)
    lines = [ClassLine(place, HOSTILE, found.class_f1[:, 0]) for place in (1, later, 2)]
    figure = classes_chart(found, lines, t)
    assert "<script" not in to_json(figure)
    first, second, third = (trace.line for trace in figure.data)
    assert first.color == second.color != third.color
    assert (first.dash, second.dash) == ("solid", "dash")
    assert "best: 2" in to_json(figure)


def test_runs_are_drawn_over_epochs_or_seconds():
    track = Track(HOSTILE, COLORS[0], history())
    epochs = runs_chart([track], "val_loss", "epochs", t)
    assert list(epochs.data[0].x) == [1, 2, 3]
    assert list(epochs.data[1].x) == [2], "the kept weights"
    assert list(epochs.data[1].y) == [1]
    seconds = runs_chart([track], "val_macro_f1", "seconds", t)
    assert list(seconds.data[0].x) == [5, 7, 9]
    assert "<script" not in to_json(seconds)
    rows = list(csv.DictReader(io.StringIO(tracks_csv([track]))))
    assert [row["val_loss"] for row in rows] == ["3", "1", "2"]
    assert {row["run"] for row in rows} == {HOSTILE}


def test_spread_is_mean_and_sample_deviation():
    one = Repeated("a", np.array([0.5, 0.7, np.nan]))
    assert one.mean == pytest.approx(0.6)
    assert one.sd == pytest.approx(np.std([0.5, 0.7], ddof=1))
    assert Repeated("b", np.array([0.5, np.nan])).sd is None
    figure = spread_chart([one, Repeated(HOSTILE, np.array([0.9, 0.9, 0.9]))], ["x", "y", "z"], t)
    assert [list(dots.x) for dots in figure.data[:2]] == [[0.5, 0.9], [0.7, 0.9]]
    assert list(figure.data[3].error_x.array) == pytest.approx([one.sd, 0])
    low, high = figure.layout.xaxis.range
    assert low < 0.6 - one.sd
    assert 0.9 < high <= 1.01
    assert "<script" not in to_json(figure)


def test_class_that_a_fold_did_not_test_has_no_figure_there(monkeypatch):
    monkeypatch.setattr(repeats, "t", t)

    def fold(support, f1):
        row = ClassFigures(code=2, name="x", precision=0, recall=0, f1=f1, support=support)
        return FoldFigures(overall_accuracy=0.5, macro_f1=f1, n=9, per_class=(row,))

    folds = {"first": fold(4, 0.8), "second": fold(0, 0.0)}
    found = repeats.measures_of(list(folds.values()), {1: "never", 2: "x"})
    assert [one.name for one in found][2:] == ["F1, x"]
    np.testing.assert_equal(found[2].values, [0.8, np.nan])
    assert found[2].mean == 0.8
    rows = list(csv.DictReader(io.StringIO(repeats.repeats_csv(found, folds))))
    assert rows[-1] == {"repeat": "second", "test_samples": "9", "measure": "F1, x", "value": ""}


def test_settings_that_differ():
    a, b = (make_request("/data", "cnn1d", seed=seed, changes={"filters": 8}) for seed in (1, 2))
    records = [
        RunRecord(name="x", created="2024-01-01T00:00:00Z", versions={}, request=request)
        for request in (a, b)
    ]
    assert settings_rows(records, every=False) == [["seed", "1", "2"]]
    assert ["hyperparameters.filters", "8", "8"] in settings_rows(records, every=True)
    assert settings_rows(records[:1] * 2, every=False) == []


def opened(monkeypatch, **address):
    """The page with all its expanders open, which a script alone cannot press."""
    expander = beside.st.expander

    class Open:
        open = True

        def __init__(self, inner):
            self.inner = inner

        def __enter__(self):
            return self.inner.__enter__()

        def __exit__(self, *what):
            return self.inner.__exit__(*what)

    def always(label, **others):
        others.pop("on_change", None)
        return Open(expander(label, **others))

    monkeypatch.setattr(beside.st, "expander", always)
    return open_page("training", **address)


def test_runs_side_by_side(mine, monkeypatch):
    shutil.copytree(mine / "runs" / "good", mine / "runs" / "same")
    app = opened(monkeypatch, run="good", beside="good/same/forest/nobody")
    assert not app.exception
    assert app.query_params["beside"] == "good/same/forest"
    assert "nobody" in "".join(item.value for item in app.warning)
    text = words(app)
    assert EN["training.together.split.same"] in text
    tables = "".join(str(item.proto) for item in app.get("html"))
    assert "n_trees" in tables
    assert "(bidirectional" not in tables
    none = opened(monkeypatch, run="good")
    assert "Take up to 5" in words(none)
    press(none, "training.together.newest")
    assert none.query_params["beside"].split("/")[0] == "good"


def test_command_and_card_of_a_run(mine, monkeypatch):
    app = opened(monkeypatch, run="good")
    assert not app.exception
    request = Run(mine / "runs" / "good").record.request
    line = train_command(request)
    assert line in [item.value for item in app.code]
    assert shlex.split(line)[2] == request.region
    card = next(item.value for item in app.markdown if "#### good" in item.value)
    assert "## Limits" in card
    assert str(mine) not in card, "nothing of this machine"
    assert HOSTILE not in card
    assert f"cropcore train {shlex.quote(REGION)} cnn1d" in card
    unfinished = opened(monkeypatch, run="gone")
    assert any(item.value.startswith("cropcore train") for item in unfinished.code)
    assert not [item for item in unfinished.markdown if "## Limits" in item.value]


def test_card_is_shown_as_it_is_written():
    text = "# a: $x$\n```sh\ncropcore 'a:$b'\n```\n## c"
    assert citing.shown(text) == "#### a\\: \\$x\\$\n```sh\ncropcore 'a:$b'\n```\n##### c"


def test_folds_and_seeds_of_a_run(mine):
    good = Run(mine / "runs" / "good")
    for seed, split in ((1, 0), (2, None)):
        folder = shutil.copytree(good.folder, mine / "runs" / f"seed {seed}")
        run = Run(folder)
        request = run.record.request.model_copy(update={"seed": seed, "split_seed": split})
        run.write_record(run.record.model_copy(update={"request": request}))
    metrics = good.read_json("metrics.json")
    metrics["folds"] = [{**metrics, "macro_f1": value} for value in (0.4, 0.6, 0.8)]
    good.write_text("metrics.json", json.dumps(metrics))
    app = open_page("training", run="good")
    assert not app.exception
    text = words(app)
    assert "Spread over 3 folds" in text
    assert "0\\.60 ± 0\\.20" in text
    assert "Spread over 2 seeds, same split" in text
    assert "Spread over 2 seeds, each its own split" in text
    chinese = words(open_page("training", run="good", language="zh-CN"))
    assert "3 折之间的离散程度" in chinese
    assert "Spread" not in chinese


def test_classes_are_chosen_as_lines(mine):
    app = open_page("training", run="good", classes="1,2")
    assert not app.exception
    assert "F1 on the validation samples at epoch" in words(app)
    assert HOSTILE not in words(app)
    box = next(item for item in app.multiselect if item.label == EN["training.by_class.which"])
    assert box.value == [1, 2]
    box.set_value([3]).run()
    assert app.query_params["classes"] == "3"
    assert "Grass" in words(app)
