"""Imports a catalogue by the library alone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from cropcore.sources import SourceOptions
from cropcore.sources.region import open_region
from cropcore.sources.stac import (
    Cache,
    CatalogueIO,
    Loader,
    Plan,
    Planner,
    StacRequest,
    ask,
    write_region,
)


def plan_of(source: object, cache: Path, **asked: Any) -> Plan:
    """What would be loaded."""
    crs, resolution = asked.pop("crs", None), asked.pop("resolution", None)
    request = StacRequest(str(source), **asked)
    answer = ask(request, Cache(cache), CatalogueIO(str(source), timeout=5))
    return Planner(request.box, crs, resolution)(answer.scenes)


def import_region(
    source: object,
    out: Path,
    told: Callable[[int, int], None] = lambda done, total: None,
    **asked: Any,
) -> int:
    """Make a region folder, with a cache beside it; gives the number of blocks loaded."""
    cache = asked.pop("cache", out.parent / "cache")
    crs, resolution = asked.pop("crs", None), asked.pop("resolution", None)
    request = StacRequest(str(source), **asked)
    answer = ask(request, Cache(cache), CatalogueIO(str(source), timeout=5))
    plan = Planner(request.box, crs, resolution)(answer.scenes)
    loader = Loader(Cache(cache), told=told)
    loaded = loader(plan)
    out.mkdir(parents=True)
    write_region(out, plan, loader, request, answer)
    return loaded


def cube_of(folder: Path, **options: Any):
    """All that a region folder holds."""
    region = open_region(folder, SourceOptions(**options))
    return region.read(region.grid.whole)


def assert_same(one: np.ndarray, other: np.ndarray, tolerance: float = 1e-6) -> None:
    """Equal numbers, and no data in the same places."""
    np.testing.assert_array_equal(np.isnan(one), np.isnan(other))
    np.testing.assert_allclose(one, other, rtol=0, atol=tolerance)
