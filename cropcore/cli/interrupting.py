"""Ctrl-C while others work for us: noticed between two looks, not in the middle of one."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def interruptible() -> Iterator[threading.Event]:
    """An event that the first Ctrl-C sets; the next one interrupts as ever.

    Raised as an exception wherever the program happens to be, an interrupt can be lost: in a
    finaliser nobody hears it.
    """
    interrupted = threading.Event()
    before = signal.getsignal(signal.SIGINT)

    def notice(number: int, frame: object) -> None:
        interrupted.set()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, notice)
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, before)


__all__ = ["interruptible"]
