"""Words of the page compare."""

WORDS: dict[str, str] = {}
