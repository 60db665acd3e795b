"""What is computed beside the pages, one thing after the other; a page shows what is there.

A click is answered at once, and what takes seconds (reading what a run learnt from, checking an
explanation) does not hold up the next one. Nothing of Streamlit is called there.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")
_MOST = 512
"""Answers that are kept."""
_queue: SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = SimpleQueue()
_asked: OrderedDict[Hashable, Future[Any]] = OrderedDict()
_lock = threading.Lock()


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
            _queue.put((known, make))
        _asked.move_to_end(key)
        if len(_asked) > _MOST:
            _asked.popitem(last=False)
        return known


def _work() -> None:
    """Answer one question after the other, for as long as the server lives and no longer."""
    while True:
        answer, make = _queue.get()
        if not answer.set_running_or_notify_cancel():
            continue
        try:
            found = make()
        except Exception as error:  # noqa: BLE001  (whoever asked is told)
            answer.set_exception(error)
        else:
            answer.set_result(found)


threading.Thread(target=_work, name="cropcore-later", daemon=True).start()

__all__ = ["later"]
