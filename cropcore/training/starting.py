"""A training that begins with the weights of another run: learnt in one season, tuned in the next.

What a network's weights mean depends on what it was shown: its dates, bands, steps and the means
and deviations that its input is measured in. All of that is the earlier run's. Classes may be
others: what is known of those with the same name is kept, the rest is learnt anew.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cropcore.cube import Preparation
from cropcore.errors import CropcoreError, RunError, SettingError
from cropcore.legend import Legend
from cropcore.models import ARCHITECTURES
from cropcore.samples import Samples, Split
from cropcore.training.compiling import weight_shapes
from cropcore.training.files import load_network, unreadable
from cropcore.training.locating import region_name
from cropcore.training.record import Origin, TrainingRequest, make_request
from cropcore.training.run import FINAL, Run, open_run

if TYPE_CHECKING:
    import keras

_SAMPLING = ("test_share", "validation_share", "samples_per_class", "samples_per_group",
             "min_samples")  # fmt: skip
"""Settings that decide, with the seed, which samples a run learns from."""
_ALIKE = 0.9
"""Share of samples that an earlier run had too, by name, group and class, to call data the same."""
_LONGEST_LINE = 20
"""Runs that began with one another's weights."""


@dataclass(frozen=True)
class Start:
    """The run whose weights another one begins with."""

    run: Run
    origin: Origin
    """What is written down of it."""

    @property
    def preparation(self) -> Preparation:
        """How imagery is brought to what its network reads.

        Raises:
            RunError: The run cannot be read.
        """
        found = self.run.described.preparation
        if not isinstance(found, Preparation):
            raise TypeError("only an ensemble has several preparations")
        return found

    def hand_on(self, model: keras.Model, legend: Legend) -> None:
        """Give a new network the weights, those of its classifier by the names of the classes.

        Args:
            model: Of the same architecture, for ``legend``.
            legend: What it shall tell apart.

        Raises:
            RunError: The earlier run's model is gone, damaged, another one by now, or does not
                fit its record.
        """
        path = self.run.model_file(FINAL, "model.keras")
        if _digest(path) != self.origin.digest:
            raise unreadable(path, "another model than this training began with")
        stored = load_network(path)
        theirs, mine = weight_shapes(stored), weight_shapes(model)
        n_old = len(self.run.described.legend)
        fits = len(theirs) == len(mine) and theirs[:-1] == mine[:-1]
        if not fits or stored.output_shape[-1] != n_old or stored.layers[-1].name != "logits":
            raise unreadable(path, "a network of another architecture than its run.json says")
        old = [layer for layer in stored.layers if layer.weights]
        new = [layer for layer in model.layers if layer.weights]
        for source, target in zip(old[:-1], new[:-1], strict=True):
            target.set_weights(source.get_weights())
        pairs = self.common(legend)
        kernel, bias = new[-1].get_weights()
        known_kernel, known_bias = old[-1].get_weights()
        for here, there in pairs:
            kernel[..., here], bias[here] = known_kernel[..., there], known_bias[there]
        new[-1].set_weights([kernel, bias])

    def common(self, legend: Legend) -> list[tuple[int, int]]:
        """Positions of the classes that both know, in ``legend`` and in the earlier one."""
        known = {name.casefold(): at for at, name in enumerate(self.run.described.legend.names)}
        names = [name.casefold() for name in legend.names]
        return [(at, known[name]) for at, name in enumerate(names) if name in known]

    def notes(self, legend: Legend, *, same: bool) -> tuple[str, ...]:
        """What people should know of it, in sentences.

        Args:
            legend: Of the new run.
            same: Whether the earlier run, or one before it, learnt from the same data.
        """
        count = self.run.finished.models[FINAL].samples["train"]
        known = {here for here, _ in self.common(legend)}
        new = [name for at, name in enumerate(legend.names) if at not in known]
        where = (
            "the same data: no group that it learnt from is tested"
            if same
            else f"other data ({self.origin.region})"
        )
        begun = (
            f"Begins with the weights of {self.origin.name}, which learnt from {count:,} samples "
            f"of {where}; dates, bands and their means and deviations are that run's."
        )
        if not new:
            return (begun,)
        kept = "None of its classes is" if not known else f"{len(known)} of its classes are"
        return begun, f"{kept} known from there; new are {', '.join(new)}."


def request_from(
    earlier: Run,
    region: str,
    architecture: str,
    *,
    changes: Mapping[str, Any] | None = None,
    **others: Any,
) -> TrainingRequest:
    """A request to go on from an earlier run's weights; what is not given is as it was there.

    On the same data the split is the earlier run's too, so that nothing it learnt from is tested.

    Args:
        earlier: A finished run.
        region: Path of the data.
        architecture: The earlier run's.
        changes: As for :func:`~cropcore.training.record.make_request`.
        others: Likewise.

    Raises:
        RunError: The earlier run is unfinished, damaged, or has no weights to go on from.
        SettingError: Something is asked for that does not go with its weights.
    """
    asked = _usable(earlier)
    taken = deepcopy(asked.hyperparameters) | asked.steps.model_dump()
    if _same_place(region, asked.region):
        taken |= {name: getattr(asked.training, name) for name in _SAMPLING}
        if others.get("split_seed") is None:
            others["split_seed"] = asked.sampling_seed
    if architecture == asked.architecture:
        given = {"fusion": asked.fusion} | others
        request = make_request(region, architecture, changes=taken | dict(changes or {}), **given)
    else:
        request = make_request(region, architecture, changes=changes, **others)
    request = request.model_copy(update={"start_from": str(earlier.folder)})
    _check_request(request, earlier)
    return request


def begin_with(run: Run) -> Start | None:
    """The run whose weights a new one begins with; ``None`` where it begins with none.

    Raises:
        RunError: The earlier run is gone, damaged, or has no weights to go on from.
        SettingError: Something is asked for that does not go with its weights.
    """
    record = run.record
    if record.request.start_from is None:
        return None
    if record.origin is not None:
        return Start(Run(Path(record.request.start_from)), record.origin)
    earlier = open_run(Path(record.request.start_from))
    _usable(earlier)
    _check_request(record.request, earlier)
    known = earlier.finished
    origin = Origin(
        name=known.name,
        region=region_name(known.request.region),
        digest=_digest(earlier.model_file(FINAL, "model.keras")),
        mean=known.models[FINAL].mean,
        sd=known.models[FINAL].sd,
        samples=known.models[FINAL].samples.get("train"),
    )
    return Start(earlier, origin)


def learnt_the_same(
    start: Start,
    request: TrainingRequest,
    data: Legend,
    samples: Samples,
    splits: Mapping[str, Split],
) -> bool:
    """Whether an earlier run learnt from the same data; if so, nothing of it may be tested.

    Args:
        start: Where the weights come from; the runs before it are looked at too.
        request: Of the new run.
        data: Its legend.
        samples: Its samples.
        splits: Which of them each of its models learns from.

    Raises:
        RunError: One of the earlier runs cannot be read, so that nobody can tell.
        SettingError: Samples would be tested that the weights have seen.
    """
    same = False
    for earlier in _line(start.run, request.region):
        rows = _split_rows(earlier)
        if not _same_data(earlier, rows, request, data, samples):
            continue
        same = True
        trained = {row["group"] for row in rows if row["set"] == "train"}
        watched = {row["group"] for row in rows if row["set"] == "validation"}
        for split in splits.values():
            tested = set(samples.groups[split.test].tolist())
            validated = set(samples.groups[split.validation].tolist())
            seen = (tested & (trained | watched)) | (validated & trained)
            if seen:
                raise SettingError(
                    "weights to begin with",
                    expected=f"other data than {earlier.record.name} learnt from, or its split",
                    got=f"{len(seen)} groups to test or validate with that it learnt from",
                    advice="leave folds and the settings of the split as they are there, or "
                    "choose a run that learnt elsewhere, without folds",
                )
    return same


def has_weights(architecture: str) -> bool:
    """Whether runs of an architecture hold weights that another run can begin with."""
    known = architecture in ARCHITECTURES
    return known and ARCHITECTURES[architecture].kind in ("network", "features")


def _usable(earlier: Run) -> TrainingRequest:
    record = earlier.finished
    if not has_weights(record.request.architecture):
        raise RunError(
            earlier.folder,
            expected="a run of a network, whose weights another can begin with",
            got=f"one of {record.request.architecture}",
            advice="choose another run, or begin without its weights",
        )
    return record.request


def _check_request(request: TrainingRequest, earlier: Run) -> None:
    """Whether what is asked for goes with the weights of an earlier run.

    Raises:
        SettingError: It does not.
    """
    before, calendar = earlier.record.request, earlier.described.preparation.calendar
    both = (
        (request.hyperparameters, before.hyperparameters),
        (request.steps.model_dump(), before.steps.model_dump()),
    )
    pairs: list[tuple[str, object, object]] = [
        ("architecture", request.architecture, before.architecture),
        *((name, value, was.get(name)) for now, was in both for name, value in now.items()),
        ("fusion", request.fusion, before.fusion),
    ]
    if request.period is not None:
        pairs.append(("period", request.period, calendar.period))
    if request.season is not None:
        pairs.append(("season", request.season, f"{calendar.month:02d}-{calendar.day:02d}"))
    for name, asked, was in pairs:
        if asked != was:
            raise SettingError(
                name,
                expected=f"{was}, as the weights of {earlier.record.name} were learnt with",
                got=str(asked)[:200],
                advice="leave it out, or begin without those weights",
            )


def _line(run: Run, region: str) -> Iterator[Run]:
    """A run, the one that it began with, and so on.

    Raises:
        RunError: One of them is gone that may have learnt from ``region``.
    """
    for _ in range(_LONGEST_LINE):
        yield run
        record = run.record
        if record.request.start_from is None or record.origin is None:
            return
        before = Run(Path(record.request.start_from))
        try:
            _ = before.record
        except CropcoreError as error:
            if record.origin.region != region_name(region):
                return
            raise RunError(
                f"run {record.origin.name}",
                expected="the run whose split tells what these weights have seen",
                got="none that can be read",
                advice="restore it, or begin with a run that learnt elsewhere",
            ) from error
        run = before


def _split_rows(run: Run) -> list[dict[str, str]]:
    text = run.read_text("split.csv")
    try:
        rows = list(csv.DictReader(io.StringIO(text), strict=True))
    except csv.Error as error:
        raise unreadable(run.folder / "split.csv", str(error)) from error
    wanted = {"id", "group", "code", "set"}
    if any(not wanted <= set(row) or None in row.values() for row in rows[:1] + rows[-1:]):
        raise unreadable(run.folder / "split.csv", "a table without id, group, code and set")
    return rows


def _same_place(region: str, before: str) -> bool:
    """Whether two names of data mean the same: a run from elsewhere knows no path."""
    here, there = Path(region), Path(before)
    if there.is_absolute() and there.exists():
        return here.resolve() == there.resolve()
    return region_name(region) == region_name(before)


def _same_data(
    earlier: Run,
    rows: list[dict[str, str]],
    request: TrainingRequest,
    legend: Legend,
    samples: Samples,
) -> bool:
    """Whether an earlier run's samples are these, by their place or by what they are called."""
    if _same_place(request.region, earlier.record.request.region):
        return True
    names = {str(item.code): item.name for item in earlier.described.legend}
    before = {(row["id"], row["group"], names.get(row["code"])) for row in rows}
    of_code = {item.code: item.name for item in legend}
    kinds = [of_code[code] for code in samples.codes.tolist()]
    now = zip(samples.ids.tolist(), samples.groups.tolist(), kinds, strict=True)
    return bool(np.mean([item in before for item in now]) >= _ALIKE)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


__all__ = ["Start", "begin_with", "has_weights", "learnt_the_same", "request_from"]
