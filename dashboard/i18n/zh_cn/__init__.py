"""Simplified Chinese: a file of words for each page."""

from dashboard.i18n.zh_cn import (
    compare,
    confidence,
    crop_map,
    guide,
    learning,
    regions,
    shared,
    training,
)

CHINESE = {
    **shared.WORDS,
    **crop_map.WORDS,
    **regions.WORDS,
    **compare.WORDS,
    **training.WORDS,
    **confidence.WORDS,
    **learning.WORDS,
    **guide.WORDS,
}

__all__ = ["CHINESE"]
