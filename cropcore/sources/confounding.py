"""Classes that go together with a season or a place, so that a model may learn that instead.

References:
    Cramér's V with the correction of Bergsma (2013), Journal of the Korean Statistical Society
    42, 323–328, doi:10.1016/j.jkss.2012.10.002.
"""

from collections.abc import Iterator

import numpy as np

from cropcore.legend import Legend

_BY_CHANCE = 0.01
"""A class in one place only is told where chance would bring that about more rarely than this."""
_STRONG = 0.5
"""Cramér's V from which class and season are said to go together."""
_CELL = 0.5
"""Side of the cells that places are told by, degrees."""
_FEWEST_CELLS = 5
"""In a smaller area, lying in one cell means little."""


def confounding_notes(
    codes: np.ndarray, legend: Legend, seasons: np.ndarray, lon: np.ndarray, lat: np.ndarray
) -> list[str]:
    """Sentences on classes that cannot be told from a season or a place.

    Args:
        codes: Legend code of each sample, (sample,).
        legend: Names of the codes.
        seasons: Year in which the season of each sample begins, (sample,).
        lon: Longitude of each sample, degrees, NaN where unknown.
        lat: Latitude of each sample.
    """
    name = {item.code: item.name for item in legend}
    return [*_season_notes(codes, name, seasons), *_place_notes(codes, name, lon, lat)]


def cramers_v(one: np.ndarray, other: np.ndarray) -> float:
    """How far two classifications of the same samples go together, 0 (not at all) to 1.

    Args:
        one: A class of each sample.
        other: Another one.
    """
    rows, row = np.unique(one, return_inverse=True)
    columns, column = np.unique(other, return_inverse=True)
    n, r, c = len(row), len(rows), len(columns)
    if min(r, c) < 2:
        return 0.0
    table = np.bincount(row * c + column, minlength=r * c).reshape(r, c)
    chance = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    phi2 = float(((table - chance) ** 2 / chance).sum()) / n
    excess = max(0.0, phi2 - (r - 1) * (c - 1) / (n - 1))
    corrected = min(size - (size - 1) ** 2 / (n - 1) for size in (r, c))
    return float(np.sqrt(excess / (corrected - 1))) if corrected > 1 else 0.0


def lone_classes(codes: np.ndarray, levels: np.ndarray) -> list[tuple[int, int]]:
    """Classes all of whose samples share a level, where that is hardly by chance.

    Args:
        codes: Class of each sample.
        levels: Season, place or group of each sample.

    Returns:
        The class, and the position of one of its samples.
    """
    level = np.unique(levels, return_inverse=True)[1]
    share = np.bincount(level) / max(len(level), 1)
    found = []
    for code in np.unique(codes):
        members = np.flatnonzero(codes == code)
        own = level[members]
        # The chance that as many samples, drawn blindly, share that level.
        if (own == own[0]).all() and share[own[0]] ** len(own) < _BY_CHANCE:
            found.append((int(code), int(members[0])))
    return found


def _season_notes(codes: np.ndarray, name: dict[int, str], seasons: np.ndarray) -> Iterator[str]:
    n_seasons = len(np.unique(seasons))
    lone = lone_classes(codes, seasons)
    strength = cramers_v(codes, seasons)
    if lone:
        listed = ", ".join(f"{name[code]} ({seasons[at]})" for code, at in lone)
        yield (
            f"Classes that occur in one season only, by the year it begins: {listed}; there are "
            f"{n_seasons} seasons. A model may learn the season instead of the crop (class and "
            f"season go together with a Cramér's V of {strength:.2f})."
        )
    elif strength >= _STRONG:
        yield (
            f"Class and season go together (Cramér's V {strength:.2f} over {n_seasons} seasons): "
            "a model may learn the season instead of the crop."
        )


def _place_notes(
    codes: np.ndarray, name: dict[int, str], lon: np.ndarray, lat: np.ndarray
) -> Iterator[str]:
    placed = np.isfinite(lon) & np.isfinite(lat)
    codes, lon, lat = codes[placed], lon[placed], lat[placed]
    cells = np.floor(lat / _CELL).astype(np.int64) * 1000 + np.floor(lon / _CELL).astype(np.int64)
    n_cells = len(np.unique(cells))
    lone = lone_classes(codes, cells) if n_cells >= _FEWEST_CELLS else []
    if lone:
        listed = ", ".join(f"{name[code]} ({_place(lat[at], lon[at])})" for code, at in lone)
        yield (
            f"Classes that lie within one cell of {_CELL:g}° only: {listed}; there are {n_cells} "
            "such cells. A model may learn the place instead of the crop."
        )


def _place(lat: float, lon: float) -> str:
    south, west = "S" if lat < 0 else "N", "W" if lon < 0 else "E"
    return f"near {abs(lat):.1f}° {south}, {abs(lon):.1f}° {west}"


__all__ = ["confounding_notes", "cramers_v", "lone_classes"]
