"""A small season simulated once for all tests, and the curves of the one that is bundled."""

from dataclasses import replace

import pytest

from cropcore.sources.simulation import MAIN, Season, simulate_season
from cropcore.workspace import sample_data
from tests.sources.simulation.curves import Curves, read_season

SMALL = replace(MAIN, size=128)


@pytest.fixture(scope="session")
def season() -> Season:
    return simulate_season(SMALL)


@pytest.fixture(scope="session")
def curves() -> Curves:
    return Curves(read_season(sample_data() / "regions" / MAIN.name))
