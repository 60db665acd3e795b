"""Samples: tables and folders of time series, whatever their shape, seen as one long table."""

from cropcore.sources.table.samples_table import SamplesTable, open_table

__all__ = ["SamplesTable", "open_table"]
