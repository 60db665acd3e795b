"""What the dashboard says, in every language: one table a language, all with the same keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from string import Formatter

import streamlit as st

from cropcore.legend import LegendClass
from dashboard.i18n.en import ENGLISH
from dashboard.i18n.zh_cn import CHINESE
from dashboard.state import current

Translate = Callable[..., str]
TABLES: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "zh-CN": CHINESE}


def language() -> str:
    """The language chosen, else the browser's where there is a table for it, else English."""
    chosen = current().language
    if chosen is not None:
        return chosen
    return "zh-CN" if (st.context.locale or "").lower().startswith("zh") else "en"


def t(key: str, **values: object) -> str:
    """A text in the language of this session.

    Args:
        key: Its name in the tables.
        values: What goes into its braces; put there as it is, so escape it for its place.
    """
    return translate(language(), key, **values)


def translate(wanted: str, key: str, **values: object) -> str:
    """A text in one language."""
    return TABLES[wanted][key].format(**values)


def braces(text: str) -> set[str]:
    """Names of the values that a text takes."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def class_name(item: LegendClass) -> str:
    """The name of a class in the language of this session; data, to be escaped."""
    return item.name_zh if language() == "zh-CN" and item.name_zh else item.name


__all__ = ["TABLES", "Translate", "braces", "class_name", "language", "t", "translate"]
