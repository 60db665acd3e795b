"""Slow beginnings, gone through beside the first page: the first tile, and TensorFlow."""

from __future__ import annotations

import importlib
import threading

_PAGE = ("dashboard.widgets.pixel_panel", "dashboard.maps")
"""What the first page imports; Streamlit components must be imported by the page itself."""
_shown = threading.Event()
_AFTER = 1.5
"""Seconds left to the first page's tiles before TensorFlow takes the processor."""
_AT_LAST = 30.0
"""Seconds after which TensorFlow is imported although nobody opened a page."""


def page_was_shown() -> None:
    """A page is complete in its first form; what is slow may begin."""
    _shown.set()


def begin() -> None:
    """Start warming up; returns at once."""
    threading.Thread(target=_warm_up, name="cropcore-warm-up", daemon=True).start()


def _warm_up() -> None:
    for module in _PAGE:
        importlib.import_module(module)
    importlib.import_module("dashboard.tiles.drawing").empty_tile()
    _shown.wait(_AT_LAST)
    threading.Event().wait(_AFTER)
    importlib.import_module("tensorflow")
    importlib.import_module("cropcore.explain.attribution.gradient")


__all__ = ["begin", "page_was_shown"]
