"""What makes a run citable: the command that trains it again, and its model card."""

from __future__ import annotations

import streamlit as st

from cropcore.training.exchange.manifest import MODEL_CARD
from cropcore.training.exchange.packing import card_of
from cropcore.training.reproducing import command_of
from cropcore.training.run import Run
from dashboard.catalog import RunEntry
from dashboard.i18n import t
from dashboard.widgets.failure import telling


def show_citing(run: RunEntry) -> None:
    """The command, and for a finished run its card to read and to take along."""
    opened = st.expander(
        t("training.cite"),
        icon=":material/format_quote:",
        key=f"training.cite.{run.id}",
        on_change="rerun",
    )
    with opened:
        if not opened.open or run.record is None:
            return
        found = Run(run.folder)
        with telling("command"):
            st.code(command_of(found), language="sh", wrap_lines=True)
            version = run.record.versions.get("cropcore", "?")
            st.caption(t("training.cite.about", version=shown(version)))
        if not run.usable or run.scores is None:
            return
        with telling("card"):
            card = card_of(found)
            st.download_button(
                t("training.card"),
                card,
                MODEL_CARD,
                "text/markdown",
                icon=":material/description:",
                on_click="ignore",
                key="training.card",
                help=t("training.card.help"),
            )
            with st.container(border=True, height=420):
                st.markdown(shown(card))


def shown(text: str) -> str:
    """Markdown with small headings, and without what Streamlit alone would act on.

    That is formulas, colours and icons.
    """
    lines, fenced = [], False
    for line in text.split("\n"):
        fence = line.startswith("```")
        if line.startswith("#") and not fenced:
            line = f"###{line}"
        lines.append(line if fenced or fence else line.replace("$", r"\$").replace(":", r"\:"))
        fenced ^= fence
    return "\n".join(lines)


__all__ = ["show_citing", "shown"]
