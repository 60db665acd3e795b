"""The bundled region is neither a toy nor a riddle, and a leaky split gives itself away."""

import pytest

from cropcore.sources.simulation.classes import (
    ALFALFA,
    BARLEY,
    GRASS,
    MAIZE,
    POTATO,
    SUNFLOWER,
    WHEAT,
)
from tests.sources.simulation.difficulty import Answers, line, measure

ALIKE = ((WHEAT, BARLEY), (ALFALFA, GRASS), (SUNFLOWER, POTATO), (SUNFLOWER, MAIZE))
"""What agronomists would expect to be mistaken for one another."""


@pytest.fixture(scope="module")
def found() -> dict[str, Answers]:
    found = {}
    for case, answers in measure(per_class=400, trees=50):
        print(line(case, answers))
        found[case.name] = answers
    return found


def test_a_forest_does_well_and_not_perfectly(found):
    both, optical = found["Sentinel-2 and -1"], found["Sentinel-2 only"]
    assert 0.80 < optical.mean < 0.93
    assert 0.80 < both.mean < 0.93
    assert both.mean > optical.mean - 0.01
    assert 0.60 < found["Sentinel-1 only"].mean < optical.mean - 0.05


def test_spring_alone_does_not_tell_summer_crops_apart(found):
    assert 0.65 < found["both, to day 150"].mean < 0.75


def test_pixels_at_random_flatter(found):
    assert found["both, leaky: pixels at random"].mean > found["Sentinel-2 and -1"].mean + 0.05


def test_crops_that_are_alike_are_what_is_mixed_up(found):
    largest = found["Sentinel-2 and -1"].confusions()[:8]
    pairs = {frozenset(pair[:2]) for pair in largest}
    assert {frozenset(pair) for pair in ALIKE} <= pairs, largest
