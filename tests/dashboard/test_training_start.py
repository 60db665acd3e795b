"""The form begins with the weights of an earlier run, or makes the members of an ensemble."""

import shutil

import pytest

from cropcore.sources import SourceOptions
from cropcore.training.ensembles.seeds import plan_of
from cropcore.training.launching import write_state
from cropcore.training.record import make_request
from cropcore.training.run import Run
from cropcore.training.starting import request_from
from dashboard import cache
from dashboard.i18n import TABLES
from dashboard.widgets.training.draft import draft_of
from tests.dashboard.building import REGION
from tests.dashboard.pages import field, open_page, press, words

EN = TABLES["en"]


def good_of(mine):
    """The finished network, which learnt from the region of this workspace."""
    run = Run(mine / "runs" / "good")
    here = {"region": str((mine / "regions" / REGION).resolve())}
    request = run.record.request.model_copy(update=here)
    run.write_record(run.record.model_copy(update={"request": request}))
    return run


def start_of(app):
    return field(app, "training.from", "selectbox")


def button(app, key):
    return next(item for item in app.button if item.label == EN[key])


def told(app):
    return "".join(item.value for item in app.error).replace("\\", "")


def test_only_finished_networks_are_offered_and_none_is_usual(mine, launched):
    app = open_page("training", data=REGION)
    box = start_of(app)
    assert box.options == [EN["training.from.none"], "good"]
    assert box.value == ""
    press(app, "training.start")
    assert launched[0].record.request.start_from is None


def test_begins_as_the_earlier_run_was(mine, launched):
    before = good_of(mine).record
    app = open_page("training", data=REGION)
    field(app, "training.architecture", "selectbox").set_value("lstm").run()
    start_of(app).set_value("good").run()
    assert not app.exception
    assert field(app, "training.architecture", "selectbox").value == "cnn1d"
    assert field(app, "training.set.filters").value == 8, (
        "as it was there, not as the preset has it"
    )
    samples = before.models["final"].samples["train"]
    assert f"learnt from {samples:,} samples of Simulated valley" in words(app)
    press(app, "training.start")
    asked = launched[0].record.request
    assert asked.start_from == str((mine / "runs" / "good").resolve())
    assert asked.hyperparameters == before.request.hyperparameters
    assert asked.preset == "quick"
    assert asked.split_seed == before.request.sampling_seed, "the same data, the same split"


def test_what_does_not_go_with_the_weights_is_one_sentence(mine, launched):
    app = open_page("training", data=REGION)
    start_of(app).set_value("good").run()
    field(app, "training.set.filters").set_value(16).run()
    assert "filters: expected 8, as the weights of good were learnt with" in told(app)
    assert button(app, "training.start").disabled
    field(app, "training.set.filters").set_value(8).run()
    assert not app.error
    field(app, "training.architecture", "selectbox").set_value("lstm").run()
    assert "architecture: expected cnn1d" in told(app)
    start_of(app).set_value("").run()
    assert not app.error
    assert field(app, "training.architecture", "selectbox").value == "lstm"


def test_copied_settings_keep_it(mine, launched):
    good = good_of(mine)
    tuned = Run(shutil.copytree(good.folder, mine / "runs" / "tuned"))
    region = good.record.request.region
    request = request_from(good, region, "cnn1d", changes={"epochs": 2}, preset="quick", seed=3)
    tuned.write_record(tuned.record.model_copy(update={"name": "tuned", "request": request}))
    app = open_page("training", run="tuned")
    press(app, "training.again")
    assert start_of(app).value == "good"
    press(app, "training.start")
    assert launched[0].record.request == request


def test_one_that_came_from_elsewhere_is_found_by_its_name(workspace):
    cache.catalog.clear()
    request = make_request("valley", "cnn1d").model_copy(update={"start_from": "good"})
    assert draft_of(request).start == "good"


def test_one_that_is_gone_is_told(mine, launched):
    run = Run(mine / "runs" / "gone")
    request = run.record.request.model_copy(update={"start_from": "/nowhere/<b>lost</b>"})
    run.write_record(run.record.model_copy(update={"request": request}))
    app = open_page("training", run="gone")
    press(app, "training.again")
    assert not app.exception
    assert "expected a run of this workspace, whose weights to begin with" in told(app)
    assert "<b>" not in "".join(item.value for item in app.error).replace("\\<", "")
    assert button(app, "training.start").disabled


@pytest.fixture
def asks_for_three(mine):
    app = open_page("training", data=REGION)
    field(app, "training.name", "text_input").set_value("deep").run()
    field(app, "training.seed").set_value(4).run()
    field(app, "training.members").set_value(3).run()
    return app


def test_members_wait_in_line_on_one_split(asks_for_three, launched):
    press(asks_for_three, "training.start")
    assert not asks_for_three.exception
    assert [run.folder.name for run in launched] == ["deep-seed4", "deep-seed5", "deep-seed6"]
    assert [run.record.request.seed for run in launched] == [4, 5, 6]
    assert {run.record.request.sampling_seed for run in launched} == {4}
    assert {plan_of(run).name for run in launched} == {"deep"}
    assert asks_for_three.query_params["run"] == "deep-seed4"
    assert "become the ensemble deep when all are done" in words(asks_for_three)


def test_members_need_free_names(asks_for_three, mine, launched):
    shutil.copytree(mine / "runs" / "gone", mine / "runs" / "deep-seed5")
    field(asks_for_three, "training.seed").set_value(5).run()
    assert "deep-seed5" in told(asks_for_three)
    assert button(asks_for_three, "training.start").disabled
    assert launched == []


def test_ensemble_that_did_not_come_about_is_told(mine):
    write_state(Run(mine / "runs" / "good"), "done", message="done, but not *the* ensemble")
    app = open_page("training", run="good")
    assert r"not \*the\* ensemble" in "".join(item.value for item in app.warning)


def test_settings_of_the_split_are_kept(mine, launched):
    app = open_page("training", data=REGION)
    field(app, "training.split_seed").set_value(9).run()
    press(app, "training.start")
    asked = launched[0].record.request
    assert (asked.seed, asked.split_seed) == (0, 9)
    assert draft_of(asked).request(asked.region) == asked
    assert asked.options == SourceOptions()
