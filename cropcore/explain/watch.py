"""Long work that looks up now and then: whether to stop, and to say how far it is."""

from __future__ import annotations

from collections.abc import Callable

from cropcore.errors import CancelledError

Watch = Callable[[], object]
"""Called before each step of the work; whatever it raises ends it."""


def stop_if(cancelled: Callable[[], bool] | None, what: str) -> Watch:
    """A watch that ends work when somebody says so.

    Args:
        cancelled: Says so.
        what: The work, for the message.
    """

    def watch() -> None:
        if cancelled is not None and cancelled():
            raise CancelledError(
                what,
                expected="to be finished",
                got="a request to stop",
                advice="begin again to have it whole",
            )

    return watch


__all__ = ["Watch", "stop_if"]
