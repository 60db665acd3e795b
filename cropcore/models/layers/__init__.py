"""Keras layers the architectures are made of, one a file; importing this registers them all."""

from cropcore.models.layers.standardise import Standardise

__all__ = ["Standardise"]
