"""What is computed beside the pages, one thing after the other; a page shows what is there.

A click is answered at once, and what takes seconds (reading what a run learnt from, checking an
explanation) does not hold up the next one. Nothing of Streamlit is called there.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar
from weakref import WeakSet

from cropcore.errors import CancelledError

T = TypeVar("T")
_MOST = 512
"""Answers that are kept."""
_HEAD_START = 0.4
"""Seconds after a question that the processors are left to the page, to be painted."""
_queue: SimpleQueue[tuple[Future[Any], Callable[[], Any], float]] = SimpleQueue()
_asked: OrderedDict[Hashable, Future[Any]] = OrderedDict()
_lock = threading.Lock()
_at_work: list[Future[Any]] = []
"""The answer that is being computed."""
_unwanted: WeakSet[Future[Any]] = WeakSet()
"""Answers that nobody waits for, although they were begun."""


def later(key: Hashable, make: Callable[[], T]) -> Future[T]:
    """The answer to a question, now or later.

    Args:
        key: Names the question; one that failed, or was given up, is asked again.
        make: Gives the answer.
    """
    with _lock:
        known = _asked.get(key)
        if known is None or known.cancelled() or (known.done() and known.exception()):
            known = _asked[key] = Future()
            _queue.put((known, make, time.monotonic()))
        _unwanted.discard(known)
        _asked.move_to_end(key)
        if len(_asked) > _MOST:
            _asked.popitem(last=False)
        return known


def give_up(answer: Future[Any]) -> None:
    """An answer is not waited for any more: it is not begun, or ends at its next look up.

    Whoever asks for it before that has it after all.
    """
    with _lock:
        if not answer.cancel():
            _unwanted.add(answer)


def watch() -> None:
    """Called by long work beside the pages between its steps.

    Raises:
        CancelledError: Nobody waits for it any more; it is begun anew when it is asked for.
    """
    if _at_work and _at_work[0] in _unwanted:
        raise CancelledError(
            "work beside the page", expected="to be finished", got="another question",
            advice="ask again to have it",
        )  # fmt: skip


def _work() -> None:
    """Answer one question after the other, for as long as the server lives and no longer."""
    while True:
        answer, make, begun = _queue.get()
        if not answer.set_running_or_notify_cancel():
            continue
        _at_work[:] = [answer]
        time.sleep(max(begun + _HEAD_START - time.monotonic(), 0))
        try:
            found = make()
        except Exception as error:  # noqa: BLE001  (whoever asked is told)
            answer.set_exception(error)
        else:
            answer.set_result(found)


threading.Thread(target=_work, name="cropcore-later", daemon=True).start()

__all__ = ["give_up", "later", "watch"]
