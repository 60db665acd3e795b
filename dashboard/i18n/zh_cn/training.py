"""Words of the page training."""

WORDS: dict[str, str] = {}
