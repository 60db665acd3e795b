"""What the classes look like over the season, in a band or index that can be chosen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import streamlit as st

from cropcore.legend import LegendClass
from cropcore.sources.summary import Quantity, SampledSeries, Signature, quantities_of, signature
from dashboard import cache
from dashboard.catalog import RegionEntry
from dashboard.charts.signatures import Line, signatures_chart
from dashboard.i18n import class_name, t
from dashboard.state import change, current, reject, settle
from dashboard.widgets.confidence.figures import offer_csv, show_chart
from dashboard.widgets.controls import follow, pick
from dashboard.widgets.regions.classes import legend_of
from dashboard.widgets.text import plain

_DRAWN = 4
"""Classes that are drawn where none was chosen: those with most samples."""


def show_signatures(entry: RegionEntry) -> None:
    """Mean and middle half of each chosen class by date.

    Raises:
        InputError: The labels cannot be used, or a file is damaged.
    """
    if not cache.facts(entry).classes:
        return
    st.markdown(f"#### {t('regions.signatures')}")
    with st.spinner(t("regions.signatures.reading"), show_time=True):
        sampled, legend = cache.sampled(entry), legend_of(entry)
    if legend is None or not len(sampled.codes):
        return
    items = {item.code: item for item in legend if (sampled.codes == item.code).any()}
    left, right = st.columns([1, 3], gap="medium")
    with left:
        quantity = _choose_quantity(sampled)
    with right:
        codes = _choose_classes(entry, items)
    told = [signature(sampled, quantity, code) for code in codes]
    lines = [Line(class_name(items[one.code]), items[one.code].color, one) for one in told]
    title = quantity.name
    if quantity.unit != "index":
        title = f"{quantity.name}, {t(f'series.{quantity.unit}')}"
    show_chart(signatures_chart(lines, title, t), "signatures")
    st.caption(_in_words(sampled, quantity, told, items))
    offer_csv(
        t("regions.signatures.csv"),
        "signatures.csv",
        ("source", "quantity", "unit", "code", "class", "date", "mean", "q25", "q75", "n"),
        lambda: _rows(told, items),
    )


def _choose_quantity(sampled: SampledSeries) -> Quantity:
    offered = {f"{item.source}:{item.name}": item for item in quantities_of(sampled)}
    wanted = current().quantity
    if wanted is not None and wanted not in offered:
        reject("quantity", wanted)
        settle(quantity=None)
        wanted = None
    chosen = wanted or next(iter(offered))

    def name(key: str) -> str:
        one = offered[key]
        return t("regions.signatures.quantity.name", name=one.name, source=one.source)

    pick(t("regions.signatures.quantity"), "quantity", list(offered), name, value=chosen)
    return offered[chosen]


def _choose_classes(entry: RegionEntry, items: dict[int, LegendClass]) -> list[int]:
    """Classes that were chosen, else those with most labels."""
    most = sorted(cache.balance(entry), key=lambda item: -item.count)
    order = [item.code for item in most if item.code in items]
    chosen = [code for code in current().classes if code in items]
    key = follow("classes", chosen or order[:_DRAWN])
    st.multiselect(
        t("regions.signatures.classes"),
        order,
        key=key,
        format_func=lambda code: class_name(items[code]),
        on_change=_take,
        args=(key,),
    )
    return chosen or order[:_DRAWN]


def _take(key: str) -> None:
    change(classes=tuple(sorted(st.session_state[key])))


def _in_words(
    sampled: SampledSeries,
    quantity: Quantity,
    told: Sequence[Signature],
    items: dict[int, LegendClass],
) -> str:
    counts = [
        t(
            "regions.signatures.count",
            name=plain(class_name(items[one.code])),
            n=f"{int((sampled.codes == one.code).sum()):,}",
            groups=f"{len(np.unique(sampled.groups[sampled.codes == one.code])):,}",
        )
        for one in told
    ]
    text = t("regions.signatures.alt", name=plain(quantity.name), counts="; ".join(counts))
    if sampled.blocks < sampled.blocks_with_labels:
        told_blocks = {"blocks": sampled.blocks, "of": sampled.blocks_with_labels}
        text += " " + t("regions.signatures.blocks", **told_blocks)
    if sampled.steps is not None:
        text += " " + t("regions.signatures.aligned", steps=f"{sampled.steps:.3g}")
    return text


def _rows(told: Sequence[Signature], items: dict[int, LegendClass]) -> Iterator[Sequence[object]]:
    for one in told:
        start = (one.quantity.source, one.quantity.name, one.quantity.unit, one.code)
        columns = zip(one.dates, one.mean, one.low, one.high, one.n, strict=True)
        for day, mean, low, high, n in columns:
            figures = (float(mean), float(low), float(high), int(n))
            yield *start, items[one.code].name, day.isoformat(), *figures


__all__ = ["show_signatures"]
