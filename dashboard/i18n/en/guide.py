"""Words of the page guide."""

WORDS: dict[str, str] = {}
