"""A season as a whole: the same for the same seed, in range, clouds told by the scene classes."""

import numpy as np
import pytest

from cropcore.errors import SettingError
from cropcore.sources.simulation import LEGEND, SEED, simulate_season
from cropcore.sources.simulation.sky import sun_at
from tests.sources.simulation.conftest import CLEAR


def test_same_seed_same_pixels():
    assert simulate_season(3, 48).digest() == simulate_season(3, 48).digest()


def test_another_seed_is_another_season():
    assert simulate_season(3, 48).digest() != simulate_season(4, 48).digest()


@pytest.mark.parametrize("size", [47, 10, 255])
def test_a_size_that_cannot_be_is_told(size):
    with pytest.raises(SettingError, match="even number of pixels"):
        simulate_season(SEED, size)


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


def test_radar_sees_speckle_of_four_to_six_looks(season, curves):
    forest = curves.crops == LEGEND.find("Forest").code
    power = 10 ** (season.radar[3].values[0][forest] / 1000)
    looks = power.mean() ** 2 / power.var()
    assert 3 < looks < 7


def test_sun_is_high_in_june_and_in_the_south_east():
    zenith, azimuth = sun_at(172, 49.05)
    assert 26 < zenith < 34
    assert 120 < azimuth < 150
    assert sun_at(355, 49.05)[0] > 70
