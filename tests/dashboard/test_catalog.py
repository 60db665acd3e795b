"""The lists of what can be chosen: complete, and never broken by one damaged folder."""

import shutil

from dashboard.catalog import list_folders, read_catalog
from tests.dashboard.building import REGION


def test_regions_are_listed_with_titles_and_reasons(workspace):
    regions = {item.id: item for item in read_catalog().regions}
    assert set(regions) == {REGION, "unmapped", "broken", "table.csv"}
    assert regions[REGION].title == "Simulated valley"
    assert regions[REGION].simulated
    assert not regions["unmapped"].simulated
    assert "TOML" in regions["broken"].problem
    assert regions["table.csv"].kind == "table"


def test_runs_are_listed_usable_or_with_the_reason(workspace):
    runs = {item.id: item for item in read_catalog().runs}
    assert set(runs) == {"good", "forest", "waiting", "damaged"}
    good = runs["good"]
    assert good.usable
    assert good.architecture == "cnn1d"
    assert good.state == "done"
    assert 0 <= good.scores.interval[0] <= good.scores.macro_f1 <= 1
    assert [found.region for found in good.maps] == ["valley"]
    assert sum(good.maps[0].hectares.values()) > 25
    assert "no model yet" in runs["waiting"].problem
    assert "JSON" in runs["damaged"].problem
    assert not runs["damaged"].usable


def test_runs_that_mapped_a_region_come_first(workspace):
    catalog = read_catalog()
    region = catalog.region(REGION)
    assert [run.id for run in catalog.runs_for(region)] == ["good", "forest"]
    assert catalog.run("good").learnt_from(region)
    assert catalog.run("good").map_of(region) is not None
    assert catalog.run("good").map_of(catalog.region("unmapped")) is None


def test_damaged_map_and_metrics_do_not_hide_a_run(workspace, tmp_path, monkeypatch):
    shutil.copytree(workspace / "runs" / "good", tmp_path / "runs" / "hurt")
    (tmp_path / "runs" / "hurt" / "metrics.json").write_text("[]", encoding="utf-8")
    (tmp_path / "runs" / "hurt" / "maps" / "valley" / "map.json").write_text("{}", encoding="utf-8")
    monkeypatch.setenv("CROPCORE_WORKSPACE", str(tmp_path))
    (run,) = read_catalog().runs
    assert run.usable
    assert run.scores is None
    assert run.maps == ()


def test_workspace_goes_before_bundled_and_nothing_is_an_empty_list(tmp_path, monkeypatch):
    monkeypatch.setenv("CROPCORE_WORKSPACE", str(tmp_path / "mine"))
    monkeypatch.setattr("dashboard.catalog.sample_data", lambda: tmp_path / "bundled")
    assert read_catalog().regions == ()
    for root in ("mine", "bundled"):
        (tmp_path / root / "regions" / "same").mkdir(parents=True)
    (tmp_path / "bundled" / "regions" / "other").mkdir()
    (tmp_path / "mine" / "regions" / ".partial").mkdir()
    found = list_folders("regions")
    assert {name: bundled for name, (_, bundled) in found.items()} == {"same": False, "other": True}
