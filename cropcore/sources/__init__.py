"""Imagery and labels on disk: region folders and samples tables."""

from cropcore.sources.base import LabelledBatch, Source, SourceOptions

__all__ = ["LabelledBatch", "Source", "SourceOptions"]
