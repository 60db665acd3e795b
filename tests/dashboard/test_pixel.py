"""One pixel: the same numbers as maps and the command line give."""

import numpy as np
import pytest
import rasterio

from cropcore.cube import Window
from cropcore.explain.subject import pixel_subject
from cropcore.training.run import open_run
from dashboard.opened import opened
from dashboard.pixel import judge, load, look
from tests.dashboard.building import REGION


@pytest.fixture
def place(workspace):
    return opened(workspace / "regions" / REGION)


@pytest.fixture
def asked(workspace):
    return load(open_run(workspace / "runs" / "good"))


def test_pixel_is_read_as_models_read_it(place):
    seen = look(place.folder, 17, 29)
    cube = place.folder.read(Window(17, 29, 1, 1))
    for ours, theirs in zip(seen.sources, cube.sources, strict=True):
        np.testing.assert_array_equal(ours.values, theirs.values)
        assert ours.dates == theirs.dates
    assert any(track.masked.any() for track in seen.tracks)
    hidden = next(track for track in seen.tracks if track.masked.any())
    assert np.isfinite(hidden.values[hidden.masked]).all(), "what clouds hid is shown hollow"
    row, col = place.folder.grid.pixel_at(seen.lon, seen.lat)
    assert (row, col) == (17, 29)


def test_judgement_is_that_of_the_map(place, asked, workspace):
    folder = workspace / "runs" / "good" / "maps" / "valley"
    with rasterio.open(folder / "class_map.tif") as raster:
        codes = raster.read(1)
    with rasterio.open(folder / "confidence.tif") as raster:
        percent = raster.read(1)
    for row, col in ((0, 0), (17, 29), (47, 59)):
        found = judge(asked, look(place.folder, row, col), place.folder)
        item, raw, calibrated = found.ranking[0]
        assert item.code == codes[row, col]
        assert round(calibrated * 100) == pytest.approx(percent[row, col], abs=1)
        assert sum(p for _, _, p in found.ranking) == pytest.approx(1, abs=1e-5)
        assert 0 <= raw <= 1


def test_series_is_that_of_the_explanation(place, asked, workspace):
    found = judge(asked, look(place.folder, 5, 6), place.folder)
    subject = pixel_subject(open_run(workspace / "runs" / "good"), place.folder, 5, 6)
    np.testing.assert_array_equal(found.series, subject.seen.series)
    assert found.start == subject.start


def test_square_is_the_native_pixel(place):
    for lat, lon in place.square(8, 9):
        inside = place.folder.grid.rowcol(np.array(lon), np.array(lat))
        assert abs(int(inside[0]) - 8) <= 1
        assert abs(int(inside[1]) - 9) <= 1
    (south, west), (north, east) = place.bounds
    assert south < north
    assert west < east


def test_clearest_day_has_the_fewest_clouds(place):
    assert place.clear[place.clearest] == pytest.approx(max(place.clear.values()), abs=0.005)
