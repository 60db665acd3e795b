"""Why a pixel is what it is said to be: what a small change would do, and what the values did."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cropcore.errors import LocationError
from cropcore.explain import ATTRIBUTION_METHODS, Explanation
from cropcore.explain.parcel import ParcelExplanation
from dashboard import cache
from dashboard.catalog import RegionEntry, RunEntry
from dashboard.charts import attribution_chart, spatial_chart
from dashboard.csv_text import csv_text
from dashboard.i18n import class_name, t
from dashboard.opened import OpenRegion
from dashboard.pixel import Judged
from dashboard.state import UNITS, current
from dashboard.widgets.controls import pick
from dashboard.widgets.explain.looking import choose_day, looked_at, take_cell
from dashboard.widgets.explain.question import (
    Question,
    choose_classes,
    choose_method,
    question_of,
    reasons_in_words,
    unit_words,
)
from dashboard.widgets.explain.waiting import come
from dashboard.widgets.figure import download, draw
from dashboard.widgets.text import plain

USUAL = {"sensitivity": "smoothgrad", "contribution": "integrated_gradients"}
"""Method of each quantity where nobody chose and the run has gradients."""
Pixel = tuple[int, int]


def show_reasons(
    region: RegionEntry, place: OpenRegion, run: RunEntry, pixel: Pixel, found: Judged
) -> tuple[dict[str, Explanation], dict[str, DeltaGenerator]]:
    """Sensitivity and contribution side by side.

    Returns:
        What was told, and where there is room for its checks, by quantity.
    """
    question = question_of(found)
    heading, fields = st.columns([2, 3], vertical_alignment="bottom")
    heading.markdown(f"#### {question.words}")
    with heading:
        pick(
            t("explain.unit"),
            "unit",
            UNITS,
            lambda name: t(f"explain.unit.{name}"),
            value=current().unit,
            kind=st.segmented_control,
            label_visibility="collapsed",
        )
    with fields:
        whom, when = st.columns([2, 1])
        with whom:
            choose_classes(found, question)
    methods = _methods(run)
    columns = dict(zip(methods, st.columns(len(methods), gap="medium"), strict=True))
    if "sensitivity" not in methods:
        st.caption(t("why.no_sensitivity", architecture=plain(run.architecture)))
    told: dict[str, Explanation] = {}
    checks: dict[str, DeltaGenerator] = {}
    for quantity, column in columns.items():
        with column:
            answer = _ask(region, run, pixel, question, quantity, methods[quantity])
            if answer is not None:
                told[quantity] = answer
                _show(answer, place, pixel, quantity)
                checks[quantity] = st.container()
    if told:
        with when:
            choose_day(next(iter(told.values())), place)
    return told, checks


def _methods(run: RunEntry) -> dict[str, list[str]]:
    """The methods a run can be asked by, by what they tell; what none of them tells is left out."""
    found: dict[str, list[str]] = {quantity: [] for quantity in USUAL}
    for name in cache.asked(run).explainer.methods:
        found[ATTRIBUTION_METHODS[name].quantity].append(name)
    return {quantity: names for quantity, names in found.items() if names}


def _ask(
    region: RegionEntry,
    run: RunEntry,
    pixel: Pixel,
    question: Question,
    quantity: str,
    methods: list[str],
) -> Explanation | None:
    st.markdown(f"**{t(f'why.{quantity}')}**")
    usual = USUAL[quantity]
    usual = usual if usual in methods else cache.asked(run).explainer.default_method
    method = choose_method(quantity, methods, usual)
    if current().unit == "parcel":
        return _ask_parcel(lambda: cache.parcel_later(region, run, *pixel, method, *question.aim))
    with st.spinner(t("loading.explain"), show_time=True):
        return cache.explained(region, run, *pixel, method, *question.aim)


def _ask_parcel(ask: Callable[[], Future[ParcelExplanation]]) -> Explanation | None:
    try:
        found = come(ask, "loading.parcel")
    except LocationError:
        st.info(t("explain.parcel.none"))
        return None
    if found is None:
        return None
    words = {"count": found.asked, "of": len(found.parcel), "share": f"{found.share:.0%}"}
    name = plain(class_name(found.explanation.predicted))
    st.caption(t("explain.parcel", **words, name=name))
    return found.explanation


def _show(told: Explanation, place: OpenRegion, pixel: Pixel, quantity: str) -> None:
    """The heat map with its profiles, in words, as a table."""
    key = f"why.{quantity}"
    words = reasons_in_words(told)
    draw(
        attribution_chart(
            told.parts,
            unit_words(told.attribution.unit),
            t,
            profiles=True,
            looked_at=looked_at(told),
        ),
        key,
        f"{told.method}_{pixel[0]}_{pixel[1]}",
        words,
        on_select=_taking(key, told, place),
        selection_mode="points",
    )
    st.caption(f"{t(f'method.{told.method}.help')} {words}")
    with st.container(horizontal=True):
        download("why.csv", f"{told.method}_{pixel[0]}_{pixel[1]}", told.to_csv)
    as_table(told, quantity)


def _taking(key: str, told: Explanation, place: OpenRegion) -> Callable[[], None]:
    return lambda: take_cell(key, told.parts, place)


@st.fragment
def as_table(told: Explanation, quantity: str) -> None:
    """The values as rows and columns, made when they are asked for."""
    opened = st.expander(t("explain.table"), key=f"table.{quantity}", on_change="rerun")
    if not opened.open:
        return
    with opened:
        for part in told.parts:
            table = pd.DataFrame(
                part.values.T, index=list(part.bands), columns=[str(day) for day in part.dates]
            )
            st.dataframe(table.style.format("{:+.3g}"), alt=part.name)


def show_around(told: Explanation, pixel: Pixel) -> None:
    """Of a model of patches, where around the pixel lies what mattered."""
    if told.around is None:
        return
    around, (row, col) = told.around, told.pixel
    st.markdown(f"**{t('explain.spatial')}**")
    sizes = np.abs(around)
    share = float(sizes[row, col] / sizes.sum()) if sizes.any() else 0.0
    words = t("explain.spatial.alt", share=f"{share:.0%}")
    name = f"around_{told.method}_{pixel[0]}_{pixel[1]}"
    draw(
        spatial_chart(around, told.pixel, unit_words(told.attribution.unit), t),
        "around",
        name,
        words,
    )
    method, target = t(f"method.{told.method}"), plain(class_name(told.target))
    st.caption(f"{method}, {target}. {words}")
    rows = [(y - row, x - col, value) for (y, x), value in np.ndenumerate(around)]
    download("explain.spatial.csv", name, lambda: csv_text(("south", "east", "attribution"), rows))


__all__ = ["as_table", "show_around", "show_reasons"]
