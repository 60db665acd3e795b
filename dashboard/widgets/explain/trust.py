"""Whether an explanation is to be trusted: checks as badges, and each in a sentence."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from cropcore.explain.trust import Grade, TrustReport
from dashboard import cache
from dashboard.catalog import RegionEntry, RunEntry
from dashboard.charts import faithfulness_chart
from dashboard.csv_text import csv_text
from dashboard.i18n import t
from dashboard.state import current
from dashboard.widgets.explain.question import Question
from dashboard.widgets.explain.waiting import come
from dashboard.widgets.failure import telling
from dashboard.widgets.figure import download, draw

Pixel = tuple[int, int]
_LOOKS = {
    Grade.GOOD: ("green", ":material/check:"),
    Grade.DOUBTFUL: ("orange", ":material/question_mark:"),
    Grade.BAD: ("red", ":material/close:"),
    Grade.NOT_APPLICABLE: ("gray", ":material/remove:"),
}


@st.fragment
def show_trust(
    region: RegionEntry,
    run: RunEntry,
    pixel: Pixel,
    quantity: str,
    method: str,
    question: Question,
) -> None:
    """Badges of all checks of one explanation; what they mean and the curves on demand."""
    with telling(f"trust.{quantity}"):
        examine = cache.examined_later
        if current().unit == "parcel":
            examine = cache.parcel_examined_later
        report = come(lambda: examine(region, run, *pixel, method, *question.aim), "loading.trust")
        _show(report, pixel)


def _show(report: TrustReport | None, pixel: Pixel) -> None:
    if report is None:
        return
    badges = (
        f":{_LOOKS[grade][0]}-badge[{_LOOKS[grade][1]} {t(f'trust.{name}')}]"
        for name, grade in report.grades.items()
    )
    st.markdown(" ".join(badges))
    if report.asked > 1:
        st.caption(t("trust.parcel", count=report.asked))
    key = f"trust.{report.quantity}"
    told = st.expander(t("trust"), key=key, on_change="rerun")
    if told.open:
        with told:
            _tell(report, pixel)


def _tell(report: TrustReport, pixel: Pixel) -> None:
    lines = []
    for (name, grade), number in zip(report.grades.items(), _numbers(report), strict=True):
        color, icon = _LOOKS[grade]
        verdict = t(f"trust.grade.{grade.name.lower()}")
        head = f":{color}[{icon} **{t(f'trust.{name}')}**] {verdict}"
        lines.append(f"- {head}{number}. {t(f'trust.{name}.help')}")
    st.markdown("\n".join(lines))
    chart = faithfulness_chart(report.deletion, report.insertion, t)
    name = f"trust_{report.method}_{pixel[0]}_{pixel[1]}"
    draw(chart, f"curves.{report.quantity}", name, t("trust.alt"))
    st.caption(t("trust.alt"))
    rows = [
        (kind, share, value, *chance)
        for kind, curve in (("deletion", report.deletion), ("insertion", report.insertion))
        for share, value, *chance in zip(curve.shares, curve.values, *curve.band, strict=True)
    ]
    columns = ("curve", "share", "probability", "random_mean", "random_p5", "random_p95")
    download("trust.csv", name, lambda: csv_text(columns, rows))


def _numbers(report: TrustReport) -> Iterator[str]:
    """What each check measured, behind its grade; nothing where it did not."""
    residual, alike, redrawn = report.residual, report.agreement.with_alike, report.randomisation
    yield "" if residual is None else t("trust.completeness.number", value=f"{residual:.1%}")
    for curve in (report.deletion, report.insertion):
        chance = f"{float(curve.random_areas.mean()):.2f}"
        yield t("trust.curve.number", value=f"{curve.area:.2f}", chance=chance)
    yield "" if alike is None else t("trust.agreement.number", value=f"{alike:.2f}")
    if redrawn is None or redrawn.signed is None or redrawn.absolute is None:
        yield ""
        return
    values = {"signed": f"{redrawn.signed:+.2f}", "absolute": f"{redrawn.absolute:.2f}"}
    yield t("trust.randomisation.number", **values)


__all__ = ["show_trust"]
