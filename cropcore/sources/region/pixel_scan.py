"""Reads the pixels of a source to tell whether files are whole and values make sense."""

from pathlib import Path

import numpy as np

from cropcore.bands import Unit
from cropcore.cube import Window
from cropcore.errors import InputError, RegionError
from cropcore.sources.region.findings import Findings
from cropcore.sources.region.imagery import Imagery, StoredAcquisition
from cropcore.sources.region.region_folder import empty_bands

_MUCH_HIDDEN = 0.01
_MEDIANS = 60
_USUAL: dict[Unit, tuple[float, float]] = {
    "reflectance": (1e-3, 1.5),
    "dB": (-60.0, 20.0),
    "linear": (1e-6, 100.0),
    "index": (-1e9, 1e9),
}
"""Where the typical value of a band lies unless its scale is wrong."""


class PixelScan:
    """What the pixels of one source look like, block by block."""

    def __init__(self, imagery: Imagery, findings: Findings) -> None:
        self._imagery = imagery
        self._findings = findings
        self._damaged: set[Path] = set()
        self._seen = np.zeros(len(imagery.bands), dtype=bool)
        self._medians: list[list[float]] = [[] for _ in imagery.bands]
        self._hidden = self._looked = self._masked = 0

    def look(self, window: Window) -> None:
        """Read all acquisitions of a window."""
        clear = np.zeros((window.height, window.width), dtype=bool)
        for acquisition in self._imagery.acquisitions:
            if acquisition.path not in self._damaged:
                clear |= self._clear(acquisition, window)
        self._looked += clear.size
        self._hidden += int((~clear).sum())

    def judge(self, region: str, every: bool) -> float:
        """Tell what is wrong; the share of pixels that were never clear."""
        source = self._imagery.source
        share = self._hidden / self._looked
        if len(self._damaged) == len(self._imagery.acquisitions):
            return share
        if not self._seen.all():
            error = empty_bands(region, self._imagery, self._seen)
            if every:
                self._findings.complain(error)
            else:
                self._findings.warn(f"In the blocks read: {error}")
        elif share == 1:
            self._findings.complain(
                RegionError(
                    f"source {source} of {region}",
                    expected="some pixels without cloud",
                    got=f"all hidden in all {len(self._imagery.acquisitions)} acquisitions",
                    advice="correct the mask in region.toml or add acquisitions",
                )
            )
        elif share > _MUCH_HIDDEN:
            self._findings.warn(f"{source}: {share:.0%} of the pixels read are never clear.")
        if self._masked == 0 and any(item.mask for item in self._imagery.acquisitions):
            self._findings.warn(
                f"{source}: the masks hide no pixel that was read; check their values if there "
                "were clouds."
            )
        self._judge_range()
        return share

    def _clear(self, acquisition: StoredAcquisition, window: Window) -> np.ndarray:
        try:
            values = acquisition.read(window, plausible=False)
            hidden = False if acquisition.mask is None else acquisition.mask.covers(window)
        except InputError as error:
            self._findings.complain(error)
            self._damaged.add(acquisition.path)
            return np.zeros((window.height, window.width), dtype=bool)
        self._masked += int(np.count_nonzero(hidden))
        there = np.isfinite(values)
        self._seen |= there.any(axis=(0, 1))
        for at, medians in enumerate(self._medians):
            if len(medians) < _MEDIANS and there[..., at].any():
                medians.append(float(np.median(values[..., at][there[..., at]])))
        return there.any(axis=-1) & ~np.asarray(hidden)

    def _judge_range(self) -> None:
        named = zip(self._imagery.bands, self._imagery.units, self._medians, strict=True)
        for band, unit, medians in named:
            low, high = _USUAL[unit]
            typical = float(np.median(medians)) if medians else low
            if not low <= typical <= high:
                self._findings.warn(
                    f"{self._imagery.source}: {band} is typically {typical:.3g} {unit}, which is "
                    "unusual; check scale, offset and unit."
                )


__all__ = ["PixelScan"]
