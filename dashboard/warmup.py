"""Slow beginnings, gone through beside the first page: the first tile, and TensorFlow; and kept.

TensorFlow and Keras import each other. They are always entered by Keras: where one thread began
with the one and another with the other, each would wait for the other's half, and Python gives both
half a module.
"""

from __future__ import annotations

import gc
import importlib
import threading
import time

from streamlit.runtime.scriptrunner import script_runner

_PAGE = ("dashboard.widgets.pixel_panel", "dashboard.maps", "sklearn.model_selection")
"""What the first pages import, but for Streamlit components, which they must import themselves;
scikit-learn and with it the parts of scipy that functions import when they are called.

It is imported before anything is served: where two threads import the same packages for the first
time, Python may see a deadlock and give one of them half a module.
"""
_AT_LAST = 30.0
"""Seconds after which TensorFlow is imported although nobody opened a page."""
_MAP = 8.0
"""Seconds that a page is given to ask for its first tile; some pages have no map."""
_QUIET = 1.5
"""Seconds without another tile after which a map is taken to be painted."""
_shown, _drawn = threading.Event(), threading.Event()


def page_was_shown() -> None:
    """A page is complete in its first form; what is slow may begin."""
    _shown.set()


def tile_was_drawn() -> None:
    """A tile of a map went out; the processor is left to the next ones."""
    _drawn.set()


def keep_keras() -> None:
    """Let what Keras and TensorFlow have prepared outlive a run of a page.

    Streamlit throws it away after each run, as graphs of former versions needed it. Meanwhile all
    of Python's objects are gone through and nobody else is answered, some 0.4 s once TensorFlow
    is there; and another visitor's network may lose its names while it is being built.
    """
    vars(script_runner)["_clean_problem_modules"] = lambda: None


def begin() -> None:
    """Import what pages need, half a second, and start what takes longer beside them."""
    keep_keras()
    for module in _PAGE:
        importlib.import_module(module)
    threading.Thread(target=_warm_up, name="cropcore-warm-up", daemon=True).start()


def _warm_up() -> None:
    importlib.import_module("dashboard.tiles.drawing").empty_tile()
    until = time.monotonic() + _AT_LAST
    _shown.wait(_AT_LAST)
    patience = _MAP
    while _drawn.wait(patience) and time.monotonic() < until:
        _drawn.clear()
        patience = _QUIET
    importlib.import_module("keras")
    importlib.import_module("cropcore.explain.attribution.gradient")
    gc.collect()
    gc.freeze()  # what is there stays; nothing of it is gone through for garbage again
    gc.collect()  # counts from here


__all__ = ["begin", "keep_keras", "page_was_shown", "tile_was_drawn"]
