"""What both maps say of the chosen pixel, beside its reference label."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from cropcore.cube import Window
from cropcore.legend import LegendClass
from dashboard.catalog import RegionEntry, RunEntry
from dashboard.compared import Word, word_on
from dashboard.i18n import class_name, t
from dashboard.opened import OpenRegion
from dashboard.state import address_of, change, current
from dashboard.widgets.compare.tables import show_item
from dashboard.widgets.place import place_fields


def show_words(
    region: RegionEntry,
    place: OpenRegion,
    runs: tuple[RunEntry, RunEntry],
    pixel: tuple[int, int] | None,
    crop_map: Path,
) -> None:
    """Class and confidence by each run, the reference, and the way to the explanation.

    Args:
        region: What is shown.
        place: The same, opened.
        runs: The baseline and the other run.
        pixel: Row and column.
        crop_map: The page that explains a pixel.
    """
    if pixel is None:
        hint, fields = st.columns([14, 8])
        hint.markdown(t("compare.pixel.none"))
        with fields:
            place_fields(place)
        return
    words = [word_on(run, region, *pixel) for run in runs]
    reference = _reference(place, *pixel)
    where = t("compare.pixel", row=pixel[0], col=pixel[1])
    st.markdown(f"**{where}** · {_in_words(words, reference)}")
    a, b, label, fields = st.columns([5, 5, 4, 8])
    with a:
        st.badge("A", color="orange")
        _show_word(words[0], "A", runs, crop_map)
    with b:
        st.badge("B", color="blue")
        _show_word(words[1], "B", runs[::-1], crop_map)
    with label:
        st.badge(t("pixel.reference"), color="gray")
        if reference is None:
            st.markdown(t("pixel.reference.none"))
        else:
            show_item(class_name(reference), reference.color)
    with fields:
        place_fields(place)


def _show_word(
    word: Word | None, side: str, runs: tuple[RunEntry, RunEntry], crop_map: Path
) -> None:
    """What one run says, ``runs`` beginning with it."""
    if word is None:
        st.markdown(t("compare.pixel.blank"))
        return
    show_item(class_name(word.item), word.item.color)
    st.caption(t("compare.pixel.confidence", percent=word.percent))
    if st.button(t("compare.pixel.why"), key=f"why.{side}", icon=":material/map:"):
        change(run=runs[0].id, second=runs[1].id, target=None, contrast=None)
        st.switch_page(crop_map, query_params=address_of(current()))


def _in_words(words: list[Word | None], reference: LegendClass | None) -> str:
    """Who agrees with whom."""
    if any(word is None for word in words):
        return t("pixel.never_clear")
    names = [word.item.name if word else "" for word in words]
    same = names[0] == names[1]
    if reference is None:
        return t(f"compare.verdict.{'same' if same else 'other'}")
    right = [name == reference.name for name in names]
    verdict = {
        (True, True): "both_right",
        (True, False): "only_a",
        (False, True): "only_b",
        (False, False): "both_wrong",
    }[right[0], right[1]]
    return t(f"compare.verdict.{verdict}")


def _reference(place: OpenRegion, row: int, col: int) -> LegendClass | None:
    codes = place.folder.labels_in(Window(row, col, 1, 1)) if place.legend else None
    known = {item.code: item for item in place.legend or ()}
    return None if codes is None else known.get(int(codes[0, 0]))


__all__ = ["show_words"]
