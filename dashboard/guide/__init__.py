"""The guide: a Markdown file for each section and language, and a reader for them.

A new section is its name in the table and a file of that name in every language's folder.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

SECTIONS = (
    "start", "data", "train", "map", "confidence", "explanations", "compare", "limits",
    "commands", "glossary", "references",
)  # fmt: skip
"""Sections in the order of reading."""
_HERE = Path(__file__).parent
_FENCE = re.compile(r"^```(\w*)\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
_WIDE = r"[\u3000-\u9fff\uff00-\uffef\u201c\u201d]"
_BROKEN_LINE = re.compile(rf"(?<={_WIDE})\n *(?={_WIDE})")
"""A line break inside a Chinese sentence, where a browser would put a space."""


@dataclass(frozen=True)
class Piece:
    """A part of a section that is shown at once."""

    kind: Literal["text", "code", "path"]
    """``path``: a folder of the workspace, relative to it."""
    text: str
    language: str = ""
    """Of code."""


@dataclass(frozen=True)
class Section:
    """A section of the guide in one language."""

    name: str
    title: str
    pieces: tuple[Piece, ...]


@cache
def read_section(language: str, name: str) -> Section:
    """Read a section.

    Args:
        language: A key of the languages, such as ``zh-CN``.
        name: One of :data:`SECTIONS`.
    """
    path = _HERE / language.lower().replace("-", "_") / f"{name}.md"
    title, _, rest = path.read_text(encoding="utf-8").partition("\n")
    return Section(name, title.removeprefix("# "), tuple(_pieces(rest)))


def _pieces(text: str) -> list[Piece]:
    pieces, end = [], 0
    for fence in _FENCE.finditer(text):
        pieces.append(Piece("text", _unbroken(text[end : fence.start()])))
        language, content = fence.groups()
        path = language == "path"
        pieces.append(Piece("path", content) if path else Piece("code", content, language))
        end = fence.end()
    pieces.append(Piece("text", _unbroken(text[end:])))
    return [piece for piece in pieces if piece.text]


def _unbroken(text: str) -> str:
    return _BROKEN_LINE.sub("", text).strip()


__all__ = ["SECTIONS", "Piece", "Section", "read_section"]
