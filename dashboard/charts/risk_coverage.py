"""What leaving out the unsure is worth: errors among the samples kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from cropcore.confidence import RiskCoverage
from cropcore.legend import SAFE
from dashboard.charts.words import Translate

_LOOKS = {
    "p_max": {"color": SAFE[0], "width": 2.5},
    "margin": {"color": SAFE[5], "width": 1.5, "dash": "dash"},
    "entropy": {"color": SAFE[2], "width": 1.5, "dash": "dot"},
}
_POINTS = 400
_STEADY = 0.05
"""Share of samples below which single errors make the curve jump, which sets no scale."""
_HEIGHT = 330


@dataclass(frozen=True)
class Chosen:
    """What the chosen threshold keeps."""

    coverage: float
    """Share of samples kept."""
    risk: float
    """Share of those kept that is wrong."""
    low: float
    """Low end of its interval; NaN where there is none."""
    high: float


def risk_coverage_chart(
    curves: Mapping[str, RiskCoverage],
    chosen: Chosen | None,
    most: float,
    wrong: str,
    t: Translate,
) -> go.Figure:
    """Share wrong against share kept, the surest first, beside keeping samples by chance.

    Args:
        curves: By name of the measure of sureness.
        chosen: The point of the chosen threshold.
        most: Share wrong that has to be on the chart.
        wrong: What the share of errors is called.
        t: Words.
    """
    figure = go.Figure()
    overall = float(next(iter(curves.values())).risk[-1])
    figure.add_scatter(
        x=[0, 1],
        y=[overall, overall],
        mode="lines",
        line={"color": "#888888", "width": 1.5, "dash": "dashdot"},
        name=t("confidence.chance"),
        hovertemplate="%{y:.2%}<extra></extra>",
    )
    for name, curve in curves.items():
        at = np.unique(np.linspace(0, len(curve.risk) - 1, _POINTS).round().astype(int))
        figure.add_scatter(
            x=curve.coverage[at],
            y=curve.risk[at],
            mode="lines",
            line=_LOOKS[name],
            name=t(f"confidence.measure.{name}"),
            hovertemplate="%{x:.1%} → %{y:.2%}<extra></extra>",
        )
    if chosen is not None:
        figure.add_scatter(
            x=[chosen.coverage],
            y=[chosen.risk],
            mode="markers",
            marker={"symbol": "diamond", "size": 12, "color": SAFE[1]},
            error_y={
                "array": [_reach(chosen.high - chosen.risk)],
                "arrayminus": [_reach(chosen.risk - chosen.low)],
                "thickness": 1.5,
                "width": 5,
            },
            name=t("confidence.chosen"),
            hovertemplate="%{x:.1%} → %{y:.2%}<extra></extra>",
        )
    figure.update_layout(
        height=_HEIGHT,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0},
    )
    figure.update_xaxes(title=t("confidence.coverage"), range=[0, 1.03], tickformat=".0%")
    figure.update_yaxes(title=wrong, range=[0, _top(curves, most)], tickformat=".1%")
    return figure


def _top(curves: Mapping[str, RiskCoverage], most: float) -> float:
    steady = (curve.risk[curve.coverage >= _STEADY].max() for curve in curves.values())
    return 1.1 * max(most, *steady, 0.01)


def _reach(length: float) -> float:
    return max(length, 0.0) if np.isfinite(length) else 0.0


__all__ = ["Chosen", "risk_coverage_chart"]
