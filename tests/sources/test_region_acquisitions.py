"""Acquisitions in several files, several masks, dilated clouds and filtered speckle."""

import numpy as np
import pytest
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st

from cropcore.bands import BANDS
from cropcore.cube import Grid, Window
from cropcore.cube.masking import dilate
from cropcore.cube.radar import LeeFilter, to_decibels, to_power
from cropcore.errors import RegionError
from cropcore.sources import SourceOptions
from cropcore.sources.region import open_region
from cropcore.sources.region.check import check_region
from tests.building import CLEAR, CLOUD, ORIGIN, write_raster

FINE = Grid("EPSG:32631", (10.0, 0.0, ORIGIN[0], 0.0, -10.0, ORIGIN[1]), 40, 30)
COARSE = Grid("EPSG:32631", (20.0, 0.0, ORIGIN[0], 0.0, -20.0, ORIGIN[1]), 20, 15)
SOURCE = '[sources.s2]\npattern = "s2/{date}.tif"\n'


def opened(folder, toml=""):
    if toml:
        (folder / "region.toml").write_text(toml)
    return open_region(folder, SourceOptions())


def write(path, grid, values, bands=(), **profile):
    values = np.broadcast_to(values, (max(len(bands), 1), grid.height, grid.width))
    affine = Affine(*grid.transform)
    return write_raster(path, np.ascontiguousarray(values), bands=bands, affine=affine, **profile)


def levels(*bands: str) -> np.ndarray:
    """A reflectance for each band by which it is known, float32 (band, 1, 1)."""
    order = list(BANDS)
    return np.array([0.01 * (1 + order.index(band)) for band in bands], "f4")[:, None, None]


def hidden_in(region) -> np.ndarray:
    """Where no band of the first source has a value, bool (time, y, x)."""
    return np.isnan(region.read(region.grid.whole).sources[0].values).all(axis=-1)


def scene_classes(grid: Grid, *clouds: tuple[int, int]) -> np.ndarray:
    values = np.full((1, grid.height, grid.width), CLEAR, np.uint8)
    for row, col in clouds:
        values[0, row, col] = CLOUD
    return values


# Files of one day


def test_files_of_two_resolutions_are_one_acquisition(tmp_path):
    for day in ("2021-04-05", "2021-04-10"):
        path = tmp_path / "s2" / f"{day}_10m.tif"
        write(path, FINE, levels("B02", "B03", "B04", "B08"), ("B02", "B03", "B04", "B08"))
        path = tmp_path / "s2" / f"{day}_20m.tif"
        write(path, COARSE, levels("B05", "B11", "B12"), ("B05", "B11", "B12"))
        write(path.with_suffix(".scl.tif"), COARSE, scene_classes(COARSE, (2, 3)))
    region = opened(tmp_path)
    assert region.grid == FINE
    bands = ("B02", "B03", "B04", "B05", "B08", "B11", "B12")
    assert region.offered[0].bands == bands
    assert len(region.dates["s2"]) == 2
    seen = region.read(FINE.whole).sources[0].values
    np.testing.assert_allclose(seen[:, 0, 0], [levels(*bands).ravel()] * 2, rtol=1e-6)
    expected = np.zeros((30, 40), bool)
    expected[4:6, 6:8] = True
    for bad in np.isnan(seen):
        np.testing.assert_array_equal(bad, np.repeat(expected[..., None], 7, axis=-1))
    assert not any("missing" in note or "no mask" in note for note in region.notes)
    first = region.imagery[0].acquisitions[0]
    assert first.path.name == "2021-04-05_10m.tif", "which holds red, green and blue"
    assert [path.name for path in first.paths] == [
        "2021-04-05_10m.tif", "2021-04-05_20m.tif", "2021-04-05_20m.scl.tif",
    ]  # fmt: skip


def test_one_file_a_band(tmp_path):
    grids = {"B02": FINE, "B04": FINE, "B08": FINE, "B11": COARSE, "SCL": COARSE}
    for day in ("2021-04-05", "2021-04-10", "2021-04-15"):
        for band, grid in grids.items():
            values = levels(band) if band != "SCL" else scene_classes(grid, (0, 0))
            write(tmp_path / "s2" / f"{day}_{band}.tif", grid, values, (band,))
    toml = (
        SOURCE.replace("{date}", "{date}_B*") + '[sources.s2.mask]\npattern = "s2/{date}_SCL.tif"\n'
    )
    region = opened(tmp_path, toml)
    seen = region.read(FINE.whole).sources[0]
    assert seen.bands == ("B02", "B04", "B08", "B11")
    assert seen.values.shape == (3, 30, 40, 4)
    np.testing.assert_array_equal(np.isnan(seen.values).any(axis=0).sum(axis=(0, 1)), [4] * 4)
    assert check_region(tmp_path, SourceOptions()).ok


@pytest.mark.parametrize("described", [True, False])
def test_one_file_a_band_named_by_its_file_alone(tmp_path, described):
    """As downloads often are: T31UFS_20210405T103021_B02_10m.tif and so on, no band described."""
    for day in ("20210405", "20210410"):
        for band, grid in {"B02": FINE, "B8A": COARSE, "SCL": COARSE}.items():
            values = levels(band) if band != "SCL" else scene_classes(grid, (0, 0))
            path = tmp_path / "s2" / f"T31UFS_{day}T103021_{band}_{grid.transform[0]:g}m.tif"
            write(path, grid, values, (band,) if described else ())
    region = opened(tmp_path)
    seen = region.read(FINE.whole).sources[0]
    assert seen.bands == ("B02", "B8A")
    assert len(seen.dates) == 2
    assert hidden_in(region).sum(axis=(1, 2)).tolist() == [4, 4]
    np.testing.assert_allclose(
        seen.values[:, -1, -1], [levels("B02", "B8A").ravel()] * 2, rtol=1e-6
    )
    assert region.notes[1:] == (
        "s2: rasters with pixels of 20 x 20 m in EPSG:32631 (2 of 4) are brought to the region's "
        "grid (pixels of 10 x 10 m in EPSG:32631) by interpolation.",
        "s2: masks with pixels of 20 x 20 m in EPSG:32631 (2 of 2) are brought to the region's "
        "grid (pixels of 10 x 10 m in EPSG:32631) by their nearest pixels.",
    )


def test_one_mask_for_all_files_of_a_day(tmp_path):
    for what, band in (("10m", "B02"), ("20m", "B11")):
        write(tmp_path / "s2" / f"2021-04-05_{what}.tif", FINE, levels(band), (band,))
    write(tmp_path / "s2" / "2021-04-05.scl.tif", COARSE, scene_classes(COARSE, (2, 2)))
    write(tmp_path / "s2" / "2021-04-06.scl.tif", COARSE, scene_classes(COARSE, (2, 2)))
    region = opened(tmp_path)
    assert hidden_in(region)[0].sum() == 4
    note = "scene classes that belong to no image are not used (1, the first is 2021-04-06.scl.tif)"
    assert any(note in text for text in region.notes)


def test_a_file_with_two_band_names_stays_unnamed(tmp_path):
    write(tmp_path / "s2" / "2021-04-05_B02.tif", FINE, levels("B02"))
    write(tmp_path / "s2" / "2021-04-05_B02_B03.tif", FINE, levels("B02"))
    with pytest.raises(RegionError, match="which carry no description"):
        opened(tmp_path)


def test_two_overpasses_of_a_day_stay_apart(tmp_path):
    for hour, factor in (("T1", 1), ("T2", 2)):
        for what, bands in (("10m", ("B02", "B04")), ("20m", ("B11",))):
            path = tmp_path / "s2" / f"2021-04-05{hour}_{what}.tif"
            write(path, FINE, factor * levels(*bands), bands)
    region = opened(tmp_path)
    seen = region.read(Window(0, 0, 1, 1)).sources[0].values[:, 0, 0]
    np.testing.assert_allclose(seen[1], 2 * seen[0], rtol=1e-6)
    assert len(seen) == 2


def test_an_acquisition_without_one_of_its_files(tmp_path):
    for day in ("2021-04-05", "2021-04-10"):
        write(tmp_path / "s2" / f"{day}_10m.tif", FINE, levels("B04"), ("B04",))
    write(tmp_path / "s2" / "2021-04-10_20m.tif", COARSE, levels("B11"), ("B11",))
    region = opened(tmp_path)
    assert "s2: B11 is missing in 1 of 2 acquisitions and counts as no data there." in region.notes
    seen = region.read(Window(3, 3, 1, 1)).sources[0].values[:, 0, 0]
    np.testing.assert_array_equal(np.isnan(seen), [[False, True], [False, False]])


# Masks


def test_clouds_are_dilated_in_metres_of_the_region(tmp_path):
    write(tmp_path / "s2" / "2021-04-05.tif", FINE, levels("B04"), ("B04",))
    write(tmp_path / "s2" / "2021-04-05.scl.tif", COARSE, scene_classes(COARSE, (5, 6), (14, 19)))
    plain = hidden_in(opened(tmp_path, SOURCE))[0]
    assert plain.sum() == 8
    region = opened(tmp_path, SOURCE + "[sources.s2.mask]\ndilate = 20\n")
    grown = hidden_in(region)[0]
    np.testing.assert_array_equal(grown, dilate(plain, 20, (10, 10)))
    assert grown.sum() > plain.sum()
    assert "s2: 20 m around what is masked out are masked out too." in region.notes


def test_probability_beside_scene_classes(tmp_path):
    for at, day in enumerate(("2021-04-05", "2021-04-10")):
        write(tmp_path / "s2" / f"{day}.tif", FINE, levels("B04"), ("B04",))
        write(tmp_path / "s2" / f"{day}.scl.tif", COARSE, scene_classes(COARSE, (0, at)))
        percent = np.full((1, 30, 40), 40, np.uint8)
        percent[0, 20:22, 30] = 41
        write(tmp_path / "p" / f"CLD_{day}.tif", FINE, percent)
    toml = SOURCE + (
        '[[sources.s2.masks]]\nkind = "probability"\npattern = "p/CLD_{date}.tif"\ndilate = 10\n'
    )
    region = opened(tmp_path, toml)
    hidden = hidden_in(region)
    assert hidden.sum(axis=(1, 2)).tolist() == [4 + 8, 4 + 8]
    assert hidden[:, 20, 31].all(), "dilated"
    assert hidden[0, 1, 1], "scene classes count too"
    assert "s2: what a mask rates above 40 is masked out, and 10 m around." in region.notes
    (tmp_path / "region.toml").unlink()
    stricter = opened(tmp_path, toml + "above = 39.5\n")
    assert hidden_in(stricter).all()
    report = check_region(tmp_path, SourceOptions())
    assert any("some pixels without cloud" in text for text in report.errors)


def test_probability_of_floats_and_holes(tmp_path):
    write(tmp_path / "s2" / "2021-04-05.tif", FINE, levels("B04"), ("B04",))
    share = np.zeros((1, 30, 40), np.float32)
    share[0, 1, 2], share[0, 4, 5] = 0.6, np.nan
    write(tmp_path / "p" / "2021-04-05.tif", FINE, share)
    toml = SOURCE + (
        '[[sources.s2.masks]]\nkind = "probability"\npattern = "p/{date}.tif"\nabove = 0.5\n'
    )
    assert np.argwhere(hidden_in(opened(tmp_path, toml))[0]).tolist() == [[1, 2], [4, 5]]


def test_described_classes_stand_in_for_the_usual_ones(tmp_path):
    write(tmp_path / "s2" / "2021-04-05.tif", FINE, levels("B04"), ("B04",))
    write(tmp_path / "s2" / "2021-04-05.scl.tif", FINE, scene_classes(FINE, (1, 1)))
    bits = np.zeros((1, 30, 40), np.uint16)
    bits[0, 3, 3] = 1024
    write(tmp_path / "qa" / "2021-04-05.tif", FINE, bits)
    toml = SOURCE + '[sources.s2.mask]\npattern = "qa/{date}.tif"\nvalues = [1024]\n'
    assert np.argwhere(hidden_in(opened(tmp_path, toml))[0]).tolist() == [[3, 3]]


def test_a_mask_that_hides_nothing_is_told(tmp_path):
    for day in ("2021-04-05", "2021-04-10"):
        write(tmp_path / "s2" / f"{day}.tif", FINE, levels("B04"), ("B04",))
        write(tmp_path / "s2" / f"{day}.scl.tif", FINE, scene_classes(FINE))
    warnings = check_region(tmp_path, SourceOptions()).warnings
    assert any(text.startswith("s2: the masks hide no pixel") for text in warnings)
    write(tmp_path / "s2" / "2021-04-10.scl.tif", FINE, scene_classes(FINE, (0, 0)))
    warnings = check_region(tmp_path, SourceOptions()).warnings
    assert not any("hide no pixel" in text for text in warnings)


# Speckle


@pytest.fixture(scope="module")
def radar(tmp_path_factory):
    """Backscatter of an even ground with a bright edge, on a grid turned against the region's."""
    root = tmp_path_factory.mktemp("radar")
    turned = Grid("EPSG:32631", (8.0, 6.0, 599_800.0, 6.0, -8.0, 5_599_750.0), 60, 70)
    random = np.random.default_rng(0)
    write(root / "s2" / "2021-04-05.tif", FINE, levels("B04"), ("B04",))
    for name, grid in (("same", FINE), ("turned", turned)):
        ground = np.where(np.arange(grid.width) < 20, 0.02, 0.2)
        power = ground * random.gamma(4.4, 1 / 4.4, (2, grid.height, grid.width))
        power[:, 4, 9] = np.nan
        write(root / name / "2021-04-05.tif", grid, power.astype("f4"), ("VV_linear", "VH_linear"))
    return root


def described(root, folder, name, speckle):
    toml = folder / f"{name}.toml"
    toml.write_text(f'{SOURCE}[sources.s1]\npattern = "{name}/{{date}}.tif"\n{speckle}\n')
    return open_region(toml, SourceOptions(data=root))


def backscatter(region, window=FINE.whole):
    return region.read(window).sources[1].values[0]


def test_speckle_is_filtered_in_linear_power(radar, tmp_path):
    plain = backscatter(described(radar, tmp_path, "same", ""))
    region = described(radar, tmp_path, "same", "[sources.s1.speckle]\nwindow = 7\nlooks = 3")
    for band in (0, 1):
        expected = to_decibels(LeeFilter(7, 3.0)(to_power(plain[..., band])))
        np.testing.assert_allclose(backscatter(region)[..., band], expected, atol=1e-4)
    note = "s1: speckle is filtered (Lee, 7 x 7 pixels, 3 looks); a model trained on it needs"
    assert any(text.startswith(note) for text in region.notes)
    filtered = ("calibrated: dB = 10 log10(stored × 1)",
                "speckle filtered: Lee, 7 x 7 pixels, 3 looks")  # fmt: skip
    assert region.treatment["s1"] == filtered
    assert described(radar, tmp_path, "same", "").treatment["s1"] == filtered[:1]


def test_it_is_filtered_before_it_is_warped(radar, tmp_path):
    plain = backscatter(described(radar, tmp_path, "turned", ""))
    filtered = backscatter(described(radar, tmp_path, "turned", 'speckle = "lee"'))
    rough = [np.nanmean(np.abs(np.diff(values, axis=0))) for values in (plain, filtered)]
    assert rough[1] < 0.5 * rough[0]
    np.testing.assert_allclose(
        np.log10(np.nanmean(to_power(filtered), axis=(0, 1))),
        np.log10(np.nanmean(to_power(plain), axis=(0, 1))),
        atol=0.02,
    )


@settings(max_examples=25)
@given(
    name=st.sampled_from(["same", "turned"]),
    top=st.integers(0, 29),
    left=st.integers(0, 39),
    size=st.integers(1, 20),
)
def test_a_window_is_that_part_of_the_whole(radar, tmp_path_factory, name, top, left, size):
    folder = tmp_path_factory.getbasetemp()
    region = described(radar, folder, name, 'speckle = "lee"')
    window = Window(top, left, min(size, 30 - top), min(size, 40 - left))
    part, whole = backscatter(region, window), backscatter(region)
    np.testing.assert_array_equal(part, whole[window.slices])


def test_filters_are_told_apart_from_their_absence(radar, tmp_path):
    with pytest.raises(RegionError, match="an odd number of pixels"):
        described(radar, tmp_path, "same", "[sources.s1.speckle]\nwindow = 6")


@settings(max_examples=20)
@given(
    top=st.integers(0, 29), left=st.integers(0, 39), size=st.integers(1, 20),
    seed=st.integers(0, 2), distance=st.integers(0, 90),
)  # fmt: skip
def test_masked_windows_are_that_part_of_the_whole(
    tmp_path_factory, top, left, size, seed, distance
):
    folder = tmp_path_factory.getbasetemp() / f"masked_{seed}"
    if not folder.exists():
        random = np.random.default_rng(seed)
        write(folder / "s2" / "2021-04-05.tif", FINE, levels("B04"), ("B04",))
        scene = np.where(random.random((1, 15, 20)) < 0.02, CLOUD, CLEAR).astype(np.uint8)
        write(folder / "s2" / "2021-04-05.scl.tif", COARSE, scene)
    region = opened(folder, SOURCE + f"[sources.s2.mask]\ndilate = {distance}\n")
    window = Window(top, left, min(size, 30 - top), min(size, 40 - left))
    part = np.isnan(region.read(window).sources[0].values[0, ..., 0])
    np.testing.assert_array_equal(part, hidden_in(region)[0][window.slices])
