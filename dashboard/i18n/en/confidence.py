"""Words of the page confidence."""

WORDS: dict[str, str] = {}
