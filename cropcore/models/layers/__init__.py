"""Keras layers the architectures are made of, one a file; importing this registers them all."""

from cropcore.models.layers.standardise import Standardise
from cropcore.models.layers.take_source import TakeSource

__all__ = ["Standardise", "TakeSource"]
