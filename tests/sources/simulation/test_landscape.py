"""The land: parcels that do not overlap, of many sizes, with the crops' shares kept."""

import numpy as np
import pytest
import shapely

from cropcore.cube import Grid
from cropcore.sources.simulation.classes import ARABLE_SHARES, BUILT, CODES, FOREST, GRASS
from cropcore.sources.simulation.growth import NEVER
from cropcore.sources.simulation.landscape import Landscape, draw_landscape
from cropcore.sources.simulation.stands import draw_stands


@pytest.fixture(scope="module")
def land() -> Landscape:
    grid = Grid("EPSG:32631", (10, 0, 606_000, 0, -10, 5_434_560), 256, 256)
    return draw_landscape(5, grid, 10.0)


def test_parcels_are_valid_and_apart(land):
    assert shapely.is_valid(land.shapes).all()
    areas = shapely.area(land.shapes)
    assert shapely.union_all(land.shapes).area > 0.999 * areas.sum()


def test_parcels_are_many_and_of_many_sizes(land):
    hectares = shapely.area(land.shapes) / 1e4
    assert 200 < len(hectares) < 500
    assert 1.0 < np.median(hectares) < 4.0
    assert np.quantile(hectares, 0.95) > 3 * np.quantile(hectares, 0.25)


def test_crops_have_their_shares(land):
    areas = shapely.area(land.shapes)
    places = [CODES[name] for name in (GRASS, FOREST, BUILT)]
    arable = areas[~np.isin(land.codes, places)].sum()
    for crop, share in ARABLE_SHARES.items():
        assert areas[land.codes == CODES[crop]].sum() / arable == pytest.approx(share, abs=0.03)


def test_every_class_has_parcels_for_five_folds(land):
    assert np.bincount(land.codes, minlength=12)[1:].min() >= 8


def test_neighbours_grow_different_things(land):
    """Some next to each other are alike, as a farm's are, most are not."""
    codes = land.codes[land.parcel] * (land.parcel >= 0)
    beside = (codes[:, 3:] > 0) & (codes[:, :-3] > 0) & (land.parcel[:, 3:] != land.parcel[:, :-3])
    same = (codes[:, 3:] == codes[:, :-3])[beside].mean()
    assert 0.1 < same < 0.6


def test_a_late_spring_delays_less_and_less(land):
    usual, late = (draw_stands(5, land.codes, days) for days in (0.0, 10.0))
    assert (usual.rise < late.rise).all()
    delay = (late.harvest - usual.harvest)[usual.harvest < NEVER]
    assert 2.9 < delay.min() < delay.max() < 6
    crops = land.codes == CODES["Winter wheat"]
    rise = (late.rise - usual.rise)[:-3][crops]
    assert ((rise > 9) & (rise < 10)).all()
    assert (late.sown[:-3][crops] == usual.sown[:-3][crops]).all()
    assert (late.harvest[usual.harvest >= NEVER] >= NEVER).all()
