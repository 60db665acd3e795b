"""Words in charts."""

from collections.abc import Callable
from html import escape

Translate = Callable[..., str]


def literal(name: str) -> str:
    """A name that is data, for plotly, which takes some tags for formatting."""
    return escape(name, quote=False)


def signed(value: float, form: str) -> str:
    """A difference with its sign, of which nothing has none."""
    text = f"{value:+{form}}"
    return text.replace("-", "−") if any(digit in text for digit in "123456789") else text[1:]


__all__ = ["Translate", "literal", "signed"]
