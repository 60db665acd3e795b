"""A run that has a model: how well it did, what it learnt from, where it can be used."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from cropcore.cube import Calendar, Preparation
from cropcore.errors import CropcoreError
from cropcore.mapping.suitability import Suitability, suitability
from cropcore.training.figures import Figures, read_figures
from cropcore.training.record import DataRecord, RunRecord
from cropcore.training.run import FINAL, Run
from dashboard import cache
from dashboard.catalog import Catalog, RegionEntry, RunEntry
from dashboard.i18n import class_name, t
from dashboard.widgets.text import plain
from dashboard.widgets.training.words import lasting, sets_of, told

_MOST_REGIONS = 24


def show_figures(run: Run, data: DataRecord) -> None:
    """The figures of a run, each with split, count and interval."""
    metrics = run.read_json("metrics.json")
    figures = read_figures(metrics, "metrics.json")
    tiles = st.columns(4)
    for tile, name, value in (
        (tiles[0], "macro_f1", figures.macro_f1),
        (tiles[1], "overall_accuracy", figures.overall_accuracy),
    ):
        tile.metric(
            t(f"training.figure.{name}"),
            f"{value:.2f}",
            delta=_interval(figures, name),
            delta_color="off",
            delta_arrow="off",
            border=True,
        )
    tiles[2].metric(
        t("training.figure.kappa"),
        f"{figures.kappa:.2f}",
        delta=t("training.figure.kappa.note"),
        delta_color="off",
        delta_arrow="off",
        border=True,
    )
    tiles[3].metric(
        t("training.figure.ece"),
        f"{figures.ece:.3f}",
        delta=t("training.figure.ece.note"),
        delta_color="off",
        delta_arrow="off",
        border=True,
        help=t("training.figure.ece.help"),
    )
    measured = t(
        f"training.measured.{data.label_origin.replace(' ', '_')}",
        split=told(figures.split),
        n=f"{figures.n:,}",
        groups=f"{figures.test_groups:,}",
    )
    if figures.spread:
        spread = {"f1": "macro_f1", "overall": "overall_accuracy"}
        values = {key: f"{figures.spread.get(name, 0.0):.2f}" for key, name in spread.items()}
        measured += " " + t("training.spread", **values)
    st.caption(measured)
    baseline = figures.baseline
    if baseline is not None and "macro_f1" in baseline.run_above:
        above = baseline.run_above["macro_f1"]
        st.markdown(
            t(
                "training.beside",
                f1=f"{baseline.macro_f1:.2f}",
                difference=f"{above.difference:+.2f}",
                low=f"{above.ci95[0]:+.2f}",
                high=f"{above.ci95[1]:+.2f}",
            )
        )


def show_facts(record: RunRecord, data: DataRecord, source: str) -> None:
    """What it learnt from, its size and how long it took.

    Args:
        record: The run's.
        data: The record's.
        source: What the data are called.
    """
    model = record.models[FINAL]
    facts = {
        "source": plain(source),
        "origin": _origin(record),
        "classes": plain(", ".join(class_name(item) for item in data.legend)),
        "bands": plain(", ".join(data.preparation.bands)),
        "dates": _dates(data.preparation),
        "samples": sets_of(model),
        "epochs": t("training.epochs.best", epochs=model.epochs, best=model.best_epoch),
        "parameters": f"{model.parameters:,}",
        "time": lasting(sum(item.seconds for item in record.models.values())),
        "created": f"{record.created:%Y-%m-%d %H:%M} UTC",
        "seed": str(record.request.seed),
    }
    if record.request.described().kind in ("trees", "ensemble"):
        del facts["epochs"]
    if record.ensemble is not None:
        del facts["seed"]
    lines = [f"**{t(f'training.fact.{name}')}** {text}" for name, text in facts.items() if text]
    half = (len(lines) + 1) // 2
    for column, part in zip(st.columns(2), (lines[:half], lines[half:]), strict=True):
        column.markdown("  \n".join(part))
    if data.notes:
        with st.expander(t("training.notes", count=len(data.notes))):
            st.markdown("\n".join(f"- {plain(note)}" for note in data.notes))


def _origin(record: RunRecord) -> str:
    """Where the first weights come from; empty where they were random."""
    origin = record.origin
    if origin is None:
        return ""
    return t("training.origin", name=plain(origin.name), region=plain(origin.region))


def _dates(preparation: Preparation) -> str:
    """How many regular dates, and how far apart: of each source, where they have their own."""

    def told(calendar: Calendar) -> str:
        return t("training.dates", count=calendar.n_dates, period=f"{calendar.period:g}")

    inputs = preparation.inputs
    if len(inputs) == 1:
        return told(inputs[0].calendar)
    each = [
        t("training.dates.source", source=plain(item.name), dates=told(item.calendar))
        for item in inputs
    ]
    return "; ".join(each)


def show_settings(record: RunRecord) -> None:
    """Every setting it was trained with."""
    request = record.request
    values = {
        **request.hyperparameters,
        **request.training.model_dump(),
        **request.steps.model_dump(),
    }
    with st.expander(t("training.settings.used"), icon=":material/tune:"):
        names, numbers = t("training.setting"), t("training.value")
        rows = [{names: name, numbers: str(value)} for name, value in values.items()]
        st.dataframe(pd.DataFrame(rows), hide_index=True, alt=t("training.settings.used"))


def show_suitability(run: RunEntry, catalog: Catalog, *, at_once: bool) -> None:
    """Which regions the run can map, and why not the others.

    Args:
        run: A usable run.
        catalog: What there is.
        at_once: Whether to look at the regions without being asked.
    """
    regions = [item for item in catalog.regions if item.kind == "region"]
    opened = st.expander(
        t("training.fits"),
        expanded=at_once,
        icon=":material/travel_explore:",
        key=f"training.fits.{run.id}",
        on_change="rerun",
    )
    with opened:
        if not opened.open or run.record is None or run.record.data is None:
            return
        if not regions:
            st.caption(t("training.fits.none"))
        lines = []
        for region in regions[:_MOST_REGIONS]:
            possible, about = _fit(run.record.data, region)
            sign = t("training.fits.yes" if possible else "training.fits.no")
            lines.append(f"- {sign} **{plain(region.title)}**  \n{plain(about)}")
        st.markdown("\n".join(lines))
        st.caption(t("training.fits.alt"))


def in_words(found: Suitability) -> str:
    """What a suitability means, sentence by sentence; holds names as they are."""
    if found.obstacle == "bands":
        return t("training.fits.bands", bands=", ".join(found.missing))
    if found.obstacle == "sources":
        return t("training.fits.sources")
    if found.obstacle == "season" and found.season and found.acquired:
        first, last = found.season
        begin, end = found.acquired
        return t("training.fits.season", first=first, last=last, begin=begin, end=end)
    parts = []
    for source, seen, dates in found.sparse:
        parts.append(t("training.fits.sparse", source=source, seen=seen, dates=dates))
    if found.strangers:
        parts.append(t("training.fits.strangers", names=", ".join(found.strangers)))
    if found.absent:
        parts.append(t("training.fits.absent", names=", ".join(found.absent)))
    if found.distance_km is not None and found.distance_km >= 1:
        parts.append(t("training.fits.far", km=f"{found.distance_km:,.0f}"))
    return " ".join(parts) or t("training.fits.well")


def _fit(data: DataRecord, region: RegionEntry) -> tuple[bool, str]:
    """Whether a region can be mapped, and what to know; data, not markdown."""
    if region.problem:
        return False, region.problem
    try:
        place = cache.region(region)
        found = suitability(data, place.folder, place.legend)
    except CropcoreError as error:
        return False, str(error)
    return found.possible, in_words(found)


def _interval(figures: Figures, name: str) -> str:
    ends = figures.ci95.get(name)
    return t("training.ci", low=f"{ends[0]:.2f}", high=f"{ends[1]:.2f}") if ends else ""


__all__ = ["in_words", "show_facts", "show_figures", "show_settings", "show_suitability"]
