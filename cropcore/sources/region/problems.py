"""What happens at a problem: stop there, or note it and look for the next."""

from collections.abc import Callable

from cropcore.errors import InputError

Complain = Callable[[InputError], None]
"""Told of each problem; raises it, or keeps it and returns so that the search goes on."""


def refuse(error: InputError) -> None:
    """Stop at the first problem.

    Raises:
        InputError: Always.
    """
    raise error


__all__ = ["Complain", "refuse"]
