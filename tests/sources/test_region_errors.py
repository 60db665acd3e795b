"""Regions that cannot be used: each problem is told with its file and what to do."""

import os
import warnings
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from rasterio.errors import NotGeoreferencedWarning

from cropcore.errors import InputError, MissingFileError, RegionError
from cropcore.sources import SourceOptions
from cropcore.sources.region import open_region
from cropcore.sources.region import raster as raster_module
from cropcore.sources.region.check import check_region
from tests.building import CRS, OPTICAL, transform, write_raster, write_region

DAY = "2021-03-25"


@pytest.fixture
def folder(tmp_path) -> Path:
    return write_region(tmp_path / "region", n_dates=4, sources=("s2",))


def opened(path, **options):
    return open_region(path, SourceOptions(**options))


def used(folder: Path) -> None:
    """All that training asks of a region."""
    for _ in opened(folder).labelled(5, 0):
        pass


def replaced(folder: Path, **changes: object) -> Path:
    """One acquisition of the region written anew."""
    values = changes.pop("values", np.full((5, 24, 32), 900, np.uint16))
    keywords = {"bands": OPTICAL, "nodata": 0, **changes}
    return write_raster(folder / "s2" / f"{DAY}.tif", values, **keywords)


def refused(folder: Path, file: str, sentence: str, kind: type[InputError] = RegionError) -> None:
    """Opening fails so, and ``region check`` lists the same and does not raise."""
    with pytest.raises(kind, match=sentence) as caught:
        used(folder)
    assert file in str(caught.value)
    report = check_region(folder, SourceOptions())
    assert not report.ok
    assert any(file in text and caught.value.expected in text for text in report.errors)


def test_another_planet(folder):
    replaced(folder, crs="IAU_2015:30100", affine=transform((4.4, 50.5), 1e-4))
    refused(folder, f"{DAY}.tif", "geographic system of the Earth, but got IAU_2015:30100")


@pytest.mark.parametrize("pixel", [0.09, 1001])
def test_pixels_of_quite_another_size(folder, pixel):
    replaced(folder, affine=transform(pixel=pixel))
    refused(folder, f"{DAY}.tif", "at most 100 times as large or as small as the region's")


def test_all_of_a_source_elsewhere(tmp_path):
    folder = write_region(tmp_path / "r", n_dates=2)
    for path in (folder / "s1").iterdir():
        write_raster(path, np.full((2, 9, 9), -9, "f4"), bands=("VV", "VH"), crs="EPSG:32633")
    refused(folder, "S1_20210301.tif", "a raster that overlaps the region")


def test_a_mask_elsewhere(folder):
    scene = np.full((24, 32), 4, np.uint8)
    write_raster(folder / "s2" / f"{DAY}.scl.tif", scene, affine=transform((0, 0)))
    refused(folder, f"{DAY}.scl.tif", "a raster that overlaps the region")


@pytest.mark.parametrize(
    "affine",
    [
        Affine(10, 0, 6e5, 0, 0, 5e6),
        Affine(10, 10, 6e5, 10, 10, 5e6),
        Affine(1e-12, 0, 0, 0, 1e-12, 0),
    ],
)
def test_pixels_without_a_size(folder, affine):
    replaced(folder, affine=affine)
    refused(folder, f"{DAY}.tif", "pixels with a height and a width")


def test_nearly_the_same_place_is_the_same(folder):
    replaced(folder, affine=transform((600_000.000_01, 5_600_000.0)))
    assert len(opened(folder).imagery[0].dates) == 4


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9])
def test_truncated_files(folder, kept):
    path = replaced(folder, values=np.random.default_rng(0).integers(1, 9999, (5, 24, 32), "u2"))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])
    assert len(opened(folder).imagery[0].dates) == 4  # the header is whole, the pixels are not
    refused(folder, f"{DAY}.tif", "a complete GeoTIFF, but got a file that cannot be read")


@pytest.mark.parametrize("content", [b"", b"II*\0", b"not a raster", b"\x89PNG\r\n\x1a\n"])
def test_files_that_are_no_geotiff(folder, content):
    (folder / "s2" / f"{DAY}.tif").write_bytes(content)
    refused(folder, f"{DAY}.tif", "a complete GeoTIFF")


def test_virtual_rasters_that_point_elsewhere(folder, tmp_path):
    target = write_raster(tmp_path / "secret.tif", np.ones((1, 24, 32), np.uint16))
    (folder / "s2" / f"{DAY}.tif").write_text(
        f"<VRTDataset rasterXSize='32' rasterYSize='24'><VRTRasterBand dataType='UInt16' band='1'>"
        f"<SimpleSource><SourceFilename>{target}</SourceFilename></SimpleSource>"
        "</VRTRasterBand></VRTDataset>"
    )
    refused(folder, f"{DAY}.tif", "a complete GeoTIFF")


@pytest.mark.parametrize("whole_folder", [False, True])
def test_links_that_leave_the_folder(folder, tmp_path, whole_folder):
    outside = tmp_path / "outside"
    (folder / "s2").rename(outside)
    if whole_folder:
        (folder / "s2").symlink_to(outside)
    else:
        (folder / "s2").mkdir()
        (folder / "s2" / f"{DAY}.tif").symlink_to(outside / f"{DAY}.tif")
    refused(folder, ".tif", "inside the region's folder, but got a link to")


def test_links_within_the_folder(folder):
    (folder / "s2" / "2021-04-14.tif").unlink()
    (folder / "s2" / "2021-04-14.tif").symlink_to(folder / "s2" / f"{DAY}.tif")
    assert len(opened(folder).imagery[0].dates) == 4


@pytest.mark.parametrize(("crs", "affine"), [(None, transform()), (CRS, transform().identity())])
def test_rasters_without_a_place(folder, crs, affine):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        replaced(folder, crs=crs, affine=affine)
    refused(folder, f"{DAY}.tif", "a georeferenced raster .* but got no coordinate")


def test_rasters_of_a_local_system(folder):
    replaced(folder, crs='LOCAL_CS["paper",UNIT["metre",1]]')
    refused(folder, f"{DAY}.tif", "a georeferenced raster")


def test_too_large_rasters(folder, monkeypatch):
    monkeypatch.setattr(raster_module, "LARGEST_SIDE", 31)
    refused(folder, ".tif", "at most 31 pixels a side, but got 32 x 24")


def test_complex_numbers(folder):
    replaced(folder, values=np.ones((5, 24, 32), np.complex64), nodata=None)
    refused(folder, f"{DAY}.tif", "real numbers, but got complex ones")


def test_a_file_without_known_bands_among_others(folder):
    replaced(folder, bands=())
    refused(folder, f"{DAY}.tif", "bands with known names.*but got which carry no description")


def test_a_band_twice(folder):
    replaced(folder, bands=("B02", "B03", "B04", "B08", "b8"))
    refused(folder, f"{DAY}.tif", "each band once, but got B08 as B08 and as b8")


def test_a_list_of_bands_that_does_not_fit(folder):
    toml = folder / "region.toml"
    toml.write_text('[sources.s2]\npattern = "s2/{date}.tif"\nbands = ["B02", "B03"]\n')
    refused(folder, ".tif", "the 2 bands B02, B03, but got 5 bands")


def test_a_listed_source_without_known_bands(folder):
    toml = folder / "region.toml"
    names = '"a", "b", "c", "d", "e"'
    toml.write_text(f'[sources.s2]\npattern = "s2/{{date}}.tif"\nbands = [{names}]\n')
    refused(folder, ".tif", "bands with known names, such as B04 or VV, but got a, b, c, d, e")


def test_an_offset_in_stored_numbers(folder):
    toml = folder / "region.toml"
    toml.write_text('[sources.s2]\npattern = "s2/{date}.tif"\nscale = 1e-4\noffset = -1000\n')
    refused(folder, ".tif", r"offset in reflectance.*got -1000; write offset = -0\.1 in")


def test_a_band_without_any_value(folder):
    for path in (folder / "s2").iterdir():
        values = np.full((5, 24, 32), 900, np.uint16)
        values[3] = 0
        write_raster(path, values, bands=OPTICAL, nodata=0)
    refused(folder, "source s2 of small", "values in B08, but got nothing but no data in all 4")


def test_no_value_at_all(folder):
    for path in (folder / "s2").iterdir():
        write_raster(path, np.zeros((5, 24, 32), np.uint16), bands=OPTICAL, nodata=0)
    refused(folder, "source s2 of small", "values in B02, B03, B04, B08, B11")


def test_patterns_without_files(folder):
    toml = folder / "region.toml"
    toml.write_text('[sources.s2]\npattern = "s3/{date}.tif"\n')
    refused(folder, "s3/{date}.tif", "GeoTIFFs of that pattern", MissingFileError)
    toml.write_text(
        '[sources.s2]\npattern = "s2/{date}.tif"\n[sources.s2.mask]\npattern = "m/{date}.tif"\n'
    )
    refused(folder, "m/{date}.tif", "GeoTIFFs of that pattern", MissingFileError)


def test_dates_that_do_not_exist(folder):
    (folder / "s2" / f"{DAY}.tif").rename(folder / "s2" / "2021-02-30.tif")
    refused(folder, "2021-02-30.tif", "a date of the calendar")


def test_masks_that_do_not_pair_up(folder):
    for hour in ("T1", "T2"):
        write_raster(folder / "m" / f"{DAY}{hour}.tif", np.zeros((24, 32), np.uint8))
    toml = folder / "region.toml"
    toml.write_text(
        '[sources.s2]\npattern = "s2/{date}.tif"\n[sources.s2.mask]\npattern = "m/{date}*.tif"\n'
    )
    refused(folder, DAY, "1 masks, one for each image of that day, but got 2")


def test_masks_that_are_asked_for_and_not_there(folder):
    toml = folder / "region.toml"
    toml.write_text(
        '[sources.s2]\npattern = "s2/{date}.tif"\n[sources.s2.mask]\ndilate = 20\n'
        '[labels]\nfile = "labels.gpkg"\n'
    )
    refused(folder, "masks of s2", "files ending in .scl.tif beside the images, or a band SCL")


def test_clouds_dilated_too_far(folder):
    write_raster(
        folder / "s2" / f"{DAY}.scl.tif", np.full((240, 320), 4, "u1"), affine=transform(pixel=1)
    )
    toml = folder / "region.toml"
    toml.write_text(
        '[sources.s2]\npattern = "s2/{date}.tif"\n[sources.s2.mask]\ndilate = 2000\n'
        '[labels]\nfile = "labels.gpkg"\n[grid]\nresolution = 1\n'
    )
    refused(folder, f"{DAY}.scl.tif", "at most 256 pixels, but got 2000 m, which are 2000 pixels")


def test_speckle_of_a_source_without_backscatter(folder):
    toml = folder / "region.toml"
    toml.write_text('[sources.s2]\npattern = "s2/{date}.tif"\nspeckle = "lee"\n')
    refused(
        folder, "speckle of s2", "a source with backscatter, such as VV or VH, but got one without"
    )


def test_a_mask_band_that_is_not_there(folder):
    write_raster(folder / "m" / f"{DAY}.tif", np.zeros((24, 32), np.uint8))
    toml = folder / "region.toml"
    toml.write_text(
        '[sources.s2]\npattern = "s2/{date}.tif"\n'
        '[sources.s2.mask]\npattern = "m/{date}.tif"\nband = 2\n[labels]\nfile="labels.gpkg"\n'
    )
    refused(folder, f"m/{DAY}.tif", "a band 2, but got a file of 1 bands")


def test_a_season_that_starts_after_the_imagery(tmp_path):
    folder = write_region(tmp_path / "r", season_start=date(2022, 1, 1), n_dates=2)
    with pytest.raises(RegionError, match="season's start 2022-01-01, but got acquisitions from"):
        opened(folder)


def test_nothing_there(tmp_path):
    with pytest.raises(MissingFileError, match="none: expected a region folder"):
        opened(tmp_path / "none")
    with pytest.raises(RegionError, match="but got an empty folder"):
        opened(tmp_path)
    other = tmp_path / "notes.txt"
    other.write_text("")
    with pytest.raises(RegionError, match="another kind of file"):
        opened(other)
    with pytest.raises(RegionError, match="none among 1 entries"):
        opened(tmp_path)
    with pytest.raises(MissingFileError, match="elsewhere"):
        opened(tmp_path, data=tmp_path / "elsewhere")
    assert not check_region(tmp_path / "none", SourceOptions()).ok


def test_no_source_with_known_bands(tmp_path):
    write_raster(tmp_path / "dem" / "2021-01-01.tif", np.ones((1, 3, 3), np.float32))
    with pytest.raises(RegionError, match="dem: not used, for none of its bands"):
        opened(tmp_path)


def test_a_file_that_vanishes_later(folder):
    region = opened(folder)
    (folder / "s2" / f"{DAY}.tif").unlink()
    with pytest.raises(MissingFileError, match=f"{DAY}.tif"):
        region.read(region.grid.whole)


def test_a_file_that_shrinks_later(folder):
    region = opened(folder)
    replaced(folder, values=np.full((5, 10, 32), 900, np.uint16))
    with pytest.raises(RegionError, match=f"{DAY}.tif: expected pixels as far as row 24"):
        region.read(region.grid.whole)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_files_that_may_not_be_read(folder):
    (folder / "s2" / f"{DAY}.tif").chmod(0)
    refused(folder, f"{DAY}.tif", "a complete GeoTIFF")


def test_all_problems_are_listed_at_once(folder):
    replaced(folder, affine=transform(pixel=9000))
    (folder / "s2" / "2021-03-05.tif").write_bytes(b"broken")
    (folder / "legend.csv").write_text("code,name\n1,wheat\n")
    report = check_region(folder, SourceOptions())
    assert len(report.errors) == 3
    for file in (f"{DAY}.tif", "2021-03-05.tif", "labels.gpkg"):
        assert any(file in text for text in report.errors)
