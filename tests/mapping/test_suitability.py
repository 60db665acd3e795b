"""Whether a run fits a region: it says before any pixel is read what mapping would say."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from cropcore.cube import Calendar, Preparation, SourceBands
from cropcore.errors import InputError
from cropcore.legend import legend_from_names
from cropcore.mapping.suitability import suitability
from cropcore.sources import SourceOptions
from cropcore.sources.region import open_region
from cropcore.training.record import DataRecord
from tests.building import CLASSES, Timing, write_region

SOURCES = (SourceBands("s2", ("B04", "B08")), SourceBands("s1", ("VV", "VH")))


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    return open_region(write_region(tmp_path_factory.mktemp("r") / "region"), SourceOptions())


def learnt(sources=SOURCES, calendar=None, **others) -> DataRecord:
    calendar = calendar or Calendar(3, 1, 10.0, 14)
    usual = {
        "legend": legend_from_names(CLASSES),
        "samples": 100,
        "groups": 10,
        "never_clear": 0,
        "bounds": (4.40, 50.53, 4.43, 50.55),
        "label_origin": "reference data",
        "notes": (),
    }
    return DataRecord(preparation=Preparation(calendar, sources), **{**usual, **others})


def as_mapping_says(data, region) -> bool:
    """Whether preparing the first pixels works."""
    from cropcore.mapping.run_map import season_of

    try:
        sources = region.read(region.grid.whole).sources
        data.preparation(sources, season_of(data.preparation, region))
    except InputError:
        return False
    return True


def test_what_fits_is_possible(region):
    found = suitability(learnt(), region, region.legend)
    assert found.possible
    assert as_mapping_says(learnt(), region)
    assert (found.missing, found.sparse, found.strangers, found.absent) == ((), (), (), ())
    assert found.season[0] == date(2021, 3, 1)
    assert found.distance_km == 0


def test_missing_bands_are_named(region):
    data = learnt((SourceBands("s2", ("B04", "B05", "B12")), SOURCES[1]))
    found = suitability(data, region)
    assert found.obstacle == "bands"
    assert found.missing == ("B05", "B12")
    assert not found.possible
    assert not as_mapping_says(data, region)


def test_bands_of_the_same_colour_stand_for_each_other(region):
    data = learnt((SourceBands("landsat", ("red", "nir")),))
    assert suitability(data, region).possible
    assert as_mapping_says(data, region)


def test_sources_that_cannot_be_told_apart_are_told(tmp_path):
    folder = write_region(tmp_path / "two", sources=("s1",))
    text = (folder / "region.toml").read_text(encoding="utf-8")
    twice = text.replace("[labels]", '[sources.down]\npattern = "s1/S1_{date}.tif"\n[labels]')
    (folder / "region.toml").write_text(twice, encoding="utf-8")
    region = open_region(folder, SourceOptions())
    data = learnt((SourceBands("ascending", ("VV", "VH")),))
    assert suitability(data, region).obstacle == "sources"
    assert not as_mapping_says(data, region)


def test_another_season_is_told_with_its_days(region):
    data = learnt(calendar=Calendar(9, 1, 10.0, 6))
    found = suitability(data, region)
    assert found.obstacle == "season"
    assert found.season[0].month == 9
    assert found.acquired == (date(2021, 3, 1), date(2021, 7, 23))
    assert not as_mapping_says(data, region)


def test_sparse_sources_are_counted(tmp_path):
    timings = {"s2": Timing(date(2021, 3, 1), 100, 2), "s1": Timing(date(2021, 3, 1), 10, 14)}
    region = open_region(write_region(tmp_path / "few", timings=timings), SourceOptions())
    found = suitability(learnt(), region)
    assert found.possible
    assert found.sparse == (("s2", 2, 14),)


def test_classes_are_compared_by_name(region):
    data = learnt(legend=legend_from_names(("Wheat", "Rice")))
    found = suitability(data, region, region.legend)
    assert found.possible
    assert set(found.strangers) == {"maize", "grass"}
    assert found.absent == ("Rice",)


def test_distance_is_in_kilometres(region):
    north = suitability(learnt(bounds=(4.40, 51.50, 4.43, 51.60)), region).distance_km
    assert north == pytest.approx(106, abs=2)
    assert suitability(learnt(bounds=None), region).distance_km is None


def test_no_raster_is_opened(region):
    """The answer stands when the files are gone."""
    gone = replace(region, path=Path("/nowhere"), root=Path("/nowhere"))
    assert suitability(learnt(), gone).possible
