"""What a threshold buys: fewer errors among fewer test samples."""

from __future__ import annotations

import numpy as np
import streamlit as st

from cropcore.confidence import Trust
from dashboard.catalog import RunEntry
from dashboard.charts.risk_coverage import Chosen, risk_coverage_chart
from dashboard.i18n import t
from dashboard.state import current
from dashboard.widgets.confidence.figures import (
    NOTHING,
    interval,
    offer_csv,
    percent,
    show_chart,
    worded,
)


def show_bought(run: RunEntry, trust: Trust) -> None:
    """Of the test samples at or above the threshold, the share that is right."""
    least, kept = current().threshold, trust.kept
    n, right = int(kept.count[least]), float(kept.accuracy[least])
    st.metric(worded("confidence.bought", run), percent(right))
    numbers = {
        "n": f"{n:,}",
        "all": f"{len(trust):,}",
        "share": percent(n / len(trust)),
        "groups": f"{kept.groups[least]:,}",
    }
    told = [t("confidence.bought.of", **numbers)]
    if n:
        told.insert(0, interval(float(kept.low[least]), float(kept.high[least])))
    st.caption(" · ".join(told))
    st.caption(t("confidence.bought.not_map"))


def show_risk(run: RunEntry, trust: Trust) -> None:
    """Errors among the samples kept, from the surest to all, and how well errors are found."""
    rankings, least = trust.rankings, current().threshold
    n = int(trust.kept.count[least])
    st.markdown(f"#### {t('confidence.risk')}")
    if trust.correct.all():
        st.info(t("confidence.risk.flawless", wrong=worded("confidence.wrong", run)))
        return
    risk = 1 - float(trust.kept.accuracy[least])
    low, high = 1 - float(trust.kept.high[least]), 1 - float(trust.kept.low[least])
    chosen = Chosen(n / len(trust), risk, low, high) if n else None
    left, right = st.columns([3, 2], gap="medium")
    most = np.nanmax([1 - trust.kept.low[0], 1 - trust.kept.accuracy[0]])
    curves = {name: item.curve for name, item in rankings.items()}
    with left:
        figure = risk_coverage_chart(curves, chosen, most, worded("confidence.risk.axis", run), t)
        show_chart(figure, "risk")
        st.caption(t("confidence.risk.alt", wrong=worded("confidence.wrong", run)))
    overall = float(next(iter(curves.values())).risk[-1])
    with right:
        st.markdown(_risk_in_words(run, trust, overall, least))
        rows = [
            f"| {t(f'confidence.measure.{name}')} | {item.curve.area * 100:.2f} "
            f"| {_two(item.auroc)} |"
            for name, item in rankings.items()
        ]
        rows.append(f"| {t('confidence.chance')} | {overall * 100:.2f} | 0.50 |")
        rows.append(f"| {t('confidence.best')} | {trust.least_area * 100:.2f} | 1.00 |")
        head = f"| {t('confidence.measure')} | {t('confidence.aurc')} | {t('confidence.auroc')} |"
        st.markdown("\n".join([head, "|---|---:|---:|", *rows]))
        words = {name: worded(f"confidence.{name}", run) for name in ("right", "wrong")}
        st.caption(t("confidence.risk.help", **words))
        offer_csv(
            t("confidence.risk.csv"),
            "risk_coverage.csv",
            ("measure", "share_kept", "share_wrong"),
            lambda: (
                (name, float(share), float(wrong))
                for name, curve in curves.items()
                for share, wrong in zip(curve.coverage, curve.risk, strict=True)
            ),
        )


def _risk_in_words(run: RunEntry, trust: Trust, overall: float, least: int) -> str:
    n = int(trust.kept.count[least])
    if not n:
        return t("confidence.risk.none", least=least)
    if least == 0:
        return worded("confidence.risk.all", run, overall=percent(overall))
    return worded(
        "confidence.risk.words",
        run,
        least=least,
        share=percent(n / len(trust)),
        wrong=percent(1 - float(trust.kept.accuracy[least])),
        overall=percent(overall),
    )


def _two(value: float) -> str:
    return f"{value:.2f}" if np.isfinite(value) else NOTHING


__all__ = ["show_bought", "show_risk"]
