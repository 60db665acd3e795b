"""Two runs side by side: what the page says, what the tiles show, what is refused."""

import csv
import io
import json
import shutil
import subprocess
import sys

import numpy as np
import pytest

from cropcore.training.differences import SINGLE, compare_closely
from cropcore.training.run import Run
from dashboard import cache, compared
from dashboard.catalog import find_region, find_run
from dashboard.i18n import TABLES
from dashboard.widgets.compare.confusion import confusion_csv
from dashboard.widgets.compare.legends import agreement_csv
from dashboard.widgets.compare.metrics import metrics_csv
from dashboard.widgets.compare.samples import Chosen
from tests.dashboard.building import HOSTILE, REGION
from tests.dashboard.pages import open_page, press, words

PLACE = {"lat": "50.541", "lon": "4.415"}
ENGLISH = TABLES["en"]


@pytest.fixture
def mine(workspace, tmp_path, monkeypatch):
    """A copy of the workspace that a test may spoil."""
    folder = shutil.copytree(workspace, tmp_path / "mine")
    monkeypatch.setenv("CROPCORE_WORKSPACE", str(folder))
    return folder


@pytest.fixture
def show(workspace):
    def run(**address):
        return open_page("compare", **address)

    return run


def tables(app):
    """All that stands in tables, as HTML."""
    return "\n".join(item.proto.body for item in app.get("html"))


def test_the_best_two_runs_are_compared_at_once(show):
    app = show()
    assert not app.exception
    assert (app.query_params["run"], app.query_params["second"]) == ("good", "forest")
    text = words(app)
    assert "Simulated valley" in text
    assert "**Macro F1: B is lower by 0." in text
    assert "test samples in" in text
    assert "McNemar" in text
    for name in ("Overall accuracy", "Kappa", "Calibration error", "Winter wheat (n ="):
        assert name in tables(app)
    assert "random_forest" in tables(app), "settings that differ"
    assert "seed" not in tables(app), "settings that do not"


def test_link_restores_everything(show):
    state = {"layer": "agreement", "scope": "kept", "settings": "all", "cell": "2,3", "date": ""}
    app = show(region=REGION, run="forest", second="good", **state, **PLACE)
    assert not app.exception
    assert "B is higher by" in words(app)
    assert ENGLISH["compare.verdict.note.kept"] in words(app)
    assert "Labelled:" in tables(app)
    assert "seed" in tables(app)
    assert "Row 25, column 26" in words(app)
    (table,) = app.dataframe
    rows = table.value
    assert set(rows["Reference"]) == {HOSTILE}
    assert "Grass" in set(rows["A"]) | set(rows["B"])
    assert (rows["Sample"] == rows["Row"].astype(str) + "_" + rows["Column"].astype(str)).all()


def test_cell_is_chosen_without_a_mouse(show):
    app = show()
    box = next(item for item in app.selectbox if item.label == ENGLISH["compare.cell"])
    assert len(box.options) > 3
    box.select_index(1).run()
    assert not app.exception
    assert app.query_params["cell"] == "2,3", "the largest confusion comes first"
    assert "outlined on the map" in words(app)


def test_runs_are_swapped(show):
    app = show()
    press(app, "compare.swap")
    assert (app.query_params["run"], app.query_params["second"]) == ("forest", "good")
    assert "B is higher by" in words(app)


def test_bad_values_are_named(show):
    app = show(second="nobody", cell="9,9", scope="x")
    assert not app.exception
    said = "\n".join(item.value for item in app.warning)
    for value in ("nobody", "9\\,9", "x"):
        assert value in said
    assert app.query_params["second"] == "forest"


def test_hostile_name_is_text(show):
    app = show(cell="2,3", **PLACE)
    assert HOSTILE not in words(app), "markdown would see a tag"
    assert "<script" not in tables(app)
    assert "&lt;script&gt;" in tables(app)


def test_chinese(show):
    app = show(language="zh-CN", cell="2,3", layer="agreement", **PLACE)
    assert not app.exception
    assert "宏平均 F1" in words(app)
    assert "两者均正确" in tables(app)
    assert "冬小麦" in tables(app)


def test_one_run_only_asks_for_another(show, mine):
    shutil.rmtree(mine / "runs" / "forest")
    app = show()
    assert not app.exception
    assert "**good**" not in words(app)
    assert "needs a second one" in words(app)
    press(app, "compare.one.action")
    assert not app.exception
    assert "needs a second one" not in words(app), "another page is shown"


def test_no_run_at_all_asks_for_one(show, mine):
    shutil.rmtree(mine / "runs")
    app = show(region=REGION)
    assert not app.exception
    assert ENGLISH["compare.none"] in words(app)


def test_same_run_twice_differs_in_nothing(show):
    app = show(run="good", second="good")
    assert not app.exception
    assert "so they differ in nothing" in words(app)
    next(item for item in app.button if "forest" in item.label).click().run()
    assert app.query_params["second"] == "forest"
    assert "Macro F1" in words(app)


def test_missing_map_is_offered_and_figures_stay(show, mine):
    shutil.rmtree(mine / "runs" / "forest" / "maps")
    app = show()
    assert not app.exception
    assert "has not mapped" in words(app)
    assert "Kappa" in tables(app)


def test_other_legends_are_named_and_swiped(show, mine):
    path = mine / "runs" / "forest" / "run.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    record["data"]["legend"]["classes"][2]["name"] = "Meadow"
    path.write_text(json.dumps(record), encoding="utf-8")
    app = show(layer="agreement")
    assert not app.exception
    said = "\n".join(item.value for item in app.warning)
    assert "Only A: Grass. Only B: Meadow." in said
    assert not app.error
    assert "Only A right" in tables(app)
    assert "Kappa" not in tables(app)


def test_run_of_another_region_is_compared_on_the_map_only(show, mine):
    path = mine / "runs" / "forest" / "run.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    record["request"]["region"] = "/elsewhere/another"
    path.write_text(json.dumps(record), encoding="utf-8")
    app = show(layer="agreement")
    assert not app.exception
    said = "\n".join(item.value for item in app.warning)
    assert "A from sunny \\# valley and B from another" in said
    assert "Both right" in tables(app)
    assert ENGLISH["compare.scope.kept"] not in str(app.main)
    shutil.rmtree(path.parent / "maps")
    cache.catalog.clear()
    assert "needs a second one" in words(show()), "it has nothing to do with this region any more"


def test_figures_of_another_region_are_said_to_be_so(show):
    app = show(region="unmapped", run="good", second="forest")
    assert not app.exception
    said = "\n".join(item.value for item in app.warning)
    assert "are of sunny \\# valley, where both models learnt" in said
    assert "has not mapped" in words(app)


def test_damaged_test_answers_are_told_in_a_sentence(show, mine):
    (mine / "runs" / "forest" / "tested.npz").write_bytes(b"PK")
    app = show()
    assert not app.exception
    assert any("undamaged file" in item.value for item in app.error)
    assert "Grass" in tables(app), "the maps are there all the same"


def test_runs_without_stored_tests_still_show_their_maps(show, mine):
    (mine / "runs" / "forest" / "tested.npz").unlink()
    app = show(layer="agreement")
    assert not app.exception
    assert "forest kept no test answers" in words(app)
    assert "Both right" in tables(app)
    assert "Kappa" not in tables(app)
    assert ENGLISH["compare.scope.kept"] not in str(app.main), "nothing is known to be kept"


def test_agreement_counts_all_land_and_only_what_was_kept(workspace):
    a, b, region = find_run("good"), find_run("forest"), find_region(REGION)
    everything = compared.agreement(a, b, region, False)
    assert sum(everything.hectares.values()) == pytest.approx(48 * 60 * 0.01)
    kept = compared.kept_pixels(a, b, region)
    tested = compared.agreement(a, b, region, True)
    assert sum(tested.hectares.values()) == pytest.approx(len(kept) * 0.01)
    assert compared.agreement(a, b, region, True) is tested, "computed once"


def test_pixels_are_kept_only_where_that_is_known(mine):
    a, b = find_run("good"), find_run("forest")
    assert compared.kept_pixels(a, b, find_region("unmapped")) is None, "learnt elsewhere"
    path = mine / "runs" / "forest" / "run.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    record["request"]["folds"] = 3
    path.write_text(json.dumps(record), encoding="utf-8")
    compared._kept.cache_clear()
    folds = find_run("forest")
    assert compared.kept_pixels(a, folds, find_region(REGION)) is None, "its map learnt from all"


@pytest.mark.parametrize("ids", [[], ["s001"], ["1_2", "x"], ["1_-2"], ["²_1"]])
def test_samples_that_are_no_pixels(ids):
    assert compared.pixels_of(ids) is None


def test_samples_that_are_pixels():
    np.testing.assert_array_equal(compared.pixels_of(["12_3", "0_40"]), [[12, 3], [0, 40]])


def test_costs_are_those_of_the_run(workspace):
    run, region = find_run("good"), find_region(REGION)
    cost = compared.cost_of(run, region)
    assert cost.parameters == run.record.models["final"].parameters
    size = (workspace / "runs" / "good" / "model.keras").stat().st_size
    assert cost.megabytes == pytest.approx(size / 1e6)
    told = json.loads(run.map_of(region).raster("map.json").read_text(encoding="utf-8"))
    assert cost.pixels_per_second == pytest.approx(told["pixels"] / told["seconds"])
    assert compared.cost_of(run, find_region("unmapped")).pixels_per_second is None


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_tables_for_other_programs_hold_the_same_numbers(workspace):
    runs, region = (find_run("good"), find_run("forest")), find_region(REGION)
    found = compare_closely(*(Run(run.folder) for run in runs))
    figures = rows_of(metrics_csv(found))
    assert [row["figure"] for row in figures] == [*SINGLE, "f1", "f1", "f1"]
    for row, item in zip(figures, found.differences, strict=True):
        assert float(row["delta"]) == pytest.approx(item.b - item.a, abs=1e-6)
        assert float(row["low95"]) <= float(row["delta"]) <= float(row["high95"])
    cells = rows_of(confusion_csv(found))
    assert sum(int(row["a"]) for row in cells) == sum(int(row["b"]) for row in cells)
    assert {row["true"] for row in cells} == {"Winter wheat", HOSTILE, "Grass"}
    shares = [float(row["percent_b"]) for row in cells if row["true"] == HOSTILE]
    assert sum(shares) == pytest.approx(100, abs=0.01)
    at = np.flatnonzero((found.pair.reference == 1) & (found.pair.b.predicted == 2))
    chosen = Chosen(found, at, (at < 0, at >= 0), compared.pixels_of(found.pair.a.ids[at]))
    listed = rows_of(chosen.to_csv())
    assert len(listed) == len(at) > 0
    assert {(row["reference"], row["b"]) for row in listed} == {(HOSTILE, "Grass")}
    assert [f"{row['row']}_{row['col']}" for row in listed] == [row["id"] for row in listed]
    land = rows_of(agreement_csv(compared.agreement(*runs, region, False)))
    assert sum(float(row["area_ha"]) for row in land) == pytest.approx(48 * 60 * 0.01)


def test_page_needs_no_tensorflow():
    code = (
        "import sys, dashboard.widgets.compare.metrics, dashboard.widgets.compare.legends;"
        "import dashboard.widgets.compare.settings, dashboard.widgets.compare.pixel_words;"
        "sys.exit(bool({'tensorflow', 'keras'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
