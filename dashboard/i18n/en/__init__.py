"""English: a file of words for each page."""

from dashboard.i18n.en import (
    compare,
    confidence,
    crop_map,
    guide,
    learning,
    regions,
    shared,
    training,
)

ENGLISH = {
    **shared.WORDS,
    **crop_map.WORDS,
    **regions.WORDS,
    **compare.WORDS,
    **training.WORDS,
    **confidence.WORDS,
    **learning.WORDS,
    **guide.WORDS,
}

__all__ = ["ENGLISH"]
