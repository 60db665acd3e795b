"""What the colours of the map mean, and how much land each covers."""

from __future__ import annotations

import streamlit as st

from cropcore.legend import LegendClass
from cropcore.mapping.agreement import Agreement, Verdict
from dashboard.catalog import MapEntry, RegionEntry, RunEntry
from dashboard.charts.words import signed
from dashboard.compared import VERDICT_COLORS, agreement, kept_pixels, legend_of
from dashboard.csv_text import csv_text
from dashboard.i18n import class_name, t
from dashboard.state import SCOPES, current
from dashboard.widgets.compare.both_maps import choose_layer
from dashboard.widgets.compare.tables import Cell, show_table
from dashboard.widgets.controls import pick
from dashboard.widgets.failure import telling
from dashboard.widgets.legend import show_scale

_JUDGED = (Verdict.BOTH_RIGHT, Verdict.ONLY_A, Verdict.ONLY_B, Verdict.BOTH_WRONG)
_BARE = (Verdict.SAME, Verdict.OTHER)


def choose_shown(
    region: RegionEntry, runs: tuple[RunEntry, RunEntry], maps: tuple[MapEntry, MapEntry]
) -> tuple[str, bool]:
    """What the map shows, and below that what its colours mean.

    Args:
        region: What is shown.
        runs: The baseline and the other run.
        maps: Their maps.

    Returns:
        The layer, and whether only those pixels are judged that neither run learnt from.
    """
    layer = choose_layer()
    kept_only = layer == "agreement" and _choose_scope(region, runs)
    with telling("legend"):
        if layer == "agreement":
            _show_agreement(agreement(*runs, region, kept_only), kept_only)
        elif layer == "confidence":
            show_scale()
        else:
            _show_areas(runs, maps)
    return layer, kept_only


def _show_areas(runs: tuple[RunEntry, RunEntry], maps: tuple[MapEntry, MapEntry]) -> None:
    """Each class with its land on both maps; classes are the same where their names are."""
    by_name = [
        {item.name: (item, found.hectares.get(item.code, 0.0)) for item in legend_of(run)}
        for run, found in zip(runs, maps, strict=True)
    ]
    items: dict[str, LegendClass] = {
        name: item for side in reversed(by_name) for name, (item, _) in side.items()
    }
    areas = {name: [side[name][1] if name in side else 0.0 for side in by_name] for name in items}
    rows = [
        [
            Cell(class_name(items[name]), color=items[name].color),
            Cell(f"{a:,.1f}"),
            Cell(f"{b:,.1f}"),
            Cell(signed(b - a, ",.1f")),
        ]
        for name, (a, b) in sorted(areas.items(), key=lambda entry: -sum(entry[1]))
    ]
    show_table([t("compare.area.class"), "A, ha", "B, ha", "B − A, ha"], rows)
    st.caption(t("compare.area.note"))


def _choose_scope(region: RegionEntry, runs: tuple[RunEntry, RunEntry]) -> bool:
    """Which labelled pixels count; gives whether only those that neither run learnt from."""
    if kept_pixels(*runs, region) is None:
        return False
    scope = current().scope
    pick(
        t("compare.scope"),
        "scope",
        SCOPES,
        lambda name: t(f"compare.scope.{name}"),
        value=scope,
        kind=st.segmented_control,
        label_visibility="collapsed",
    )
    return scope == "kept"


def _show_agreement(found: Agreement, kept_only: bool) -> None:
    """The land of each verdict, apart for labelled and other pixels, and what it is worth."""
    for names, title in ((_JUDGED, "compare.verdict.labelled"), (_BARE, "compare.verdict.bare")):
        total = sum(found.hectares[name] for name in names)
        if total > 0:
            rows = [
                [
                    Cell(t(f"compare.verdict.{name.name.lower()}"), color=VERDICT_COLORS[name]),
                    Cell(f"{found.hectares[name]:,.1f}"),
                    Cell(f"{found.hectares[name] / total:.1%}"),
                ]
                for name in names
            ]
            show_table([t(title, area=f"{total:,.1f}"), "ha", "%"], rows)
    judged = sum(found.hectares[name] for name in _JUDGED) > 0
    key = "none" if not judged else "kept" if kept_only else "all"
    st.caption(t(f"compare.verdict.note.{key}"))
    st.download_button(
        t("compare.verdict.csv"),
        lambda: agreement_csv(found),
        "agreement.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def agreement_csv(found: Agreement) -> str:
    """The land of each verdict for other programs."""
    rows = ((name.name.lower(), f"{area:.4f}") for name, area in found.hectares.items())
    return csv_text(("verdict", "area_ha"), rows)


__all__ = ["agreement_csv", "choose_shown"]
