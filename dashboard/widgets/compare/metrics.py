"""Which run does better on samples that neither ever saw, and how sure that is."""

from __future__ import annotations

import streamlit as st

from cropcore.accuracy.bootstrap import DRAWS
from cropcore.training.differences import Comparison, Difference
from cropcore.training.locating import region_name
from dashboard import cache
from dashboard.catalog import RegionEntry, RunEntry
from dashboard.charts.words import signed
from dashboard.csv_text import csv_text
from dashboard.i18n import class_name, t
from dashboard.widgets.compare.choosing import comparable
from dashboard.widgets.compare.confusion import check_cell
from dashboard.widgets.compare.tables import Cell, Interval, show_table
from dashboard.widgets.text import plain

_MAIN = "macro_f1"
_LESS_IS_BETTER = "ece"
_FEW_GROUPS = 20
"""Below this a bootstrap over groups is no more than a hint."""


def show_outcome(region: RegionEntry, runs: tuple[RunEntry, RunEntry]) -> Comparison | None:
    """The outcome in one sentence; ``None`` where there can be none, which is said.

    Args:
        region: What is on the map, where the runs may not have learnt.
        runs: The baseline and the other run.

    Raises:
        RunError: The runs cannot be compared.
    """
    if not comparable(runs):
        return None
    with st.spinner(t("compare.loading"), show_time=True):
        found = cache.compared(*runs)
    check_cell(found)
    _show_summary(found)
    record = runs[0].record
    if record and not runs[0].learnt_from(region):
        names = {"origin": region_name(record.request.region), "region": region.title}
        text = t("compare.summary.elsewhere", **{key: plain(name) for key, name in names.items()})
        st.warning(text, icon=":material/wrong_location:")
    return found


def _show_summary(found: Comparison) -> None:
    """By how much the macro F1 differs, how surely, and on what."""
    main = next(item for item in found.differences if item.name == _MAIN)
    way = ("higher" if main.delta > 0 else "lower") if main.certain else "unsure"
    low, high = main.ci95
    outcome = t(
        f"compare.summary.{way}",
        delta=f"{abs(main.delta):.3f}",
        signed=signed(main.delta, ".3f"),
        low=signed(low, ".3f"),
        high=signed(high, ".3f"),
    )
    numbers = {"n": f"{len(found.pair):,}", "groups": f"{found.groups:,}"}
    samples = t(f"compare.summary.on.{_origin(found)}", **numbers)
    st.markdown(t("compare.summary", outcome=outcome, samples=samples))


def show_metrics(found: Comparison, runs: tuple[RunEntry, RunEntry]) -> None:
    """Every figure of both runs with their difference; bold only what is surely one."""
    st.markdown(f"#### {t(f'compare.metrics.{_origin(found)}')}")
    drawn = [item for item in found.differences if item.name != _LESS_IS_BETTER and item.support]
    reach = max(abs(end) for item in drawn for end in (*item.ci95, item.delta))
    rows = [_row(item, found, max(reach, 1e-6)) for item in found.differences]
    sides = t("compare.metrics.sides")
    head = ["", "A", "B", "B − A", t("compare.metrics.interval"), sides]
    show_table(head, rows)
    st.caption(t("compare.metrics.note", draws=f"{DRAWS:,}"))
    st.markdown(" ".join([_split(found, runs), *_cautions(found, runs)]))
    st.markdown(_votes(found))
    st.download_button(
        t("compare.metrics.csv"),
        lambda: metrics_csv(found),
        "comparison.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def metrics_csv(found: Comparison) -> str:
    """Every figure for other programs."""
    header = [
        "figure",
        "class_code",
        "class",
        "a",
        "b",
        "delta",
        "low95",
        "high95",
        "samples",
        "groups",
    ]
    names = {item.code: item.name for item in found.legend}
    rows = []
    for item in found.differences:
        numbers = [f"{number:.6f}" for number in (item.a, item.b, item.delta, *item.ci95)]
        numbers = numbers if item.support else [""] * len(numbers)
        about = (item.name, item.code or "", names.get(item.code, ""))
        rows.append((*about, *numbers, item.support, found.groups))
    return csv_text((*header, "samples", "groups"), rows)


def _row(item: Difference, found: Comparison, reach: float) -> list[Cell | Interval]:
    if not item.support:
        return [_name(item, found), *(Cell("–") for _ in range(4)), Cell("")]
    low, high = item.ci95
    drawn = Interval(item.delta, low, high, reach, item.certain)
    return [
        _name(item, found),
        Cell(f"{item.a:.3f}"),
        Cell(f"{item.b:.3f}"),
        Cell(signed(item.delta, ".3f"), bold=item.certain),
        Cell(t("compare.metrics.range", low=signed(low, ".3f"), high=signed(high, ".3f"))),
        Cell("") if item.name == _LESS_IS_BETTER else drawn,
    ]


def _name(item: Difference, found: Comparison) -> Cell:
    if item.name != "f1":
        return Cell(t(f"compare.figure.{item.name}.{_origin(found)}"))
    known = next(one for one in found.legend if one.code == item.code)
    name = t("compare.figure.f1", name=class_name(known), n=f"{item.support:,}")
    return Cell(name, color=known.color)


def _split(found: Comparison, runs: tuple[RunEntry, RunEntry]) -> str:
    folds = [run.record.request.folds if run.record else None for run in runs]
    key = "folds" if all(folds) else "mixed" if any(folds) else "kept"
    return t(
        f"compare.split.{key}",
        n=f"{len(found.pair):,}",
        groups=f"{found.groups:,}",
        share=f"{found.agreement:.1%}",
    )


def _cautions(found: Comparison, runs: tuple[RunEntry, RunEntry]) -> list[str]:
    """What makes the figures say less than they seem to."""
    notes = []
    own = [run.scores.samples if run.scores else len(found.pair) for run in runs]
    if min(own) > len(found.pair):
        notes.append(t("compare.caution.few_common", a=f"{own[0]:,}", b=f"{own[1]:,}"))
    if found.groups < _FEW_GROUPS:
        notes.append(t("compare.caution.few_groups"))
    names = {item.code: class_name(item) for item in found.legend}
    missing = [
        names[item.code] for item in found.differences if item.name == "f1" and not item.support
    ]
    if missing:
        notes.append(t("compare.caution.missing", names=plain(", ".join(missing))))
    return notes


def _votes(found: Comparison) -> str:
    votes = found.votes
    tied = found.groups - votes.only_a - votes.only_b
    p = plain("p < 0.001" if votes.p < 0.001 else f"p = {votes.p:.3f}")
    return t("compare.votes", a=votes.only_a, b=votes.only_b, tied=tied, p=p)


def _origin(found: Comparison) -> str:
    return "map_product" if found.measures.startswith("agreement") else "reference_data"


__all__ = ["metrics_csv", "show_metrics", "show_outcome"]
