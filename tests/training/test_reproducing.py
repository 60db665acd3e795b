"""A run's printed command: taken apart by a shell and parsed, it asks for the very same."""

import shlex
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from cropcore.cli import train as cli
from cropcore.cli.main import app
from cropcore.errors import SettingError
from cropcore.models import ARCHITECTURES
from cropcore.sources import SourceOptions
from cropcore.training.record import TrainingRequest, make_request
from cropcore.training.reproducing import command_of, joined, train_command
from cropcore.training.run import Run
from cropcore.training.starting import request_from

NAMES = ("valley", "my fields", "it's 冬小麦", "$(touch evil)", "a;b&&c", "new\nline", "-x", "~")
"""Of folders, as people and strangers have them."""
MODEL = {
    "cnn1d": {"filters": some.integers(4, 64), "dropout": some.floats(0, 0.9)},
    "lstm": {"units": some.integers(8, 64), "n_layers": some.integers(1, 3)},
    "random_forest": {"n_trees": some.integers(1, 900)},
    "hybrid": {
        "first.filters": some.integers(4, 64),
        "second.units": some.integers(8, 64),
        "join": some.sampled_from(["feed", "beside"]),
    },
    "cnn3d": {"fold_time": some.booleans()},
}
TRAINING = {
    "epochs": some.integers(1, 5000),
    "learning_rate": some.floats(1e-6, 1),
    "weight_decay": some.floats(0, 1),
    "schedule": some.sampled_from(["plateau", "cosine"]),
    "balance": some.booleans(),
    "label_smoothing": some.floats(0, 0.49),
    "filling": some.sampled_from(["linear", "whittaker"]),
    "screening": some.booleans(),
    "smoothness": some.floats(0.01, 1e6),
    "indices": some.sampled_from(["", "NDVI", "NDVI,NDMI"]),
}
words = some.text(some.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
bands = some.lists(
    some.text("B0123VHnir _$'", min_size=1, max_size=6).map(str.strip).filter(bool), min_size=1
)
options = some.builds(
    SourceOptions,
    label=some.none() | words,
    group=some.none() | words,
    block=some.none() | some.floats(1e-6, 90),
    block_pixels=some.integers(1, 500),
    bands=some.none() | bands.map(tuple),
    scale=some.none() | some.floats(1e-6, 10),
    data=some.none() | some.just(Path("/some/- where").resolve()),
)


@some.composite
def requests(draw):
    architecture = draw(some.sampled_from(sorted(MODEL)))
    offered = {**MODEL[architecture], **TRAINING}
    chosen = draw(some.sets(some.sampled_from(sorted(offered))))
    alone = draw(some.booleans())
    return make_request(
        draw(some.sampled_from(NAMES)),
        architecture,
        preset=draw(some.sampled_from(["quick", "standard", "thorough"])),
        changes={name: draw(offered[name]) for name in sorted(chosen)},
        options=draw(options),
        seed=draw(some.integers(0, 2**32 - 1)),
        split_seed=draw(some.none() | some.integers(0, 2**32 - 1)),
        leave_one_out=alone,
        folds=None if alone else draw(some.none() | some.integers(2, 50)),
        period=draw(some.none() | some.floats(0.5, 366)),
        season=draw(some.none() | some.sampled_from(["01-01", "11-30"])),
        fusion=draw(some.sampled_from(["early", "late"])),
        baseline=draw(some.booleans()),
    )


class AskedError(Exception):
    """Carries what the command line would have trained."""


@pytest.fixture(scope="module")
def asking(tmp_path_factory):
    """Gives the request that words on the command line stand for."""
    import typer.main

    def tell(folder, request):
        raise AskedError(request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cli, "create_run", tell)
        patch.setattr(cli, "find_region", lambda name, folder: name)
        patch.setattr(cli, "new_run_folder", lambda place, path, name: place / "runs" / "new")
        program = typer.main.get_command(app)

        def ask(words) -> TrainingRequest:
            with pytest.raises(AskedError) as caught:
                program(words, standalone_mode=False)
            return caught.value.args[0]

        yield ask


def taken_apart(text: str) -> list[str]:
    """The words that a real shell makes of a line."""
    command = ["bash", "--norc", "-c", f"printf '%s\\0' {text}"]
    done = subprocess.run(command, capture_output=True, check=True)
    return [word.decode() for word in done.stdout.split(b"\0")[:-1]]


@settings(max_examples=150)
@given(wanted=requests())
def test_command_asks_for_the_same(asking, wanted):
    line = train_command(wanted)
    assert line.isprintable(), "one line, nothing that steers a terminal"
    program, verb, *rest = taken_apart(line)
    assert (program, verb) == ("cropcore", "train")
    assert asking(["train", *rest]) == wanted


@pytest.mark.parametrize("architecture", list(ARCHITECTURES))
@pytest.mark.parametrize("preset", ["quick", "standard", "thorough"])
def test_usual_settings_are_not_repeated(asking, architecture, preset):
    request = make_request("/data/valley", architecture, preset=preset)
    line = train_command(request)
    assert line == f"cropcore train /data/valley {architecture} --preset {preset} --seed 0"
    assert asking(shlex.split(line)[1:]) == request


@given(some.lists(words.filter(bool), min_size=1))
def test_words_come_through_a_shell_as_they_are(given_words):
    assert taken_apart(joined(given_words)) == given_words


def test_folds_of_leaving_out_are_not_fixed(asking):
    """Their number was written down when the data were read."""
    request = make_request("/data/valley", "cnn1d", folds=5, leave_one_out=True)
    again = asking(shlex.split(train_command(request))[1:])
    assert again == request.model_copy(update={"folds": None})


def test_whatever_can_be_asked_for_is_in_the_command(asking):
    """A new field of a request or of what is said about data needs its option here."""
    odd = make_request(
        "/data/valley",
        "cnn1d",
        preset="quick",
        changes={"filters": 5, "epochs": 3, "filling": "whittaker"},
        options=SourceOptions("a", "b", 1.0, 3, ("B04",), 2.0, Path("/data")),
        seed=1,
        split_seed=2,
        folds=3,
        period=4.0,
        season="02-03",
        fusion="late",
        baseline=False,
    )
    usual = make_request("/elsewhere", "random_forest")
    same = {
        name for name in TrainingRequest.model_fields if getattr(odd, name) == getattr(usual, name)
    }
    assert same == {"leave_one_out", "start_from"}, "which have tests of their own"
    nothing = SourceOptions()
    assert all(
        getattr(odd.options, item.name) != getattr(nothing, item.name)
        for item in fields(SourceOptions)
    )
    assert asking(shlex.split(train_command(odd))[1:]) == odd


def test_command_that_begins_with_weights_says_all(asking, table_run, monkeypatch):
    """What is not said would be as it was in the earlier run, whatever the preset's value is."""
    begun = request_from(
        table_run, "/elsewhere", "cnn1d", changes={"epochs": 100, "dropout": 0.5}, seed=5
    )
    line = train_command(begun)
    monkeypatch.setattr(cli, "open_run", lambda folder: table_run)
    again = asking(shlex.split(line)[1:])
    assert again == begun.model_copy(update={"split_seed": begun.sampling_seed})
    assert f"--from {table_run.folder}" in line
    assert "--set filters=8" in line
    assert "--set dropout=0.5" in line


def test_command_for_other_machines_names_no_folder(table_run):
    line = command_of(table_run, abroad=True)
    assert line.startswith("cropcore train samples.csv cnn1d ")
    assert str(table_run.folder.parent) not in line


def test_command_of_an_ensemble_trains_its_members_first(table_run, forest_run, tmp_path):
    from cropcore.training.ensembles.building import build_ensemble

    both = build_ensemble([table_run, forest_run], tmp_path / "both", "vote")
    first, second, last = command_of(both).split(" && ")
    for line, run, name in ((first, table_run, "member-1"), (second, forest_run, "member-2")):
        assert line == f"{command_of(run)} --out {name}"
    assert last == "cropcore ensemble member-1 member-2 --rule vote --out ensemble"


def test_command_of_a_real_run_gives_the_same_figures(table, tmp_path):
    small = ["--set=filters=8", "--set=dense_units=16", "--set=epochs=4", "--set=batch_size=16"]
    first = [sys.executable, "-m", "cropcore", "train", str(table), "cnn1d", *small]
    first += ["--group", "farm", "--seed", "3", "--no-baseline", "--out", str(tmp_path / "first")]
    done = subprocess.run(first, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    run = Run(tmp_path / "first")
    line = command_of(run)
    assert f"the same again: {line}\n" in done.stdout
    _, *rest = shlex.split(line)
    again = [sys.executable, "-m", "cropcore", *rest, "--out", str(tmp_path / "second"), "--json"]
    done = subprocess.run(again, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    other = Run(tmp_path / "second")
    assert other.record.request == run.record.request
    assert other.read_json("metrics.json") == run.read_json("metrics.json")
    assert other.read_text("split.csv") == run.read_text("split.csv")


def test_queued_runs_lie_in_the_workspace(tmp_path, monkeypatch, capsys):
    with pytest.raises(SettingError, match="--queue"):
        cli._must_be_seen(tmp_path / "out", tmp_path / "workspace", queue=True)
    cli._must_be_seen(tmp_path / "out", tmp_path / "workspace", queue=False)
    cli._must_be_seen(tmp_path / "runs" / "out", tmp_path, queue=True)
