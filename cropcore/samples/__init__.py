"""Labelled series for training: gathered from a source, and split without tearing groups apart."""

from cropcore.samples.augmentation import Augmentation
from cropcore.samples.capping import cap_groups
from cropcore.samples.collecting import PER_CLASS, collect, fit_preparation
from cropcore.samples.samples import Samples
from cropcore.samples.scene import Scene, places, prepare_scene
from cropcore.samples.splitting import Split, fold_by_group, split_by_group
from cropcore.samples.suspects import find_suspects

__all__ = [
    "PER_CLASS",
    "Augmentation",
    "Samples",
    "Scene",
    "Split",
    "cap_groups",
    "collect",
    "find_suspects",
    "fit_preparation",
    "fold_by_group",
    "places",
    "prepare_scene",
    "split_by_group",
]
