"""What an architecture is: a frozen description, and for networks an encoder made a classifier.

Descriptions are plain data. Keras is imported inside the methods that build, so that a list of
architectures or a form of their settings never waits for TensorFlow.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from cropcore.settings import Settings

if TYPE_CHECKING:
    import keras

Preset = Literal["quick", "standard", "thorough"]
Kind = Literal["network", "trees", "features", "ensemble"]
"""A network; trees on the series; trees on a network's features; other runs together."""


@dataclass(frozen=True)
class SeriesSpec:
    """The series that one encoder of a model reads: shape, times, names and statistics."""

    name: str
    """Begins the names of its layers; with early fusion there is one, ``series``."""
    days: tuple[float, ...]
    """Days since the season's start of each date."""
    bands: tuple[str, ...]
    """Canonical band names."""
    mean: tuple[float, ...]
    """Mean of each band over the training samples, physical units."""
    sd: tuple[float, ...]
    """Standard deviation of each band over the training samples, physical units, above 0."""
    columns: tuple[int, ...] = ()
    """Where its bands stand among those of the model's input; needed beside others only."""

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of one sample, (time, band)."""
        return len(self.days), len(self.bands)


class Architecture(Settings, ABC):
    """Hyperparameters of one way to tell classes apart. Equal descriptions build equal models."""

    title: ClassVar[str]
    """Name for people."""
    sample: ClassVar[Literal["pixel", "patch"]]
    """Whether one sample is a pixel's series or a patch of pixels."""
    kind: ClassVar[Kind]
    """How it is fitted, stored and explained."""
    reference: ClassVar[str]
    """Where it was published."""
    presets: ClassVar[Mapping[Preset, Mapping[str, Any]]] = {}
    """Hyperparameters that a preset changes."""
    learning: ClassVar[Mapping[Preset, Mapping[str, Any]]] = {}
    """How it is fitted with a preset, where that differs from other architectures."""

    def view(self, n_dates: int) -> tuple[int, int] | None:
        """Reach and stride, pixels, of what is seen around a pixel; ``None`` for nothing.

        Args:
            n_dates: Number of dates of the longest series it reads.
        """
        return None


class Network(Architecture):
    """An architecture made of layers: an encoder per series, their features joined, a classifier.

    Late fusion, hybrids and ensembles need nothing else: an encoder turns one standardised series
    into features, and this base does the rest.
    """

    kind: ClassVar[Kind] = "network"
    space: ClassVar[tuple[None, ...]] = ()
    """Axes of the input between time and band."""

    @abstractmethod
    def encode(self, series: keras.KerasTensor, spec: SeriesSpec) -> keras.KerasTensor:
        """Turn a standardised series into features.

        Args:
            series: (batch, time, band), mean 0 and deviation 1 per band.
            spec: What is known of the series; prefix layer names with ``spec.name``.

        Returns:
            Features, (batch, feature).
        """

    def build(self, inputs: Sequence[SeriesSpec], n_classes: int) -> keras.Model:
        """Build the classifier, its normalisation inside.

        Args:
            inputs: One specification per encoder; several share the input, side by side, each
                on the first of its dates.
            n_classes: Number of logits.

        Returns:
            An uncompiled model from series in physical units, (batch, time, band), NaN where a
            band was never seen, to logits (batch, class); of patches, (batch, time, y, x, band)
            to (batch, y, x, class).
        """
        import keras

        from cropcore.models.layers.standardise import Standardise
        from cropcore.models.layers.take_source import TakeSource

        n_dates = max(len(spec.days) for spec in inputs)
        n_bands = sum(len(spec.bands) for spec in inputs)
        series = keras.Input((n_dates, *self.space, n_bands), name="series")
        features = []
        for spec in inputs:
            own = series
            if len(inputs) > 1:
                take = TakeSource(spec.columns, len(spec.days), name=f"{spec.name}_taken")
                own = take(series)  # (batch, its time, its band)
            scaled = Standardise(spec.mean, spec.sd, name=f"{spec.name}_standardise")(own)
            features.append(self.encode(scaled, spec))  # (batch, feature)
        joined = features[0] if len(features) == 1 else keras.layers.Concatenate()(features)
        logits = keras.layers.Dense(n_classes, name="logits")(joined)  # (batch, class)
        return keras.Model(series, logits, name=type(self).__name__.lower())


class SequenceNetwork(Network):
    """A network that keeps the dates apart up to its end, so that it can feed another one."""

    @abstractmethod
    def sequence(self, series: keras.KerasTensor, spec: SeriesSpec) -> keras.KerasTensor:
        """Turn a standardised series into features of each of its dates.

        Args:
            series: (batch, time, band), mean 0 and deviation 1 per band.
            spec: What is known of the series; prefix layer names with ``spec.name``.

        Returns:
            (batch, time, feature), the same dates.
        """


class PatchNetwork(Network):
    """A network that sees the surroundings of a pixel, and labels every pixel of a patch.

    It is fully convolutional: patches may have any size that is a multiple of ``stride``, and what
    a pixel gets depends on nothing further away than ``halo``, so that a map made in overlapping
    tiles has no seams.
    """

    sample: ClassVar[Literal["pixel", "patch"]] = "patch"
    space: ClassVar[tuple[None, ...]] = (None, None)

    @abstractmethod
    def halo(self, n_dates: int) -> int:
        """Pixels on each side that the answer for a pixel may depend on.

        Args:
            n_dates: Number of dates of the longest series it reads.
        """

    @property
    def stride(self) -> int:
        """The product of all poolings: tiles begin at its multiples, and such are their sides."""
        return 1

    def reach(self, n_dates: int) -> int:
        """The halo, rounded up to a multiple of ``stride``."""
        return -(-self.halo(n_dates) // self.stride) * self.stride

    def view(self, n_dates: int) -> tuple[int, int]:
        """Its reach and stride."""
        return self.reach(n_dates), self.stride

    @abstractmethod
    def encode(self, series: keras.KerasTensor, spec: SeriesSpec) -> keras.KerasTensor:
        """Turn a standardised series of patches into features of each pixel.

        Args:
            series: (batch, time, y, x, band), mean 0 and deviation 1 per band.
            spec: What is known of the series; prefix layer names with ``spec.name``.

        Returns:
            Features, (batch, y, x, feature).
        """


__all__ = [
    "Architecture",
    "Kind",
    "Network",
    "PatchNetwork",
    "Preset",
    "SequenceNetwork",
    "SeriesSpec",
]
