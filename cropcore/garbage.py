"""Python's search for unreachable objects, made seldom in processes that load TensorFlow."""

import gc

_AT = (50_000, 20, 50)
"""Objects, and collections of the younger generations, after which the next one is gone through."""


def collect_rarely() -> None:
    """Look for garbage less often, in this whole process.

    TensorFlow and its graphs are millions of objects that stay. With Python's own thresholds they
    are gone through again and again: a quarter of the time that the import takes.
    """
    gc.set_threshold(*_AT)


__all__ = ["collect_rarely"]
