"""Reading the guide: its contents, one section at a time, and the way to the next."""

from __future__ import annotations

import re

import streamlit as st

from cropcore.workspace import workspace
from dashboard.guide import SECTIONS, Section, read_section
from dashboard.i18n import language, t
from dashboard.state import change, current, reject, settle
from dashboard.widgets.controls import pick

_HEADING = re.compile("^##", re.MULTILINE)
_LINE = 860
"""Width of the text, points: longer lines are hard to read."""
_STYLE = (
    ".st-key-guide h4 { font-size: 1.25rem; padding-top: 1rem; } "
    ".st-key-guide [data-testid='stMarkdownContainer'] { line-height: 1.6; }"
)


def choose_section() -> Section:
    """The table of contents; gives the section that is open."""
    name = current().section
    if name not in SECTIONS:
        reject("section", name)
        name = SECTIONS[0]
        settle(section=name)
    pick(
        t("guide.contents"),
        "section",
        SECTIONS,
        lambda item: read_section(language(), item).title,
        value=name,
        kind=st.radio,
    )
    return read_section(language(), name)


def show_section(section: Section) -> None:
    """The text of a section, with the folders of this machine."""
    st.html(f"<style>{_STYLE}</style>")
    with st.container(width=_LINE, key="guide"):
        st.subheader(section.title, anchor=False)
        for piece in section.pieces:
            if piece.kind == "text":
                st.markdown(_HEADING.sub("####", piece.text))
            elif piece.kind == "code":
                st.code(piece.text, language=piece.language)
            else:
                st.code(str(workspace() / piece.text), language=None)


def offer_next(section: Section) -> None:
    """A button to the section that follows."""
    after = SECTIONS.index(section.name) + 1
    if after < len(SECTIONS):
        following = read_section(language(), SECTIONS[after])
        st.button(
            t("guide.next", title=following.title),
            on_click=change,
            kwargs={"section": following.name},
            icon=":material/arrow_forward:",
        )


__all__ = ["choose_section", "offer_next", "show_section"]
