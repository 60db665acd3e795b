"""Simplified Chinese: a file of words for each page."""

from dashboard.i18n.zh_cn import (
    compare,
    confidence,
    crop_map,
    explain_class,
    explain_pixel,
    guide,
    learning,
    regions,
    shared,
    training,
)

CHINESE = {
    **shared.WORDS,
    **crop_map.WORDS,
    **explain_pixel.WORDS,
    **explain_class.WORDS,
    **regions.WORDS,
    **compare.WORDS,
    **training.WORDS,
    **confidence.WORDS,
    **learning.WORDS,
    **guide.WORDS,
}

__all__ = ["CHINESE"]
