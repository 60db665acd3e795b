"""Problems collected on the way through a region."""

from dataclasses import dataclass, field

from cropcore.errors import InputError


@dataclass
class Findings:
    """Problems so far, each told once, in the order they were found."""

    errors: dict[str, None] = field(default_factory=dict)
    warnings: dict[str, None] = field(default_factory=dict)

    def complain(self, error: InputError) -> None:
        """Keep what makes a region unusable."""
        self.errors[str(error)] = None

    def warn(self, text: str) -> None:
        """Keep what looks doubtful."""
        self.warnings[text] = None


__all__ = ["Findings"]
