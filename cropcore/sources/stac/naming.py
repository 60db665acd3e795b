"""Names of sources and files in the region folder that is made."""

import re
from collections.abc import Sequence

from cropcore.bands import BANDS
from cropcore.cube import Grid
from cropcore.sources.stac.scene import Scene


def source_name(scene: Scene, scenes: Sequence[Scene]) -> str:
    """Name of the source that a scene belongs to: its collection, and the orbit of radar.

    Ascending and descending passes see fields from two sides and are sources of their own.
    """
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", scene.collection).strip("-")[:60] or "imagery"
    radar = any(not layer.is_mask and BANDS[layer.name].unit == "dB" for layer in scene.layers)
    orbits = {other.orbit for other in scenes if other.collection == scene.collection}
    if not radar or scene.orbit not in ("ascending", "descending") or len(orbits) < 2:
        return plain
    return f"{plain}-{scene.orbit}"


def file_suffixes(grids: Sequence[Grid]) -> list[str]:
    """What the names of an acquisition's files have beyond the date, one a grid."""
    suffixes: list[str] = []
    for at, grid in enumerate(grids):
        metres = grid.transform[0] >= 1
        name = f"_{grid.transform[0]:g}m".replace(".", "-") if metres else f"_part{at + 1}"
        taken = at and name in suffixes
        suffixes.append("" if at == 0 else f"{name}-{at + 1}" if taken else name)
    return suffixes


__all__ = ["file_suffixes", "source_name"]
