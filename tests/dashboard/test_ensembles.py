"""An ensemble is a run on every page."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import streamlit as st

from cropcore.mapping.run_map import map_run
from cropcore.sources import SourceOptions
from cropcore.sources.region import open_region
from cropcore.training.ensembles.building import build_ensemble
from cropcore.training.run import Run
from dashboard import cache, compared
from dashboard.catalog import find_region, find_run, read_catalog
from dashboard.i18n import TABLES
from tests.dashboard.building import REGION
from tests.dashboard.pages import open_page, press, words

PLACE = {"lat": "50.541", "lon": "4.415"}
ENGLISH = TABLES["en"]


@pytest.fixture(scope="module")
def with_ensemble(built, tmp_path_factory):
    folder = Path(shutil.copytree(built, tmp_path_factory.mktemp("ensembles") / "workspace"))
    runs = [Run(folder / "runs" / name) for name in ("good", "forest")]
    for name in ("both", "other"):
        made = build_ensemble(runs, folder / "runs" / name, folder=folder)
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
    assert "mean score of the ensemble's networks good" in text
    assert "not part of it: forest" in text
    tested = Run(mine / "runs" / "both").tested()
    row, col = map(int, str(tested.ids[0]).split("_"))
    entry, run = find_region(REGION), find_run("both")
    found = cache.judged(entry, run, row, col)
    order = [item.code for item, _, _ in found.ranking]
    legend = Run(mine / "runs" / "both").described.legend
    expected = [legend.classes[at].code for at in np.argsort(-tested.probabilities[0])]
    assert order == expected


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
