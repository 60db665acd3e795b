"""Tables whose cells are words, numbers, swatches and intervals; all text in them is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

_TABLE = "width:100%;border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums"
_LINE = "border-bottom:1px solid rgba(128,128,128,.25)"
_PAD = "padding:.28rem .5rem"
_HALF = 50
"""Percent of an interval's cell to either side of its zero."""


@dataclass(frozen=True)
class Cell:
    """Text in a table; data."""

    text: str
    bold: bool = False
    color: str = ""
    """``#rrggbb`` of a swatch before it, checked by whoever read it."""


@dataclass(frozen=True)
class Interval:
    """A difference and how sure it is, drawn about zero on a scale that its column shares."""

    value: float
    low: float
    high: float
    reach: float
    """The largest number of the scale."""
    bold: bool = False


def show_table(head: Sequence[str], rows: Sequence[Sequence[Cell | Interval]]) -> None:
    """A table; the first column names the rows, numbers stand flush right.

    Args:
        head: Titles of the columns.
        rows: A cell for each column; at least one row.
    """
    titles = "".join(
        f"<th scope='col' style='{_PAD};{_LINE};text-align:{side};font-weight:600'>"
        f"{escape(title)}</th>"
        for title, side in zip(head, map(_side, range(len(head)), rows[0]), strict=True)
    )
    body = "".join(f"<tr>{''.join(map(_cell, row, range(len(row))))}</tr>" for row in rows)
    st.html(
        f"<table style='{_TABLE}'><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>"
    )


def show_item(text: str, color: str) -> None:
    """A name, data, behind its swatch."""
    st.html(f"<div style='font-size:1.15rem;font-weight:600'>{_swatch(color)}{escape(text)}</div>")


def _side(column: int, cell: Cell | Interval) -> str:
    if isinstance(cell, Interval):
        return "center"
    return "right" if column else "left"


def _cell(cell: Cell | Interval, column: int) -> str:
    if isinstance(cell, Interval):
        return f"<td style='{_PAD};{_LINE};min-width:130px'>{_drawn(cell)}</td>"
    weight = 700 if cell.bold else 400
    style = f"{_PAD};{_LINE};text-align:{_side(column, cell)};font-weight:{weight}"
    text = f"{_swatch(cell.color)}{escape(cell.text)}"
    return (
        f"<td style='{style}'>{text}</td>"
        if column
        else f"<th scope='row' style='{style}'>{text}</th>"
    )


def _swatch(color: str) -> str:
    if not color:
        return ""
    return (
        "<span style='display:inline-block;width:.85em;height:.85em;margin-right:.5em;"
        f"border:1px solid #8888;border-radius:3px;vertical-align:-.1em;background:{color}'></span>"
    )


def _drawn(cell: Interval) -> str:
    """A line from low to high with a dot at the value, beside a mark at zero."""
    low, value, high = (
        _HALF + _HALF * max(-1.0, min(1.0, number / cell.reach))
        for number in (cell.low, cell.value, cell.high)
    )
    opacity = 1 if cell.bold else 0.45
    line = "position:absolute;background:currentColor"
    return (
        "<div aria-hidden='true' style='position:relative;height:14px'>"
        f"<div style='{line};left:50%;top:0;width:1px;height:14px;opacity:.4'></div>"
        f"<div style='{line};left:{low:.2f}%;width:{high - low:.2f}%;top:6px;height:2px;"
        f"opacity:{opacity}'></div>"
        f"<div style='{line};left:calc({value:.2f}% - 4px);top:3px;width:8px;height:8px;"
        f"border-radius:4px;opacity:{opacity}'></div></div>"
    )


__all__ = ["Cell", "Interval", "show_item", "show_table"]
