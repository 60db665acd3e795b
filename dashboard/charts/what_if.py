"""What a model believes, before and after something was hidden from it."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.charts.words import Translate, literal

_ROW = 40


def beside_chart(rows: Sequence[tuple[str, str, float, float]], t: Translate) -> go.Figure:
    """Two bars per class: pale as it was, full as it is.

    Args:
        rows: Name, colour, and both calibrated probabilities, the first on top.
        t: Words.
    """
    places = list(range(len(rows)))
    names = [literal(name) for name, _, _, _ in rows]
    colors = [color for _, color, _, _ in rows]
    figure = go.Figure()
    for word, at, opacity in (("before", 2, 0.4), ("after", 3, 1.0)):
        values = [row[at] for row in rows]
        figure.add_bar(
            x=values,
            y=places,
            orientation="h",
            name=t(f"whatif.{word}"),
            marker={"color": colors, "opacity": opacity, "line": {"color": "#666", "width": 1}},
            text=[f"{value:.2f}" for value in values],
            textposition="outside",
            cliponaxis=False,
            customdata=names,
            hovertemplate=f"%{{customdata}}, {t(f'whatif.{word}')}: %{{x:.3f}}<extra></extra>",
        )
    figure.update_layout(
        height=44 + _ROW * len(rows),
        margin={"l": 8, "r": 24, "t": 4, "b": 8},
        showlegend=False,
        barmode="group",
        bargap=0.25,
    )
    figure.update_xaxes(range=[0, 1.1], tickformat=".1f", dtick=0.2)
    figure.update_yaxes(
        tickvals=places, ticktext=names, autorange="reversed", automargin=True, showgrid=False
    )
    return figure


__all__ = ["beside_chart"]
