"""Words of the page learning."""

WORDS: dict[str, str] = {}
