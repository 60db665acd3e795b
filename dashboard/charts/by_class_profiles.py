"""What counts for a class by date and by band; where a network looked; what mixing up costs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from cropcore.explain.by_class import ClassAttention, ClassAttribution, SourceByClass
from cropcore.explain.deciding import DecidingSummary
from cropcore.explain.permutation import Lost
from dashboard.charts.words import Translate, literal

_HEIGHT, _ROW = 260, 24
"""Height of a chart and of a band's bar, points."""
_BAR, _ERROR = "#6b7f94", "#888888"
_GROUPS = ("#b35806", "#542788", "#01665e", "#a6611a", "#5e3c99")
"""Of bands that are alike; each group is numbered too."""
_MARGIN = {"l": 8, "r": 8, "t": 28, "b": 8}
Parts = Sequence[tuple[SourceByClass, ClassAttribution]]
"""Of each source what is told of one class."""


def date_profile_chart(parts: Parts, unit: str, t: Translate) -> go.Figure:
    """Σ over bands of |attribution| by date, ± one standard deviation over samples."""
    figure = go.Figure()
    for source, one in parts:
        figure.add_bar(
            x=[day.isoformat() for day in source.dates],
            y=one.dates,
            name=literal(source.name),
            error_y={"array": np.nan_to_num(one.dates_sd), "color": _ERROR, "thickness": 1},
            marker_color=_BAR if len(parts) == 1 else None,
            customdata=one.dates_sd,
            hovertemplate="%{x|%Y-%m-%d}: %{y:.3g} ± %{customdata:.2g}<extra></extra>",
        )
    figure.update_xaxes(type="date", tickformat="%Y-%m", showgrid=False, title=t("chart.date"))
    figure.update_yaxes(title=_sum(unit), rangemode="tozero")
    return figure.update_layout(height=_HEIGHT, margin=_MARGIN, showlegend=len(parts) > 1)


def band_profile_chart(parts: Parts, unit: str, t: Translate) -> go.Figure:
    """Σ over dates of |attribution| by band; bands that are alike have one colour and number."""
    rows = [len(source.bands) for source, _ in parts]
    figure = make_subplots(
        rows=len(parts),
        cols=1,
        row_heights=rows,
        shared_xaxes=True,
        vertical_spacing=0.12 if len(parts) > 1 else 0,
        subplot_titles=[literal(source.name) for source, _ in parts] if len(parts) > 1 else None,
    )
    for row, (source, one) in enumerate(parts, start=1):
        groups = source.duplicates.groups
        owner = {band: at for at, group in enumerate(groups) for band in group}
        names = [
            literal(band) + (f" ≈{owner[at] + 1}" if at in owner else "")
            for at, band in enumerate(source.bands)
        ]
        colors = [
            _GROUPS[owner[at] % len(_GROUPS)] if at in owner else _BAR for at in range(len(names))
        ]
        figure.add_bar(
            x=one.bands,
            y=names,
            orientation="h",
            error_x={"array": np.nan_to_num(one.bands_sd), "color": _ERROR, "thickness": 1},
            marker_color=colors,
            customdata=one.bands_sd,
            hovertemplate="%{y}: %{x:.3g} ± %{customdata:.2g}<extra></extra>",
            row=row,
            col=1,
        )
    figure.update_yaxes(type="category", autorange="reversed", showgrid=False, dtick=1)
    figure.update_xaxes(rangemode="tozero")
    figure.update_xaxes(title=_sum(unit), row=len(parts), col=1)
    height = 90 + _ROW * sum(rows) + 30 * (len(parts) - 1)
    return figure.update_layout(height=height, margin=_MARGIN, showlegend=False)


def attention_boxes_chart(view: ClassAttention, t: Translate) -> go.Figure:
    """The weight of each date over the samples of a class: quartiles, and 5 to 95 %."""
    low, first, median, third, high = view.boxes
    figure = go.Figure(
        go.Box(
            x=[day.isoformat() for day in view.dates],
            lowerfence=low,
            q1=first,
            median=median,
            q3=third,
            upperfence=high,
            marker_color="#00608a",  # a colour that no attribution has
            line_width=1.2,
            showlegend=False,
        )
    )
    figure.update_xaxes(type="date", tickformat="%Y-%m", showgrid=False, title=t("chart.date"))
    figure.update_yaxes(title=t("attention.weight"), rangemode="tozero")
    return figure.update_layout(height=_HEIGHT, margin=_MARGIN)


def permutation_chart(lost: Sequence[Lost], t: Translate) -> go.Figure:
    """Loss of macro-F1 when values are mixed up, ± one standard deviation over repeats.

    Args:
        lost: All of one kind.
        t: Words.
    """
    several = len({item.part for item in lost}) > 1
    names = [literal(f"{item.part}: {item.name}" if several else item.name) for item in lost]
    figure = go.Figure(
        go.Bar(
            x=names,
            y=[item.loss for item in lost],
            error_y={"array": [item.sd for item in lost], "color": _ERROR, "thickness": 1},
            marker_color=_BAR,
            customdata=[item.sd for item in lost],
            hovertemplate="%{x}: %{y:+.3f} ± %{customdata:.3f}<extra></extra>",
        )
    )
    figure.update_xaxes(type="category", showgrid=False)
    figure.update_yaxes(title=t("permutation.loss"), zeroline=True, zerolinecolor="#888888")
    return figure.update_layout(height=_HEIGHT, margin=_MARGIN)


def deciding_chart(summary: DecidingSummary, t: Translate) -> go.Figure:
    """Land by deciding date, in the colours of the map.

    Args:
        summary: The map.
        t: Words.
    """
    units = t(f"deciding.units.{summary.kind}")
    figure = go.Figure(
        go.Bar(
            x=[day.isoformat() for day in summary.dates],
            y=[area.ha for area in summary.areas],
            marker={
                "color": [item.color for item in summary.legend],
                "line": {"color": "#888888", "width": 0.5},
            },
            customdata=summary.units,
            hovertemplate=f"%{{x|%Y-%m-%d}}: %{{y:,.1f}} ha, %{{customdata:,}} {units}"
            "<extra></extra>",
        )
    )
    figure.update_xaxes(type="date", tickformat="%Y-%m-%d", showgrid=False)
    figure.update_xaxes(title=t("deciding.date"))
    figure.update_yaxes(title=t("deciding.ha"))
    return figure.update_layout(height=_HEIGHT, margin=_MARGIN)


def _sum(unit: str) -> str:
    return f"Σ |…|, {literal(unit)}".replace("\n", " ")


__all__ = [
    "Parts",
    "attention_boxes_chart",
    "band_profile_chart",
    "date_profile_chart",
    "deciding_chart",
    "permutation_chart",
]
