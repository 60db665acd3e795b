"""The page that trains, as a script: the form, the table, and what can be done with a run."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from plotly.io import to_json

from cropcore.cube import Calendar, Preparation, SourceBands
from cropcore.sources import SourceOptions
from cropcore.training.history import COLUMNS, History
from cropcore.training.launching import write_state
from cropcore.training.record import Origin, make_request
from cropcore.training.run import FINAL, Run, create_run
from dashboard import cache
from dashboard.charts.history import loss_chart, score_chart
from dashboard.i18n import TABLES, translate
from dashboard.widgets.training import results
from dashboard.widgets.training import words as told
from tests.dashboard.building import HOSTILE, MARKUP, REGION
from tests.dashboard.pages import field, open_page, press, words
from tests.tables import write_table

ROOT = Path(__file__).parents[2]
EN = TABLES["en"]


def button(app, key):
    return next(item for item in app.button if item.label == EN[key])


def labels(app):
    return {item.label for item in app.button}


def table(app):
    frame = app.dataframe[0].value
    return frame.set_index(EN["training.column.name"])


def test_page_needs_no_tensorflow():
    code = (
        "import sys, dashboard.widgets.training.panel, dashboard.widgets.training.new_run;"
        "sys.exit(bool({'tensorflow', 'keras'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_all_runs_are_listed_with_figures_and_reasons(mine):
    app = open_page("training")
    assert not app.exception
    rows = table(app)
    assert set(rows.index) >= {"good", "forest", "waiting", "damaged", "early", "nan", "gone"}
    good = rows.loc["good"]
    assert good[EN["training.column.state"]] == "done"
    assert good[EN["training.column.region"]] == "Simulated valley"
    assert 0 <= good[EN["training.column.macro_f1"]] <= 1
    assert "–" in good[EN["training.column.macro_f1_ci"]]
    assert "–" in good[EN["training.column.overall_ci"]]
    assert good[EN["training.column.tested"]] > 0
    assert good[EN["training.column.parameters"]] > 0
    assert good[EN["training.column.megabytes"]] > 0
    reasons = rows[EN["training.column.reason"]]
    assert "epoch 7" in reasons["nan"]
    assert "JSON" in reasons["damaged"]
    assert reasons["gone"] == EN["training.lost"]
    assert reasons["early"] == EN["training.cancelled.empty"]
    assert reasons["good"] == ""


def test_figures_stand_with_split_count_and_interval(mine):
    text = words(open_page("training", run="good"))
    assert "Accuracy against reference data" in text
    assert "groups kept for testing" in text
    assert "576 test samples in 16 groups" in text
    app = open_page("training", run="forest")
    assert [tile.label for tile in app.metric][:2] == ["Macro F1", "Overall accuracy (OA)"]
    assert all("95 %" in tile.delta for tile in app.metric[:2])


def test_address_names_the_run_and_a_wrong_one_is_told(mine):
    assert open_page("training", run="forest").query_params["run"] == "forest"
    app = open_page("training", run="nobody", data="nowhere")
    said = "\n".join(item.value for item in app.warning)
    assert "nobody" in said
    assert "nowhere" in said


def test_names_from_strangers_are_text(mine):
    app = open_page("training", run=MARKUP)
    assert not app.exception
    text = words(app)
    assert MARKUP not in text
    assert r"\<img src\=x" in text
    assert "a *bad*" not in text
    assert HOSTILE not in words(open_page("training", run="good"))


def test_start_sends_only_what_was_changed(mine, launched, monkeypatch):
    monkeypatch.setattr("dashboard.widgets.training.new_run._TWICE", 3600)
    app = open_page("training", data=REGION)
    field(app, "training.set.filters").set_value(8).run()
    field(app, "training.set.epochs").set_value(4).run()
    field(app, "training.name", "text_input").set_value("my first run").run()
    assert "2 changed" in "".join(item.label for item in app.expander)
    press(app, "training.start")
    assert not app.exception
    (run,) = launched
    assert run.folder == mine / "runs" / "my first run"
    request = run.record.request
    assert request.region == str((mine / "regions" / REGION).resolve())
    usual = make_request(request.region, "cnn1d", preset="quick")
    wanted = {**usual.hyperparameters, "filters": 8}
    assert request.hyperparameters == wanted
    assert request.training == usual.training.model_copy(update={"epochs": 4})
    assert app.query_params["run"] == "my first run"
    assert "my first run" in set(table(app).index)
    press(app, "training.start")
    assert len(launched) == 1, "a second press within a moment is no second wish"


def test_architecture_preset_and_the_rest_are_sent(mine, launched):
    app = open_page("training", data=REGION)
    field(app, "training.architecture", "selectbox").set_value("lstm").run()
    app.radio[0].set_value("thorough").run()
    field(app, "training.folds").set_value(3).run()
    field(app, "training.seed").set_value(7).run()
    field(app, "training.season", "text_input").set_value("03-01").run()
    field(app, "training.baseline", "toggle").set_value(False).run()
    press(app, "training.start")
    (run,) = launched
    request = run.record.request
    assert run.folder.name.startswith(f"{REGION}-lstm-")
    assert (request.architecture, request.preset) == ("lstm", "thorough")
    assert (request.folds, request.seed, request.season) == (3, 7, "03-01")
    assert not request.baseline


def test_tables_can_be_learnt_from_and_alike(mine, launched, monkeypatch):
    monkeypatch.setattr("dashboard.widgets.training.new_run._TWICE", 0)
    write_table(mine / "regions" / "samples.csv")
    app = open_page("training", data="samples.csv")
    field(app, "training.option.group", "text_input").set_value("farm").run()
    field(app, "training.option.bands", "text_input").set_value("B04, VV").run()
    field(app, "training.name", "text_input").set_value("of a table").run()
    press(app, "training.start")
    request = launched[0].record.request
    assert request.region.endswith("samples.csv")
    assert request.options == SourceOptions(group="farm", bands=("B04", "VV"))
    write_state(launched[0], "failed", message="for once")
    field(app, "training.data", "selectbox").set_value(REGION).run()
    assert field(app, "training.option.group", "text_input").value == "", "said of other data"
    press(app, "training.again")
    assert field(app, "training.data", "selectbox").value == "samples.csv"
    field(app, "training.name", "text_input").set_value("once more").run()
    press(app, "training.start")
    assert launched[1].record.request == request


@pytest.mark.parametrize(
    ("key", "kind", "value", "message"),
    [
        ("training.set.filters", "number_input", 1, "greater than or equal to 4"),
        ("training.set.dropout", "number_input", 1.0, "less than 1"),
        ("training.folds", "number_input", 1, "greater than or equal to 2"),
        ("training.season", "text_input", "13-01", "season"),
        ("training.name", "text_input", "../../evil", "printable signs"),
        ("training.name", "text_input", "good", "no other run"),
    ],
)
def test_value_that_does_not_fit_is_one_sentence(mine, launched, key, kind, value, message):
    app = open_page("training", data=REGION)
    field(app, key, kind).set_value(value).run()
    assert not app.exception
    (sentence,) = [item.value for item in app.error]
    assert message in sentence.replace("\\", "")
    assert button(app, "training.start").disabled
    assert launched == []


def test_region_without_labels_is_not_trained_on(mine):
    app = open_page("training", data="unmapped")
    assert EN["training.data.unlabelled"] in words(app)
    assert button(app, "training.start").disabled


def test_states_are_explained(mine):
    for name, key in (("early", "training.cancelled.empty"), ("gone", "training.lost")):
        app = open_page("training", run=name)
        assert EN[key] in words(app)
        assert EN["training.resume"] in labels(app)
    assert "epoch 7" in words(open_page("training", run="nan"))
    assert "JSON" in words(open_page("training", run="damaged"))
    run = Run(mine / "runs" / "good")
    models = {FINAL: run.record.models[FINAL].model_copy(update={"complete": False})}
    run.write_record(run.record.model_copy(update={"models": models}))
    write_state(run, "cancelled")
    cache.catalog.clear()
    app = open_page("training", run="good")
    assert EN["training.cancelled.usable"] in words(app)
    assert EN["training.open"] in labels(app)
    assert EN["training.resume"] not in labels(app), "nothing is left to go on from"


def test_lost_training_is_resumed(mine, launched):
    app = open_page("training", run="gone")
    press(app, "training.resume")
    assert [run.folder.name for run in launched] == ["gone"]


def test_training_under_way_is_watched_and_cancelled(mine):
    run = create_run(mine / "runs" / "now", make_request(str(mine / "regions" / REGION), "cnn1d"))
    write_state(run, "running", stage="fitting", row={"epoch": 2})
    rows = ["1,0.9,0.8,0.9,0.7,0.6,0.7,0.002,9", "2,0.5,0.4,0.5,0.8,0.7,0.8,0.002,11", "3,0.4"]
    (run.folder / "history.csv").write_text("\n".join([",".join(COLUMNS), *rows]))
    (run.folder / "log.txt").write_text("[ 1 s] **reading** <b>the data</b>\n", encoding="utf-8")
    app = open_page("training")
    assert not app.exception
    assert app.query_params["run"] == "now", "one that is being trained goes first"
    said = " ".join(item.proto.text for item in app.get("progress"))
    assert "epoch 2 of at most 100" in said
    assert "2.0 s an epoch" in said
    assert "at most 3 min 16 s of fitting left" in said
    assert "The weights of epoch 2 are kept" in words(app)
    assert "**reading**" in app.code[0].value
    assert not {EN["training.delete"], EN["training.rename"]} & labels(app)
    press(app, "cancel")
    assert run.cancel_requested
    assert button(app, "training.cancelling").disabled


def test_delete_asks_first(mine):
    app = open_page("training", run="nan")
    press(app, "training.delete")
    assert "goes for good" in words(app)
    assert "nan" in words(app)
    press(app, "cancel")
    assert (mine / "runs" / "nan").is_dir()
    assert "goes for good" not in words(app)
    press(app, "training.delete")
    press(app, "training.delete.yes")
    assert not app.exception
    assert not (mine / "runs" / "nan").exists()
    assert "nan" not in set(table(app).index)
    assert (mine / "runs" / "good").is_dir()


def rename(app, name):
    box = next(item for item in app.text_input if (item.key or "").startswith("training.wanted"))
    box.set_value(name)
    buttons = [item for item in app.button if item.label == EN["training.rename"]]
    buttons[-1].click().run()


def test_rename(mine):
    app = open_page("training", run="nan", second="nan")
    rename(app, "a better name")
    assert not app.exception
    assert Run(mine / "runs" / "a better name").record.name == "a better name"
    assert app.query_params["run"] == app.query_params["second"] == "a better name"
    for wrong, message in (
        ("good", "no other run"),
        ("../x", "printable signs"),
        ("", "printable"),
    ):
        rename(app, wrong)
        assert message in "".join(item.value for item in app.error).replace("\\", "")
    assert (mine / "runs" / "a better name").is_dir()


def test_sample_runs_can_be_used_but_not_changed(mine, tmp_path, monkeypatch):
    samples = tmp_path / "samples"
    (samples / "runs").mkdir(parents=True)
    shutil.move(mine / "runs" / "good", samples / "runs" / "given")
    monkeypatch.setattr("dashboard.catalog.sample_data", lambda: samples)
    app = open_page("training", run="given")
    assert not app.exception
    assert "given (sample)" in set(table(app).index)
    assert {EN["training.open"], EN["training.again"]} <= labels(app)
    assert not {EN["training.delete"], EN["training.rename"], EN["training.resume"]} & labels(app)


def test_settings_of_a_run_fill_the_form(mine, launched):
    app = open_page("training", run="forest")
    press(app, "training.again")
    assert field(app, "training.architecture", "selectbox").value == "random_forest"
    assert field(app, "training.set.n_trees").value == 3
    press(app, "training.start")
    before = Run(mine / "runs" / "forest").record.request
    assert launched[0].record.request.hyperparameters == before.hyperparameters
    assert launched[0].record.request.training == before.training


def test_missing_map_is_made_in_one_press(mine):
    shutil.rmtree(mine / "runs" / "good" / "maps")
    app = open_page("training", run="good")
    press(app, "empty.map.action")
    assert not app.exception
    assert (mine / "runs" / "good" / "maps" / "valley" / "map.json").is_file()


def test_chinese(mine):
    app = open_page("training", language="zh-CN", run="good")
    assert not app.exception
    text = words(app)
    assert "相对于参考数据的精度" in text
    assert "冬小麦" in text
    assert "macro" not in text
    assert TABLES["zh-CN"]["training.start"] in labels(app)


def test_nothing_yet_says_what_to_do(workspace, tmp_path, monkeypatch):
    monkeypatch.setenv("CROPCORE_WORKSPACE", str(tmp_path / "nothing"))
    app = open_page("training")
    assert not app.exception
    assert "There is no run yet" in words(app)
    assert "GeoTIFF" in words(app)
    assert EN["empty.again"] in labels(app)


def test_known_stages_are_translated_and_others_stay(monkeypatch):
    monkeypatch.setattr(told, "t", lambda key, **values: translate("zh-CN", key, **values))
    assert told.told("fitting model 2 of 6") == "正在训练第 2 个模型，共 6 个"
    assert told.told("measuring") == "正在用测试样本评估"
    assert told.told("5 folds by group, pooled") == "按分组的 5 折，合并计算"
    assert told.told("polishing <b>") == r"polishing \<b\>"
    assert told.lasting(5) == "5.0 秒"
    assert told.lasting(89.6) == "90 秒"
    assert told.lasting(200) == "3 分 20 秒"
    assert told.lasting(3900) == "1 小时 5 分"


def test_dates_are_told_of_each_source_that_has_its_own(monkeypatch):
    monkeypatch.setattr(results, "t", lambda key, **values: translate("en", key, **values))
    optical, radar = Calendar(3, 1, 10.0, 22), Calendar(3, 1, 6.0, 30)
    bands = {"s2": ("B04", "B08"), "*s1*": ("VV",)}
    early = Preparation(optical, tuple(SourceBands(*item) for item in bands.items()))
    assert results._dates(early) == "22, every 10 days"
    own = zip(bands.items(), (optical, radar), strict=True)
    sources = tuple(SourceBands(name, taken, calendar) for (name, taken), calendar in own)
    late = Preparation(optical, sources, "late")
    assert results._dates(late) == r"s2: 22, every 10 days; \*s1\*: 30, every 6 days"


def test_run_that_began_with_another_says_so(mine):
    good = Run(mine / "runs" / "good")
    origin = Origin(name="*first*", region="north", digest="0" * 64, mean=(0.0,), sd=(1.0,))
    good.write_record(good.record.model_copy(update={"origin": origin}))
    assert r"**Began with** the weights of \*first\*, learnt from north" in words(
        open_page("training", run="good")
    )
    assert "**Began with**" not in words(open_page("training", run="forest"))


def test_curves_mark_the_best_epoch():
    columns = {name: np.full(4, np.nan) for name in COLUMNS}
    columns |= {
        "epoch": np.arange(1.0, 5),
        "loss": np.array([4.0, 3, 2, 1]),
        "val_loss": np.array([3.0, 1, 2, 2]),
        "val_macro_f1": np.array([0.5, 0.8, 0.7, 0.7]),
    }
    history = History(columns, (), np.empty((4, 0)))

    def t(key, **values):
        return translate("en", key, **values)

    loss = loss_chart(history, t)
    assert [trace.name for trace in loss.data] == ["Training", "Validation", "Learning rate"]
    assert loss.layout.shapes[0].x0 == 2
    assert "best: 2" in to_json(loss)
    score = score_chart(history, t)
    assert [trace.name for trace in score.data] == ["Validation"], "an older history has no more"
