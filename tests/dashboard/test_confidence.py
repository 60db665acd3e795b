"""The page on confidence as a script: what it says of a run whose answers are known by hand."""

import json
import shutil

import numpy as np
import pytest
import rasterio

from cropcore.training import tested
from dashboard.i18n import TABLES
from tests.dashboard.building import HOSTILE, REGION
from tests.dashboard.pages import open_page, press, words

SURE = np.array([0.95, 0.95, 0.85, 0.85, 0.55])
"""Of the five samples of each group, all given the first class."""
RIGHT = np.array([True, True, True, False, False])
N_GROUPS = 8


def answers(groups=N_GROUPS):
    """Test answers of a run that is too sure: it says 83 % on average and is right in 60 %."""
    sure, right = np.tile(SURE, groups), np.tile(RIGHT, groups)
    probabilities = np.stack([sure, (1 - sure) * 0.75, (1 - sure) * 0.25], axis=1)
    n_samples = len(sure)
    return tested.Tested(
        ids=np.array([f"0_{at}" for at in range(n_samples)]),
        groups=np.repeat([f"p{at}" for at in range(groups)], len(SURE)),
        fold=np.zeros(n_samples, np.int64),
        reference=np.where(right, 0, 1),
        probabilities=probabilities.astype(np.float32),
        temperature=np.full(n_samples, 2.0, np.float32),
    )


@pytest.fixture
def doubting(workspace, tmp_path, monkeypatch):
    """A workspace of one region and one run, sure of the left half of its map only."""
    shutil.copytree(workspace / "regions", tmp_path / "regions")
    shutil.copytree(workspace / "runs" / "good", tmp_path / "runs" / "good")
    run = tmp_path / "runs" / "good"
    tested.write_tested(run, answers())
    path = run / "maps" / "valley" / "confidence.tif"
    with rasterio.open(path) as raster:
        profile = {key: raster.profile[key] for key in ("crs", "transform", "width", "height")}
    percent = np.full((1, profile["height"], profile["width"]), 90, np.uint8)
    percent[:, :, profile["width"] // 2 :] = 50
    path.unlink()
    with rasterio.open(
        path, "w", driver="GTiff", count=1, dtype="uint8", nodata=255, **profile
    ) as raster:
        raster.write(percent)
    monkeypatch.setenv("CROPCORE_WORKSPACE", str(tmp_path))
    return tmp_path


def metrics(app):
    return {item.label: item.value for item in app.metric}


def test_the_map_kept_and_the_samples_kept(doubting):
    app = open_page("confidence", threshold="80")
    assert not app.exception
    assert app.slider(key="choose.threshold").value == 80
    assert metrics(app) == {"Right, of the test samples kept": "75.0%", "Land kept": "14.4 ha"}
    text = words(app)
    assert "32 of 40 test samples kept (80.0%), of 8 groups" in text
    assert "50.0% of 28.8 ha mapped; 14.4 ha are left blank" in text
    assert "25.0%** of them are wrong; keeping all, 40.0% are" in text
    table = app.dataframe[0].value
    assert table["In all, ha"].sum() == pytest.approx(28.8)
    assert table["Kept, ha"].sum() == pytest.approx(14.4)
    assert set(table["Class"]) == {"Winter wheat", HOSTILE, "Grass"}


def test_slider_goes_into_the_address_and_changes_the_numbers(doubting):
    app = open_page("confidence")
    assert "layer" not in app.query_params
    assert metrics(app)["Land kept"] == "28.8 ha"
    app.slider(key="choose.threshold").set_value(95).run()
    assert app.query_params["threshold"] == "95"
    assert metrics(app) == {"Right, of the test samples kept": "100.0%", "Land kept": "0.0 ha"}
    app.slider(key="choose.threshold").set_value(100).run()
    assert metrics(app)["Right, of the test samples kept"] == "–"
    assert "No test sample reaches 100 %" in words(app)


def test_whether_confidence_comes_true_is_said_in_words(doubting):
    app = open_page("confidence")
    text = words(app)
    assert "Too sure" in text
    assert "it says 83.0% and 60.0% are right: +23.0 points" in text
    assert "Of 16 samples given 80–90 %, **50.0%** are right" in text
    assert "Of 16 samples given 90–100 %, **100.0%** are right" in text
    assert "40 test samples of 8 groups" in text
    assert "accura" not in text, "a softmax score is no accuracy"
    classes = app.dataframe[1].value
    assert list(classes["Samples given it"]) == [40, 0, 0]
    assert list(classes["Samples of it"]) == [24, 16, 0]
    assert classes["Found, %"][0] == 100
    assert list(classes["Reading"]) == ["too sure", "too few groups", "too few groups"]


def test_calibration_can_make_it_worse_and_that_is_said(doubting):
    """The softmax behind these answers was surer still, so here it makes it better."""
    assert "Calibration brought the ECE from" in words(open_page("confidence"))
    worse = answers()
    tested.write_tested(
        doubting / "runs" / "good",
        tested.Tested(
            worse.ids,
            worse.groups,
            worse.fold,
            worse.reference,
            worse.probabilities,
            np.full(len(worse), 0.5, np.float32),
        ),
    )
    assert "Calibration did not help here" in words(open_page("confidence"))


def test_pixel_of_an_address_is_named_and_leads_to_the_crop_map(doubting):
    app = open_page("confidence", threshold="80", lon="4.4175", lat="50.541")
    assert not app.exception
    assert "50 % calibrated confidence: below the threshold, not drawn" in words(app)
    press(app, "confidence.pixel.why")
    assert not app.exception
    assert "softmax" in words(app), "the crop map explains that pixel"
    assert app.query_params["lat"] == "50.541"


def test_labels_of_a_map_product_are_agreed_with(doubting):
    path = doubting / "runs" / "good" / "run.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    record["data"]["label_origin"] = "map product"
    path.write_text(json.dumps(record), encoding="utf-8")
    app = open_page("confidence", threshold="80")
    assert not app.exception
    assert "In agreement, of the test samples kept" in metrics(app)
    text = words(app)
    assert "disagree with the map product" in text
    assert "60.0% are in agreement with the map product" in text
    assert " right" not in text


def test_one_group_has_no_interval(doubting):
    tested.write_tested(doubting / "runs" / "good", answers(groups=1))
    app = open_page("confidence")
    assert not app.exception
    assert "All samples are of one group" in words(app)
    assert "no interval: fewer than two groups" in words(app)


def test_run_without_errors_has_nothing_to_point_at(workspace):
    app = open_page("confidence")
    assert not app.exception
    assert "No test sample is wrong" in words(app)
    assert "no interval: nothing differs between groups" in words(app)


def test_missing_answers_are_asked_for_again(doubting):
    (doubting / "runs" / "good" / tested.TESTED).unlink()
    app = open_page("confidence", threshold="80")
    assert not app.exception
    assert "good kept no test answers" in words(app)
    assert list(metrics(app)) == ["Land kept"], "the map is there all the same"
    press(app, "confidence.untested.action")
    assert not app.exception
    assert (doubting / "runs" / "good" / tested.TESTED).is_file()
    assert "test samples of 16 groups" in words(app)


def test_answers_that_cannot_be_had_again_are_told(doubting):
    (doubting / "runs" / "good" / tested.TESTED).unlink()
    (doubting / "runs" / "good" / "split.csv").unlink()
    app = open_page("confidence")
    press(app, "confidence.untested.action")
    assert not app.exception
    assert "split" in app.error[0].value


def test_damaged_answers_are_told_and_can_be_had_again(doubting):
    (doubting / "runs" / "good" / tested.TESTED).write_bytes(b"PK\x03\x04 no zip")
    app = open_page("confidence")
    assert not app.exception
    assert "undamaged" in app.error[0].value
    assert "test answers of good cannot be read" in words(app)
    assert TABLES["en"]["confidence.untested.action"] in [item.label for item in app.button]


def test_damaged_map_is_told_and_the_rest_is_shown(doubting):
    path = doubting / "runs" / "good" / "maps" / "valley" / "confidence.tif"
    path.write_bytes(path.read_bytes()[:60])
    app = open_page("confidence")
    assert not app.exception
    assert "confidence" in app.error[0].value
    assert "Too sure" in words(app)


def test_another_region_is_said_to_be_another(doubting):
    app = open_page("confidence", region="unmapped", run="good")
    assert not app.exception
    warning = app.warning[0].value
    assert "measured on **Simulated valley**, not on Unmapped plain" in warning
    assert TABLES["en"]["empty.map.action"] in [item.label for item in app.button]
    assert list(metrics(app)) == ["Right, of the test samples kept"]


def test_region_without_a_run_leads_to_training(doubting):
    shutil.rmtree(doubting / "runs")
    app = open_page("confidence")
    assert not app.exception
    assert TABLES["en"]["pixel.no_run"] in words(app)
    assert not app.slider


def test_hostile_name_is_text(doubting):
    app = open_page("confidence", layer="class", lon="4.4175", lat="50.541")
    assert HOSTILE not in words(app), "markdown would see a tag"
    for item in app.get("html"):
        assert HOSTILE not in str(item)


def test_chinese(doubting):
    app = open_page("confidence", language="zh-CN", threshold="80")
    assert not app.exception
    assert metrics(app) == {"保留的测试样本中正确的比例": "75.0%", "保留的土地": "14.4 公顷"}
    assert "过于自信" in words(app)
    assert "冬小麦" in set(app.dataframe[0].value["类别"])


@pytest.mark.parametrize("value", ["101", "-5", "much", "5.5"])
def test_bad_threshold_is_named(doubting, value):
    app = open_page("confidence", threshold=value)
    assert not app.exception
    assert any("threshold" in item.value for item in app.warning)
    assert app.slider(key="choose.threshold").value == 0


def test_every_worded_text_has_both_wordings():
    """Texts that depend on what labels are, are asked for by a name put together."""
    for table in TABLES.values():
        for key in table:
            if key.startswith(("confidence.", "legend.")) and key.endswith(".reference_data"):
                assert key.replace("reference_data", "map_product") in table


def test_class_can_be_shown_alone(workspace):
    app = open_page(region=REGION, run="good")
    app.button(key="only-2").click().run()
    assert app.query_params["hidden"] == "1,3"
    assert [box.value for box in app.checkbox if " ha " in box.label].count(True) == 1
    press(app, "legend.all")
    assert "hidden" not in app.query_params


@pytest.mark.parametrize("layer", ["margin", "entropy", "errors"])
def test_crop_map_says_what_its_colours_mean(workspace, layer):
    app = open_page(region=REGION, run="good", layer=layer)
    assert not app.exception
    assert TABLES["en"][f"legend.{layer}"] in words(app)
