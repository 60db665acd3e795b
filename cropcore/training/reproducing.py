"""A run as one command that asks for the same training again, safe to paste into a shell."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from cropcore.models.ensemble import ENSEMBLE
from cropcore.sources import SourceOptions
from cropcore.training.locating import region_name
from cropcore.training.record import TrainingRequest, make_request
from cropcore.training.run import Run

_SINGLE = {
    "split_seed": "--split-seed",
    "period": "--period",
    "season": "--season",
    "start_from": "--from",
}
_OPTIONS = {
    "label": "--label",
    "group": "--group",
    "block": "--block",
    "block_pixels": "--block-pixels",
    "bands": "--bands",
    "scale": "--scale",
    "data": "--data",
}


def command_of(run: Run, *, abroad: bool = False) -> str:
    """The command that trains a run again; of an ensemble, its members and then itself.

    Members and ensemble are made in the folder where somebody stands.

    Args:
        run: Its record has to be there, and of an ensemble its members'.
        abroad: Whether to name the data as they would be in a workspace, for other machines.

    Raises:
        RunError: The run, or a member, cannot be read.
        UnknownNameError: There is no such architecture any more.
    """
    request = run.record.request
    if request.architecture != ENSEMBLE:
        return train_command(_abroad(request) if abroad else request)
    parts = [member.record.request for member in run.members]
    names = [f"member-{number}" for number, _ in enumerate(parts, start=1)]
    commands = [
        train_command(_abroad(part) if abroad else part, out=name)
        for name, part in zip(names, parts, strict=True)
    ]
    rule = str(request.hyperparameters["rule"])
    together = ["cropcore", "ensemble", *names, "--rule", rule, "--out", "ensemble"]
    return " && ".join((*commands, joined(together)))


def train_command(request: TrainingRequest, out: str | None = None) -> str:
    """``cropcore train …`` with every option that is not the usual one.

    Args:
        request: What was asked for.
        out: Where the run shall go; to the workspace where not given.
    """
    options = [*_options(request), *(_option("--out", out) if out else ())]
    named = [request.region, request.architecture]
    if any(name.startswith("-") for name in named):  # no option, whatever it looks like
        return joined(["cropcore", "train", *options, "--", *named])
    return joined(["cropcore", "train", *named, *options])


def joined(words: Sequence[str]) -> str:
    """Words as a shell takes them apart again, on one line without control characters."""
    return " ".join(map(_quoted, words))


def _abroad(request: TrainingRequest) -> TrainingRequest:
    """The request without folders of this machine."""
    region, options = region_name(request.region), replace(request.options, data=None)
    start = None if request.start_from is None else Path(request.start_from).name
    return request.model_copy(update={"region": region, "options": options, "start_from": start})


def _quoted(word: str) -> str:
    if word.isprintable():
        return shlex.quote(word)
    plain = "".join(_escaped(sign) for sign in word)
    return f"$'{plain}'"  # bash, zsh, ksh


def _escaped(sign: str) -> str:
    if sign in "\\'":
        return f"\\{sign}"
    if sign.isprintable():
        return sign
    return "".join(f"\\{byte:03o}" for byte in sign.encode())


def _options(request: TrainingRequest) -> Iterator[str]:
    begun = request.start_from is not None  # what is not said is then as it was there
    usual = make_request(request.region, request.architecture, preset=request.preset)
    yield from _option("--preset", request.preset)
    for name, value in _changes(request, usual, every=begun):
        yield from _option("--set", f"{name}={_text(value)}")
    yield from _option("--seed", request.seed)
    if request.leave_one_out:
        yield from _option("--folds", "leave-one-out")
    elif request.folds is not None:
        yield from _option("--folds", request.folds)
    said = request.model_copy(update={"split_seed": request.sampling_seed}) if begun else request
    for name, option in _SINGLE.items():
        if getattr(said, name) is not None:
            yield from _option(option, getattr(said, name))
    if begun or request.fusion != usual.fusion:
        yield from _option("--fusion", request.fusion)
    if not request.baseline:
        yield "--no-baseline"
    given, nothing = request.options, SourceOptions()
    for field in fields(SourceOptions):
        value = getattr(given, field.name)
        if value != getattr(nothing, field.name):
            yield from _option(_OPTIONS[field.name], value)


def _changes(
    request: TrainingRequest, usual: TrainingRequest, *, every: bool
) -> Iterator[tuple[str, Any]]:
    """Settings that differ from the preset's, or all; those of an encoder as ``first.units``."""
    before = usual.hyperparameters
    for name, value in request.hyperparameters.items():
        if isinstance(value, Mapping):
            part = name.removesuffix("_settings")
            for inner, mine in value.items():
                if every or before.get(name, {}).get(inner) != mine:
                    yield f"{part}.{inner}", mine
        elif every or before.get(name) != value:
            yield name, value
    for mine, theirs in ((request.training, usual.training), (request.steps, usual.steps)):
        for name, value in mine.model_dump().items():
            if every or getattr(theirs, name) != value:
                yield name, value


def _option(name: str, value: Any) -> list[str]:
    text = _text(value)
    return [f"{name}={text}"] if text.startswith("-") else [name, text]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    return str(value)


__all__ = ["command_of", "joined", "train_command"]
