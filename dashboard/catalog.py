"""Which regions, runs and maps there are: bundled ones and those of the workspace.

An id is the name of a folder, and an id from outside (an address, a tile's URL) is only ever
looked up in a listing; no path is built from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from cropcore.errors import CropcoreError
from cropcore.explain.deciding import FOLDER as EXPLANATIONS
from cropcore.explain.deciding import RASTER as DECIDING_DATES
from cropcore.mapping import CLASS_MAP
from cropcore.mapping.mapping import MAP
from cropcore.sources import SourceOptions
from cropcore.sources.region.region_toml import FILE_NAME, read_region_toml
from cropcore.training.launching import status
from cropcore.training.record import RunRecord
from cropcore.training.run import FINAL, Run
from cropcore.workspace import sample_data, workspace

Kind = Literal["regions", "runs"]
_TABLES = (".csv", ".parquet")
_DAMAGE = (CropcoreError, OSError, ValueError, TypeError, KeyError, AttributeError)
"""What reading a folder that somebody else wrote may end in."""


@dataclass(frozen=True)
class RegionEntry:
    """A region or samples table that can be chosen."""

    id: str
    path: Path
    name: str
    """What its maps call it."""
    title: str
    kind: Literal["region", "table"]
    bundled: bool
    problem: str = ""
    """Why it cannot be used; empty where it can."""

    @property
    def simulated(self) -> bool:
        """Whether its title says that no satellite ever saw it."""
        return "simulated" in self.title.casefold()


@dataclass(frozen=True)
class MapEntry:
    """A finished map of one region by one run."""

    id: str
    folder: Path
    region: str
    """Name of the region it shows."""
    hectares: Mapping[int, float]
    """Land of each class, by legend code."""
    seconds: float
    version: int
    """Changes when the map is made again."""

    def raster(self, name: str) -> Path:
        """One of its rasters."""
        return self.folder / name


@dataclass(frozen=True)
class Scores:
    """How well a run did on samples its models never saw."""

    overall_accuracy: float
    macro_f1: float
    interval: tuple[float, float]
    """95 % interval of the macro F1."""
    samples: int
    overall_interval: tuple[float, float]
    """95 % interval of the overall accuracy."""


@dataclass(frozen=True)
class RunEntry:
    """A run that can be chosen, or the reason why not."""

    id: str
    folder: Path
    bundled: bool
    state: str
    record: RunRecord | None = None
    scores: Scores | None = None
    maps: tuple[MapEntry, ...] = ()
    problem: str = ""
    """Why it cannot be used; empty where it can."""

    @property
    def usable(self) -> bool:
        """Whether it has a model that can be asked."""
        return not self.problem

    @property
    def architecture(self) -> str:
        """Name of what was trained."""
        return self.record.request.architecture if self.record else ""

    def learnt_from(self, region: RegionEntry) -> bool:
        """Whether it was trained on this region, here or before it was moved here."""
        if self.record is None:
            return False
        path = Path(self.record.request.region)
        folder = path.parent if path.name == FILE_NAME else path
        return folder == region.path or folder.name in (region.id, region.name)

    def options_for(self, region: RegionEntry) -> SourceOptions:
        """How it was told to read this region; the usual way where it did not learn from it."""
        if self.record is None or not self.learnt_from(region):
            return SourceOptions()
        return self.record.request.options

    def map_of(self, region: RegionEntry) -> MapEntry | None:
        """Its map of a region."""
        return next((item for item in self.maps if item.region == region.name), None)


@dataclass(frozen=True)
class Catalog:
    """Everything that can be chosen, in the order of its folders' names."""

    regions: tuple[RegionEntry, ...]
    runs: tuple[RunEntry, ...]

    def region(self, wanted: str | None) -> RegionEntry | None:
        """The region with this id."""
        return next((item for item in self.regions if item.id == wanted), None)

    def run(self, wanted: str | None) -> RunEntry | None:
        """The run with this id."""
        return next((item for item in self.runs if item.id == wanted), None)

    def runs_for(self, region: RegionEntry) -> tuple[RunEntry, ...]:
        """Usable runs: those that mapped it first, then those that learnt from it, best first."""

        def rank(run: RunEntry) -> tuple[bool, bool, float]:
            score = run.scores.macro_f1 if run.scores else 0.0
            return run.map_of(region) is None, not run.learnt_from(region), -score

        return tuple(sorted((run for run in self.runs if run.usable), key=rank))


def list_folders(kind: Kind) -> dict[str, tuple[Path, bool]]:
    """Path and whether bundled of everything there is of a kind, by id.

    What the workspace holds goes before a bundled item of the same name.
    """
    found: dict[str, tuple[Path, bool]] = {}
    for root, bundled in ((workspace(), False), (sample_data(), True)):
        with suppress(OSError):
            for path in sorted((root / kind).iterdir()):
                if not path.name.startswith(".") and (path.is_dir() or _is_table(path, kind)):
                    found.setdefault(path.name, (path.resolve(), bundled))
    return dict(sorted(found.items()))


def list_maps(run: Path) -> dict[str, Path]:
    """Folders of a run's finished maps, by id."""
    with suppress(OSError):
        folders = sorted((run / "maps").iterdir())
        return {
            path.name: path
            for path in folders
            if not path.name.startswith(".") and (path / CLASS_MAP).is_file()
        }
    return {}


def list_deciding(run: Path) -> dict[str, Path]:
    """Folders of a run's finished maps of deciding dates, by the name of the region."""
    with suppress(OSError):
        folders = sorted((run / EXPLANATIONS).iterdir())
        return {path.name: path for path in folders if (path / DECIDING_DATES).is_file()}
    return {}


def read_catalog() -> Catalog:
    """Read what there is; whatever is damaged is listed with the reason."""
    regions = (_region(name, *found) for name, found in list_folders("regions").items())
    runs = (_run(name, *found) for name, found in list_folders("runs").items())
    return Catalog(tuple(regions), tuple(runs))


def find_region(wanted: str) -> RegionEntry | None:
    """One region by its id, without reading the others."""
    found = list_folders("regions").get(wanted)
    return _region(wanted, *found) if found else None


def find_run(wanted: str) -> RunEntry | None:
    """One run by its id, without reading the others."""
    found = list_folders("runs").get(wanted)
    return _run(wanted, *found) if found else None


def _is_table(path: Path, kind: Kind) -> bool:
    return kind == "regions" and path.suffix.lower() in _TABLES and path.is_file()


def _region(name: str, path: Path, bundled: bool) -> RegionEntry:
    if path.is_file():
        return RegionEntry(name, path, path.stem, path.stem, "table", bundled)
    written = path / FILE_NAME
    if not written.is_file():
        return RegionEntry(name, path, name, name, "region", bundled)
    try:
        told = read_region_toml(written)
    except _DAMAGE as error:
        return RegionEntry(name, path, name, name, "region", bundled, str(error))
    known = told.name or name
    return RegionEntry(name, path, known, told.title or known, "region", bundled)


def _run(name: str, path: Path, bundled: bool) -> RunEntry:
    run = Run(path)
    try:
        record = run.record
        now = status(run)
    except _DAMAGE as error:
        return RunEntry(name, path, bundled, "damaged", problem=_told(error))
    problem = ""
    if record.data is None or FINAL not in record.models:
        problem = now.message or f"{now.state}: no model yet"
    scores = _scores(run)
    return RunEntry(name, path, bundled, now.state, record, scores, tuple(_maps(path)), problem)


def _scores(run: Run) -> Scores | None:
    with suppress(*_DAMAGE):
        metrics = run.read_json("metrics.json")
        (low, high), (lowest, highest) = (
            map(float, metrics["ci95"][name]) for name in ("macro_f1", "overall_accuracy")
        )
        overall, macro = float(metrics["overall_accuracy"]), float(metrics["macro_f1"])
        return Scores(overall, macro, (low, high), int(metrics["n"]), (lowest, highest))
    return None


def _maps(run: Path) -> Iterator[MapEntry]:
    for name, folder in list_maps(run).items():
        with suppress(*_DAMAGE):
            told: dict[str, Any] = Run(folder).read_json(MAP)
            hectares = {int(item["code"]): float(item["ha"]) for item in told["areas"]}
            version = (folder / MAP).stat().st_mtime_ns
            region = str(told.get("region", name))
            yield MapEntry(name, folder, region, hectares, float(told["seconds"]), version)


def _told(error: BaseException) -> str:
    return str(error) or type(error).__name__


__all__ = [
    "DECIDING_DATES",
    "Catalog",
    "Kind",
    "MapEntry",
    "RegionEntry",
    "RunEntry",
    "Scores",
    "find_region",
    "find_run",
    "list_deciding",
    "list_folders",
    "list_maps",
    "read_catalog",
    "sample_data",
]
