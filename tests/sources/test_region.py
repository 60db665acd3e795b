"""A region folder is a source: windows of imagery, labels, labelled series."""

import pickle
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cropcore.cube import Preparation, SourceBands, Window
from cropcore.cube.calendar import fit_calendar
from cropcore.errors import LabelError, LocationError, SettingError
from cropcore.sources import SourceOptions, open_source
from cropcore.sources.region import open_region
from cropcore.sources.region import region_folder as region_module
from tests.building import CLASSES, OPTICAL, RADAR, TIMINGS, class_map, write_raster, write_region

HEIGHT, WIDTH = 24, 32
windows = st.builds(
    lambda top, left, bottom, right: Window(
        min(top, bottom), min(left, right), abs(bottom - top) + 1, abs(right - left) + 1
    ),
    st.integers(0, HEIGHT - 1),
    st.integers(0, WIDTH - 1),
    st.integers(0, HEIGHT - 1),
    st.integers(0, WIDTH - 1),
)


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    folder = tmp_path_factory.mktemp("regions") / 'it\'s "small" ünï 田'
    return open_region(write_region(folder, clouds=0.2, unlabelled=0.2), SourceOptions())


@pytest.fixture(scope="module")
def whole(region):
    return region.read(region.grid.whole), region.labels_in(region.grid.whole)


def collect(region, limit=10**9, seed=0):
    batches = list(region.labelled(limit, seed))
    ids = np.concatenate([batch.ids for batch in batches])
    order = np.argsort(ids)
    return {
        "ids": ids[order],
        "codes": np.concatenate([batch.codes for batch in batches])[order],
        "groups": np.concatenate([batch.groups for batch in batches])[order],
        "lon": np.concatenate([batch.lon for batch in batches])[order],
        "lat": np.concatenate([batch.lat for batch in batches])[order],
        "s2": np.concatenate([batch.acquisitions[0].values for batch in batches], axis=1)[:, order],
    }


def test_contents(region):
    assert (region.name, region.title) == ("small", "Small region")
    assert region.offered == (SourceBands("s2", OPTICAL), SourceBands("s1", RADAR))
    assert region.dates == {"s2": TIMINGS["s2"].dates, "s1": TIMINGS["s1"].dates}
    assert region.season is None
    assert region.days[0] == date(2021, 3, 1)
    every = set(TIMINGS["s2"].dates) | set(TIMINGS["s1"].dates)
    assert region.timelines() == [tuple(sorted(every))]
    assert [region.timelines(name) for name in TIMINGS] == [[one.dates] for one in TIMINGS.values()]
    assert region.legend.names == CLASSES
    assert (region.grid.width, region.grid.height, region.grid.crs) == (32, 24, "EPSG:32631")


def test_opens_by_its_toml_and_as_any_source(region):
    assert open_region(region.path / "region.toml", SourceOptions()).grid == region.grid
    assert open_source(region.path, SourceOptions()).offered == region.offered


def test_values_are_physical(whole):
    optical, radar = whole[0].sources
    assert optical.units == ("reflectance",) * 5
    assert optical.values.dtype == radar.values.dtype == np.float32
    assert optical.values.shape == (8, HEIGHT, WIDTH, 5)
    assert 0 < np.nanmin(optical.values) < np.nanmax(optical.values) < 0.6
    assert radar.units == ("dB", "dB")
    assert -30 < radar.values.min() < radar.values.max() < 0


def test_cloud_masks_hide_pixels_in_all_bands(whole):
    hidden = np.isnan(whole[0].sources[0].values)
    assert 0.15 < hidden.mean() < 0.25
    np.testing.assert_array_equal(hidden.any(axis=-1), hidden.all(axis=-1))


@settings(max_examples=40, deadline=None)
@given(window=windows)
def test_a_window_is_that_part_of_the_whole(region, whole, window):
    cube = region.read(window)
    for part, every in zip(cube.sources, whole[0].sources, strict=True):
        np.testing.assert_array_equal(part.values, every.values[:, *window.slices])
    np.testing.assert_array_equal(region.labels_in(window), whole[1][window.slices])
    assert (cube.grid.height, cube.grid.width) == (window.height, window.width)
    corner = np.array([0])
    here = cube.grid.lonlat(corner, corner)
    there = region.grid.lonlat(corner + window.row, corner + window.col)
    np.testing.assert_allclose(here, there, rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    "window", [Window(0, 0, 25, 1), Window(-1, 0, 3, 3), Window(0, 30, 2, 3), Window(3, 3, 0, 2)]
)
def test_windows_beyond_the_grid_are_refused(region, window):
    with pytest.raises(LocationError, match="within 24 rows and 32 columns"):
        region.read(window)
    with pytest.raises(LocationError, match="within 24 rows and 32 columns"):
        region.labels_in(window)


def test_labelled_series_are_those_of_their_pixels(region, whole):
    found = collect(region)
    rows, cols = np.array([name.split("_") for name in found["ids"]], dtype=int).T
    assert len(found["ids"]) == len(set(found["ids"])) == (whole[1] > 0).sum()
    np.testing.assert_array_equal(found["codes"], whole[1][rows, cols])
    np.testing.assert_array_equal(found["s2"], whole[0].sources[0].values[:, rows, cols])
    np.testing.assert_array_equal(region.grid.rowcol(found["lon"], found["lat"]), [rows, cols])
    parcels = rows // 4 * (WIDTH // 4) + cols // 4
    assert found["groups"].tolist() == [f"p{number}" for number in parcels]
    truth = class_map((HEIGHT, WIDTH), 4, 3, 0.2)
    np.testing.assert_array_equal(whole[1], truth)


@settings(max_examples=15, deadline=None)
@given(limit=st.integers(1, 400), seed=st.integers(0, 2**31))
def test_a_limit_keeps_that_many_of_each_class(region, limit, seed):
    found = collect(region, limit, seed)
    for code, pixels in region.class_pixels.items():
        assert (found["codes"] == code).sum() == min(limit, pixels)


def test_the_choice_depends_on_the_seed_and_not_on_blocks(region, monkeypatch):
    chosen = collect(region, 40, seed=3)["ids"].tolist()
    assert collect(region, 40, seed=4)["ids"].tolist() != chosen
    monkeypatch.setattr(region_module, "_BLOCK", 7)
    assert collect(region, 40, seed=3)["ids"].tolist() == chosen


def test_a_lower_limit_keeps_a_part_of_a_higher_one(region):
    few, many = (set(collect(region, limit, 1)["ids"]) for limit in (10, 30))
    assert few < many


def test_a_limit_of_none_is_refused(region):
    with pytest.raises(SettingError, match="at least 1"):
        list(region.labelled(0, 0))


def test_groups_of_a_window_have_names(region):
    numbers = region.groups_in(Window(0, 0, 8, 8))
    codes = region.labels_in(Window(0, 0, 8, 8))
    np.testing.assert_array_equal(numbers == -1, codes == 0)
    row, col = np.argwhere(codes > 0)[0]
    name = region.labels.group_names(numbers[row : row + 1, col])
    assert name.tolist() == [f"p{row // 4 * 8 + col // 4}"]


def test_threads_read_the_same(region, whole):
    parts = [block.core for block in region.grid.blocks(5)] * 3
    with ThreadPoolExecutor(8) as pool:
        cubes = list(pool.map(region.read, parts))
    for window, cube in zip(parts, cubes, strict=True):
        expected = whole[0].sources[0].values[:, *window.slices]
        np.testing.assert_array_equal(cube.sources[0].values, expected)


def test_it_travels_to_another_process(region):
    again = pickle.loads(pickle.dumps(region))
    window = Window(2, 3, 4, 5)
    np.testing.assert_array_equal(
        again.read(window).sources[1].values, region.read(window).sources[1].values
    )


def test_classes_can_be_told_apart(region):
    calendar = fit_calendar(region.timelines(), period=10)
    preparation = Preparation(calendar, region.offered)
    batches = list(region.labelled(100, 0))
    start = calendar.season_start(region.days[0], region.days[-1])
    series = np.concatenate([preparation(item.acquisitions, start)[0] for item in batches])
    codes = np.concatenate([item.codes for item in batches])
    means = np.stack([series[codes == code].mean(axis=0) for code in (1, 2, 3)])
    apart = (((series[:, None] - means) / series.std(axis=0)) ** 2).mean(axis=(2, 3))
    assert (apart.argmin(axis=1) + 1 == codes).mean() > 0.95


def test_without_labels_it_can_be_mapped_only(tmp_path):
    region = open_region(write_region(tmp_path / "r", labels=None), SourceOptions())
    assert region.labels_in(Window(0, 0, 2, 2)) is None
    assert region.groups_in(Window(0, 0, 2, 2)) is None
    assert region.read(Window(0, 0, 2, 2)).sources[0].values.shape == (8, 2, 2, 5)
    with pytest.raises(LabelError, match="without any"):
        _ = region.legend
    with pytest.raises(LabelError, match="add labels"):
        next(region.labelled(5, 0))


def test_season_start_cuts_the_timeline_only(tmp_path):
    start = date(2021, 4, 1)
    folder = write_region(tmp_path / "r", season_start=start, n_dates=6)
    region = open_region(folder, SourceOptions())
    assert region.season == start
    (timeline,) = region.timelines()
    assert timeline[0] == date(2021, 4, 6)
    assert region.timelines("s2")[0][0] == date(2021, 4, 14)
    assert region.dates["s2"][0] == date(2021, 3, 5)
    assert region.days[0] == date(2021, 4, 6)


def test_chosen_bands_only(tmp_path):
    folder = write_region(tmp_path / "r")
    region = open_region(folder, SourceOptions(bands=("nir", "s2_b4", "B11")))
    assert region.offered == (SourceBands("s2", ("B04", "B08", "B11")),)
    everything = open_region(folder, SourceOptions()).read(Window(1, 2, 3, 4)).sources[0]
    some = region.read(Window(1, 2, 3, 4)).sources[0]
    np.testing.assert_array_equal(some.values, everything.values[..., 2:])
    with pytest.raises(SettingError, match=r"some of B02, .*VH, but got B99"):
        open_region(folder, SourceOptions(bands=("B04", "B99")))


def test_a_band_of_unknown_name_is_used_when_asked_for(tmp_path):
    folder = tmp_path / "r"
    values = np.full((2, 3, 4), 7, np.float32)
    write_raster(folder / "s2" / "2021-01-01.tif", values, bands=("B04", "Moisture"))
    assert open_region(folder, SourceOptions()).offered[0].bands == ("B04",)
    region = open_region(folder, SourceOptions(bands=("moisture",)))
    seen = region.read(region.grid.whole).sources[0]
    assert (seen.bands, seen.units) == (("Moisture",), ("index",))


def test_data_may_lie_elsewhere(tmp_path):
    data = write_region(tmp_path / "data")
    toml = tmp_path / "own" / "region.toml"
    toml.parent.mkdir()
    shutil.move(data / "region.toml", toml)
    region = open_region(toml, SourceOptions(data=data))
    assert region.path == toml
    assert region.legend.names == CLASSES


def test_a_day_may_repeat(tmp_path):
    folder = tmp_path / "r"
    for hour, number in (("T101125", 2000), ("T100409", 1000)):
        values = np.full((1, 3, 4), number, np.int16)
        write_raster(folder / "s2" / f"S2_2021-01-01{hour}.tif", values, bands=("B04",))
    region = open_region(folder, SourceOptions())
    seen = region.read(region.grid.whole).sources[0]
    assert seen.dates == (date(2021, 1, 1), date(2021, 1, 1))
    assert seen.values[:, 0, 0, 0] == pytest.approx([0.1, 0.2])
    assert region.timelines() == [(date(2021, 1, 1),)]
