"""Keras layers the architectures are made of, one a file; importing this registers them all."""

from cropcore.models.layers.attention_gate import AttentionGate
from cropcore.models.layers.conv_gru2d import ConvGRU2D
from cropcore.models.layers.conv_lstm2d import ConvLSTM2D
from cropcore.models.layers.conv_star2d import ConvSTAR2D
from cropcore.models.layers.dates_to_features import DatesToFeatures
from cropcore.models.layers.day_encoding import DayEncoding
from cropcore.models.layers.fold_pixels import FoldPixels
from cropcore.models.layers.forget_bias import ForgetBias
from cropcore.models.layers.lightweight_attention import LightweightAttention
from cropcore.models.layers.standardise import Standardise
from cropcore.models.layers.take_source import TakeSource
from cropcore.models.layers.unfold_pixels import UnfoldPixels
from cropcore.models.layers.weigh_dates import WeighDates

__all__ = [
    "AttentionGate",
    "ConvGRU2D",
    "ConvLSTM2D",
    "ConvSTAR2D",
    "DatesToFeatures",
    "DayEncoding",
    "FoldPixels",
    "ForgetBias",
    "LightweightAttention",
    "Standardise",
    "TakeSource",
    "UnfoldPixels",
    "WeighDates",
]
