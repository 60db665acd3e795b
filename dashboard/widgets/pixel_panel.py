"""One pixel: its class and how sure that is, what was seen there, and why the run decided so."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import streamlit as st

from cropcore.confidence import aleatoric, epistemic
from cropcore.legend import Legend
from dashboard import cache
from dashboard.catalog import RegionEntry, RunEntry
from dashboard.charts import attribution_chart, probabilities_chart, series_chart
from dashboard.charts.series import ModelTrack
from dashboard.csv_text import csv_text
from dashboard.i18n import class_name, t
from dashboard.opened import OpenRegion
from dashboard.pixel import Judged, Seen, Track
from dashboard.state import address_of, change, current
from dashboard.widgets.explain.question import (
    choose_classes,
    question_of,
    reasons_in_words,
    unit_words,
)
from dashboard.widgets.figure import download, draw
from dashboard.widgets.place import show_example
from dashboard.widgets.text import plain

_TOP = 3
_USUAL_BANDS = ("B04", "red", "B08", "nir", "ndvi", "VH")


def show_verdict(
    region: RegionEntry, place: OpenRegion, run: RunEntry | None, pixel: tuple[int, int] | None
) -> Judged | None:
    """The class of a pixel, how sure, the next ones, and the reference label."""
    if pixel is None:
        if current().place is None:
            st.markdown(t("pixel.empty"))
        st.button(t("pixel.empty.action"), on_click=show_example, args=(place,), type="primary")
        return None
    seen = cache.seen(region, run, *pixel)
    found = _judged(region, run, pixel)
    if run is None:
        st.info(t("pixel.no_run"))
    elif found is None:
        st.info(t("pixel.never_clear"))
        st.button(t("pixel.another"), on_click=show_example, args=(place,))
    else:
        _show_winner(found, cache.asked(run).data.legend)
    _show_reference(place, seen, found)
    if found is not None:
        rows = [(class_name(item), item.color, raw, p) for item, raw, p in found.ranking[:_TOP]]
        st.markdown(f"**{t('pixel.top')}**")
        draw(probabilities_chart(rows), "top", f"classes_{pixel[0]}_{pixel[1]}", t("pixel.top.alt"))
        st.caption(t("pixel.top.alt"))
    crs = _crs_name(place)
    at = f"{seen.x:,.0f}", f"{seen.y:,.0f}"
    about = t("place.about", row=seen.row, col=seen.col, x=at[0], y=at[1], crs=crs)
    st.caption(f"{seen.lat:.6f}°, {seen.lon:.6f}° · {plain(about)}")
    return found


def show_series(
    region: RegionEntry, run: RunEntry | None, pixel: tuple[int, int], found: Judged | None
) -> None:
    """The pixel's observations on their real dates, and the model's view of them."""
    seen = cache.seen(region, run, *pixel)
    st.markdown(f"#### {t('series')}")
    chosen = choose_bands(seen)
    tracks = [track for track in seen.tracks if track.band in chosen]
    name = class_name(found.winner) if found else ""
    model = _model_tracks(run, found) if run and found else []
    file = f"series_{seen.row}_{seen.col}"
    draw(series_chart(tracks, model, name, t), "series", file)
    days = sorted({day for track in seen.tracks for day in track.dates})
    firsts = first_of_sources(seen)
    values = {
        "count": sum(len(track.dates) for track in firsts),
        "first": days[0],
        "last": days[-1],
        "masked": sum(int(track.masked.sum()) for track in firsts),
    }
    key = "series.alt" if found else "series.alt.plain"
    st.caption(t(key, **values, name=plain(name)))
    download("series.csv", file, lambda: series_csv(seen))


def choose_bands(seen: Seen, also: str | None = None) -> list[str]:
    """The bands to draw; usually a few that tell crops apart.

    Args:
        seen: What there is.
        also: A band that is looked at, and so drawn too.
    """
    bands = list(dict.fromkeys(track.band for track in seen.tracks))
    usual = [band for band in _USUAL_BANDS if band in bands] or bands[:2]
    chosen = st.pills(
        t("series.bands"),
        bands,
        selection_mode="multi",
        default=usual,
        format_func=plain,
        key="bands",
    )
    return [band for band in bands if band in chosen or band == also]


def show_why(
    region: RegionEntry, run: RunEntry, pixel: tuple[int, int], found: Judged, further: Path
) -> None:
    """Which bands at which dates decided, for a class or for one class against another.

    Args:
        region: What is shown.
        run: Whose reasons are asked for.
        pixel: Row and column.
        found: What it says.
        further: The page that explains at length.
    """
    question = question_of(found)
    st.markdown(f"#### {question.words}")
    choose_classes(found, question)
    explainer = cache.asked(run).explainer
    chosen = current().method
    method = chosen if chosen in explainer.methods else explainer.default_method
    with st.spinner(t("loading.explain"), show_time=True):
        told = cache.explained(region, run, *pixel, method, *question.aim)
    if told is None:
        return
    st.caption(f"{t(f'why.{told.attribution.quantity}')} {t(f'method.{method}.help')}")
    name = f"{method}_{pixel[0]}_{pixel[1]}"
    draw(attribution_chart(told.parts, unit_words(told.attribution.unit), t), "why", name)
    st.caption(reasons_in_words(told))
    with st.container(horizontal=True):
        download("why.csv", name, told.to_csv)
        if st.button(t("pixel.explain"), key="explain", icon=":material/psychology:"):
            change(**{told.attribution.quantity: method})
            st.switch_page(further, query_params=address_of(current()))


def _judged(region: RegionEntry, run: RunEntry | None, pixel: tuple[int, int]) -> Judged | None:
    if run is None:
        return None
    if cache.run_is_loaded(run):
        return cache.judged(region, run, *pixel)
    with st.spinner(t("loading.model"), show_time=True):
        return cache.judged(region, run, *pixel)


def _show_winner(found: Judged, legend: Legend) -> None:
    winner, raw, calibrated = found.ranking[0]
    st.html(
        f"<style>.st-key-winner h3::before {{ content: ''; display: inline-block; width: .8em; "
        f"height: .8em; margin-right: .4em; border: 1px solid #8888; border-radius: 4px; "
        f"background: {winner.color}; }}</style>"
    )
    with st.container(key="winner"):
        st.subheader(plain(class_name(winner)), anchor=False)
    numbers = {"raw": f"{raw:.2f}", "calibrated": f"{calibrated:.2f}"}
    st.markdown(t("pixel.scores", **numbers), help=t("pixel.scores.help", **numbers))
    if found.members is not None:
        _show_votes(found.members, legend)


def _show_votes(members: np.ndarray, legend: Legend) -> None:
    """Which classes an ensemble's members say, and how much of the doubt is their disagreement.

    Args:
        members: Probabilities, (member, class).
        legend: Its classes.
    """
    votes = [
        (count, plain(class_name(legend.classes[at])))
        for at, count in Counter(members.argmax(axis=-1).tolist()).most_common()
    ]
    most, name = votes[0]
    text = t("pixel.members", votes=most, count=len(members), name=name)
    text += "".join(t("pixel.members.other", votes=count, name=name) for count, name in votes[1:])
    within, between = float(aleatoric(members)), float(epistemic(members))
    shares = {"within": f"{within:.2f}", "between": f"{between:.2f}"}
    told = t("pixel.members.help", total=f"{within + between:.2f}", **shares)
    st.markdown(text, help=told)


def _show_reference(place: OpenRegion, seen: Seen, found: Judged | None) -> None:
    known = [item for item in place.legend or () if item.code == seen.reference]
    if not known:
        st.markdown(f"{t('pixel.reference')}: {t('pixel.reference.none')}")
        return
    text = f"{t('pixel.reference')}: **{plain(class_name(known[0]))}**"
    if found is not None:
        same = found.winner.name == known[0].name
        text += f" ({t('pixel.reference.same' if same else 'pixel.reference.other')})"
    st.markdown(text)


def _model_tracks(run: RunEntry, found: Judged) -> list[ModelTrack]:
    asked = cache.asked(run)
    mean = asked.class_means[asked.data.legend.classes.index(found.winner)]  # (time, band)
    return [
        ModelTrack(
            band,
            item.dates(found.start),
            item.take(found.series)[:, at],
            item.take(mean)[:, at],
        )
        for item in found.inputs
        for at, band in enumerate(item.bands)
    ]


def first_of_sources(seen: Seen) -> list[Track]:
    """The first track of each source: its dates and masks are those of the others."""
    first = {item.source: item.bands[0] for item in seen.sources}
    return [next(track for track in seen.tracks if track.band == band) for band in first.values()]


def series_csv(seen: Seen) -> str:
    """Every observation of a pixel, a row each."""
    rows = (
        (track.band, track.unit, day.isoformat(), value, int(masked))
        for track in seen.tracks
        for day, value, masked in zip(track.dates, track.values, track.masked, strict=True)
    )
    return csv_text(("band", "unit", "date", "value", "masked"), rows)


def _crs_name(place: OpenRegion) -> str:
    crs = place.folder.grid.crs
    return crs if len(crs) < 24 else crs.split('"')[1]


__all__ = [
    "choose_bands",
    "first_of_sources",
    "series_csv",
    "show_series",
    "show_verdict",
    "show_why",
]
