"""What is computed beside the pages, one thing after the other; a page shows what is there.

A click is answered at once, and what takes seconds (reading what a run learnt from, checking an
explanation) does not hold up the next one. Nothing of Streamlit is called there.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")
_MOST = 512
"""Answers that are kept."""
_worker = ThreadPoolExecutor(1, "cropcore-later")
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
            known = _asked[key] = _worker.submit(make)
        _asked.move_to_end(key)
        if len(_asked) > _MOST:
            _asked.popitem(last=False)
        return known


__all__ = ["later"]
