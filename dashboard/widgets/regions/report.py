"""The report of a check: errors first, then what is doubtful, then what was found and its cost."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from cropcore.sources import RegionReport
from cropcore.training.record import PRESETS
from dashboard.i18n import t
from dashboard.widgets.text import plain

_SHOWN = 8
_SERIES_PER_SECOND = 10_000.0
"""Labelled series that a small network learns from in a second, on two cores."""
_START = 10.0
"""Seconds until a training has begun."""
_VALUES_PER_SECOND = 30e6
"""Values read from disk in a second."""
_OF_TRAINING = 0.6
"""Share of the labels that is learnt from."""


def show_report(report: RegionReport, name: str, seconds: float) -> None:
    """Tell all that was found.

    Args:
        report: Of the check.
        name: What to call the data.
        seconds: How long the check took.
    """
    if report.errors:
        count = len(report.errors)
        key = "regions.own.error" if count == 1 else "regions.own.errors"
        st.error(f"**{t(key, count=count)}**", icon=":material/error:")
        for text in report.errors[:_SHOWN]:
            st.markdown(f"- {plain(text)}")
        if count > _SHOWN:
            st.caption(t("regions.own.more", count=count - _SHOWN))
    else:
        st.success(f"**{t('regions.own.ok', name=plain(name))}**", icon=":material/check_circle:")
    show_problems(report.warnings)
    if report.bands:
        _show_found(report)
    if report.ok:
        _show_cost(report, seconds)
    st.download_button(
        t("regions.own.report"),
        report.to_text(),
        "report.txt",
        "text/plain",
        icon=":material/download:",
        on_click="ignore",
    )


def show_problems(warnings: Sequence[str]) -> None:
    """What was guessed or looks doubtful."""
    if not warnings:
        return
    with st.expander(
        t("regions.own.warnings", count=len(warnings)), expanded=True, icon=":material/warning:"
    ):
        for text in warnings:
            st.markdown(f"- {plain(text)}")


def training_seconds(report: RegionReport) -> float:
    """A rough guess of the time that a quick training takes on two cores."""
    quick = PRESETS["quick"]
    most, epochs = int(quick["samples_per_class"]), int(quick["epochs"])
    samples = sum(min(item.pixels, most) for item in report.classes) * _OF_TRAINING
    values = (report.memory_megabytes or 0.0) * 1e6 / 4
    return _START + values / _VALUES_PER_SECOND + samples * epochs / _SERIES_PER_SECOND


def _show_found(report: RegionReport) -> None:
    st.markdown(f"**{t('regions.own.found')}**")
    sizes = {
        "megabytes": f"{report.megabytes:,.1f}",
        "memory": f"{report.memory_megabytes or 0:,.1f}",
    }
    if report.width is not None and report.height is not None:
        line = t(
            "regions.own.grid",
            crs=plain(report.crs or ""),
            width=f"{report.width:,}",
            height=f"{report.height:,}",
            km2=area((report.hectares or 0) / 100),
            **sizes,
        )
    else:
        line = t("regions.own.size", **sizes)
    st.markdown(f"- {line}")
    for source, days in report.dates.items():
        line = t(
            "regions.own.source",
            source=plain(source),
            count=len(days),
            first=days[0],
            last=days[-1],
            bands=plain(" ".join(report.bands.get(source, ()))),
        )
        st.markdown(f"- {line}")
    if report.classes:
        listed = ", ".join(
            t("regions.own.class", name=plain(item.name), count=f"{item.pixels:,}")
            for item in report.classes
        )
        st.markdown(f"- {t('regions.own.classes', classes=listed)}")


def _show_cost(report: RegionReport, seconds: float) -> None:
    told = {"check": f"{max(seconds, 1):,.0f}", "train": f"{_rounded(training_seconds(report))}"}
    if report.estimated_seconds is None:
        st.caption(t("regions.own.cost.table", **told))
        return
    told["map"] = _rounded(report.estimated_seconds)
    st.caption(t("regions.own.cost", **told))


def area(km2: float) -> str:
    """Square kilometres with as many digits as tell something."""
    return f"{km2:,.1f}" if km2 >= 1 else f"{km2:.2g}"


def _rounded(seconds: float) -> str:
    """No more digits than a guess has."""
    return f"{float(f'{max(seconds, 1):.1g}'):,.0f}"


__all__ = ["area", "show_problems", "show_report", "training_seconds"]
