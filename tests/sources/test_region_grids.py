"""Rasters of any system and pixel size become one region: values, windows, coverage, notes."""

import pickle

import numpy as np
import pytest
import rasterio
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st

from cropcore.cube import Grid, Window
from cropcore.errors import RegionError
from cropcore.sources import SourceOptions
from cropcore.sources.region import open_region
from cropcore.sources.region.check import check_region
from tests.building import ORIGIN, write_raster

HERE = Grid("EPSG:32631", (10.0, 0.0, ORIGIN[0], 0.0, -10.0, ORIGIN[1]), 64, 48)
NEXT_ZONE = Grid("EPSG:32632", (20.0, 0.0, 174_800.0, 0.0, -20.0, 5_609_300.0), 50, 50)
DEGREES = Grid("EPSG:4326", (1.1e-4, 0.0, 4.409, 0.0, -0.8e-4, 50.546), 120, 110)
COARSE = Grid("EPSG:32631", (20.0, 0.0, ORIGIN[0], 0.0, -20.0, ORIGIN[1]), 32, 24)


def opened(folder, **options):
    return open_region(folder, SourceOptions(**options))


def scene(grid: Grid, *levels: float) -> np.ndarray:
    """A smooth picture of the same ground on any grid, 0–1 (band, y, x)."""
    lon, lat = grid.lonlat(*np.mgrid[: grid.height, : grid.width])
    wave = 0.5 + 0.2 * np.sin((lon - 4.41) * 600) + 0.2 * np.cos((lat - 50.54) * 900)
    return np.stack([wave * level for level in levels]).astype(np.float32)


def write(path, grid: Grid, values, bands=(), **profile):
    affine = Affine(*grid.transform)
    return write_raster(path, values, bands=bands, crs=grid.crs, affine=affine, **profile)


def codes_of(grid: Grid) -> np.ndarray:
    """Classes 1 and 2 by where the ground is bright, uint8 (y, x)."""
    return (1 + (scene(grid, 1)[0] > 0.5)).astype(np.uint8)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Optical images of three systems, radar, masks and labels of others."""
    root = tmp_path_factory.mktemp("mixed")
    for day, grid in (("01", HERE), ("11", NEXT_ZONE), ("21", DEGREES), ("31", HERE)):
        path = root / "s2" / f"2021-05-{day}.tif"
        write(path, grid, scene(grid, 0.4, 0.8), ("B04", "B08"))
        scl = np.full((1, COARSE.height, COARSE.width), 4, np.uint8)
        scl[0, 3, 5] = 9
        write(path.with_suffix(".scl.tif"), COARSE, scl)
    for day in ("03", "15"):
        power = scene(NEXT_ZONE, 0.1, 0.02)
        path = root / "s1" / f"2021-05-{day}.tif"
        write(path, NEXT_ZONE, 10 * np.log10(power), ("VV_dB", "VH_dB"))
    write(root / "labels.tif", COARSE, codes_of(COARSE), nodata=0)
    return root


@pytest.fixture(scope="module")
def region(folder):
    return opened(folder)


@pytest.fixture(scope="module")
def whole(region):
    return {item.source: item for item in region.read(region.grid.whole).sources}


def test_the_grid_is_that_of_the_first_optical_source(region):
    assert region.grid == HERE


def test_the_same_ground_is_seen_in_any_system(whole):
    expected = scene(HERE, 0.4, 0.8).transpose(1, 2, 0)
    hidden = np.zeros((HERE.height, HERE.width), bool)
    hidden[6:8, 10:12] = True  # one cloudy pixel of 20 m
    for values in whole["s2"].values:
        np.testing.assert_array_equal(np.isnan(values).all(axis=-1), hidden)
        np.testing.assert_allclose(values[~hidden], expected[~hidden], atol=2e-3)
    power = 10 ** (whole["s1"].values / 10)
    np.testing.assert_allclose(power[0], scene(HERE, 0.1, 0.02).transpose(1, 2, 0), rtol=0.02)
    assert whole["s1"].units == ("dB", "dB")


def test_rasters_on_the_grid_are_read_to_the_bit(folder, whole):
    with rasterio.open(folder / "s2" / "2021-05-01.tif") as raster:
        stored = raster.read().transpose(1, 2, 0)
    seen = whole["s2"].values[0]
    np.testing.assert_array_equal(seen[8:], stored[8:])


def inner(rows: int, cols: int, rest: bool = False) -> np.ndarray:
    """The first rows and columns of the region, or the first rows and the columns from there on."""
    found = np.zeros((HERE.height, HERE.width), bool)
    found[:rows, slice(cols, None) if rest else slice(cols)] = True
    return found


windows = st.builds(
    lambda top, left, height, width: Window(
        top, left, min(height, HERE.height - top), min(width, HERE.width - left)
    ),
    st.integers(0, HERE.height - 1),
    st.integers(0, HERE.width - 1),
    st.integers(1, HERE.height),
    st.integers(1, HERE.width),
)


@settings(max_examples=25)
@given(window=windows)
def test_a_window_is_that_part_of_the_whole_to_the_bit(region, whole, window):
    for part in region.read(window).sources:
        np.testing.assert_array_equal(part.values, whole[part.source].values[:, *window.slices])
    np.testing.assert_array_equal(
        region.labels_in(window), region.labels_in(HERE.whole)[window.slices]
    )


def test_labels_take_the_nearest(region):
    every = codes_of(COARSE).repeat(2, axis=0).repeat(2, axis=1)
    np.testing.assert_array_equal(region.labels_in(HERE.whole), every)
    (batch,) = region.labelled(10**6, 0)
    assert len(batch.codes) == HERE.width * HERE.height


def test_it_travels_to_another_process(region, whole):
    again = pickle.loads(pickle.dumps(region))
    part = again.read(Window(3, 4, 5, 6)).sources[0]
    np.testing.assert_array_equal(part.values, whole[part.source].values[:, 3:8, 4:10])


def test_all_that_is_done_is_told(region, folder):
    notes = "\n".join(region.notes)
    assert "The region's grid is 64 x 48 px of 10 x 10 at 600000, 5600000, EPSG:32631." in notes
    way = "brought to the region's grid (pixels of 10 x 10 m in EPSG:32631) by interpolation"
    assert f"s2: rasters with pixels of 20 x 20 m in EPSG:32632 (1 of 4) are {way}." in notes
    pixels = "pixels of 20 x 20 m in EPSG:32632 (2 of 2)"
    assert f"s1: rasters with {pixels} are {way} in linear power." in notes
    assert "s2: masks with pixels of 20 x 20 m in EPSG:32631 (4 of 4) are" in notes
    assert "labels.tif: pixels of 20 x 20 m in EPSG:32631; each pixel takes the nearest" in notes
    report = check_region(folder, SourceOptions())
    assert report.ok, report.errors
    assert set(region.notes) <= set(report.warnings)


def test_a_region_on_one_grid_has_nothing_to_tell(tmp_path):
    write(tmp_path / "s2" / "2021-05-01.tif", HERE, scene(HERE, 0.4), ("B04",))
    assert opened(tmp_path).notes == ()


# Coverage


def test_what_an_acquisition_does_not_cover_is_no_data(tmp_path):
    part = Grid("EPSG:32631", (10.0, 0.0, ORIGIN[0] + 320, 0.0, -10.0, ORIGIN[1] + 100), 80, 48)
    for day, grid in (("01", HERE), ("05", HERE), ("11", part)):
        write(tmp_path / "s2" / f"2021-05-{day}.tif", grid, scene(grid, 0.4), ("B04",))
    region = opened(tmp_path)
    assert region.grid == HERE
    seen = region.read(HERE.whole).sources[0].values[..., 0]
    np.testing.assert_array_equal(np.isfinite(seen[2]), inner(38, 32, rest=True))
    np.testing.assert_array_equal(seen[2][:38, 32:], scene(part, 0.4)[0, 10:, :32])
    notes = " ".join(region.notes)
    assert "in the rest (1 of 3, the least covers about 4" in notes
    assert "by interpolation" not in notes, "pixels are shifted by whole ones"
    box = "[600000, 5599520, 601120, 5600100]"
    assert f"Images reach beyond the region's grid; to take all in, write bounds = {box}" in notes
    toml = f'[sources.s2]\npattern = "s2/{{date}}.tif"\n[grid]\nbounds = {box}\n'
    (tmp_path / "region.toml").write_text(toml)
    wider = opened(tmp_path)
    assert (wider.grid.width, wider.grid.height) == (112, 58)
    assert not any("reach beyond" in note for note in wider.notes)
    values = wider.read(wider.grid.whole).sources[0].values[..., 0]
    np.testing.assert_array_equal(values[0, 10:, :64], seen[0])
    np.testing.assert_array_equal(values[2, :48, 32:], scene(part, 0.4)[0])


def test_what_lies_beside_is_left_out_and_told(tmp_path):
    away = Grid("EPSG:32633", HERE.transform, 64, 48)
    for day, grid in (("01", HERE), ("05", HERE), ("11", away)):
        write(tmp_path / "s2" / f"2021-05-{day}.tif", grid, scene(grid, 0.4), ("B04",))
    region = opened(tmp_path)
    assert len(region.dates["s2"]) == 2
    note = "s2: rasters that lie beside the region are left out (1, the first is 2021-05-11.tif)."
    assert note in region.notes
    assert note in check_region(tmp_path, SourceOptions()).warnings


def test_beside_a_mask_the_ground_counts_as_hidden(tmp_path):
    write(tmp_path / "s2" / "2021-05-01.tif", HERE, scene(HERE, 0.4), ("B04",))
    scl = np.full((20, 20), 4, np.uint8)
    write(tmp_path / "s2" / "2021-05-01.scl.tif", COARSE, scl)
    seen = opened(tmp_path).read(HERE.whole).sources[0].values[0, ..., 0]
    np.testing.assert_array_equal(np.isfinite(seen), inner(40, 40))


def test_no_data_and_fillers_do_not_bleed(tmp_path):
    for declared, filler in ((-32768, -32768), (None, -9999)):
        values = (scene(COARSE, 0.4) * 1e4).astype(np.int16)
        values[0, 10, 12] = filler
        write(tmp_path / "s1" / "2021-05-01.tif", HERE, scene(HERE, 0.1), ("VV_linear",))
        write(tmp_path / "s2" / "2021-05-01.tif", HERE, scene(HERE, 0.4) * 1e4, ("B04",))
        write(tmp_path / "s2" / "2021-05-02.tif", HERE, scene(HERE, 0.4) * 1e4, ("B04",))
        write(tmp_path / "s2" / "2021-05-11.tif", COARSE, values, ("B04",), nodata=declared)
        region = opened(tmp_path, scale=1e-4)
        (seen,) = [
            s.values[-1, ..., 0] for s in region.read(HERE.whole).sources if s.source == "s2"
        ]
        assert np.argwhere(np.isnan(seen)).tolist() == [[20, 24], [20, 25], [21, 24], [21, 25]]
        there = np.isfinite(seen)
        np.testing.assert_allclose(seen[there], scene(HERE, 0.4)[0][there], atol=0.01)


def test_backscatter_is_averaged_in_linear_power(tmp_path):
    fine = Grid("EPSG:32631", (5.0, 0.0, ORIGIN[0], 0.0, -5.0, ORIGIN[1]), 128, 96)
    power = np.full((1, 96, 128), 0.01, np.float32)
    power[0, ::2, ::2] = 1.0
    write(tmp_path / "s2" / "2021-05-01.tif", HERE, scene(HERE, 0.4), ("B04",))
    write(tmp_path / "s1" / "2021-05-01.tif", fine, 10 * np.log10(power), ("VV_dB",))
    region = opened(tmp_path)
    radar = next(item for item in region.read(HERE.whole).sources if item.source == "s1")
    expected = 10 * np.log10((1 + 3 * 0.01) / 4)
    np.testing.assert_allclose(radar.values[0, ..., 0], expected, atol=1e-4)


# The grid as a person says


def said(tmp_path, data, grid):
    """The mixed region with a grid described."""
    (tmp_path / "region.toml").write_text(
        '[sources.s2]\npattern = "s2/{date}.tif"\n[sources.s1]\npattern = "s1/{date}.tif"\n'
        f'[labels]\nfile = "labels.tif"\n[grid]\n{grid}\n'
    )
    return open_region(tmp_path / "region.toml", SourceOptions(data=data))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('like = "s2"', HERE),
        ('like = "s1"', NEXT_ZONE),
        ("resolution = 10", HERE),
        ("resolution = 20", COARSE),
        ("resolution = 7", Grid(HERE.crs, (7, 0, 600_000, 0, -7, 5_600_000), 92, 69)),
        ('crs = "epsg:32631"', HERE),
        (
            "bounds = [600005, 5599700, 600125, 5599995]",
            Grid(HERE.crs, (10, 0, 600_000, 0, -10, 5_600_000), 13, 30),
        ),
        (
            'like = "s1"\nbounds = [174900, 5609000, 175100, 5609200]',
            Grid(NEXT_ZONE.crs, (20, 0, 174_900, 0, -20, 5_609_200), 10, 10),
        ),
        (
            "resolution = 30\nbounds = [600000, 5599500, 600300, 5600010]",
            Grid(HERE.crs, (30, 0, 600_000, 0, -30, 5_600_010), 10, 17),
        ),
    ],
)  # fmt: skip
def test_a_grid_that_is_said(tmp_path, folder, text, expected):
    found = said(tmp_path, folder, text).grid
    assert (found.width, found.height) == (expected.width, expected.height)
    np.testing.assert_allclose(found.transform, expected.transform, atol=1e-6)
    assert found.crs.upper() == expected.crs


def test_another_system_covers_the_images(tmp_path, folder):
    region = said(tmp_path, folder, 'crs = "EPSG:3035"\nresolution = 15')
    assert (region.grid.transform[0], region.grid.crs) == (15, "EPSG:3035")
    assert region.grid.transform[2] % 15 == region.grid.transform[5] % 15 == 0
    seen = region.read(region.grid.whole).sources[0].values[0, ..., 0]
    expected = scene(region.grid, 0.4)[0]
    there = np.isfinite(seen)
    assert 0.7 < there.mean() < 1, "a turned rectangle in its box"
    np.testing.assert_allclose(seen[there], expected[there], atol=5e-3)
    window = Window(5, 7, 20, 11)
    part = region.read(window).sources[0].values[0, ..., 0]
    np.testing.assert_array_equal(part, seen[window.slices])
    rows, cols = region.grid.rowcol(*HERE.lonlat(*np.mgrid[:48, :64]))
    inside = (rows >= 0) & (cols >= 0) & (rows < region.grid.height) & (cols < region.grid.width)
    assert inside.all()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('like = "s3"', "key grid.like: expected one of the sources s2, s1, but got s3"),
        ('crs = "EPSG:99999"', "key grid.crs: expected a projected or geographic system"),
        ('crs = "EPSG:5714"', "key grid.crs: expected a projected or geographic system"),
        ('crs = "EPSG:4326"', "key grid.resolution: expected a resolution in units of EPSG:4326"),
        ('crs = "IAU_2015:30100"\nresolution = 1', "key grid.crs: expected a projected or"),
        ("resolution = 1e-3", "key grid.resolution: expected at most 200000 pixels a side"),
        ("bounds = [-1e9, -1e9, 1e9, 1e9]", "key grid.resolution: expected at most 200000"),
        ("bounds = [0, 0, 100, 100]", "expected a raster that overlaps the region"),
        ("resolution = 2000", "at most 100 times as large or as small as the region's"),
    ],
)
def test_a_grid_that_cannot_be(tmp_path, folder, text, sentence):
    with pytest.raises(RegionError, match=sentence):
        said(tmp_path, folder, text)
    report = check_region(tmp_path / "region.toml", SourceOptions(data=folder))
    assert any(sentence.removeprefix("key ") in error for error in report.errors)


def test_a_few_finer_images_do_not_make_the_grid(tmp_path):
    fine = Grid("EPSG:32631", (5.0, 0.0, ORIGIN[0], 0.0, -5.0, ORIGIN[1]), 128, 96)
    for day, grid in (("01", HERE), ("05", HERE), ("11", fine)):
        write(tmp_path / "s2" / f"2021-05-{day}.tif", grid, scene(grid, 0.4), ("B04",))
    assert opened(tmp_path).grid == HERE
    (tmp_path / "s2" / "2021-05-05.tif").unlink()
    assert opened(tmp_path).grid == fine
