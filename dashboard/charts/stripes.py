"""Panels one above the other, all of them on one axis of dates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard.charts.words import literal


def stripes(heights: Sequence[float], gaps: Sequence[float]) -> list[tuple[float, float]]:
    """Where each panel lies, as shares of the height, from the top down."""
    whole, top, found = sum(heights) + sum(gaps), 0.0, []
    for height, gap in zip(heights, (*gaps, 0), strict=True):
        found.append((max(1 - (top + height) / whole, 0.0), 1 - top / whole))
        top += height + gap
    return found


def title_above(text: str, top: float, size: int) -> dict[str, Any]:
    """What a panel shows, above its upper left corner; an annotation."""
    place = {"x": 0, "xanchor": "left", "xref": "paper", "y": top, "yanchor": "bottom"}
    own = {"text": literal(text), "yref": "paper", "showarrow": False, "font": {"size": size}}
    return {**place, **own}


__all__ = ["stripes", "title_above"]
