"""The legend: what the colours of the map mean, how much land each covers, and what is hidden."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import streamlit as st
from rio_tiler.colormap import cmap

from cropcore.legend import Legend
from dashboard.i18n import class_name, t
from dashboard.state import change, current
from dashboard.widgets.controls import follow
from dashboard.widgets.text import plain

_SWATCH = (
    ".st-key-choose-{key} label p::before {{ content: ''; display: inline-block; width: .85em; "
    "height: .85em; margin-right: .45em; border: 1px solid #8888; border-radius: 3px; "
    "vertical-align: -.1em; background: {color}; }}"
)


def show_legend(legend: Legend, hectares: Mapping[int, float], note: str) -> None:
    """Classes with colour, name and area; each can be hidden.

    Args:
        legend: Its colours are checked when it is read, so they may go into styles.
        hectares: Land of each class by code.
        note: What the areas are.
    """
    total = sum(hectares.values())
    styles = [_SWATCH.format(key=_key(item.code), color=item.color) for item in legend]
    st.html(f"<style>{''.join(styles)}</style>")
    hidden = set(current().hidden)
    for item in sorted(legend, key=lambda one: -hectares.get(one.code, 0.0)):
        area = hectares.get(item.code, 0.0)
        label = t(
            "legend.item",
            name=plain(class_name(item)),
            area=f"{area:,.1f}",
            share=f"{area / total:.0%}" if total else "–",
        )
        key = follow(_key(item.code), item.code not in hidden)
        st.checkbox(label, key=key, on_change=_toggle, args=(item.code, key))
    st.caption(note)
    if hidden & set(legend.codes):
        st.button(t("legend.all"), on_click=_show_all, icon=":material/visibility:")


def show_scale() -> None:
    """The colours of confidence, from 0 to 100 %."""
    table = cmap.get("cividis")
    stops = ", ".join(_css(table[at]) for at in range(0, 256, 17))
    ticks = "".join(f"<span>{percent}</span>" for percent in (0, 25, 50, 75, 100))
    st.html(
        f"<div style='height:14px;border-radius:3px;background:linear-gradient(90deg,{stops})'>"
        "</div><div style='display:flex;justify-content:space-between;font-size:.8rem'>"
        f"{ticks}</div>"
    )
    st.caption(t("legend.confidence"))


def _key(code: int) -> str:
    return f"legend-{code}"


def _toggle(code: int, key: str) -> None:
    hidden = set(current().hidden) - {code}
    change(hidden=tuple(sorted(hidden if st.session_state[key] else hidden | {code})))


def _show_all() -> None:
    change(hidden=())


def _css(colour: Iterable[int]) -> str:
    red, green, blue, *_ = colour
    return f"rgb({red},{green},{blue})"


__all__ = ["show_legend", "show_scale"]
