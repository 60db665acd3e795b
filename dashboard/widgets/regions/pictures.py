"""A region on a date that can be chosen, in natural colours or with infrared."""

from __future__ import annotations

import streamlit as st

from cropcore.sources.region.raster import describe_system
from dashboard import cache
from dashboard.catalog import RegionEntry
from dashboard.i18n import t
from dashboard.opened import PICTURES
from dashboard.pictures import is_drawable
from dashboard.state import change, current
from dashboard.widgets.controls import follow, pick
from dashboard.widgets.pickers import choose_date, picture_day
from dashboard.widgets.text import plain


def show_pictures(entry: RegionEntry) -> None:
    """The picture of a date, with the outlines of clouds.

    Raises:
        RegionError: A file is damaged.
    """
    st.markdown(f"#### {t('regions.picture')}")
    place = cache.region(entry)
    kinds = [kind for kind in PICTURES if place.pictures(kind)]
    if not kinds or "rgb" not in kinds:
        st.info(t("regions.picture.none"), icon=":material/image_not_supported:")
        return
    if not is_drawable(place.folder):
        st.info(t("regions.picture.large"), icon=":material/map:")
        return
    chosen = current().layer
    kind = chosen if chosen in kinds else "rgb"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        pick(
            t("regions.picture.kind"),
            "layer",
            kinds,
            lambda name: t(f"layer.{name}"),
            value=kind,
            kind=st.segmented_control,
        )
        key = follow("clouds", current().clouds == "shown")
        st.toggle(
            t("regions.picture.clouds"),
            key=key,
            help=t("regions.picture.clouds.help"),
            on_change=_toggle,
            args=(key,),
        )
    day = picture_day(place)
    if day is None or day not in place.pictures(kind):
        day = next(iter(place.pictures(kind)))
    choose_date(place)
    with st.spinner(t("regions.picture.drawing", date=day.isoformat()), show_time=True):
        drawn = cache.picture(entry, kind, day, current().clouds == "shown")
    told = t(
        "regions.picture.alt",
        name=plain(entry.title),
        date=day.isoformat(),
        kind=t(f"layer.{kind}"),
        clear=f"{place.clear.get(day, 1.0):.0%}",
        crs=plain(describe_system(place.folder.grid.crs)),
    )
    st.image(drawn, caption=told, width="stretch")
    st.download_button(
        t("regions.picture.download"),
        drawn,
        f"{kind}_{day.isoformat()}.png",
        "image/png",
        icon=":material/download:",
        on_click="ignore",
    )


def _toggle(key: str) -> None:
    change(clouds="shown" if st.session_state[key] else "hidden")


__all__ = ["show_pictures"]
