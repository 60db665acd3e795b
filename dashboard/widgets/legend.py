"""The legend: what the colours of the map mean, how much land each covers, and what is hidden."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import streamlit as st
from rio_tiler.colormap import cmap

from cropcore.legend import Legend
from cropcore.mapping import CLEAR_OBSERVATIONS
from cropcore.mapping.agreement import Verdict
from dashboard.catalog import MapEntry, RegionEntry, RunEntry
from dashboard.compared import VERDICT_COLORS, agreement, legend_of
from dashboard.i18n import class_name, t
from dashboard.opened import OpenRegion
from dashboard.state import change, current
from dashboard.tiles.drawing import most_clear
from dashboard.widgets.controls import follow
from dashboard.widgets.failure import telling
from dashboard.widgets.text import plain

_SWATCH = (
    "{where} p::before {{ content: ''; display: inline-block; width: .85em; height: .85em; "
    "margin-right: .45em; border: 1px solid #8888; border-radius: 3px; vertical-align: -.1em; "
    "background: {color}; }}"
)
_ONLY = "[class*='st-key-only-']"
_ROWS = (
    "[class*='st-key-row-'] { position: relative; flex-wrap: nowrap; } "
    f"{_ONLY} {{ position: absolute; right: 0; opacity: 0; border-radius: 4px; "
    "backdrop-filter: blur(6px); } "
    f"{_ONLY} button {{ min-height: 0; padding: 0 .4em; }} "
    f"[class*='st-key-row-']:is(:hover, :focus-within) {_ONLY} {{ opacity: 1; }} "
    f"@media (hover: none) {{ {_ONLY} {{ opacity: 1; }} }}"
)
"""A button at the end of a row that shows itself to whoever is there."""
_SCALES = ("confidence", "margin", "entropy")
_MANY = 8
"""Numbers that do not all find room below a scale."""


def show_key(
    layer: str, region: RegionEntry, place: OpenRegion, run: RunEntry | None, found: MapEntry | None
) -> None:
    """What the colours of a layer mean.

    Args:
        layer: One of :data:`dashboard.state.LAYERS`.
        region: What is shown.
        place: The same, opened.
        run: Whose map is shown.
        found: That map.
    """
    if layer in _SCALES:
        show_scale(layer)
    elif layer == "clear" and found:
        _show_looks(most_clear(found.raster(CLEAR_OBSERVATIONS)))
    elif layer == "class" and run and found:
        total = f"{sum(found.hectares.values()):,.1f}"
        show_legend(legend_of(run), found.hectares, t("legend.total", area=total))
    elif layer == "labels" and place.legend:
        hectares = place.label_hectares
        total = f"{sum(hectares.values()):,.1f}"
        show_legend(place.legend, hectares, t("legend.labels", area=total))
    elif layer == "errors" and run and found:
        with telling("errors"):
            _show_errors(region, place, run)


def show_legend(legend: Legend, hectares: Mapping[int, float], note: str) -> None:
    """Classes with colour, name and area; each can be hidden, or shown alone.

    Args:
        legend: Its colours are checked when it is read, so they may go into styles.
        hectares: Land of each class by code.
        note: What the areas are.
    """
    total = sum(hectares.values())
    styles = [
        _SWATCH.format(where=f".st-key-choose-{_key(item.code)} label", color=item.color)
        for item in legend
    ]
    st.html(f"<style>{_ROWS}{''.join(styles)}</style>")
    hidden = set(current().hidden)
    for item in sorted(legend, key=lambda one: -hectares.get(one.code, 0.0)):
        label = _label(plain(class_name(item)), hectares.get(item.code, 0.0), total)
        key = follow(_key(item.code), item.code not in hidden)
        with st.container(horizontal=True, vertical_alignment="center", key=f"row-{item.code}"):
            st.checkbox(label, key=key, on_change=_toggle, args=(item.code, key), width="stretch")
            st.button(
                t("legend.only"),
                key=f"only-{item.code}",
                type="tertiary",
                on_click=_show_only,
                args=(legend.codes, item.code),
            )
    st.caption(note)
    if hidden & set(legend.codes):
        st.button(t("legend.all"), on_click=_show_all, icon=":material/visibility:")


def show_scale(layer: str = "confidence") -> None:
    """The colours of a measure of sureness, from 0 to 100; the surest is always the brightest."""
    _show_colours(range(0, 101, 25) if layer != "entropy" else range(100, -1, -25))
    st.caption(t(f"legend.{layer}"))


def _show_looks(most: int) -> None:
    """The colours of how often the ground was seen, from never to the most."""
    _show_colours(range(most + 1) if most < _MANY else (0, most // 2, most))
    st.caption(t("legend.clear"))


def _show_colours(numbers: Iterable[int]) -> None:
    table = cmap.get("cividis")
    stops = ", ".join(_css(table[at]) for at in range(0, 256, 17))
    ticks = "".join(f"<span>{number}</span>" for number in numbers)
    st.html(
        f"<div style='height:14px;border-radius:3px;background:linear-gradient(90deg,{stops})'>"
        "</div><div style='display:flex;justify-content:space-between;font-size:.8rem'>"
        f"{ticks}</div>"
    )


def _show_errors(region: RegionEntry, place: OpenRegion, run: RunEntry) -> None:
    areas = agreement(run, run, region, False).hectares
    shown = {"right": Verdict.BOTH_RIGHT, "wrong": Verdict.BOTH_WRONG}
    styles = [
        _SWATCH.format(where=f".st-key-verdict-{name}", color=VERDICT_COLORS[verdict])
        for name, verdict in shown.items()
    ]
    st.html(f"<style>{''.join(styles)}</style>")
    origin = place.folder.label_origin.replace(" ", "_")
    total = sum(areas[verdict] for verdict in shown.values())
    for name, verdict in shown.items():
        with st.container(key=f"verdict-{name}"):
            st.markdown(_label(t(f"legend.{name}.{origin}"), areas[verdict], total))
    st.caption(t("legend.errors"))


def _label(name: str, area: float, total: float) -> str:
    share = f"{area / total:.0%}" if total else "–"
    return t("legend.item", name=name, area=f"{area:,.1f}", share=share)


def _key(code: int) -> str:
    return f"legend-{code}"


def _toggle(code: int, key: str) -> None:
    hidden = set(current().hidden) - {code}
    change(hidden=tuple(sorted(hidden if st.session_state[key] else hidden | {code})))


def _show_only(codes: Iterable[int], code: int) -> None:
    change(hidden=tuple(other for other in codes if other != code))


def _show_all() -> None:
    change(hidden=())


def _css(colour: Iterable[int]) -> str:
    red, green, blue, *_ = colour
    return f"rgb({red},{green},{blue})"


__all__ = ["show_key", "show_legend", "show_scale"]
