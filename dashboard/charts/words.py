"""Words in charts."""

from collections.abc import Callable
from html import escape

Translate = Callable[..., str]


def literal(name: str) -> str:
    """A name that is data, for plotly, which takes some tags for formatting."""
    return escape(name, quote=False)


__all__ = ["Translate", "literal"]
