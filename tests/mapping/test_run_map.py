"""The map of a region by a run: the same for any block size, on the grid of its imagery."""

import json

import numpy as np
import pytest
import rasterio

from cropcore.errors import RegionError, RunError
from cropcore.mapping.run_map import coverage_notes, map_run
from cropcore.sources import SourceOptions
from cropcore.sources.region import open_region
from cropcore.training.procedure import train
from cropcore.training.record import make_request
from cropcore.training.run import create_run
from tests.building import write_region
from tests.conftest import SMALL


@pytest.fixture(scope="module")
def region_folder(tmp_path_factory):
    return write_region(tmp_path_factory.mktemp("map") / "region", size=(50, 70), clouds=0.3)


@pytest.fixture(scope="module", params=["cnn1d", "random_forest"])
def run(request, region_folder, tmp_path_factory):
    changes = {**SMALL, "epochs": 5} if request.param == "cnn1d" else {"n_trees": 20}
    asked = make_request(str(region_folder), request.param, changes=changes, baseline=False)
    run = create_run(tmp_path_factory.mktemp("runs") / "run", asked)
    train(run, lambda stage, row: None, lambda: False)
    return run


def read(path):
    with rasterio.open(path) as raster:
        return raster.read()


def test_every_block_size_and_thread_count_gives_the_same_bytes(run, region_folder, tmp_path):
    region = open_region(region_folder, SourceOptions())
    results = [
        map_run(run, region, tmp_path / f"{block}-{threads}", block=block, threads=threads)
        for block, threads in ((256, 1), (16, 2), (23, 3), (7, 2))
    ]
    for name in ("class_map", "confidence", "probabilities"):
        contents = {getattr(result, name).read_bytes() for result in results}
        assert len(contents) == 1, name


def test_map_lies_on_the_grid_of_its_imagery(run, region_folder, tmp_path):
    region = open_region(region_folder, SourceOptions())
    result = map_run(run, region, tmp_path / "map")
    first = next(region_folder.rglob("s2/*.tif"), None) or next(region_folder.rglob("*.tif"))
    with rasterio.open(result.class_map) as ours, rasterio.open(first) as theirs:
        assert (ours.crs, ours.transform, ours.shape) == (
            theirs.crs, theirs.transform, theirs.shape,
        )  # fmt: skip
    codes = set(np.unique(read(result.class_map))) - {255}
    assert codes <= set(run.record.data.legend.codes)
    hectares = sum(area.ha for area in result.areas)
    assert hectares == pytest.approx(result.pixels * 0.01, rel=1e-6)


def test_map_equals_predicting_the_labelled_pixels(run, region_folder, tmp_path):
    """Training, mapping and explaining see the same series."""
    from cropcore.training.gathering import read_samples

    samples, data = read_samples(run.record.request)
    region = open_region(region_folder, SourceOptions())
    classes = read(map_run(run, region, tmp_path / "map").class_map)[0]
    predicted = np.array(data.legend.codes)[run.predictor()(samples.series).argmax(axis=1)]
    rows, cols = np.array([name.split("_") for name in samples.ids], dtype=int).T
    np.testing.assert_array_equal(classes[rows, cols], predicted)


def test_region_that_lacks_a_band_is_refused(run, tmp_path):
    other = write_region(tmp_path / "radar", sources=("s1",))
    region = open_region(other, SourceOptions())
    with pytest.raises(RunError, match=r"expected the bands .*B04.* that the model was trained on"):
        map_run(run, region, tmp_path / "map")
    assert not (tmp_path / "map").exists()


def test_truncated_raster_stops_the_map_and_leaves_nothing(run, tmp_path):
    other = write_region(tmp_path / "region", size=(50, 70))
    region = open_region(other, SourceOptions())
    victim = sorted(other.rglob("s2/*.tif"))[1]
    victim.write_bytes(victim.read_bytes()[: victim.stat().st_size // 2])
    with pytest.raises(RegionError, match=victim.name):
        map_run(run, region, tmp_path / "map")
    assert not (tmp_path / "map").exists()


def test_map_says_where_it_came_from(run, region_folder, tmp_path):
    result = map_run(run, open_region(region_folder, SourceOptions()), tmp_path / "map")
    told = json.loads((tmp_path / "map" / "map.json").read_text())
    assert told["run"] == run.record.name
    assert told["class_map"] == result.class_map.name
    assert told["temperature"] == run.record.models["final"].temperature


def test_imagery_of_another_year_is_mapped_the_same(run, tmp_path):
    """The archive of the next year begins before the season does."""
    here = write_region(tmp_path / "here", size=(20, 20), seed=3)
    there = tmp_path / "there"
    for path in sorted(here.rglob("*")):
        if path.is_file():
            target = there / path.relative_to(here).as_posix().replace("2021", "2022")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    first = sorted((there / "s2").glob("*.tif"))[-1]
    (there / "s2" / "2022-01-05.tif").write_bytes(first.read_bytes())
    maps = [
        map_run(run, open_region(folder, SourceOptions()), tmp_path / f"map {folder.name}")
        for folder in (here, there)
    ]
    np.testing.assert_array_equal(read(maps[0].class_map), read(maps[1].class_map))


def test_imagery_outside_the_season_is_refused(run, tmp_path):
    other = write_region(tmp_path / "winter", size=(20, 20), n_dates=2)
    for path in sorted(other.rglob("*2021*")):
        winter = path.name.replace("2021-03", "2021-12").replace("202103", "202112")
        path.rename(path.with_name(winter))
    region = open_region(other, SourceOptions())
    with pytest.raises(RegionError, match="the model's season, but got acquisitions from 2021-12"):
        map_run(run, region, tmp_path / "map")


def test_imagery_that_is_all_cloud_gives_no_map(run, tmp_path):
    other = write_region(tmp_path / "clouds", size=(20, 20), clouds=1.0)
    with pytest.raises(RegionError, match="all is cloud or without data"):
        map_run(run, open_region(other, SourceOptions()), tmp_path / "map")
    assert not (tmp_path / "map").exists()


def test_sparse_imagery_is_said(run, tmp_path):
    few = write_region(tmp_path / "few", size=(20, 20), n_dates=2)
    region = open_region(few, SourceOptions())
    assert any("saw 2 of the model's" in note for note in coverage_notes(run, region))


def test_what_imagery_went_through_stays_in_the_run_and_is_compared(run, region_folder):
    treatment = run.described.treatment
    scene = "masked: classes 0, 1, 3, 8, 9, 10, 11"
    assert treatment["s2"] == ("calibrated: reflectance = stored × 0.0001", scene)
    assert treatment["s1"] == ("calibrated: dB = stored × 1",)
    region = open_region(region_folder, SourceOptions())
    assert not any("speckle" in note for note in coverage_notes(run, region))
    toml = region_folder / "filtered.toml"
    written = (region_folder / "region.toml").read_text("utf-8")
    toml.write_text(written.replace("[sources.s1]", '[sources.s1]\nspeckle = "lee"'))
    (note,) = (
        note
        for note in coverage_notes(run, open_region(toml, SourceOptions()))
        if "speckle" in note
    )
    assert "otherwise (Lee, 5 x 5 pixels, 4.4 looks) than" in note
    assert "(not at all)" in note
