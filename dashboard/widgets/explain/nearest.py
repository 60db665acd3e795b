"""The training samples that a run finds most like a pixel."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import streamlit as st

from cropcore.explain.neighbours import Neighbour
from dashboard import cache
from dashboard.catalog import RegionEntry, RunEntry
from dashboard.csv_text import csv_text
from dashboard.i18n import class_name, t
from dashboard.pixel import Judged
from dashboard.state import change, current
from dashboard.widgets.explain.known import try_known
from dashboard.widgets.explain.waiting import come
from dashboard.widgets.figure import download
from dashboard.widgets.text import plain

Pixel = tuple[int, int]
_KEY = "nearest"
_USUAL_BANDS = ("ndvi", "NDVI", "B08", "nir")


def show_nearest(region: RegionEntry, run: RunEntry, pixel: Pixel, found: Judged) -> None:
    """Class, distance, place and a small series of each; a row leads there."""
    st.markdown(f"#### {t('nearest')}")
    if not try_known(run):
        return
    nearest = come(lambda: cache.nearest_later(region, run, *pixel), "loading.nearest")
    if nearest is None:
        return
    asked = cache.asked(run)
    legend = {item.code: item for item in asked.data.legend.classes}
    names = [class_name(legend[item.code]) for item in nearest]
    bands = asked.data.preparation.bands
    usual = (band for band in (current().band, *_USUAL_BANDS, bands[0]) if band in bands)
    band = next(usual)
    series = [_without_gaps(item.series[:, bands.index(band)]) for item in nearest]
    own = _without_gaps(found.series[:, bands.index(band)])
    low, high = np.min([own.min(), *map(np.min, series)]), np.max([own.max(), *map(np.max, series)])
    table = pd.DataFrame(
        {
            "class": names,
            "distance": [item.distance for item in nearest],
            "series": [part.tolist() for part in series],
            "place": [f"{item.lat:.5f}, {item.lon:.5f}" for item in nearest],
        }
    )
    columns = st.column_config
    st.dataframe(
        table,
        key=_KEY,
        hide_index=True,
        on_select=_visiting(nearest),
        selection_mode="single-row",
        column_config={
            "class": columns.TextColumn(t("nearest.class")),
            "distance": columns.NumberColumn(t("nearest.distance"), format="%.2f"),
            "series": columns.LineChartColumn(
                plain(t("nearest.series", band=band)), y_min=float(low), y_max=float(high)
            ),
            "place": columns.TextColumn(t("nearest.place")),
        },
        alt=t("nearest.alt"),
    )
    kind = "forest" if asked.explainer.default_method.startswith("occlusion") else "network"
    st.caption(f"{t('nearest.alt')} {t(f'nearest.distance.{kind}')}")
    rows = [
        (name, item.id, item.distance, item.lat, item.lon)
        for name, item in zip(names, nearest, strict=True)
    ]
    head = ("class", "sample", "distance", "lat", "lon")
    download("nearest.csv", f"nearest_{pixel[0]}_{pixel[1]}", lambda: csv_text(head, rows))


def _without_gaps(values: np.ndarray) -> np.ndarray:
    """A series for a small picture, which has no room for gaps."""
    known = np.isfinite(values)
    if not known.any():
        return np.zeros(len(values))
    places = np.arange(len(values))
    return np.interp(places, places[known], values[known])


def _visiting(nearest: Sequence[Neighbour]) -> Callable[[], None]:
    return lambda: _visit(nearest)


def _visit(nearest: Sequence[Neighbour]) -> None:
    rows = st.session_state[_KEY].selection.rows
    if rows and np.isfinite([nearest[rows[0]].lon, nearest[rows[0]].lat]).all():
        item = nearest[rows[0]]
        change(lon=round(item.lon, 6), lat=round(item.lat, 6), target=None, contrast=None)


__all__ = ["show_nearest"]
