"""``cropcore train`` and ``cropcore evaluate``."""

import shutil
import subprocess
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from cropcore.cli import options as given
from cropcore.cli.ensemble import show_ensemble
from cropcore.cli.interrupting import interruptible
from cropcore.cli.printing import (
    messages,
    print_json,
    print_metrics,
    print_suspects,
    results,
    say,
    tensorflow,
)
from cropcore.cube import Fusion
from cropcore.errors import RunError, SettingError
from cropcore.prediction import MOST_MEMBERS
from cropcore.training.doubting import doubt_labels
from cropcore.training.ensembles.seeds import (
    create_members,
    is_over,
    place_of,
    put_together,
    seeded,
)
from cropcore.training.history import read_history
from cropcore.training.launching import Status, launch, status
from cropcore.training.queueing import enqueue, waiting, withdraw
from cropcore.training.record import Preset, TrainingRequest, make_request
from cropcore.training.reproducing import command_of
from cropcore.training.run import Run, create_run, open_run
from cropcore.training.starting import request_from
from cropcore.workspace import find_region, new_run_folder, workspace

_POLL_SECONDS = 0.2
_LONGEST_STOP_SECONDS = 120
_ROOM = 2**20
"""Bytes; with less than this free, a training that ended without a word had no room for one."""


def train(
    region: Annotated[str, typer.Argument(help="Region folder, samples table or workspace name.")],
    architecture: Annotated[str, typer.Argument(help="A name from `cropcore architectures`.")],
    preset: Annotated[Preset, typer.Option(help="How much work to put in.")] = "standard",
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change one setting.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Same seed, same numbers.")] = 0,
    split_seed: Annotated[
        int | None, typer.Option(help="Chooses and splits the samples; else --seed does.")
    ] = None,
    members: Annotated[
        int | None,
        typer.Option(min=2, max=MOST_MEMBERS, help="Train so many seeds, and average them."),
    ] = None,
    folds: given.Folds = None,
    period: Annotated[float | None, typer.Option(help="Days between regular dates.")] = None,
    season: Annotated[str | None, typer.Option(help="Start of the season, MM-DD.")] = None,
    fusion: Annotated[
        Fusion | None,
        typer.Option(
            help="Sources on shared dates (early), or each on its own with its encoder (late).",
            show_default="early",
        ),
    ] = None,
    start: Annotated[
        Path | None,
        typer.Option("--from", help="Run folder whose weights to begin with (fine-tuning)."),
    ] = None,
    baseline: Annotated[bool, typer.Option(help="Fit a random forest to compare with.")] = True,
    out: Annotated[Path | None, typer.Option(help="Run folder to make.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in --out.")] = False,
    queue: Annotated[
        bool, typer.Option("--queue", help="Wait until the trainings of the workspace are over.")
    ] = False,
    label: given.Label = None,
    group: given.Group = None,
    block: given.Block = None,
    block_pixels: given.BlockPixels = 10,
    bands: given.Bands = None,
    scale: given.Scale = None,
    data: given.Data = None,
    folder: given.Workspace = None,
    as_json: given.AsJson = False,
) -> None:
    """Train a model in a process of its own and follow it."""
    place = workspace(folder)
    path = find_region(region, place)
    asked = make_request if start is None else partial(request_from, open_run(start))
    request = asked(
        str(path),
        architecture,
        preset=preset,
        changes=given.pairs(settings or []),
        options=given.source_options(label, group, block, block_pixels, bands, scale, data),
        seed=seed,
        split_seed=split_seed,
        **given.folds_of(folds),
        period=period,
        season=season,
        baseline=baseline,
        **({} if fusion is None else {"fusion": fusion}),
    )
    if resume and out is None:
        raise SettingError(
            "--resume",
            expected="--out RUN_DIR, the run to go on with",
            got="no --out",
            advice="name the run folder",
        )
    if members is not None:
        target = out or new_run_folder(place, path, f"{architecture}-ensemble")
        _must_be_seen(target, place, queue=queue)
        made = _train_members(target, request, members, queue=queue, resume=resume)
        show_ensemble(made, as_json=as_json)
        return
    target = out or new_run_folder(place, path, architecture)
    _must_be_seen(target, place, queue=queue)
    run = _resumed(target, request) if resume else create_run(target, request)
    state = _follow(run, queue=queue)
    if state.state != "done":
        _end_badly(run, state, new=() if resume else (run,))
    for note in run.described.notes:
        say(f"Note: {note}")
    result = _result(run, state)
    if as_json:
        print_json(result)
    else:
        print_metrics(result["metrics"])
        results.print(Text(f"run: {run.folder}\nthe same again: {result['command']}"))


def evaluate(
    run_dir: given.RunDir,
    suspects: Annotated[
        bool, typer.Option("--suspects", help="List labels that are likely wrong.")
    ] = False,
    folder: given.Workspace = None,
    as_json: given.AsJson = False,
) -> None:
    """Measure a run again on the samples its models never saw."""
    run = open_run(run_dir)
    _ = run.finished
    doubted = doubt_labels(run) if suspects else None
    with tensorflow():
        from cropcore.training.measuring import evaluate_run
    metrics, again = evaluate_run(run, folder), command_of(run)
    if as_json:
        suspected = [] if doubted is None else [item.to_json() for item in doubted.suspects]
        found = metrics if doubted is None else metrics | {"suspects": suspected}
        print_json(found | {"command": again})
        return
    print_metrics(metrics)
    results.print(Text(f"the same again: {again}"))
    if doubted is not None:
        print_suspects(doubted)


def _train_members(
    out: Path, request: TrainingRequest, count: int, *, queue: bool, resume: bool
) -> Run:
    """Train the same with several seeds on one split; each stays a run of its own beside ``out``.

    Returns:
        Their ensemble, which the last of them has put together.

    Raises:
        RunError: There is something at ``out`` or at the place of a member, or no such member to
            go on with.
    """
    if resume:
        runs = [_resumed(place_of(out, one), one) for one in seeded(request, count)]
    else:
        runs = create_members(out, request, count)
    for run in runs:
        if is_over(run):
            continue
        state = _follow(run, queue=queue)
        if state.state != "done":
            _end_badly(run, state, new=() if resume else runs)
    if not (out / "run.json").is_file():
        with tensorflow():
            put_together(runs[-1], lambda: None)
    return open_run(out)


def _resumed(out: Path, request: TrainingRequest) -> Run:
    run = open_run(out)
    if status(run).state == "running":
        raise RunError(
            run.folder,
            expected="a run that has stopped",
            got="one that is still running",
            advice="wait for it or cancel it first",
        )
    begun, asked = _flat(run.record.request), _flat(request)
    usual = _flat(make_request(request.region, request.architecture))
    for name, now in asked.items():
        was = begun.get(name)
        if now != was and (name in ("region", "architecture") or now != usual.get(name)):
            raise RunError(
                run.folder,
                expected=f"the settings it was begun with, {name} {_short(was)}",
                got=_short(now),
                advice="leave that option out, or train a new run",
            )
    return run


def _flat(request: TrainingRequest) -> dict[str, object]:
    """A request's values by name, those of its parts among them."""
    whole = request.model_dump()
    parts = [whole.pop(name) for name in ("options", "hyperparameters", "training")]
    return {key: value for part in (whole, *parts) for key, value in part.items()}


def _short(value: object) -> str:
    return str(value)[:200]


def _must_be_seen(out: Path, place: Path, *, queue: bool) -> None:
    """Refuse to queue a run that does not lie among those it shall wait for.

    Raises:
        SettingError: It lies elsewhere.
    """
    if queue and out.resolve().parent != (place / "runs").resolve():
        raise SettingError(
            "--queue",
            expected=f"a run in {place / 'runs'}, which waits for the others there",
            got=f"--out {out}",
            advice="leave --out or --queue out",
        )


def _follow(run: Run, *, queue: bool) -> Status:
    """Start the training process, or let it wait, and show how it goes until it ends."""
    process = None
    if queue:
        enqueue(run)
    else:
        process = launch(run)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    epochs = run.record.request.training.epochs
    with (
        interruptible() as interrupted,
        Progress(*columns, console=messages, transient=True) as bar,
    ):
        task = bar.add_task("starting", total=epochs)
        while _goes_on(run, process) and not interrupted.wait(_POLL_SECONDS):
            _show(bar, task, run)
        if interrupted.is_set():
            bar.update(task, description="stopping, the best weights are kept")
            _stop(run, process)
    return status(run)


def _goes_on(run: Run, process: subprocess.Popen[bytes] | None) -> bool:
    """Whether a training of ours, or one that waits for its turn, is not over."""
    if process is not None:
        return process.poll() is None
    return status(run).state in ("queued", "running")


def _stop(run: Run, process: subprocess.Popen[bytes] | None) -> None:
    if process is not None:
        run.request_cancel()
        _wait(process)
        return
    withdraw(run)
    deadline = time.monotonic() + _LONGEST_STOP_SECONDS
    while _goes_on(run, None) and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)


def _wait(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(_LONGEST_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def _show(bar: Progress, task: Any, run: Run) -> None:
    state = status(run)
    row = state.row
    text = state.stage or state.state
    if state.turn is not None:
        line = waiting(run.folder.parent)
        text = f"queued, place {line.index(run) + 1 if run in line else 1} of {len(line)}"
    if row:
        text += (
            f", epoch {row['epoch']:.0f}, loss {row['loss']:.3f}, "
            f"validation macro F1 {row['val_macro_f1']:.3f}"
        )
    bar.update(task, description=text, completed=row.get("epoch", 0))


def _end_badly(run: Run, state: Status, *, new: Sequence[Run]) -> None:
    """Say why there is no result, and leave nothing of new runs that never could have begun."""
    if state.state == "cancelled":
        say(f"Cancelled. Go on with it by --resume --out {run.folder}")
        raise typer.Exit(130)
    message, code = state.message, state.exit_code or 1
    if not message and shutil.disk_usage(run.folder).free < _ROOM:
        message, code = f"{run.folder}: the disk is full; free some space and train again.", 2
    for unused in new:
        if code == 2 and not unused.has_progress:
            shutil.rmtree(unused.folder, ignore_errors=True)
    say(message or f"The training process ended without a word; see {run.folder}/log.txt.")
    raise typer.Exit(code)


def _result(run: Run, state: Status) -> dict[str, Any]:
    metrics = run.read_json("metrics.json")
    models = run.record.models
    history = read_history(run.folder)
    result = {
        "run": str(run.folder),
        "state": state.state,
        "epochs": len(history.epochs) if history else models["final"].epochs,
        "seconds": round(sum(model.seconds for model in models.values()), 2),
        "metrics": metrics,
        "command": command_of(run),
    }
    return result | ({"folds": metrics["folds"]} if "folds" in metrics else {})
