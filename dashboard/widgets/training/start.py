"""The run whose weights a new training begins with: none, or one that has some."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from cropcore.training.run import FINAL
from cropcore.training.starting import has_weights
from dashboard import cache
from dashboard.catalog import RunEntry
from dashboard.i18n import t
from dashboard.widgets.text import plain
from dashboard.widgets.training.draft import Draft, drafted, replace_draft
from dashboard.widgets.training.progress import ACTIVE
from dashboard.widgets.training.runs_table import learnt_from


def offer_start(draft: Draft) -> None:
    """The input for it; there is none where no run could be begun with."""
    catalog = cache.catalog()
    offered = [run.id for run in catalog.runs if _is_possible(run)]
    if draft.start is not None and draft.start not in offered:
        offered.append(draft.start)  # why it cannot be is told below the form
    if not offered:
        return
    options = ["", *offered]
    key = f"draft.{draft.edition}.start"
    st.selectbox(
        t("training.from"),
        options,
        options.index(draft.start or ""),
        format_func=lambda name: name or t("training.from.none"),
        help=t("training.from.help"),
        key=key,
        on_change=_take,
        args=(key,),
    )
    chosen = catalog.run(draft.start)
    if chosen is not None and chosen.record is not None and FINAL in chosen.record.models:
        samples = chosen.record.models[FINAL].samples.get("train", 0)
        source = plain(learnt_from(chosen, catalog))
        st.caption(t("training.from.about", region=source, samples=f"{samples:,}"))


def _is_possible(run: RunEntry) -> bool:
    return run.usable and run.state not in ACTIVE and has_weights(run.architecture)


def _take(key: str) -> None:
    """Begin with a run; architecture and fusion are then its own."""
    draft = replace(drafted(), start=st.session_state[key] or None)
    earlier = cache.catalog().run(draft.start)
    if earlier is not None and earlier.record is not None and has_weights(earlier.architecture):
        request = earlier.record.request
        draft = replace(draft, architecture=request.architecture, fusion=request.fusion)
    replace_draft(draft)


__all__ = ["offer_start"]
