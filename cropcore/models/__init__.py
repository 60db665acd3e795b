"""Architectures, one file each. A new one is its file and a line in this table."""

from cropcore.models.base import (
    Architecture,
    Network,
    PatchNetwork,
    SequenceNetwork,
    SeriesSpec,
)
from cropcore.registry import Registry

ARCHITECTURES: Registry[type[Architecture]] = Registry(
    "architecture",
    {
        "cnn1d": "cropcore.models.cnn1d:TemporalCNN",
        "cnn1d_branches": "cropcore.models.cnn1d_branches:BranchedCNN",
        "lstm": "cropcore.models.lstm:LSTM",
        "gru": "cropcore.models.gru:GRU",
        "atlstm": "cropcore.models.atlstm:AttentionLSTM",
        "transformer": "cropcore.models.transformer:Transformer",
        "ltae": "cropcore.models.ltae:LTAE",
        "hybrid": "cropcore.models.hybrid:Hybrid",
        "cnn3d": "cropcore.models.cnn3d:CNN3D",
        "convrnn": "cropcore.models.convrnn:ConvRNN",
        "attention_unet3d": "cropcore.models.attention_unet3d:AttentionUNet3D",
        "utae": "cropcore.models.utae:UTAE",
        "hybrid_patch": "cropcore.models.hybrid_patch:PatchHybrid",
        "feature_forest": "cropcore.models.feature_forest:FeatureForest",
        "boosting": "cropcore.models.boosting:Boosting",
        "random_forest": "cropcore.models.random_forest:RandomForest",
    },
)
"""Every architecture by name. Listing and describing them does not import TensorFlow."""

__all__ = [
    "ARCHITECTURES",
    "Architecture",
    "Network",
    "PatchNetwork",
    "SequenceNetwork",
    "SeriesSpec",
]
