"""Architectures, one file each. A new one is its file and a line in this table."""

from cropcore.models.base import Architecture, Network, SeriesSpec
from cropcore.registry import Registry

ARCHITECTURES: Registry[type[Architecture]] = Registry(
    "architecture",
    {
        "cnn1d": "cropcore.models.cnn1d:TemporalCNN",
        "lstm": "cropcore.models.lstm:LSTM",
        "random_forest": "cropcore.models.random_forest:RandomForest",
    },
)
"""Every architecture by name. Listing and describing them does not import TensorFlow."""

__all__ = ["ARCHITECTURES", "Architecture", "Network", "SeriesSpec"]
