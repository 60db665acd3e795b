"""Folders without a region.toml: sources, dates, masks and labels found by name; the rest told."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cropcore.cube import SourceBands
from cropcore.sources import SourceOptions
from cropcore.sources.region import open_region
from cropcore.sources.region.discovery import discover
from cropcore.sources.region.paths import find_dated, has_date
from tests.building import CRS, OPTICAL, RADAR, write_raster, write_region

ONE = np.full((1, 6, 8), 900, np.uint16)


def opened(folder, **options):
    return open_region(folder, SourceOptions(**options))


def test_the_same_with_and_without_a_description(tmp_path):
    written = opened(write_region(tmp_path / "a", clouds=0.3, n_dates=3))
    found = opened(write_region(tmp_path / "b", clouds=0.3, n_dates=3, toml=False))
    assert found.name == found.title == "b"
    assert found.offered == (SourceBands("s1", RADAR), SourceBands("s2", OPTICAL))
    assert found.dates == written.dates
    assert found.legend == written.legend
    for one in found.read(found.grid.whole).sources:
        (other,) = (
            item for item in written.read(written.grid.whole).sources if item.source == one.source
        )
        np.testing.assert_array_equal(one.values, other.values)
    assert np.isnan(found.read(found.grid.whole).sources[1].values).any()


def test_a_description_can_be_printed_and_used(tmp_path):
    folder = write_region(tmp_path / "r", n_dates=2, toml=False)
    description, notes = discover(folder)
    assert description.sources["s2"].pattern == "s2/*{date}*"
    assert description.labels.file == "labels.gpkg"
    assert notes == ()


def test_what_is_not_used_is_told(tmp_path):
    folder = write_region(tmp_path / "r", n_dates=2, toml=False)
    write_raster(folder / "dem.tif", ONE)
    write_raster(folder / "s2" / "mosaic.tif", ONE)
    write_raster(folder / "other" / "x.TIF", ONE)
    write_raster(folder / "labels.tif", ONE.astype(np.uint8))
    write_raster(folder / "2021-01-01.tif", ONE)
    (folder / "labels.csv").write_text("lon,lat,crop\n")
    (folder / "README.txt").write_text("")
    write_raster(folder / ".hidden" / "2021-01-01.tif", ONE)
    write_raster(folder / "s2" / "._2021-01-01.tif", ONE)
    names = "2021-01-01.tif, dem.tif, labels.tif, other/x.TIF, s2/mosaic.tif and 1 more"
    assert f"Not used: {names}." in opened(folder).notes


def test_sources_without_known_bands_are_told_and_may_lie_on_another_grid(tmp_path):
    folder = write_region(tmp_path / "r", n_dates=2, toml=False)
    write_raster(folder / "cloud" / "2021-01-01.tif", ONE, bands=("probability",))
    write_raster(folder / "quick" / "2021-01-01.tif", ONE)
    notes = opened(folder).notes
    assert "cloud: not used, for none of its bands (probability) is known." in notes
    assert any(note.startswith("quick: not used") and "no description" in note for note in notes)


@pytest.mark.parametrize(
    "name",
    [
        "2021-04-05.tif", "20210405.tif", "S2_2021-04-05T101125.tif", "a_20210405_b.tiff",
        "S2A_MSIL2A_20210405T103021_N0500_R108_T31UFS_20210406T150000.tif", "x20210405.TIF",
        "99_2021-04-05_2022-01-01.tif",
    ],
)  # fmt: skip
def test_dates_in_names(tmp_path, name):
    write_raster(tmp_path / "s2" / name, ONE, bands=("B04",))
    region = opened(tmp_path)
    assert region.days[0] == date(2021, 4, 5)


@pytest.mark.parametrize(
    "name", ["dem.tif", "2021.tif", "2021-13-01.tif", "120210405.tif", "2021_04_05.tif"]
)
def test_names_without_a_date(name):
    assert not has_date(name)


@settings(max_examples=30)
@given(
    st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.sampled_from(["{:%Y%m%d}", "{:%Y-%m-%d}"])
)
def test_every_date_is_found_in_any_pattern(tmp_path_factory, day, form):
    root = tmp_path_factory.mktemp("dated")
    text = form.format(day)
    for pattern in ("s2/S2_{date}.tif", "*/{date}/*.tif", "a [b] 'c'+/{date}_*_x.tif"):
        name = pattern.replace("{date}", text).replace("*", "any")
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
        assert [file.day for file in find_dated(root, pattern)] == [day]


def test_patterns_are_literal_beside_star_and_date(tmp_path):
    for name in ("S2.2021-01-01.tif", "S2x2021-01-02.tif", "S2.2021-01-03.tif.aux.xml"):
        (tmp_path / name).touch()
    assert [file.path.name for file in find_dated(tmp_path, "S2.{date}*")] == ["S2.2021-01-01.tif"]


def test_composed_and_decomposed_letters_are_the_same(tmp_path):
    (tmp_path / "e\u0301te\u0301").mkdir()
    (tmp_path / "e\u0301te\u0301" / "2021-07-01.tif").touch()
    assert len(find_dated(tmp_path, "\u00e9t\u00e9/{date}.tif")) == 1


def test_sources_keep_the_names_of_their_folders(tmp_path):
    for name in ("Sentinel 2 “L2A”", "été"):
        write_raster(tmp_path / name / "2021-01-01.tif", ONE, bands=("B04",))
    assert [item.source for item in opened(tmp_path).offered] == ["Sentinel 2 “L2A”", "été"]


def test_bands_come_in_spectral_order_and_missing_ones_are_no_data(tmp_path):
    first = np.stack([np.full((6, 8), number, np.uint16) for number in (1000, 2000)])
    write_raster(tmp_path / "s2" / "2021-01-01.tif", first, bands=("B08", "B04"))
    write_raster(tmp_path / "s2" / "2021-01-11.tif", first[:1] * 3, bands=("B04",))
    region = opened(tmp_path)
    seen = region.read(region.grid.whole).sources[0]
    assert seen.bands == ("B04", "B08")
    expected = [[0.2, 0.1], [0.3, np.nan]]
    np.testing.assert_allclose(seen.values[:, 3, 3], expected, rtol=1e-6)
    assert "s2: B08 is missing in 1 of 2 acquisitions and counts as no data there." in region.notes


def test_unknown_bands_beside_known_ones_are_told(tmp_path):
    values = np.repeat(ONE, 3, axis=0)
    write_raster(tmp_path / "s2" / "2021-01-01.tif", values, bands=("B04", "AOT", None))
    assert "s2: the bands AOT, number 3 are not known and not used." in opened(tmp_path).notes


def test_masks_beside_some_images_only_are_told(tmp_path):
    folder = write_region(tmp_path / "r", clouds=0.5, n_dates=3, sources=("s2",), toml=False)
    sorted(folder.glob("s2/*.scl.tif"))[0].unlink()
    region = opened(folder)
    assert "s2: 1 of 3 acquisitions have no mask and are used as they are." in region.notes
    hidden = np.isnan(region.read(region.grid.whole).sources[0].values).any(axis=(1, 2, 3))
    assert hidden.tolist() == [False, True, True]


def test_scene_classes_as_a_band_of_the_image_hide_pixels(tmp_path):
    values = np.stack([np.full((6, 8), 900), np.full((6, 8), 4)]).astype(np.uint16)
    values[1, 2, 3] = 9
    write_raster(tmp_path / "s2" / "2021-01-01.tif", values, bands=("B04", "SCL"))
    region = opened(tmp_path)
    hidden = np.isnan(region.read(region.grid.whole).sources[0].values)
    assert np.argwhere(hidden).tolist() == [[0, 2, 3, 0]]
    assert region.offered[0].bands == ("B04",)
    assert not any("SCL" in note for note in region.notes)


def test_a_mask_of_ones_own(tmp_path):
    write_raster(tmp_path / "s2" / "S2_2021-01-01.tif", ONE, bands=("B04",))
    cloud = np.zeros((2, 6, 8), np.uint8)
    cloud[1, 4, 5] = 77
    write_raster(tmp_path / "cloud" / "C_20210101T1.tif", cloud)
    write_raster(tmp_path / "cloud" / "C_20210109T1.tif", cloud)
    (tmp_path / "region.toml").write_text(
        '[sources.s2]\npattern = "s2/S2_{date}.tif"\n'
        '[sources.s2.mask]\npattern = "cloud/C_{date}*.tif"\nvalues = [77]\nband = 2\n'
    )
    region = opened(tmp_path)
    hidden = np.isnan(region.read(region.grid.whole).sources[0].values)
    assert np.argwhere(hidden).tolist() == [[0, 4, 5, 0]]
    assert region.grid.crs == CRS
