"""Whether confidence comes true: the diagram, in words, and in single numbers."""

from __future__ import annotations

import numpy as np
import streamlit as st

from cropcore.confidence import ReliabilityDiagram, Trust
from cropcore.confidence.calibration import N_BINS
from dashboard.catalog import RunEntry
from dashboard.charts.reliability import Stated, reliability_chart
from dashboard.i18n import t
from dashboard.widgets.confidence.figures import (
    interval,
    offer_csv,
    percent,
    points,
    show_chart,
    verdict,
    worded,
)

FEW = 5
"""Groups below which a bin says little."""
_BINS = (5, 10, 15, 20)
_STATED = ("calibrated", "softmax", "both")


@st.fragment
def come_true(run: RunEntry, trust: Trust) -> None:
    """Diagram, verdict and scores."""
    st.markdown(f"#### {t('confidence.true')}")
    left, right = st.columns([3, 2], gap="medium")
    with left:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            shown = st.segmented_control(
                t("confidence.show"),
                _STATED,
                default="calibrated",
                key="stated",
                format_func=lambda name: t(f"confidence.{name}"),
                required=True,
            )
            bins = st.selectbox(t("confidence.bins"), _BINS, index=1, key="bins", width=110)
        diagrams = {
            name: trust.diagram(bins, calibrated=name == "calibrated")
            for name in ("calibrated", "softmax")
        }
        wanted = list(diagrams) if shown == "both" else [shown or "calibrated"]
        stated = [Stated(t(f"confidence.{name}"), diagrams[name]) for name in wanted]
        figure = reliability_chart(stated, FEW, worded("confidence.share", run), t)
        show_chart(figure, "reliability")
        right_word = worded("confidence.right", run)
        st.caption(t("confidence.true.alt", few=FEW, right=right_word))
    with right:
        st.markdown(_over_all(run, trust))
        for sentence in _bins_in_words(run, diagrams["calibrated"]):
            st.markdown(sentence)
        _show_scores(trust)
        offer_csv(
            t("confidence.true.csv"),
            f"reliability_{bins}_bins.csv",
            (
                "probabilities", "bin_from", "bin_to", "samples", "groups", "mean_confidence",
                "share_right", "ci95_low", "ci95_high",
            ),
            lambda: (row for name, item in diagrams.items() for row in _rows(name, item)),
        )  # fmt: skip


def _over_all(run: RunEntry, trust: Trust) -> str:
    """Whether the model says too much, over all samples."""
    gap = trust.gap
    low, high = float(gap.low[0]), float(gap.high[0])
    values = {
        "stated": percent(float(gap.confidence[0])),
        "share": percent(float(gap.accuracy[0])),
        "right": worded("confidence.right", run),
        "gap": points(float(gap.gap[0])),
        "low": points(low),
        "high": points(high),
    }
    if not np.isfinite(low):
        return t("confidence.verdict.unknown", **values)
    return t(f"confidence.verdict.{verdict(low, high)}", **values)


def _bins_in_words(run: RunEntry, diagram: ReliabilityDiagram) -> list[str]:
    """The two bins that rest on most samples, in words."""
    curve = diagram.curve
    fullest = [int(at) for at in np.argsort(-curve.count, kind="stable")[:2] if curve.count[at]]
    return [
        t(
            "confidence.bin.words",
            n=f"{curve.count[at]:,}",
            groups=f"{diagram.groups[at]:,}",
            low=f"{curve.edges[at] * 100:.0f}",
            high=f"{curve.edges[at + 1] * 100:.0f}",
            share=percent(float(curve.accuracy[at])),
            right=worded("confidence.right", run),
            interval=interval(float(diagram.low[at]), float(diagram.high[at])),
        )
        for at in fullest
    ]


def _show_scores(trust: Trust) -> None:
    after, before = trust.scores, trust.softmax_scores
    ends = {"before": f"{before.ece:.2%}", "after": f"{after.ece:.2%}"}
    if ends["before"] != ends["after"]:
        kind = "better" if after.ece < before.ece else "worse"
        st.markdown(t(f"confidence.calibrated.{kind}", **ends))
    head = [t(f"confidence.{name}") for name in ("score", "calibrated", "softmax")]
    lines = [f"| {' | '.join(head)} |", "|---|---:|---:|"]
    for name in ("ece", "equal_mass", "nll", "brier"):
        form = "{:.2%}" if name in ("ece", "equal_mass") else "{:.3f}"
        values = (form.format(getattr(scores, name)) for scores in (after, before))
        lines.append(f"| {t(f'confidence.score.{name}', bins=N_BINS)} | {' | '.join(values)} |")
    st.markdown("\n".join(lines))
    st.caption(t("confidence.score.help"))


def _rows(name: str, diagram: ReliabilityDiagram) -> list[tuple[object, ...]]:
    curve = diagram.curve
    return [
        (
            name,
            float(curve.edges[at]),
            float(curve.edges[at + 1]),
            int(curve.count[at]),
            int(diagram.groups[at]),
            float(curve.confidence[at]),
            float(curve.accuracy[at]),
            float(diagram.low[at]),
            float(diagram.high[at]),
        )
        for at in range(len(curve.count))
    ]


__all__ = ["FEW", "come_true"]
