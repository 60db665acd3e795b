"""Planted truth: series of which it is known what tells their class, to examine attributions."""

from cropcore.explain.planted.examining import Row, Sizes, examine
from cropcore.explain.planted.generator import SETTINGS, Planted, Setting, plant

__all__ = ["SETTINGS", "Planted", "Row", "Setting", "Sizes", "examine", "plant"]
