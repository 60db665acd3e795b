"""Imagery and labels on disk: region folders and samples tables."""

from pathlib import Path

from cropcore.errors import MissingFileError
from cropcore.registry import Registry
from cropcore.sources.base import (
    LabelledBatch,
    LabelOrigin,
    Source,
    SourceCheck,
    SourceOpener,
    SourceOptions,
)
from cropcore.sources.report import RegionReport
from cropcore.sources.table.folders import is_samples_folder

SOURCES: Registry[SourceOpener] = Registry(
    "source",
    {
        "region": "cropcore.sources.region.opening:open_region",
        "table": "cropcore.sources.table.samples_table:open_table",
    },
)
"""Every kind of source by name; each entry opens one from a path."""

CHECKS: Registry[SourceCheck] = Registry(
    "source",
    {
        "region": "cropcore.sources.region.check:check_region",
        "table": "cropcore.sources.table.check:check_table",
    },
)
"""How each kind of source is looked over before any run."""


def kind_of(path: Path) -> str:
    """Which kind of source lies at a path.

    Raises:
        MissingFileError: Nothing lies there.
    """
    if not path.exists():
        raise MissingFileError(
            path,
            expected="a region folder, a region.toml or a samples table (.csv, .parquet)",
            got="nothing of that name",
            advice="check the path",
        )
    if path.is_dir():
        return "table" if is_samples_folder(path) else "region"
    return "region" if path.suffix.lower() == ".toml" else "table"


def check_source(path: Path, options: SourceOptions) -> RegionReport:
    """Look a source over, whatever kind it is; problems are reported, not raised.

    Raises:
        MissingFileError: Nothing lies there.
    """
    return CHECKS[kind_of(path)](path, options)


def open_source(path: Path, options: SourceOptions) -> Source:
    """Open labelled imagery, whatever kind it is.

    Raises:
        InputError: It cannot be used; the sentence says why.
    """
    return SOURCES[kind_of(path)](path, options)


__all__ = [
    "CHECKS",
    "SOURCES",
    "LabelOrigin",
    "LabelledBatch",
    "RegionReport",
    "Source",
    "SourceOptions",
    "check_source",
    "kind_of",
    "open_source",
]
