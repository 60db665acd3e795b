"""What was seen at a pixel, against what is usual for the likeliest two classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import streamlit as st

from cropcore.explain import Explanation
from cropcore.legend import LegendClass
from dashboard import cache
from dashboard.catalog import RegionEntry, RunEntry
from dashboard.charts import BandView, Usual, against_classes
from dashboard.i18n import class_name, t
from dashboard.pixel import Judged, Seen
from dashboard.state import current
from dashboard.widgets.explain.known import try_known
from dashboard.widgets.figure import download, draw
from dashboard.widgets.pixel_panel import choose_bands, first_of_sources, series_csv
from dashboard.widgets.text import plain

Pixel = tuple[int, int]


def show_against(
    region: RegionEntry,
    run: RunEntry,
    pixel: Pixel,
    found: Judged,
    parcel: Mapping[str, Explanation],
) -> None:
    """A panel per band: the pixel, its acquisitions, and both classes' middle halves.

    Args:
        region: What is shown.
        run: Whose classes.
        pixel: Row and column.
        found: What it says.
        parcel: Explanations of the pixel's parcel, whose mean series is then drawn.
    """
    st.markdown(f"#### {t('explain.series')}")
    seen = cache.seen(region, run, *pixel)
    bands = choose_bands(seen, current().band)
    classes = [item for item, _, _ in found.ranking[:2]]
    quartiles = {}
    if try_known(run):
        quartiles = {item.code: cache.quartiles(run, item.code) for item in classes}
    views = band_views(run, found, seen, bands, classes, quartiles)
    means = {
        band: part.series[:, at]
        for told in parcel.values()
        for part in told.parts
        for at, band in enumerate(part.bands)
    }
    views = [replace(view, values=means.get(view.track.band, view.values)) for view in views]
    own = t("explain.series.parcel" if means else "explain.series.pixel")
    figure = against_classes(views, own, t, current().day)
    firsts = first_of_sources(seen)
    words = t(
        "explain.series.alt",
        names=t("explain.and").join(plain(class_name(item)) for item in classes),
        count=sum(len(track.dates) for track in firsts),
        masked=sum(int(track.masked.sum()) for track in firsts),
    )
    draw(figure, "against", f"series_{pixel[0]}_{pixel[1]}", words)
    st.caption(words)
    download("series.csv", f"series_{pixel[0]}_{pixel[1]}", lambda: series_csv(seen))


def band_views(
    run: RunEntry,
    found: Judged,
    seen: Seen,
    bands: Sequence[str],
    classes: Sequence[LegendClass],
    quartiles: Mapping[int, np.ndarray],
) -> list[BandView]:
    """What the chart shows of each band that the model reads.

    Args:
        run: Whose model it is.
        found: The pixel as it sees it.
        seen: The same as it was acquired.
        bands: Those to show.
        classes: The likeliest ones.
        quartiles: Of their training series, by legend code, (3, time, band).
    """
    asked = cache.asked(run)
    places = [asked.data.legend.classes.index(item) for item in classes]
    tracks = {track.band: track for track in seen.tracks}
    views = []
    for item in found.inputs:
        for at, band in enumerate(item.bands):
            if band not in bands or band not in tracks:
                continue
            usual = tuple(
                Usual(
                    class_name(one),
                    one.color,
                    item.take(asked.class_means[place])[:, at],
                    np.stack([item.take(part)[:, at] for part in quartiles[one.code]])
                    if one.code in quartiles
                    else None,
                )
                for one, place in zip(classes, places, strict=True)
            )
            values = item.take(found.series)[:, at]
            views.append(BandView(tracks[band], item.dates(found.start), values, usual))
    return views


__all__ = ["band_views", "show_against"]
