"""Somebody who wants long work to end."""

from cropcore.errors import CancelledError


class Stop:
    """A watch that ends the work at its third look."""

    def __init__(self) -> None:
        self.looks = 0

    def __call__(self) -> None:
        """One look."""
        self.looks += 1
        if self.looks == 3:
            raise CancelledError("it", expected="an end", got="a request", advice="begin again")
