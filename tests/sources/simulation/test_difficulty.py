"""The bundled region is neither a toy nor a riddle, and a leaky split gives itself away."""

import pytest

from tests.sources.simulation.difficulty import measure


@pytest.fixture(scope="module")
def found() -> dict[str, float]:
    found = dict(measure(per_class=400, trees=50))
    for name, score in found.items():
        print(f"{name:32s}{score:.3f}")
    return found


def test_a_forest_does_well_and_not_perfectly(found):
    assert 0.80 < found["Sentinel-2 only"] < 0.93
    assert 0.80 < found["Sentinel-2 and -1"] < 0.93
    assert found["Sentinel-2 and -1"] > found["Sentinel-2 only"] - 0.01
    assert 0.60 < found["Sentinel-1 only"] < found["Sentinel-2 only"] - 0.05


def test_spring_alone_does_not_tell_summer_crops_apart(found):
    assert 0.65 < found["both, to day 150"] < 0.75


def test_pixels_at_random_flatter(found):
    assert found["both, leaky: pixels at random"] > found["Sentinel-2 and -1"] + 0.05
