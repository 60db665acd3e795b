"""Which dates and which bands count for a class; bands that are alike, and their totals."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from cropcore.explain.by_class import ALIKE, ByClass, SourceByClass
from cropcore.explain.by_class.tables import BANDS, DATES, band_rows, date_rows
from cropcore.legend import LegendClass
from dashboard.charts.by_class_profiles import Parts, band_profile_chart, date_profile_chart
from dashboard.csv_text import csv_text
from dashboard.i18n import t
from dashboard.widgets.figure import download, draw
from dashboard.widgets.text import plain


def show_profiles(found: ByClass, item: LegendClass, unit: str) -> None:
    """Two profiles of a class side by side.

    Args:
        found: A run's classes.
        item: The class.
        unit: What a value of 1 means.
    """
    parts = [
        (source, one)
        for source in found.sources
        for one in source.classes
        if one.item.code == item.code
    ]
    left, right = st.columns(2, gap="medium")
    with left:
        _show_dates(found, parts, unit)
        _show_totals(parts)
    with right:
        _show_bands(found, parts, unit)


def _show_dates(found: ByClass, parts: Parts, unit: str) -> None:
    st.markdown(f"##### {t('classes.dates')}")
    source, one = max(parts, key=lambda part: part[1].dates.max())
    best = source.dates[int(one.dates.argmax())].isoformat()
    alt = t("classes.dates.alt", n=one.n, date=best)
    draw(date_profile_chart(parts, unit, t), "classes.dates", "class_dates", alt)
    st.caption(alt)
    download("classes.dates.csv", "class_dates", lambda: csv_text(DATES, date_rows(found)))


def _show_bands(found: ByClass, parts: Parts, unit: str) -> None:
    st.markdown(f"##### {t('classes.bands')}")
    source, one = max(parts, key=lambda part: part[1].bands.max())
    best = plain(source.bands[int(one.bands.argmax())])
    alt = t("classes.bands.alt", n=one.n, band=best)
    draw(band_profile_chart(parts, unit, t), "classes.bands", "class_bands", alt)
    st.caption(alt)
    _show_duplicates([source for source, _ in parts])
    download("classes.bands.csv", "class_bands", lambda: csv_text(BANDS, band_rows(found)))


def _show_totals(parts: Parts) -> None:
    st.markdown(f"##### {t('classes.totals')}")
    rows = _totals(parts)
    table = rows.rename(columns={name: t(f"classes.totals.{name}") for name in rows})
    st.dataframe(table, hide_index=True, height="content", key="classes.totals")


def _show_duplicates(sources: list[SourceByClass]) -> None:
    """A warning beside the ranking, where single bands mean little."""
    told = []
    for source in sources:
        prefix = f"{source.name}: " if len(sources) > 1 else ""
        for number, group in enumerate(source.duplicates.groups, start=1):
            bands = plain(prefix + ", ".join(source.bands[at] for at in group))
            told.append(t("classes.duplicates.group", number=number, bands=bands))
    if told:
        groups = "; ".join(told)
        st.warning(t("classes.duplicates", limit=ALIKE, groups=groups), icon=":material/join:")
    else:
        st.caption(t("classes.duplicates.none", limit=ALIKE))


def _totals(parts: Parts) -> pd.DataFrame:
    """Sums over kinds of bands, and over bands that are alike."""
    whole = sum(float(one.bands.sum()) for _, one in parts) or 1.0
    rows = []
    for source, one in parts:
        prefix = f"{source.name}: " if len(parts) > 1 else ""
        sets = [(t(f"kind.{kind}"), bands) for kind, bands in source.kinds.items()]
        sets += [
            (t("classes.totals.alike", number=number), bands)
            for number, bands in enumerate(source.duplicates.groups, start=1)
        ]
        for name, bands in sets:
            listed = ", ".join(source.bands[at] for at in bands)
            total = one.total(bands)
            rows.append((f"{prefix}{name}: {listed}", round(total, 3), round(100 * total / whole)))
    return pd.DataFrame(rows, columns=["bands", "sum", "share"])


__all__ = ["show_profiles"]
