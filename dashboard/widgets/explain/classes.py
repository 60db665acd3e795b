"""What a run goes by for each of its classes."""

from __future__ import annotations

import math

import numpy as np
import streamlit as st

from cropcore.explain.by_class import ENOUGH, SECONDS, ByClass
from cropcore.explain.by_class.tables import CELLS, cell_rows
from cropcore.legend import LegendClass
from dashboard import cache
from dashboard.catalog import RegionEntry, RunEntry
from dashboard.charts.by_class import ClassLook, lines_chart, mean_chart
from dashboard.csv_text import csv_text
from dashboard.i18n import class_name, t
from dashboard.opened import OpenRegion
from dashboard.state import current, reject, settle
from dashboard.widgets.controls import pick
from dashboard.widgets.explain.class_attention import show_class_attention
from dashboard.widgets.explain.permutation import show_permutation
from dashboard.widgets.explain.profiles import show_profiles
from dashboard.widgets.explain.question import choose_method, unit_words
from dashboard.widgets.failure import show_empty, telling
from dashboard.widgets.figure import download, draw
from dashboard.widgets.text import plain

_STRONGEST = 3
"""Cells that are told in words."""


def show_classes(region: RegionEntry, place: OpenRegion, run: RunEntry) -> None:
    """Explain a run's classes, or offer to.

    Args:
        region: What is shown.
        place: The same, opened.
        run: Whose classes.
    """
    with telling("classes"):
        if not cache.run_is_loaded(run):
            with st.spinner(t("loading.model"), show_time=True):
                cache.asked(run)
        explainer = cache.asked(run).explainer
        legend = cache.asked(run).data.legend
        item = _wanted(legend.classes)
        left, right = st.columns(2)
        with left:
            names = {one.code: class_name(one) for one in legend}
            label = t("classes.class")
            pick(label, "target", list(names), lambda code: names[code], value=item.code)
        with right:
            method = choose_method("method", explainer.methods, explainer.default_method)
        found = cache.classes_explained(run, method)
        if found is None:
            text = t("classes.none", run=plain(run.id), most=ENOUGH)
            if show_empty(text, t("classes.compute"), "classes.compute"):
                _compute(run, method)
        else:
            _show(run, found, item)
    with telling("permutation"):
        show_permutation(run)


def _wanted(classes: tuple[LegendClass, ...]) -> LegendClass:
    """The class that was chosen, else the first."""
    code = current().target
    found = next((one for one in classes if one.code == code), None)
    if code is not None and found is None:
        reject("target", str(code))
        settle(target=None)
    return found or classes[0]


def _compute(run: RunEntry, method: str, seconds: float = SECONDS) -> None:
    """Compute on request, while people watch; whatever they do next stops it."""
    bar = st.progress(0.0, t("classes.starting"))
    st.button(t("cancel"), key="classes.cancel")  # any click ends it at its next sign of progress

    def progress(done: int, of: int) -> None:
        bar.progress(done / of, t("classes.working", done=done, of=of))

    cache.explain_classes(run, method, progress, seconds)
    st.rerun()


def _show(run: RunEntry, found: ByClass, item: LegendClass) -> None:
    if item.code not in found.counts:
        st.warning(t("classes.unexplained", name=plain(class_name(item))))
        item = found.classes[0]
    name = plain(class_name(item))
    st.markdown(f"#### {t('classes', name=name)}")
    st.caption(_origin(found, item, name))
    if found.short and st.button(t("classes.more", most=ENOUGH), key="classes.more"):
        _compute(run, found.method, math.inf)
    unit = unit_words(found.unit)
    _show_mean(found, item, name, unit)
    show_profiles(found, item, unit)
    _show_lines(found, item, name, unit)
    with telling("class_attention"):
        show_class_attention(run, found, item)


def _origin(found: ByClass, item: LegendClass, name: str) -> str:
    """Which samples it is all about."""
    split = t(f"classes.split.{found.split}")
    n, of = found.counts[item.code], found.total[item.code]
    told = [t("classes.caption", n=n, of=of, split=split, name=name), t(f"why.{found.quantity}")]
    if found.split == "validation":
        told.append(t("classes.caption.folds"))
    if found.short:
        told.append(t("classes.caption.short"))
    if found.residual is not None:
        told.append(t("classes.residual", share=f"{found.residual:.1%}"))
    if found.several_seasons:
        told.append(t("classes.season", year=found.start.year))
    return " ".join(told)


def _show_mean(found: ByClass, item: LegendClass, name: str, unit: str) -> None:
    st.markdown(f"##### {t('classes.mean')}")
    cells = []
    for source in found.sources:
        one = next(one for one in source.classes if one.item.code == item.code)
        for row, column in zip(*np.unravel_index(_largest(one.mean), one.mean.shape), strict=True):
            told = {
                "band": plain(source.bands[column]),
                "date": source.dates[row].isoformat(),
                "value": f"{one.mean[row, column]:+.2g}",
                "low": f"{one.low[row, column]:+.2g}",
                "high": f"{one.high[row, column]:+.2g}",
            }
            cells.append((abs(one.mean[row, column]), t("classes.mean.item", **told)))
    cells.sort(key=lambda cell: -cell[0])
    first = ", ".join(words for _, words in cells[:_STRONGEST])
    alt = t("classes.mean.alt", name=name, first=first)
    draw(mean_chart(found, item.code, unit, t), "classes.mean", "class_means", alt)
    st.caption(alt)
    download("classes.csv", "class_cells", lambda: csv_text(CELLS, cell_rows(found)))


def _show_lines(found: ByClass, item: LegendClass, name: str, unit: str) -> None:
    st.markdown(f"##### {t('classes.lines')}")
    looks = {one.code: ClassLook(class_name(one), one.color) for one in found.classes}
    alt = t("classes.lines.alt", name=name)
    for number, source in enumerate(found.sources):
        if len(found.sources) > 1:
            st.markdown(f"**{plain(source.name)}**")
        figure = lines_chart(source, looks, item.code, unit, t)
        draw(figure, f"classes.lines.{number}", f"class_lines_{number + 1}", alt)
    st.caption(alt)


def _largest(values: np.ndarray) -> np.ndarray:
    return np.argsort(-np.abs(values), axis=None, kind="stable")[:_STRONGEST]


__all__ = ["show_classes"]
