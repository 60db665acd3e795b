"""What agronomists and radar people know of crops stands in the bundled series."""

import numpy as np
import pytest

from cropcore.sources.simulation import TRANSFER
from cropcore.workspace import sample_data
from tests.sources.simulation.checkpoints import CHECKPOINTS, lines
from tests.sources.simulation.curves import (
    Curves,
    between,
    greening_day,
    peak_day,
    read_season,
    yellowing_day,
)


@pytest.fixture(scope="session")
def later() -> Curves:
    """The part with the late spring."""
    return Curves(read_season(sample_data() / "regions" / TRANSFER.name))


@pytest.mark.parametrize("point", CHECKPOINTS, ids=lambda point: point.name)
def test_curves_lie_where_they_have_been_seen(point, curves):
    assert point.low <= point.read(curves) <= point.high


def test_checkpoints_can_be_printed(curves):
    printed = list(lines(curves))
    print("\n".join(printed))
    assert len(printed) == len(CHECKPOINTS)


def test_barley_is_ahead_of_wheat(curves):
    wheat, barley = (curves.series(crop, "NDVI") for crop in ("Winter wheat", "Winter barley"))
    assert 8 < yellowing_day(wheat) - yellowing_day(barley) < 25
    vh = [curves.series(crop, "VH") for crop in ("Winter barley", "Winter wheat")]
    assert between(vh[0], 140, 165).mean() > between(vh[1], 140, 165).mean() + 2


def test_rapeseed_in_flower_dips_in_ndvi_and_brightens_in_green_and_red(curves):
    ndvi = curves.series("Winter rapeseed", "NDVI")
    flower = peak_day(curves.series("Winter rapeseed", "NDYI"), 80, 180)
    before, after = between(ndvi, 90, 103).max(), between(ndvi, 130, 152).max()
    assert ndvi[flower] < min(before, after) - 0.1
    for band in ("B03", "B04"):
        series = curves.series("Winter rapeseed", band)
        assert series[flower] > 1.5 * between(series, 135, 160).min(), band


def test_radar_and_yellowness_date_the_flowering_alike(curves):
    """VV of rapeseed has a local minimum in flower (d'Andrimont et al. 2020)."""
    flower = peak_day(curves.series("Winter rapeseed", "NDYI"), 80, 180)
    vv = curves.series("Winter rapeseed", "VV")
    lowest = peak_day({day: -value for day, value in vv.items()}, 60, 150)
    assert abs(lowest - flower) <= 12


def test_maize_rises_in_vh_until_july(curves):
    vh = curves.series("Maize", "VH")
    assert between(vh, 190, 230).mean() > between(vh, 115, 145).mean() + 1.5


def test_crops_turn_green_in_their_order(curves):
    names = ("Winter rapeseed", "Winter wheat", "Sugar beet", "Maize")
    days = [greening_day(curves.series(name, "NDVI")) for name in names]
    assert days[0] <= days[1] < 120 < days[2] <= days[3] < 190


def test_alfalfa_is_cut_three_or_four_times(curves):
    """Each cut is a sudden fall of a parcel's NDVI; clouds hide some."""
    falls = []
    for parcel in curves.parcels_of("Alfalfa"):
        ndvi = curves.index(parcel, "B08", "B04")
        values = [ndvi[day] for day in sorted(ndvi) if 100 < day < 290]
        if len(values) >= 15:
            falls.append(int((np.diff(values) < -0.12).sum()))
    assert len(falls) >= 10
    assert 2 <= np.median(falls) <= 4


def test_straw_is_brighter_in_the_short_wave_infrared_than_leaves(curves):
    swir = curves.series("Winter wheat", "B11")
    assert between(swir, 200, 215).max() > 1.3 * between(swir, 120, 150).min()


def test_wet_soil_is_dark_in_the_short_wave_infrared(curves):
    bare = between(curves.series("Maize", "B11"), 75, 135)
    assert bare.max() > 1.15 * bare.min()


def test_forest_is_darker_than_crops_and_steady_in_radar(curves):
    nir = [between(curves.series(n, "B08"), 185, 215).mean() for n in ("Forest", "Sugar beet")]
    assert nir[0] < 0.8 * nir[1]
    assert np.std(list(curves.series("Forest", "VV").values())) < 0.5


def test_towns_scatter_most(curves):
    town = np.mean(list(curves.series("Built-up", "VV").values()))
    field = np.mean(list(curves.series("Grassland", "VV").values()))
    assert town > field + 4


@pytest.mark.parametrize("crop", ["Winter wheat", "Winter rapeseed", "Sugar beet", "Maize"])
def test_a_late_spring_is_late(crop, curves, later):
    early, late = (greening_day(item.series(crop, "NDVI")) for item in (curves, later))
    assert 2 < late - early < 20


def test_rapeseed_flowers_later_after_a_late_spring(curves, later):
    flower = [peak_day(item.series("Winter rapeseed", "NDYI"), 80, 180) for item in (curves, later)]
    assert 4 <= flower[1] - flower[0] <= 25


def test_summer_makes_up_for_most_of_the_delay(curves, later):
    early, late = (yellowing_day(item.series("Winter wheat", "NDVI")) for item in (curves, later))
    assert 0 < late - early < 12
