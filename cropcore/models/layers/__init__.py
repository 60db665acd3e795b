"""Keras layers the architectures are made of, one a file; importing this registers them all."""

from cropcore.models.layers.day_encoding import DayEncoding
from cropcore.models.layers.forget_bias import ForgetBias
from cropcore.models.layers.lightweight_attention import LightweightAttention
from cropcore.models.layers.standardise import Standardise
from cropcore.models.layers.take_source import TakeSource

__all__ = ["DayEncoding", "ForgetBias", "LightweightAttention", "Standardise", "TakeSource"]
