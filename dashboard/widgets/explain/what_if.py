"""What the run would say, had it been cloudy, or had a band or a sensor been missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import streamlit as st

from cropcore.explain.what_if import WhatIf
from cropcore.legend import LegendClass
from dashboard import cache
from dashboard.catalog import RegionEntry, RunEntry
from dashboard.charts import beside_chart
from dashboard.csv_text import csv_text
from dashboard.i18n import class_name, t
from dashboard.pixel import Seen
from dashboard.state import change, current, reject, settle
from dashboard.widgets.controls import follow
from dashboard.widgets.failure import telling
from dashboard.widgets.figure import download, draw
from dashboard.widgets.text import plain

Pixel = tuple[int, int]
_SHOWN = 4
"""Classes in the chart: the likeliest ones of either answer."""
_CLOUDED, _DROPPED, _SENSORS = "choose.clouded", "choose.dropped", "choose.sensors"


@st.fragment
def show_what_if(region: RegionEntry, run: RunEntry, pixel: Pixel) -> None:
    """Fields for what is hidden, and the new probabilities beside the old ones."""
    with telling("whatif"):
        _ask(region, run, pixel)


def _ask(region: RegionEntry, run: RunEntry, pixel: Pixel) -> None:
    st.markdown(f"#### {t('whatif')}")
    seen = cache.seen(region, run, *pixel)
    preparation = cache.asked(run).data.preparation
    _choose(seen, preparation.bands)
    clouded, dropped = current().clouded, current().dropped
    if not clouded and not dropped:
        st.caption(t("whatif.none"))
        return
    st.button(t("whatif.clear"), key="whatif.clear", on_click=_undo, icon=":material/undo:")
    found = cache.what_if(region, run, *pixel, clouded, dropped)
    classes = cache.asked(run).data.legend.classes
    if not found.clear:
        st.info(t("whatif.nothing_left"))
    _show(found, classes, pixel)


def _choose(seen: Seen, bands: Sequence[str]) -> None:
    days = _days(seen)
    known = tuple(day for day in current().clouded if day in days)
    for day in set(current().clouded) - set(known):
        reject("clouded", day.isoformat())
    there = tuple(band for band in current().dropped if band in bands)
    for band in set(current().dropped) - set(there):
        reject("dropped", band)
    if (known, there) != (current().clouded, current().dropped):
        settle(clouded=known, dropped=there)
    follow("clouded", list(known))
    st.multiselect(
        t("whatif.clouded"),
        list(days),
        key=_CLOUDED,
        format_func=days.__getitem__,
        on_change=_hide,
        placeholder=t("whatif.choose"),
    )
    follow("dropped", list(there))
    st.multiselect(
        t("whatif.dropped"),
        list(dict.fromkeys(bands)),
        key=_DROPPED,
        on_change=_hide,
        placeholder=t("whatif.choose"),
    )
    sensors = _sensors(seen, bands)
    if len(sensors) > 1:
        gone = [name for name, own in sensors.items() if set(own) <= set(there)]
        follow("sensors", gone)
        st.pills(
            t("whatif.sensors"),
            list(sensors),
            selection_mode="multi",
            format_func=plain,
            key=_SENSORS,
            on_change=_drop,
            args=(sensors,),
        )


def _days(seen: Seen) -> dict[date, str]:
    """Every acquisition date with the sources that have it, and how it was seen."""
    found: dict[date, list[str]] = {}
    for item in seen.sources:
        hidden = np.isnan(item.values).reshape(len(item.dates), -1).all(axis=1)
        for day, unseen in zip(item.dates, hidden, strict=True):
            found.setdefault(day, []).append(f"({item.source})" if unseen else item.source)
    return {day: f"{day.isoformat()} · {', '.join(found[day])}" for day in sorted(found)}


def _sensors(seen: Seen, bands: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The bands of each source that the model reads."""
    own = {item.source: tuple(band for band in item.bands if band in bands)
           for item in seen.sources}  # fmt: skip
    return {name: found for name, found in own.items() if found}


def _hide() -> None:
    clouded, dropped = st.session_state[_CLOUDED], st.session_state[_DROPPED]
    change(clouded=tuple(sorted(clouded)), dropped=tuple(dropped))


def _drop(sensors: Mapping[str, Sequence[str]]) -> None:
    """A sensor goes with its bands; one that comes back brings them."""
    gone = [band for name in st.session_state[_SENSORS] for band in sensors[name]]
    before = [name for name, own in sensors.items() if set(own) <= set(current().dropped)]
    back = {band for name in before for band in sensors[name]}
    kept = [band for band in current().dropped if band not in back]
    change(dropped=tuple(dict.fromkeys((*kept, *gone))))


def _undo() -> None:
    change(clouded=(), dropped=())


def _show(found: WhatIf, classes: Sequence[LegendClass], pixel: Pixel) -> None:
    old, new = int(found.before.argmax()), int(found.after.argmax())
    told = {"before": f"{found.before[old]:.2f}", "after": f"{found.after[new]:.2f}"}
    names = {"name": plain(class_name(classes[new])), "old": plain(class_name(classes[old]))}
    if old == new:
        words = t("whatif.same", name=names["name"], **told)
    else:
        words = t("whatif.other", **names, **told)
    st.markdown(words)
    order = np.argsort(-np.maximum(found.before, found.after), kind="stable")[:_SHOWN]
    rows = [
        (class_name(classes[at]), classes[at].color, float(found.before[at]),
         float(found.after[at]))
        for at in order
    ]  # fmt: skip
    name = f"what_if_{pixel[0]}_{pixel[1]}"
    draw(beside_chart(rows, t), "whatif", name, t("whatif.alt"))
    st.caption(t("whatif.alt"))
    lines = [
        (class_name(item), float(found.before[at]), float(found.after[at]))
        for at, item in enumerate(classes)
    ]
    download("whatif.csv", name, lambda: csv_text(("class", "before", "after"), lines))


__all__ = ["show_what_if"]
