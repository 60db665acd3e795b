"""What was found in imagery and labels before any run: contents, size, cost, problems."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path


@dataclass(frozen=True)
class ClassCount:
    """How much is labelled as one class."""

    code: int
    name: str
    pixels: int
    """Labelled pixels, or samples of a table."""


@dataclass(frozen=True)
class RegionReport:
    """Contents, size and problems of a region or a samples table."""

    path: Path
    title: str = ""
    errors: tuple[str, ...] = ()
    """What makes it unusable, a sentence each."""
    warnings: tuple[str, ...] = ()
    """What was guessed, ignored or looks doubtful, a sentence each."""
    crs: str | None = None
    width: int | None = None
    """Columns."""
    height: int | None = None
    """Rows."""
    dates: Mapping[str, tuple[date, ...]] = field(default_factory=dict)
    """Acquisition dates of each source, ascending."""
    bands: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Canonical band names of each source."""
    classes: tuple[ClassCount, ...] = ()
    megabytes: float = 0.0
    """Size of its files on disk, 10^6 bytes."""
    hectares: float | None = None
    memory_megabytes: float | None = None
    """Size of all its values at once in memory, 10^6 bytes; work goes block by block."""
    never_clear: Mapping[str, float] = field(default_factory=dict)
    """Share of the pixels looked at that a source never saw clearly, 0–1."""
    estimated_seconds: float | None = None
    """A rough guess of the time to map it with a small network on two cores."""

    @property
    def ok(self) -> bool:
        """Whether nothing stands in the way of a run."""
        return not self.errors

    def to_json(self) -> dict[str, object]:
        """The result of ``cropcore region check --json``."""
        return {
            "ok": self.ok,
            "errors": list(self.errors),
            "warnings": list(self.warnings),
            "crs": self.crs,
            "width": self.width,
            "height": self.height,
            "dates": {name: [day.isoformat() for day in days] for name, days in self.dates.items()},
            "bands": {name: list(bands) for name, bands in self.bands.items()},
            "classes": [dict(vars(item)) for item in self.classes],
            "megabytes": round(self.megabytes, 3),
            "path": str(self.path),
            "title": self.title,
            "hectares": self.hectares,
            "memory_megabytes": self.memory_megabytes,
            "never_clear": dict(self.never_clear),
            "estimated_seconds": self.estimated_seconds,
        }

    def to_text(self) -> str:
        """The same for people, line by line."""
        lines = [f"{self.title or self.path.name} ({self.path})"]
        if self.width is not None and self.height is not None:
            area = "" if self.hectares is None else f", {self.hectares:,.1f} ha"
            lines.append(f"  {self.width} x {self.height} pixels, {self.crs}{area}")
        for source, days in self.dates.items():
            span = f"{days[0]} to {days[-1]}" if days else "none"
            bands = " ".join(self.bands.get(source, ()))
            lines.append(f"  {source}: {len(days)} acquisitions, {span}; {bands}")
        lines += [f"  class {item.code} {item.name}: {item.pixels:,}" for item in self.classes]
        lines.append(f"  {self.megabytes:,.1f} MB on disk")
        if self.estimated_seconds is not None:
            lines.append(f"  a map takes very roughly {self.estimated_seconds:,.0f} s")
        lines += [f"warning: {text}" for text in self.warnings]
        lines += [f"error: {text}" for text in self.errors]
        return "\n".join([*lines, "ok" if self.ok else "not usable as it is"])


__all__ = ["ClassCount", "RegionReport"]
