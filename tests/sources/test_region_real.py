"""Real imagery: a Sentinel-1 and -2 cube of Belgium, cloudy Sentinel-2 of Slovenia."""

import os
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from cropcore.cube import Preparation, Window
from cropcore.cube.calendar import MONTH, fit_calendar
from cropcore.sources import SourceOptions
from cropcore.sources.region import open_region
from cropcore.sources.region.check import check_region

REAL = os.environ.get("CROPCORE_REAL_DATA")
DESCRIPTION = Path(__file__).parent.parent / "fixtures" / "belgium" / "region.toml"
pytestmark = pytest.mark.skipif(
    REAL is None, reason="set CROPCORE_REAL_DATA to the folder of the real data sets"
)


def belgium_folder() -> Path:
    return Path(REAL or "") / "worldcereal_belgium_s1s2"


@pytest.fixture(params=["described", "discovered"])
def belgium(request):
    if request.param == "described":
        return open_region(DESCRIPTION, SourceOptions(data=belgium_folder()))
    return open_region(belgium_folder(), SourceOptions())


def test_belgium_holds_what_its_readme_says(belgium):
    assert (belgium.grid.width, belgium.grid.height, belgium.grid.crs) == (48, 50, "EPSG:32631")
    assert belgium.days[0] == date(2020, 8, 1)
    assert {item.source: len(item.bands) for item in belgium.offered} == {"s1": 2, "s2": 9}
    assert {len(days) for days in belgium.dates.values()} == {20}
    assert not any("guess" in note or "no scale" in note for note in belgium.notes)
    assert belgium.class_pixels == {1: 186, 2: 924, 3: 478, 4: 582, 5: 29}
    assert belgium.legend.names[4] == "maize"


def test_belgium_is_in_physical_units(belgium):
    sources = {item.source: item for item in belgium.read(belgium.grid.whole).sources}
    optical, radar = sources["s2"].values, sources["s1"].values
    assert np.isfinite(optical).all()
    assert 0 < np.median(optical[..., 0]) < 0.15 < np.median(optical[..., 6]) < 0.5
    assert -25 < np.median(radar[..., 1]) < np.median(radar[..., 0]) < -5
    april = belgium.dates["s2"].index(date(2021, 4, 1))
    assert np.median(optical[april, ..., 0]) == pytest.approx(0.09405, abs=1e-5)
    assert np.median(radar[april, ..., 1]) == pytest.approx(-22.16, abs=1e-3)


def test_belgium_labels_in_spatial_groups(belgium):
    batches = list(belgium.labelled(10**6, 0))
    codes = np.concatenate([batch.codes for batch in batches])
    assert len(codes) == 2199
    assert len(set(codes)) == 5
    assert len(set(np.concatenate([batch.groups for batch in batches]))) == 25
    for batch in batches:
        assert ((batch.lon > 5.3) & (batch.lon < 5.4) & (batch.lat > 50.6)).all()


def test_belgium_becomes_model_input(belgium):
    calendar = fit_calendar(belgium.timelines())
    assert calendar.period == MONTH
    assert calendar.n_dates == 20
    cube = belgium.read(Window(0, 0, 10, 10))
    start = calendar.season_start(belgium.days[0], belgium.days[-1], belgium.season)
    series, clear = Preparation(calendar, belgium.offered)(cube.sources, start)
    assert series.shape == (100, 20, 11)
    assert clear.all()


def test_belgium_passes_the_check():
    report = check_region(DESCRIPTION, SourceOptions(data=belgium_folder()))
    assert report.ok
    assert report.hectares == pytest.approx(24.0)


def test_slovenia_loads_as_it_lies():
    region = open_region(Path(REAL or "") / "eolearn_slovenia_s2", SourceOptions())
    assert {item.source: len(item.bands) for item in region.offered} == {"ndvi": 1, "s2_l1c": 13}
    assert {name: len(days) for name, days in region.dates.items()} == {"ndvi": 68, "s2_l1c": 5}
    assert any(note.startswith("cloud: not used") for note in region.notes)
    assert any("dem.tif" in note for note in region.notes)
    assert region.class_pixels[1] == 11
    sources = {item.source: item for item in region.read(region.grid.whole).sources}
    assert -0.2 < np.nanmin(sources["ndvi"].values) < np.nanmax(sources["ndvi"].values) <= 1


def test_slovenia_with_its_clouds(tmp_path):
    toml = tmp_path / "region.toml"
    toml.write_text(
        '[sources.s2]\npattern = "s2_l1c/S2_L1C_{date}.tif"\n'
        '[sources.s2.mask]\npattern = "cloud/CLOUD_{date}T*.tif"\nvalues = [1]\n'
    )
    region = open_region(toml, SourceOptions(data=Path(REAL or "") / "eolearn_slovenia_s2"))
    values = region.read(region.grid.whole).sources[0].values
    hidden = np.isnan(values).all(axis=(1, 2, 3))
    clouded = [
        day for day, all_hidden in zip(region.dates["s2"], hidden, strict=True) if all_hidden
    ]
    assert clouded == [date(2015, 7, 31), date(2015, 8, 20)]
