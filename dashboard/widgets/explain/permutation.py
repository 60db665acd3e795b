"""What a run loses when values are mixed up between samples."""

from __future__ import annotations

import streamlit as st

from cropcore.explain.permutation import KINDS, PermutationImportance
from dashboard import cache
from dashboard.catalog import RunEntry
from dashboard.charts.by_class_profiles import permutation_chart
from dashboard.i18n import t
from dashboard.widgets.failure import show_empty
from dashboard.widgets.figure import download, draw
from dashboard.widgets.text import plain

_DRAWN = "permutation.kind"


def show_permutation(run: RunEntry) -> None:
    """The loss by date, band or kind of band; computed on request, while people watch."""
    st.markdown(f"#### {t('permutation')}")
    found = cache.permuted(run)
    if found is None:
        if not show_empty(t("permutation.none"), t("permutation.compute"), "permutation.compute"):
            return
        bar = st.progress(0.0, t("permutation.working", share="0%"))
        st.button(t("cancel"), key="permutation.cancel")  # any click ends it

        def progress(share: float) -> None:
            bar.progress(share, t("permutation.working", share=f"{share:.0%}"))

        cache.permute(run, progress)
        st.rerun()
    _show(found)


@st.fragment
def _show(found: PermutationImportance) -> None:
    kind = st.segmented_control(
        t("permutation.kind"),
        KINDS,
        default=KINDS[0],
        format_func=lambda name: t(f"permutation.kind.{name}"),
        key=_DRAWN,
        label_visibility="collapsed",
    )
    lost = found.of(kind or KINDS[0])
    dearest = max(lost, key=lambda item: item.loss)
    alt = t(
        "permutation.alt",
        repeats=found.repeats,
        f1=f"{found.macro_f1:.2f}",
        samples=f"{found.samples:,}",
        groups=found.groups,
        name=plain(dearest.name),
        loss=f"{dearest.loss:+.3f} ± {dearest.sd:.3f}",
    )
    draw(permutation_chart(lost, t), "permutation", "permutation", alt)
    st.caption(alt)
    download("permutation.csv", "permutation", found.to_csv)


__all__ = ["show_permutation"]
