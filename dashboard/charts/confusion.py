"""Which classes two runs take for which, side by side, and where they differ."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.charts.words import Translate, literal, signed

_CELL = 32
"""Height of a cell, points."""
_ROOMY = 14
"""Classes up to which there is room for numbers in the cells; the rest is read off a scale."""
_OPEN = "rgba(128, 128, 128, 0.1)"
"""Colour of cells without a sample."""
_LONGEST = 18
"""Letters of a class name beside the matrix."""
_PANELS = ("a", "b", "delta")
_SHARES = {"colorscale": [[0, "#b9c0c4"], [1, "#14633b"]], "cmin": 0, "cmax": 100}
"""Grey recedes on light and on dark grounds."""


def row_percent(matrix: np.ndarray) -> np.ndarray:
    """Percent of each true class that was given each class; NaN where there is no sample."""
    total = matrix.sum(axis=1, keepdims=True).astype(np.float64)
    return np.divide(100 * matrix, total, out=np.full(matrix.shape, np.nan), where=total > 0)


def confusion_chart(
    matrices: tuple[np.ndarray, np.ndarray],
    classes: Sequence[tuple[int, str]],
    titles: tuple[str, str],
    chosen: tuple[int, int] | None,
    t: Translate,
) -> go.Figure:
    """Three heat maps: each run's share of every true class, and the second less the first.

    Cells without a sample are left open. Transparent markers on the others carry the codes of
    their classes, for a click on a heat map itself selects nothing.

    Args:
        matrices: Counts of the baseline and of the other run, int (true class, given class).
        classes: Code and name, in the order of the matrices.
        titles: Names of the runs.
        chosen: Codes of the true and the given class of the cell to outline.
        t: Words.
    """
    counts = (*matrices, matrices[1] - matrices[0])
    shares = [row_percent(matrix) for matrix in matrices]
    shares.append(shares[1] - shares[0])
    used = (matrices[0] > 0, matrices[1] > 0, (matrices[0] > 0) | (matrices[1] > 0))
    heads = [f"<b>A</b>  {literal(titles[0])}", f"<b>B</b>  {literal(titles[1])}", "<b>B − A</b>"]
    figure = make_subplots(cols=3, shared_yaxes=True, horizontal_spacing=0.02, subplot_titles=heads)
    for col, panel in enumerate(_PANELS, start=1):
        at = col - 1
        figure.add_trace(_heat(panel, counts[at], shares[at], used[at], len(classes)), 1, col)
        figure.add_trace(_targets(panel, counts[at], shares[at], used[2], classes, t), 1, col)
        for cell in [] if chosen is None else [chosen]:
            _outline(figure, [code for code, _ in classes], cell, col)
    _lay_out(figure, classes, shares[2][used[2]], t)
    return figure


def _heat(
    panel: str, counts: np.ndarray, shares: np.ndarray, used: np.ndarray, n_classes: int
) -> go.Heatmap:
    text = [
        [
            _number(panel, count, share) if there else ""
            for count, share, there in zip(*row, strict=True)
        ]
        for row in zip(counts, shares, used, strict=True)
    ]
    return go.Heatmap(
        z=np.where(used, shares, np.nan),
        text=text,
        texttemplate="%{text}" if n_classes <= _ROOMY else None,
        textfont={"size": 9},
        coloraxis="coloraxis2" if panel == "delta" else "coloraxis",
        hoverinfo="skip",
        xgap=1,
        ygap=1,
    )


def _number(panel: str, count: int, share: float) -> str:
    """What stands in a cell: samples, and below them percent or points."""
    if panel != "delta":
        return f"{count:,}<br>{f'{share:.0f}' if share >= 1 else '&lt;1'} %"
    return f"{signed(count, ',')}<br>{signed(share, '.0f')}"


def _targets(
    panel: str,
    counts: np.ndarray,
    shares: np.ndarray,
    used: np.ndarray,
    classes: Sequence[tuple[int, str]],
    t: Translate,
) -> go.Scatter:
    """What can be clicked on, and what it says."""
    cells = np.argwhere(used).tolist()
    form = signed if panel == "delta" else format
    hover = [
        t(
            f"compare.confusion.hover.{panel}",
            true=literal(classes[row][1]),
            given=literal(classes[col][1]),
            n=form(counts[row, col], ","),
            share=form(shares[row, col], ".1f"),
        )
        for row, col in cells
    ]
    unseen = {"marker": {"opacity": 0}}
    return go.Scatter(
        x=[col for _, col in cells],
        y=[row for row, _ in cells],
        mode="markers",
        marker={"symbol": "square", "size": 30, "opacity": 0},
        selected=unseen,
        unselected=unseen,
        customdata=[[classes[row][0], classes[col][0]] for row, col in cells],
        hovertext=hover,
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )


def _outline(figure: go.Figure, codes: list[int], cell: tuple[int, int], col: int) -> None:
    if not set(cell) <= set(codes):
        return
    row, column = (codes.index(code) for code in cell)
    ends = {"x0": column - 0.5, "x1": column + 0.5, "y0": row - 0.5, "y1": row + 0.5}
    for color, width in (("#000000", 5), ("#ffffff", 2)):
        figure.add_shape(type="rect", **ends, line={"color": color, "width": width}, row=1, col=col)


def _lay_out(
    figure: go.Figure, classes: Sequence[tuple[int, str]], differences: np.ndarray, t: Translate
) -> None:
    names = [_short(name) for _, name in classes]
    largest = max(float(np.nanmax(np.abs(differences), initial=0.0)), 1.0)
    ticks = {"tickvals": list(range(len(names))), "ticktext": names, "showgrid": False}
    edge = {"range": [-0.5, len(names) - 0.5], "zeroline": False, "fixedrange": True}
    figure.update_xaxes(**ticks, **edge, tickangle=-90, title=t("compare.confusion.given"))
    figure.update_yaxes(
        showgrid=False, zeroline=False, fixedrange=True, range=[len(names) - 0.5, -0.5]
    )
    figure.update_yaxes(**ticks, title=t("compare.confusion.true"), automargin=True, col=1)
    bar = {"thickness": 12, "len": 0.48}
    figure.update_layout(
        height=190 + _CELL * max(len(names), 4),
        plot_bgcolor=_OPEN,
        margin={"l": 8, "r": 8, "t": 36, "b": 8},
        dragmode=False,
        coloraxis={
            **_SHARES,
            "colorbar": {**bar, "y": 0.76, "title": t("compare.confusion.share")},
            "showscale": len(names) > _ROOMY,
        },
        coloraxis2={
            "colorscale": "PuOr",
            "cmin": -largest,
            "cmax": largest,
            "cmid": 0,
            "colorbar": {**bar, "y": 0.24, "title": t("compare.confusion.points")},
            "showscale": len(names) > _ROOMY,
        },
    )


def _short(name: str) -> str:
    cut = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
    return literal(cut)


__all__ = ["confusion_chart", "row_percent"]
