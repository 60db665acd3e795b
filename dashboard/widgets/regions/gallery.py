"""Cards of all regions and samples tables, the chosen one marked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from cropcore.errors import CropcoreError
from dashboard import cache
from dashboard.catalog import Catalog, RegionEntry
from dashboard.i18n import t
from dashboard.region_view import Facts, has_map_labels
from dashboard.state import State, address_of, change, current, reject, settle
from dashboard.widgets.failure import show_empty
from dashboard.widgets.pickers import OF_A_REGION, first_region
from dashboard.widgets.regions.own_data import open_own_data
from dashboard.widgets.regions.report import area
from dashboard.widgets.text import plain

_ACROSS = 4
_SHOWN = 8
"""Cards before the button that shows the rest; the chosen one is always among them."""
_ALL = "regions.all"


def choose_from_gallery(pages: Mapping[str, Path]) -> RegionEntry | None:
    """Show all cards.

    Args:
        pages: Scripts of the pages that cards lead to.

    Returns:
        The chosen region or table; ``None`` where there is none that can be used.
    """
    catalog = cache.catalog()
    if not catalog.regions:
        if show_empty(t("regions.empty"), t("regions.own"), "bring"):
            open_own_data()
            st.rerun()
        return None
    chosen = _chosen(catalog)
    st.subheader(t("regions.title"), anchor=False)
    told = {}
    for entry in catalog.regions:
        with st.spinner(t("regions.opening", name=plain(entry.title)), show_time=True):
            told[entry] = facts_or_problem(entry)
    usable = [entry for entry, (facts, _) in told.items() if facts is not None]
    shown = usable if st.session_state.get(_ALL) else usable[:_SHOWN]
    if chosen in usable and chosen not in shown:
        shown = [chosen, *shown[:-1]]
    for at in range(0, len(shown), _ACROSS):
        columns = st.columns(_ACROSS, gap="small")
        for column, entry in zip(columns, shown[at : at + _ACROSS], strict=False):
            facts, _ = told[entry]
            with column, st.container(border=True, key=f"region-{usable.index(entry)}"):
                if facts is not None:
                    _show_card(entry, facts, entry == chosen, pages)
    if len(shown) < len(usable):
        st.button(t("regions.more", count=len(usable)), on_click=_show_all)
    others = [entry for entry in catalog.regions if entry not in usable]
    if others:
        with st.expander(t("pick.unusable", count=len(others)), icon=":material/error:"):
            for entry in others:
                st.caption(f"**{plain(entry.id)}** {plain(told[entry][1])}")
    return chosen


def facts_or_problem(entry: RegionEntry) -> tuple[Facts | None, str]:
    """What there is to tell, else why it cannot be used."""
    if entry.problem:
        return None, entry.problem
    try:
        return cache.facts(entry), ""
    except CropcoreError as error:
        return None, str(error)


def choose_region(entry: RegionEntry) -> None:
    """Choose a region for every page, or a table for this page and for training."""
    if entry.kind == "table":
        change(data=entry.id)
        return
    usual = State()
    resets = {} if entry.id == current().region else {name: getattr(usual, name) for name in
                                                      OF_A_REGION}  # fmt: skip
    change(**{**resets, "region": entry.id, "data": None})


def _chosen(catalog: Catalog) -> RegionEntry | None:
    table = catalog.region(current().data)
    if table is not None and table.kind == "table":
        return table
    wanted = current().region
    region = catalog.region(wanted)
    if wanted is not None and region is None:
        reject("region", wanted)
    if region is not None:
        return region
    imagery = [item for item in catalog.regions if item.kind == "region"]
    usable = [item for item in catalog.regions if not item.problem]
    region = first_region(catalog, imagery) if imagery else next(iter(usable), None)
    if region is not None and region.kind == "region":
        settle(region=region.id)
    return region


def _show_card(
    entry: RegionEntry, facts: Facts, is_chosen: bool, pages: Mapping[str, Path]
) -> None:
    if facts.thumbnail is not None and facts.pictured is not None:
        told = t("regions.card.picture", date=facts.pictured.isoformat())
        st.image(facts.thumbnail, caption=told, width="stretch")
    elif entry.kind == "region":
        st.caption(t("regions.card.no_picture"))
    st.markdown(f"**{plain(entry.title)}**")
    with st.container(horizontal=True, gap="small"):
        _show_badges(entry, facts)
    _show_facts(facts)
    _show_buttons(entry, is_chosen, pages)


def _show_badges(entry: RegionEntry, facts: Facts) -> None:
    if entry.simulated:
        st.badge(t("simulated"), color="orange", help=t("simulated.help"))
    if has_map_labels(entry, facts):
        st.badge(t("regions.map_labels"), color="violet", help=t("regions.map_labels.help"))
    if entry.kind == "table":
        st.badge(t("regions.table"), color="blue")
    if entry.bundled:
        st.badge(t("bundled"), color="gray")


def _show_facts(facts: Facts) -> None:
    days = facts.days
    classes = t("regions.card.classes", count=facts.classes)
    classes = classes if facts.classes else t("regions.card.unlabelled")
    if facts.samples is not None:
        size = t("regions.card.samples", samples=f"{facts.samples:,}", classes=classes)
    else:
        size = t("regions.card.size", km2=area(facts.km2 or 0.0), classes=classes)
    sources = [
        t("regions.card.source", source=plain(name), count=len(dates))
        for name, dates in facts.dates.items()
    ]
    season = t("regions.card.season", first=days[0], last=days[-1])
    licence = t("regions.card.no_licence")
    if facts.licence:
        licence = t("regions.card.licence", licence=plain(facts.licence))
    lines = [season, " · ".join(sources), size, licence]
    st.caption("  \n".join([*lines, *([plain(facts.attribution)] if facts.attribution else [])]))


def _show_buttons(entry: RegionEntry, is_chosen: bool, pages: Mapping[str, Path]) -> None:
    label = t("regions.card.looking") if is_chosen else t("regions.card.look")
    with st.container(horizontal=True, gap="small"):
        st.button(
            label,
            key=f"look.{entry.id}",
            type="secondary",
            disabled=is_chosen,
            width="stretch",
            on_click=choose_region,
            args=(entry,),
        )
        if entry.kind == "region" and st.button(
            t("regions.card.map"),
            key=f"map.{entry.id}",
            icon=":material/map:",
            type="tertiary",
        ):
            choose_region(entry)
            st.switch_page(pages["crop_map"], query_params=address_of(current()))
        if st.button(
            t("regions.card.train"),
            key=f"train.{entry.id}",
            icon=":material/model_training:",
            type="tertiary",
        ):
            choose_region(entry)
            change(data=entry.id)
            st.switch_page(pages["training"], query_params=address_of(current()))


def _show_all() -> None:
    st.session_state[_ALL] = True


__all__ = ["choose_from_gallery", "choose_region", "facts_or_problem"]
