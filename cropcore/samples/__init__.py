"""Labelled series for training: gathered from a source, and split without tearing groups apart."""

from cropcore.samples.collecting import PER_CLASS, collect, fit_preparation
from cropcore.samples.samples import Samples
from cropcore.samples.splitting import Split, fold_by_group, split_by_group

__all__ = [
    "PER_CLASS",
    "Samples",
    "Split",
    "collect",
    "fit_preparation",
    "fold_by_group",
    "split_by_group",
]
