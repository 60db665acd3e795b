"""An ensemble is a run on every page."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import streamlit as st

from cropcore.confidence import entropy
from cropcore.legend import Legend, LegendClass
from cropcore.mapping.run_map import map_run
from cropcore.sources import SourceOptions
from cropcore.sources.region import open_region
from cropcore.training.ensembles.building import build_ensemble
from cropcore.training.run import Run
from dashboard import cache, compared
from dashboard.catalog import find_region, find_run, read_catalog
from dashboard.i18n import TABLES
from dashboard.widgets import pixel_panel
from tests.dashboard.building import REGION
from tests.dashboard.pages import open_page, press, words

PLACE = {"lat": "50.541", "lon": "4.415"}
ENGLISH = TABLES["en"]


@pytest.fixture(scope="module")
def with_ensemble(built, tmp_path_factory):
    folder = Path(shutil.copytree(built, tmp_path_factory.mktemp("ensembles") / "workspace"))
    runs = [Run(folder / "runs" / name) for name in ("good", "forest")]
    again = Run(shutil.copytree(runs[0].folder, folder / "runs" / "again"))
    again.write_record(again.record.model_copy(update={"name": "again"}))
    for name, members in (("both", runs), ("three", [*runs, again])):
        made = build_ensemble(members, folder / "runs" / name, folder=folder)
        source = open_region(folder / "regions" / REGION, SourceOptions())
        map_run(made, source, made.folder / "maps" / source.name)
    return folder


@pytest.fixture
def mine(with_ensemble, tmp_path, monkeypatch):
    monkeypatch.setenv("CROPCORE_WORKSPACE", str(with_ensemble))
    monkeypatch.setattr("dashboard.catalog.sample_data", lambda: tmp_path / "no_samples")
    st.cache_resource.clear()
    return with_ensemble


def test_catalog_lists_it_as_a_run(mine):
    run = read_catalog().run("both")
    assert run is not None
    assert run.usable
    assert run.architecture == "ensemble"
    assert run.scores is not None
    assert len(run.maps) == 1


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("page", ["crop_map", "confidence", "compare", "training", "learning"])
def test_no_page_fails(mine, page, language):
    app = open_page(page, run="both", region=REGION, language=language)
    assert not app.exception
    assert not app.error


def test_pixel_tells_what_it_says_and_what_is_explained(mine):
    app = open_page("crop_map", run="both", region=REGION, **PLACE)
    assert not app.exception
    assert not app.error
    text = words(app)
    assert "mean score of the ensemble's networks (1: good)" in text
    assert ENGLISH["why.spread.members"] not in text, "one network has no spread"
    assert "not part of it: forest" in text
    tested = Run(mine / "runs" / "both").tested()
    row, col = map(int, str(tested.ids[0]).split("_"))
    entry, run = find_region(REGION), find_run("both")
    found = cache.judged(entry, run, row, col)
    order = [item.code for item, _, _ in found.ranking]
    legend = Run(mine / "runs" / "both").described.legend
    expected = [legend.classes[at].code for at in np.argsort(-tested.probabilities[0])]
    assert order == expected
    said = {legend.names[at] for at in found.members.argmax(axis=1)}
    assert f"{1 if len(said) > 1 else 2} of 2 members say" in text


def test_spread_over_networks_and_votes_of_all_members_are_told(mine):
    app = open_page("crop_map", run="three", region=REGION, **PLACE)
    assert not app.exception
    text = words(app)
    assert r"networks (2: good\, again)" in text
    assert ENGLISH["why.spread.members"] in text
    assert "not part of it: forest" in text
    assert "of 3 members say" in text


def test_votes_are_counted_class_by_class(monkeypatch):
    told = []
    monkeypatch.setattr(pixel_panel.st, "markdown", lambda text, help: told.append((text, help)))
    legend = Legend(tuple(LegendClass(code, f"*{code}*", "#ffd300") for code in (1, 2, 3)))
    said = np.array([[0.2, 0.8, 0], [0, 1, 0], [0.6, 0, 0.4], [0, 0.9, 0.1], [0, 0, 1]])
    pixel_panel._show_votes(said, legend)
    ((text, help),) = told
    assert text == r"3 of 5 members say \*2\*, 1 \*1\*, 1 \*3\*"
    whole, own = entropy(said.mean(axis=0)), entropy(said).mean()
    assert f"0 to 1): {whole:.2f}" in help
    assert f"{own:.2f} is each member's own and {whole - own:.2f}" in help


def test_learning_says_there_is_nothing_to_look_back_on(mine):
    app = open_page("learning", run="both", region=REGION)
    assert "is an ensemble" in words(app)
    assert not app.exception


def test_compared_with_its_member(mine):
    app = open_page("compare", run="good", second="both", region=REGION)
    assert not app.exception
    assert not app.error
    assert "test samples in" in words(app)
    entry = find_region(REGION)
    whole, parts = (
        sum(compared.cost_of(find_run(name), entry).megabytes for name in names)
        for names in (("both",), ("good", "forest"))
    )
    assert whole == pytest.approx(parts)


def test_it_is_not_trained_again(mine):
    app = open_page("training", run="both", region=REGION)
    labels = [item.label for item in app.button]
    assert ENGLISH["training.again"] not in labels
    app = open_page("training", run="good", region=REGION)
    assert ENGLISH["training.again"] in [item.label for item in app.button]


def test_answers_are_asked_for_again_where_they_are_gone(mine, tmp_path, monkeypatch):
    folder = Path(shutil.copytree(mine, tmp_path / "spoilt"))
    monkeypatch.setenv("CROPCORE_WORKSPACE", str(folder))
    run = Run(folder / "runs" / "both")
    before = run.tested()
    (run.folder / "tested.npz").unlink()
    app = open_page("confidence", run="both", region=REGION)
    press(app, "confidence.untested.action")
    assert not app.exception
    assert sorted(run.tested().ids) == sorted(before.ids)
