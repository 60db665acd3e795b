"""Both maps of a region: swiped, or judged against each other and against the labels."""

from __future__ import annotations

import numpy as np
import streamlit as st

from cropcore.training.differences import Comparison
from dashboard.catalog import MapEntry, RegionEntry, RunEntry
from dashboard.compared import RUN_COLORS
from dashboard.i18n import t
from dashboard.maps import LEFT, RIGHT, Layer, Outlines, Swipe, SwipeFiles, marking, region_map
from dashboard.opened import OpenRegion
from dashboard.state import current
from dashboard.tiles.addresses import agreement_tiles, map_tiles, picture_tiles
from dashboard.widgets.compare.samples import Chosen, chosen_samples
from dashboard.widgets.controls import pick
from dashboard.widgets.map_view import base_path, draw
from dashboard.widgets.pickers import picture_day

KIND = "swipe"
"""Tells this map of a region from others."""
LAYERS = ("class", "confidence", "agreement")
MOST = 500
"""Samples that are outlined at once."""
_BOTH = "#ffffff"


def choose_layer() -> str:
    """What the map shows."""
    layer = current().layer
    layer = layer if layer in LAYERS else LAYERS[0]
    pick(
        t("pick.layer"),
        "layer",
        LAYERS,
        lambda name: t(f"layer.{name}"),
        value=layer,
        kind=st.segmented_control,
        label_visibility="collapsed",
    )
    return layer


def show_maps(
    region: RegionEntry,
    place: OpenRegion,
    runs: tuple[RunEntry, RunEntry],
    maps: tuple[MapEntry, MapEntry],
    layer: str,
    kept_only: bool,
    pixel: tuple[int, int] | None,
    comparison: Comparison | None,
) -> None:
    """The map; a click on it chooses a pixel.

    Args:
        region: What is shown.
        place: The same, opened.
        runs: The baseline and the other run.
        maps: Their maps.
        layer: One of :data:`LAYERS`.
        kept_only: Whether agreement is of the pixels that neither run learnt from.
        pixel: Row and column of the pixel to mark.
        comparison: Whose samples in the chosen cell are outlined.
    """
    base, state = base_path(), current()
    layers = []
    day = picture_day(place)
    if day is not None:
        layers.append(Layer("picture", picture_tiles(base, region.id, "rgb", day)))
    names = None
    if layer == "agreement":
        ids = (runs[0].id, runs[1].id)
        tiles = agreement_tiles(base, ids, maps, region.id, kept_only)
        layers.append(Layer("map", tiles, state.opacity))
    else:
        names = (runs[0].id, runs[1].id)
        for slot, run, found in zip((LEFT, RIGHT), runs, maps, strict=True):
            tiles = map_tiles(base, run.id, found, layer, ())
            layers.append(Layer(slot, tiles, state.opacity))
    chosen = chosen_samples(region, runs, comparison) if comparison else None
    added = marking(
        place.bounds,
        layers,
        place.square(*pixel) if pixel else None,
        Swipe(names, t("compare.swipe")),
        Outlines(_outlines(place, chosen)),
    )
    made = region_map(place.bounds, f"{base}/assets", SwipeFiles())
    draw(made, added, region, KIND)
    st.caption(t("compare.map.agreement" if layer == "agreement" else "compare.map.swipe"))


def _outlines(place: OpenRegion, chosen: Chosen | None) -> list[tuple[str, np.ndarray]]:
    """The first of the chosen samples, by who put them there."""
    if chosen is None or chosen.pixels is None:
        return []
    first = np.arange(len(chosen.pixels)) < MOST
    by_a, by_b = chosen.by
    owners = zip((*RUN_COLORS, _BOTH), (by_a & ~by_b, by_b & ~by_a, by_a & by_b), strict=True)
    return [(color, place.squares(chosen.pixels[mine & first])) for color, mine in owners]


__all__ = ["KIND", "MOST", "choose_layer", "show_maps"]
