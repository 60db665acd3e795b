"""A simulated region is a region like any other, and says that it is simulated."""

import json

import numpy as np
import pytest
import rasterio
from typer.testing import CliRunner

from cropcore.cli import demo
from cropcore.sources import SourceOptions, check_source
from cropcore.sources.region import open_region
from cropcore.sources.simulation import LEGEND, MAIN, NAME, TRANSFER, write_season
from cropcore.workspace import sample_data
from tests.sources.simulation.conftest import SMALL
from tests.sources.simulation.curves import read_season

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def folder(tmp_path_factory, season):
    folder = tmp_path_factory.mktemp("simulated")
    write_season(folder, season, SMALL)
    return folder


def test_check_finds_nothing_wrong(folder, season):
    report = check_source(folder, SourceOptions())
    assert report.ok
    assert not report.warnings
    assert report.title.startswith("Simulated")
    assert len(report.classes) == len(LEGEND)
    assert sum(item.pixels for item in report.classes) > 0.7 * season.grid.width**2


def test_values_come_back_as_they_were(folder, season):
    scene = season.optical[0]
    with rasterio.open(folder / "sentinel-2-l2a" / f"{scene.day}.tif") as raster:
        np.testing.assert_array_equal(raster.read(), scene.values)
        assert raster.crs == "EPSG:32631"
        assert raster.descriptions[0] == "B02"
    region = open_region(folder, SourceOptions())
    assert {item.source: item.bands for item in region.offered} == {
        "s2": ("B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B11", "B12"),
        "s1": ("VV", "VH"),
    }


def test_a_season_comes_back_whole(folder, season):
    assert read_season(folder).digest() == season.digest()


def test_legend_and_words_say_what_it_is(folder):
    assert "冬小麦" in (folder / "legend.csv").read_text(encoding="utf-8")
    assert "Simulated" in (folder / "README.md").read_text(encoding="utf-8")
    assert "Simulated" in (folder / "region.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("part", [MAIN, TRANSFER], ids=lambda part: part.name)
def test_what_is_bundled_is_described_as_the_build_describes_it(tmp_path, part):
    bundled = sample_data() / "regions" / part.name
    write_season(tmp_path, read_season(bundled), part)
    for name in ("region.toml", "legend.csv", "README.md"):
        built, there = ((place / name).read_text("utf-8") for place in (tmp_path, bundled))
        assert built == there, name


def test_files_are_the_same_each_time(tmp_path, folder, season):
    write_season(tmp_path, season, SMALL)
    for path in sorted(folder.rglob("*.*")):
        assert path.read_bytes() == (tmp_path / path.relative_to(folder)).read_bytes(), path.name


def test_build_makes_both_folders_at_once(tmp_path):
    arguments = ["build", str(tmp_path / "new"), "--size", "48", "--no-runs", "--json"]
    done = RUNNER.invoke(demo.app, arguments)
    assert done.exit_code == 0, done.output
    region = tmp_path / "new" / "regions" / NAME
    told = json.loads(done.stdout)
    assert (told["region"], told["runs"]) == (str(region), [])
    assert told["transfer"]["region"] == str(region.with_name(TRANSFER.name))
    assert told["transfer"]["digest"] != told["digest"]
    assert sorted(path.name for path in region.parent.iterdir()) == [MAIN.name, TRANSFER.name]
    assert (region / "region.toml").is_file()


def test_another_seed_changes_both(tmp_path):
    arguments = ["build", str(tmp_path), "--size", "48", "--no-runs", "--json", "--seed", "9"]
    told = json.loads(RUNNER.invoke(demo.app, arguments).stdout)
    assert (told["seed"], told["transfer"]["seed"]) == (9, TRANSFER.seed - MAIN.seed + 9)


def test_the_second_part_says_that_its_spring_is_late():
    folder = sample_data() / "regions" / TRANSFER.name
    assert "12 days later" in (folder / "README.md").read_text(encoding="utf-8")
    report = check_source(folder, SourceOptions())
    assert report.ok
    assert not report.warnings
    assert report.title.startswith("Simulated")


def test_build_that_fails_leaves_nothing(tmp_path):
    done = RUNNER.invoke(demo.app, ["build", str(tmp_path / "new"), "--size", "13"])
    assert done.exit_code != 0
    assert not (tmp_path / "new").exists()
