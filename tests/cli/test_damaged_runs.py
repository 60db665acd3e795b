"""Run folders that are damaged or made to harm: one sentence, exit 2."""

import json
import shutil

import pytest

from tests.cli.conftest import one_sentence


def test_damaged_run_is_refused_in_one_sentence(command, table_run, tmp_path):
    for name, content in (
        ("run.json", b"{"),
        ("run.json", b'{"format": 7}'),
        ("model.keras", b"no zip file"),
        ("mean_series.npz", b"nothing"),
    ):
        copy = tmp_path / "copy"
        shutil.copytree(table_run.folder, copy)
        (copy / name).write_bytes(content)
        code, _, err = command("explain", copy, "--sample", "s001")
        assert code == 2
        assert one_sentence(err), err
        assert name in err
        shutil.rmtree(copy)


@pytest.mark.parametrize("name", ["model.keras", "mean_series.npz", "split.csv", "run.json"])
def test_flipped_and_cut_files_are_refused_in_one_sentence(command, table_run, tmp_path, name):
    content = (table_run.folder / name).read_bytes()
    at = len(content) // 2
    flipped = (
        content[:at] + bytes(byte ^ 0xFF for byte in content[at : at + 40]) + content[at + 40 :]
    )
    verbs = ("evaluate",) if name == "split.csv" else ("explain",)
    for broken in (b"", content[: len(content) // 3], flipped, None):
        copy = tmp_path / "copy"
        shutil.copytree(table_run.folder, copy)
        (copy / name).unlink()
        if broken is not None:
            (copy / name).write_bytes(broken)
        for verb in verbs:
            extra = ["--sample", "s001"] if verb == "explain" else []
            code, _, err = command(verb, copy, *extra)
            assert code == 2, err
            assert one_sentence(err), err
        shutil.rmtree(copy)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("data", "preparation", "calendar", "n_dates"), 0),
        (("data", "preparation", "calendar", "n_dates"), 17),
        (("data", "preparation", "calendar", "month"), 13),
        (("data", "preparation", "calendar", "period"), 1e9),
        (("models", "final", "temperature"), 1e-300),
        (("models", "final", "temperature"), -1),
        (("models", "final", "sd"), [1.0]),
        (("data", "legend", "classes", 0, "code"), 2),
        (("request", "architecture"), "resnet"),
        (("request", "region"), "/nowhere/../table.csv"),
    ],
)
def test_absurd_records_are_refused_in_one_sentence(command, table_run, tmp_path, place, value):
    copy = tmp_path / "copy"
    shutil.copytree(table_run.folder, copy)
    record = json.loads((copy / "run.json").read_text())
    part = record
    for key in place[:-1]:
        part = part[key]
    part[place[-1]] = value
    (copy / "run.json").write_text(json.dumps(record))
    code, _, err = command("explain", copy, "--sample", "s001")
    assert code == 2, err
    assert one_sentence(err), err


def test_model_that_would_run_code_is_refused(command, table_run, tmp_path):
    import keras

    taken = keras.Input((18, 3))
    logits = keras.layers.Lambda(lambda x: keras.ops.zeros_like(x[:, 0]))(taken)
    copy = tmp_path / "copy"
    shutil.copytree(table_run.folder, copy)
    keras.Model(taken, logits).save(copy / "model.keras")
    code, _, err = command("explain", copy, "--sample", "s001")
    assert code == 2
    assert one_sentence(err), err
