"""Text from strangers, made harmless for Streamlit's markdown."""

import re

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def plain(text: str) -> str:
    """The text as it is, whatever markdown would make of it."""
    return _PUNCTUATION.sub(r"\\\1", text.replace("\n", " "))


__all__ = ["plain"]
