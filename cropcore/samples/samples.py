"""The value type of samples: prepared series with their class, name, group and place."""

from dataclasses import dataclass

import numpy as np

from cropcore.errors import LabelError
from cropcore.samples.room import take
from cropcore.samples.scene import Scene


@dataclass(frozen=True, eq=False)
class Samples:
    """Labelled series, ready for a model.

    Raises:
        LabelError: The fields disagree on the number of samples.
    """

    series: np.ndarray
    """float32 (sample, time, band) in physical units; NaN in a band that was never clear. On disk
    where they are too large for memory (:mod:`cropcore.samples.room`)."""
    codes: np.ndarray
    """Legend code of each sample, uint8 (sample,); never 0."""
    ids: np.ndarray
    """Name of each sample, str (sample,)."""
    groups: np.ndarray
    """Group of each sample, str (sample,); samples of one group stay together in a split."""
    lon: np.ndarray
    """WGS 84 longitude, degrees, float64 (sample,); NaN where unknown."""
    lat: np.ndarray
    """WGS 84 latitude, degrees, float64 (sample,); NaN where unknown."""
    never_clear: int = 0
    """Samples that were left out because no date showed them clearly."""
    seasons: np.ndarray | None = None
    """Year in which the season of each sample begins, int64 (sample,); ``None`` where unknown."""
    scene: Scene | None = None
    """The region they are pixels of, for models that see surroundings."""
    finer: np.ndarray | None = None
    """Smaller group within its group, str (sample,), such as a parcel of a region; ``None`` where
    only groups are known."""

    def __post_init__(self) -> None:
        fields = ("codes", "ids", "groups", "lon", "lat")
        lengths = {name: len(getattr(self, name)) for name in fields}
        if self.series.ndim != 3 or set(lengths.values()) != {len(self.series)}:
            counts = ", ".join(f"{length} {name}" for name, length in lengths.items())
            raise LabelError(
                "samples",
                expected="series (sample, time, band) and one entry per sample in every field",
                got=f"series {self.series.shape} and {counts}",
                advice="build samples with cropcore.samples.collect",
            )

    def __len__(self) -> int:
        return len(self.series)

    def take(self, indices: np.ndarray) -> "Samples":
        """The samples at ``indices`` (positions or a mask), in that order."""
        return Samples(
            take(self.series, indices),
            self.codes[indices],
            self.ids[indices],
            self.groups[indices],
            self.lon[indices],
            self.lat[indices],
            self.never_clear,
            None if self.seasons is None else self.seasons[indices],
            self.scene,
            None if self.finer is None else self.finer[indices],
        )


__all__ = ["Samples"]
