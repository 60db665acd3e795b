"""How much land, or how many samples, each class has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboard.charts.words import Translate, literal

_ROW = 27


@dataclass(frozen=True)
class BalanceRow:
    """One class in the chart."""

    name: str
    color: str
    amount: float
    """Hectares, or samples."""
    groups: int
    rare: bool
    """Whether it is marked as too little to rely on."""


def balance_chart(rows: Sequence[BalanceRow], unit: str, t: Translate) -> go.Figure:
    """A bar per class in the colour of the legend, the largest on top, rare classes marked.

    Args:
        rows: Classes, the largest first.
        unit: What the amounts are, for the axis.
        t: Words.
    """
    texts = [
        t("regions.balance.bar", amount=_few_digits(row.amount), groups=f"{row.groups:,}")
        + (f"  {t('regions.balance.rare')}" if row.rare else "")
        for row in rows
    ]
    figure = go.Figure(
        go.Bar(
            x=[row.amount for row in rows],
            y=[f"{number} {literal(row.name)}" for number, row in enumerate(rows)],
            orientation="h",
            marker={
                "color": [row.color for row in rows],
                "line": {"color": "#888888", "width": 1},
                "pattern": {
                    "shape": ["/" if row.rare else "" for row in rows],
                    "fillmode": "overlay",
                    "fgcolor": "#888888",
                },
            },
            text=texts,
            textposition="outside",
            cliponaxis=False,
            hoverinfo="skip",
        )
    )
    figure.update_yaxes(
        autorange="reversed",
        tickvals=[f"{number} {literal(row.name)}" for number, row in enumerate(rows)],
        ticktext=[_short(row.name) for row in rows],
        ticklabelstandoff=4,
        showgrid=False,
    )
    most = max((row.amount for row in rows), default=1.0)
    figure.update_xaxes(title=unit, range=[0, most * 1.38], exponentformat="none")
    return figure.update_layout(
        height=66 + _ROW * len(rows), margin={"l": 8, "r": 8, "t": 4, "b": 8}, bargap=0.25
    )


def _few_digits(amount: float) -> str:
    whole = amount >= 10 or amount == int(amount)
    return f"{amount:,.0f}" if whole else f"{amount:.1f}"


def _short(name: str) -> str:
    return literal(name if len(name) <= 26 else f"{name[:25]}…")


__all__ = ["BalanceRow", "balance_chart"]
