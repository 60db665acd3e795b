"""Choosing a region, a run, a layer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from cropcore.mapping import CLEAR_OBSERVATIONS, PROBABILITIES
from cropcore.workspace import workspace
from dashboard import cache
from dashboard.catalog import Catalog, MapEntry, RegionEntry, RunEntry
from dashboard.i18n import t
from dashboard.opened import OpenRegion
from dashboard.state import LAYERS, current, reject, settle
from dashboard.widgets.controls import pick, slide
from dashboard.widgets.failure import show_empty
from dashboard.widgets.text import plain

_OF_A_RUN = ("hidden", "target", "contrast", "member", "epoch", "classes", "suspect")
OF_A_REGION = ("run", "second", "lon", "lat", "date", "cell", *_OF_A_RUN)


def choose_region() -> RegionEntry:
    """The region; where there is none to show, says so and ends the page."""
    catalog = cache.catalog()
    imagery = [item for item in catalog.regions if item.kind == "region"]
    if not imagery:
        folder = plain(str(workspace() / "regions"))
        if show_empty(t("empty.regions", folder=folder), t("empty.again"), "look"):
            st.rerun()
        st.stop()
    chosen = catalog.region(current().region)
    if chosen is None or chosen.kind != "region":
        if current().region:
            reject("region", str(current().region))
        chosen = first_region(catalog, imagery)
        settle(region=chosen.id)
    names = {item.id: _region_name(item) for item in imagery}
    pick(
        t("pick.region"),
        "region",
        list(names),
        names.__getitem__,
        value=chosen.id,
        resets=OF_A_REGION,
    )
    return chosen


def choose_run(region: RegionEntry, label: str = "pick.run") -> RunEntry | None:
    """The run; those that cannot be used are listed with the reason."""
    catalog = cache.catalog()
    usable = catalog.runs_for(region)
    chosen = next((run for run in usable if run.id == current().run), None)
    wanted = current().run
    if wanted is not None and catalog.run(wanted) is None:
        reject("run", wanted)  # one that is there but of no use is listed below, with the reason
    if chosen is None and usable:
        chosen = usable[0]
    settle(run=chosen.id if chosen else None)
    if usable:
        names = {run.id: run_name(run) for run in usable}
        pick(
            t(label),
            "run",
            list(names),
            names.__getitem__,
            value=chosen.id if chosen else None,
            resets=_OF_A_RUN,
        )
    others = [run for run in catalog.runs if not run.usable]
    if others:
        with st.expander(t("pick.unusable", count=len(others))):
            for run in others:
                st.caption(f"**{plain(run.id)}** {plain(run.problem)}")
    return chosen


def choose_layer(place: OpenRegion, found: MapEntry | None, offered: Sequence[str] = LAYERS) -> str:
    """What the map shows, how opaque, and of which date where it is a picture.

    Args:
        place: What is mapped.
        found: Its map.
        offered: Layers to choose from, as far as they are there; the first is the usual one.
    """
    pictures = {kind: place.pictures(kind) for kind in ("rgb", "nir")}
    there = ["class", "confidence"] if found else []
    there += ["margin", "entropy"] if found and found.raster(PROBABILITIES).is_file() else []
    there += ["clear"] if found and found.raster(CLEAR_OBSERVATIONS).is_file() else []
    there += ["labels"] if place.legend else []
    there += ["errors"] if place.legend and found else []
    there += [kind for kind, days in pictures.items() if days]
    there = [name for name in offered if name in there]
    chosen = current().layer
    layer = chosen if chosen in there else next(iter(there), "class")
    pick(
        t("pick.layer"),
        "layer",
        there,
        lambda name: t(f"layer.{name}"),
        value=layer,
        kind=st.pills,
    )
    if layer in pictures:
        choose_date(place)
    else:
        slide(t("pick.opacity"), "opacity", 0.0, 1.0, 0.05)
    return layer


def picture_day(place: OpenRegion) -> date | None:
    """The day of the picture: the one chosen, else the clearest."""
    chosen = current().date
    if chosen is not None and chosen not in place.clear:
        reject("date", chosen.isoformat())
        settle(date=None)
        chosen = None
    return chosen or place.clearest


def choose_date(place: OpenRegion) -> None:
    """The day of the picture, where there is more than one."""
    options = list(place.clear)

    def name(day: date) -> str:
        return t("pick.date.clear", date=day.isoformat(), clear=f"{place.clear[day]:.0%}")

    day = picture_day(place)
    if len(options) > 1:
        pick(t("pick.date"), "date", options, name, value=day, kind=st.select_slider)


def first_region(catalog: Catalog, regions: list[RegionEntry]) -> RegionEntry:
    """The region to begin with: one that a run has mapped, a bundled one before others."""

    def rank(region: RegionEntry) -> tuple[bool, bool, bool]:
        mapped = any(run.usable and run.map_of(region) for run in catalog.runs)
        return bool(region.problem), not mapped, not region.bundled

    return min(regions, key=rank)


def _region_name(region: RegionEntry) -> str:
    return f"{region.title} · {t('bundled')}" if region.bundled else region.title


def run_name(run: RunEntry) -> str:
    """A run as lists of runs call it; data, not markdown."""
    score = f" · F1 {run.scores.macro_f1:.2f}" if run.scores else ""
    return f"{run.id} · {run.architecture}{score}"


__all__ = [
    "OF_A_REGION",
    "choose_date",
    "choose_layer",
    "choose_region",
    "choose_run",
    "first_region",
    "picture_day",
    "run_name",
]
