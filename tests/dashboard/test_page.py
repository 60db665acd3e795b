"""The pages as scripts: what is shown, what is asked, what is said when something is wrong."""

import shutil

import pytest

from dashboard.i18n import TABLES
from tests.dashboard.building import HOSTILE, REGION
from tests.dashboard.pages import open_page, press, words

PLACE = {"lat": "50.541", "lon": "4.415"}


@pytest.fixture
def show(workspace):
    return open_page


def test_first_screen_is_a_region_by_a_run(show):
    app = show()
    assert not app.exception
    assert app.session_state["cropcore.state"].region == REGION
    assert app.query_params["run"] == "good"
    assert "Simulated valley" in words(app)
    assert "Simulated" in words(app)
    assert TABLES["en"]["pixel.empty"] in words(app)
    assert len([box for box in app.checkbox if " ha " in box.label]) == 3


def test_address_restores_a_pixel(show):
    app = show(region=REGION, run="good", layer="labels", opacity="0.5", hidden="2", **PLACE)
    assert not app.exception
    text = words(app)
    assert "softmax" in text
    assert "calibrated" in text
    assert "accura" not in text
    assert [box.value for box in app.checkbox if "script" in box.label] == [False]
    assert app.slider[0].value == 0.5


def test_example_and_fields_choose_a_pixel(show):
    app = show()
    press(app, "pixel.empty.action")
    assert "softmax" in words(app)
    fields = {field.label: field for field in app.text_input}
    fields["Latitude, °"].set_value("not a number")
    press(app, "place.go")
    assert "is a number" in words(app)


def test_classes_can_be_hidden(show):
    app = show()
    box = next(item for item in app.checkbox if "script" in item.label)
    box.uncheck().run()
    assert app.query_params["hidden"] == "2"


def test_hostile_name_is_text(show):
    app = show(**PLACE)
    assert HOSTILE not in words(app), "markdown would see a tag"
    for item in app.get("html"):
        assert HOSTILE not in str(item)


def test_chinese(show):
    app = show(language="zh-CN", **PLACE)
    assert not app.exception
    assert any("冬小麦" in box.label for box in app.checkbox)
    assert "校准后" in words(app)


def test_bad_values_are_named(show):
    app = show(region="nowhere", run="nobody", layer="x", date="1999-01-01")
    assert not app.exception
    said = "\n".join(item.value for item in app.warning)
    for value in ("nowhere", "nobody", "1999"):
        assert value in said


def test_point_outside_is_said(show):
    app = show(lat="0", lon="0")
    assert TABLES["en"]["pixel.outside"] in words(app)


def test_unusable_runs_are_listed_with_reasons(show):
    assert "no model yet" in words(show())


def test_missing_map_is_offered_and_made(show, workspace, tmp_path, monkeypatch):
    mine = shutil.copytree(workspace, tmp_path / "mine")
    monkeypatch.setenv("CROPCORE_WORKSPACE", str(mine))
    app = show(region="unmapped")
    assert not app.exception
    press(app, "empty.map.action")
    assert not app.exception
    assert (mine / "runs" / "good" / "maps" / "small" / "map.json").is_file()


def test_no_region_says_what_to_do(show, tmp_path, monkeypatch):
    monkeypatch.setenv("CROPCORE_WORKSPACE", str(tmp_path))
    app = show()
    assert not app.exception
    assert "GeoTIFF" in words(app)
    assert [item.label for item in app.button] == [TABLES["en"]["empty.again"]]


def test_damaged_region_is_told_in_a_sentence(show, workspace):
    app = show(region="broken")
    assert not app.exception
    assert app.error or app.warning
    assert "Traceback" not in words(app)
