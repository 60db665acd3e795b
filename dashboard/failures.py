"""Errors told to people: one sentence, and details that can be copied into a report."""

from __future__ import annotations

import platform
import traceback
from dataclasses import dataclass
from importlib.metadata import version

from cropcore.errors import CropcoreError, StorageError


@dataclass(frozen=True)
class Failure:
    """One error, as people see it."""

    kind: str
    """Key of the heading in the tables of :mod:`dashboard.i18n`."""
    sentence: str
    """What failed, on what, and what to do; empty where the heading says it all."""
    details: str
    """For whoever repairs it."""


def describe(error: BaseException) -> Failure:
    """What to tell people about an error."""
    versions = ", ".join(f"{name} {version(name)}" for name in ("cropcore", "streamlit"))
    system = f"{versions}, Python {platform.python_version()}, {platform.platform()}"
    if isinstance(error, CropcoreError):
        return Failure(_kind(error), str(error), f"{type(error).__name__}: {error}\n{system}")
    trace = "".join(traceback.format_exception(error))
    if isinstance(error, MemoryError):
        return Failure("failure.memory", "", f"{trace}\n{system}")
    return Failure("failure.unforeseen", "", f"{trace}\n{system}")


def _kind(error: CropcoreError) -> str:
    return "failure.disk" if isinstance(error, StorageError) else "failure.input"


__all__ = ["Failure", "describe"]
