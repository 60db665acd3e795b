"""What agronomists and radar people know of crops stands in the simulated series."""

import numpy as np

from tests.sources.simulation.conftest import between


def test_wheat_darkens_in_vv_and_vh_in_late_may(curves):
    vv, vh = (curves.backscatter("Winter wheat", at) for at in (0, 1))
    assert -13.5 < between(vv, 45, 62).mean() < -9.5
    assert -20.5 < between(vv, 135, 155).min() < -17.5
    assert -24.5 < between(vh, 135, 155).min() < -21.5
    assert between(vv, 205, 240).mean() > -14


def test_barley_is_ahead_of_wheat(curves):
    wheat, barley = curves.ndvi("Winter wheat"), curves.ndvi("Winter barley")
    assert _last_green(barley) < _last_green(wheat)
    vh = [curves.backscatter(crop, 1) for crop in ("Winter barley", "Winter wheat")]
    assert between(vh[0], 140, 165).mean() > between(vh[1], 140, 165).mean() + 2


def test_rapeseed_flowers_yellow_and_scatters_from_its_pods(curves):
    green, blue = (curves.reflectance("Winter rapeseed", band) for band in (1, 0))
    yellow = {day: green[day] / blue[day] for day in green}
    assert between(yellow, 105, 130).max() > 1.25 * between(yellow, 140, 165).max()
    vh = curves.backscatter("Winter rapeseed", 1)
    assert -15 < between(vh, 140, 170).max() < -12
    assert between(vh, 45, 70).mean() < -17


def test_maize_rises_in_vh_until_july(curves):
    vh = curves.backscatter("Maize", 1)
    assert between(vh, 190, 230).mean() > between(vh, 115, 145).mean() + 1.5


def test_crops_turn_green_in_their_order(curves):
    names = ("Winter rapeseed", "Winter wheat", "Sugar beet", "Maize")
    half = [_first_green(curves.ndvi(name)) for name in names]
    assert half[0] <= half[1] < 120 < half[2] <= half[3] < 190


def test_bare_soil_of_summer_crops_and_stubble_of_cereals(curves):
    for crop in ("Maize", "Sunflower", "Potato", "Sugar beet"):
        assert between(curves.ndvi(crop), 105, 130).max() < 0.35, crop
        assert between(curves.ndvi(crop), 190, 215).max() > 0.65, crop
    assert between(curves.ndvi("Winter wheat"), 125, 150).max() > 0.8
    assert between(curves.ndvi("Winter wheat"), 210, 230).min() < 0.35


def test_straw_is_brighter_in_the_short_wave_infrared_than_leaves(curves):
    swir = curves.reflectance("Winter wheat", 8)
    assert between(swir, 200, 215).max() > 1.3 * between(swir, 120, 150).min()


def test_forest_is_darker_than_crops_and_stays_green(curves):
    forest = curves.ndvi("Forest")
    assert between(forest, 140, 260).min() > 0.55
    nir = [
        between(curves.reflectance(name, 6), 185, 215).mean() for name in ("Forest", "Sugar beet")
    ]
    assert nir[0] < 0.8 * nir[1]


def test_wet_soil_is_dark_in_the_short_wave_infrared(season, curves):
    maize = curves.reflectance("Maize", 8)
    bare = between(maize, 75, 135)
    assert bare.max() > 1.15 * bare.min()


def test_towns_scatter_most(curves):
    town = np.mean(list(curves.backscatter("Built-up", 0).values()))
    field = np.mean(list(curves.backscatter("Grassland", 0).values()))
    assert town > field + 4


def _first_green(series: dict[int, float]) -> int:
    """First day from March on which half of the way to the peak is done."""
    days = [day for day in series if day > 75]
    low, high = min(series.values()), max(series.values())
    return min(day for day in days if series[day] > (low + high) / 2)


def _last_green(series: dict[int, float]) -> int:
    days = [day for day in series if 100 < day < 230 and series[day] > 0.5]
    return max(days)
