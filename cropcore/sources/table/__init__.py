"""Samples tables: one row per sample and date, one column per band."""

from cropcore.sources.table.samples_table import SamplesTable, open_table

__all__ = ["SamplesTable", "open_table"]
