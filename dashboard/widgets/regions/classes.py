"""How much of each class there is, and which are rare."""

from __future__ import annotations

import streamlit as st

from cropcore.legend import Legend
from cropcore.sources.summary import ClassBalance
from dashboard import cache
from dashboard.catalog import RegionEntry
from dashboard.charts.class_balance import BalanceRow, balance_chart
from dashboard.i18n import class_name, t
from dashboard.region_view import source_of
from dashboard.widgets.confidence.figures import offer_csv, percent, show_chart
from dashboard.widgets.text import plain

FEW_GROUPS = 10
"""Groups of a class below which a split leaves one or two for the test."""
LEAST = 0.01
"""Share of all labels below which a class is rare."""


def legend_of(entry: RegionEntry) -> Legend | None:
    """The classes of a region or table; ``None`` without labels.

    Raises:
        InputError: They cannot be used.
    """
    source = cache.region(entry).folder if entry.kind == "region" else source_of(entry)
    if entry.kind == "region" and cache.facts(entry).classes == 0:
        return None
    return source.legend


def show_balance(entry: RegionEntry) -> None:
    """A bar per class, rare ones marked, and the same as a table.

    Raises:
        InputError: The labels cannot be used.
    """
    st.markdown(f"#### {t('regions.balance')}")
    with st.spinner(t("regions.balance.reading"), show_time=True):
        found = sorted(cache.balance(entry), key=_amount, reverse=True)
        legend = legend_of(entry) if found else None
    if legend is None:
        st.info(t("regions.balance.unlabelled"), icon=":material/label_off:")
        return
    items = {item.code: item for item in legend}
    total = sum(_amount(item) for item in found)
    rare = [item for item in found if is_rare(item, total)]
    unit = t("regions.balance.samples" if found[0].hectares is None else "regions.balance.hectares")
    rows = [
        BalanceRow(
            class_name(items[item.code]),
            items[item.code].color,
            _amount(item),
            item.groups,
            item in rare,
        )
        for item in found
    ]
    show_chart(balance_chart(rows, unit, t), "balance")
    names = ", ".join(plain(class_name(items[item.code])) for item in rare)
    st.caption(
        t(
            "regions.balance.alt",
            total=t(
                "regions.balance.total.samples"
                if found[0].hectares is None
                else "regions.balance.total.hectares",
                total=f"{total:,.0f}",
            ),
            groups=f"{sum(item.groups for item in found):,}",
            most=plain(rows[0].name),
            share=percent(_amount(found[0]) / total),
            few=FEW_GROUPS,
            least=percent(LEAST),
            rare=names or t("regions.balance.none"),
        )
    )
    offer_csv(
        t("regions.balance.csv"),
        "classes.csv",
        ("code", "class", "pixels_or_samples", "ha", "groups", "largest_group_share", "rare"),
        lambda: (
            (
                item.code,
                items[item.code].name,
                item.count,
                "" if item.hectares is None else item.hectares,
                item.groups,
                item.largest,
                int(item in rare),
            )
            for item in found
        ),
    )


def is_rare(item: ClassBalance, total: float) -> bool:
    """Whether a class has too few groups or too little of the whole to rely on its figures."""
    return item.groups < FEW_GROUPS or _amount(item) < LEAST * total


def _amount(item: ClassBalance) -> float:
    return float(item.count) if item.hectares is None else item.hectares


__all__ = ["FEW_GROUPS", "LEAST", "is_rare", "legend_of", "show_balance"]
