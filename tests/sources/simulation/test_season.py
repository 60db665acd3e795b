"""A season as a whole: the same for the same seed, in range, clouds told by the scene classes."""

import re
from dataclasses import replace

import numpy as np
import pytest
from rasterio.features import rasterize

from cropcore.errors import SettingError
from cropcore.sources.simulation import LEGEND, MAIN, TRANSFER, simulate_season
from cropcore.sources.simulation.sky import sun_at
from cropcore.workspace import sample_data
from tests.sources.simulation.curves import CLEAR, read_season

TINY = replace(MAIN, seed=3, size=48)
ROUNDING = 0.001
"""Share of pixels that may differ where another processor rounds otherwise."""


def test_same_seed_same_pixels():
    assert simulate_season(TINY).digest() == simulate_season(TINY).digest()


@pytest.mark.parametrize("change", [{"seed": 4}, {"lateness": 5.0}])
def test_another_seed_or_spring_is_another_season(change):
    assert simulate_season(TINY).digest() != simulate_season(replace(TINY, **change)).digest()


@pytest.mark.parametrize("size", [47, 10, 255])
def test_a_size_that_cannot_be_is_told(size):
    with pytest.raises(SettingError, match="even number of pixels"):
        simulate_season(replace(MAIN, size=size))


@pytest.mark.parametrize("part", [MAIN, TRANSFER], ids=lambda part: part.name)
def test_what_is_bundled_is_frozen(part):
    """The README's digest, over the files as they are."""
    bundled = read_season(sample_data() / "regions" / part.name)
    readme = (sample_data() / "README.md").read_text(encoding="utf-8")
    found = dict(re.findall(r"\| `(\w+)` \| `([0-9a-f]{64})` \|", readme))
    assert bundled.digest() == found[part.name]


def test_what_is_bundled_is_what_the_build_gives():
    bundled, built = (
        read_season(sample_data() / "regions" / TRANSFER.name),
        simulate_season(TRANSFER),
    )
    assert [scene.day for scene in bundled.optical] == [scene.day for scene in built.optical]
    np.testing.assert_array_equal(bundled.codes, built.codes)
    for one, other in zip(
        bundled.optical + bundled.radar, built.optical + built.radar, strict=True
    ):
        assert np.mean(one.values != other.values) < ROUNDING


@pytest.mark.parametrize("part", [MAIN, TRANSFER], ids=lambda part: part.name)
def test_every_class_is_there_to_be_learnt_or_tested(part):
    season = read_season(sample_data() / "regions" / part.name)
    shape = (season.grid.height, season.grid.width)
    drawn = rasterize(zip(season.shapes, season.codes, strict=True), shape,
                      transform=season.grid.affine)  # fmt: skip
    assert np.bincount(season.codes, minlength=12)[1:].min() >= 4
    assert np.bincount(drawn.ravel(), minlength=12)[1:].min() >= 300


def test_parts_lie_apart_and_in_different_years():
    assert TRANSFER.origin[0] > MAIN.origin[0] + 10 * MAIN.size
    assert TRANSFER.start.year == MAIN.start.year + 1


def test_all_classes_occur(season):
    assert set(season.codes) == set(LEGEND.codes)


def test_dates_are_a_satellites(season):
    optical = np.diff([scene.day.toordinal() for scene in season.optical])
    radar = np.diff([image.day.toordinal() for image in season.radar])
    assert 22 <= len(season.optical) <= 30
    assert (optical % 5 == 0).all()
    assert optical.max() <= 30
    assert 18 <= len(season.radar) <= 24
    assert (radar == 12).all()


def test_values_are_in_range(season):
    for scene in season.optical:
        seen = scene.values[:, scene.scene != 0]
        assert scene.values.dtype == np.uint16
        assert seen.min() >= 20
        assert seen.max() <= 12_000
        assert (scene.values[:, scene.scene == 0] == 0).all()
    for image in season.radar:
        assert image.values.dtype == np.int16
        assert -3500 < image.values.min() < image.values.max() < 2500


def test_clouds_are_bright_and_shadows_dark(season):
    cloud, shadow, clear = [], [], []
    for scene in season.optical:
        blue, nir = scene.values[0] / 1e4, scene.values[6] / 1e4
        cloud.append(blue[scene.scene == 9])
        shadow.append(nir[scene.scene == 3])
        clear.append(np.stack([blue, nir])[:, np.isin(scene.scene, CLEAR)])
    blue, nir = np.concatenate(clear, axis=1)
    assert np.median(np.concatenate(cloud)) > 0.4
    assert np.mean(blue < 0.25) > 0.99
    assert np.median(np.concatenate(shadow)) < 0.65 * np.median(nir)


def test_some_dates_are_clear_and_some_are_not(season):
    shares = [np.isin(scene.scene, CLEAR).mean() for scene in season.optical]
    assert np.sum(np.array(shares) > 0.95) >= 8
    assert np.sum(np.array(shares) < 0.8) >= 5


def test_radar_sees_speckle_of_four_to_six_looks(curves):
    power = 10 ** (curves.season.radar[3].values[0][curves.where("Forest")] / 1000)
    looks = power.mean() ** 2 / power.var()
    assert 3 < looks < 7


def test_sun_is_high_in_june_and_in_the_south_east():
    zenith, azimuth = sun_at(172, 49.05)
    assert 26 < zenith < 34
    assert 120 < azimuth < 150
    assert sun_at(355, 49.05)[0] > 70
