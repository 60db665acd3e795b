"""The command line: results on stdout, one sentence on stderr, exit codes that scripts can use."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from cropcore.explain.attribution import ATTRIBUTION_METHODS
from cropcore.training.launching import status
from cropcore.training.run import Run
from tests.cli.conftest import QUICK, one_sentence
from tests.conftest import SMALL
from tests.tables import write_table

EVALUATE_KEYS = {
    "overall_accuracy", "macro_f1", "kappa", "ece", "n", "per_class", "confusion",
}  # fmt: skip


def test_architectures(command):
    code, out, _ = command("architectures", "--json")
    rows = json.loads(out)
    assert code == 0
    assert {"cnn1d", "lstm", "random_forest"} <= {row["name"] for row in rows}
    code, out, _ = command("architectures")
    assert code == 0
    assert "TempCNN" in out


def test_region_check(command, region, table):
    code, out, _ = command("region", "check", region, "--json")
    report = json.loads(out)
    assert code == 0
    assert report["ok"] is True
    wanted = {"ok", "errors", "warnings", "crs", "width", "height", "dates", "bands", "classes"}
    assert wanted | {"megabytes"} <= set(report)
    code, out, _ = command("region", "check", table, "--group", "farm")
    assert code == 0
    assert "early" in out
    code, out, _ = command("region", "check", table, "--bands", "B04,colour", "--json")
    assert code == 2
    assert "colour" in json.loads(out)["errors"][0]


def test_train_evaluate_map_explain_on_a_region(command, region_run, region, tmp_path):
    code, out, _ = command("evaluate", region_run, "--json")
    metrics = json.loads(out)
    assert code == 0
    assert set(metrics) >= EVALUATE_KEYS
    row = {"code", "name", "precision", "recall", "f1", "support"}
    assert all(set(item) == row for item in metrics["per_class"])
    stored = json.loads((region_run / "metrics.json").read_text())
    assert metrics["confusion"] == stored["confusion"]

    code, out, _ = command("map", region_run, "--json", "--out", tmp_path / "map")
    result = json.loads(out)
    assert code == 0
    wanted = {"class_map", "confidence", "probabilities", "seconds", "pixels", "areas"}
    wanted |= {"clear_observations"}
    assert set(result) == wanted
    assert Path(result["class_map"]).is_file()

    import rasterio
    from rasterio.warp import transform

    with rasterio.open(result["class_map"]) as raster:
        x, y = raster.xy(5, 7)
        lon, lat = (values[0] for values in transform(raster.crs, "EPSG:4326", [x], [y]))
        mapped = raster.read(1)[5, 7]
    place = f"{lon},{lat}"
    code, out, _ = command("explain", region_run, "--at", place, "--json")
    found = json.loads(out)
    assert code == 0
    wanted = {
        "lon", "lat", "predicted", "target", "contrast", "method", "dates", "bands",
        "attribution", "completeness",
    }  # fmt: skip
    assert wanted <= set(found)
    assert set(found["predicted"]) == {"code", "name", "probability", "calibrated"}
    assert found["predicted"]["code"] == mapped, "the map and the explanation agree"
    assert found["lon"] == pytest.approx(lon, abs=1e-6)
    assert len(found["attribution"]) == len(found["dates"])
    assert all(len(row) == len(found["bands"]) for row in found["attribution"])
    assert found["completeness"] <= 0.01 or found["steps"] == 512
    code, out, _ = command("explain", region_run, "--at", place, "--csv", tmp_path / "why.csv")
    assert code == 0
    assert "predicted" in out
    lines = (tmp_path / "why.csv").read_text().splitlines()
    assert len(lines) == 1 + len(found["dates"]) * len(found["bands"])
    explain_parcel(command, region_run, place, found, tmp_path / "parcel.csv")


def explain_parcel(command, run, place, of_pixel, file):
    """The parcel at a place: the keys of a pixel, with their spread over its pixels."""
    ask = ("explain", run, "--at", place, "--parcel")
    code, out, _ = command(*ask, "--json")
    found = json.loads(out)
    assert code == 0
    assert set(of_pixel) | {"parcel", "spread"} == set(found)
    assert set(found["parcel"]) == {"name", "code", "pixels", "asked", "share"}
    assert found["parcel"]["pixels"] == 16, "four by four"
    assert (found["lon"], found["lat"]) == (of_pixel["lon"], of_pixel["lat"])
    assert len(found["spread"]) == len(found["attribution"])
    code, out, _ = command(*ask, "--csv", file)
    assert code == 0
    assert "of 16 pixels asked" in out
    assert "sd_over_pixels" in file.read_text().splitlines()[0]


def test_explain_a_sample_of_a_table(command, table_run):
    code, out, _ = command("explain", table_run.folder, "--sample", "s004", "--json")
    found = json.loads(out)
    assert code == 0
    assert found["predicted"]["name"] == "middle"
    code, out, _ = command(
        "explain", table_run.folder, "--sample", "s004", "--json", "--method", "saliency",
        "--target", "early", "--contrast", "late",
    )  # fmt: skip
    found = json.loads(out)
    assert (found["target"], found["contrast"]) == ("early", "late")
    assert found["completeness"] is None


@pytest.mark.parametrize("method", list(ATTRIBUTION_METHODS))
def test_explain_by_every_method(command, table_run, method):
    """One that needs the run's samples reads them itself."""
    ask = ("explain", table_run.folder, "--sample", "s004", "--method", method, "--json")
    code, out, err = command(*ask)
    assert code == 0, err
    found = json.loads(out)
    assert found["method"] == method
    assert np.abs(found["attribution"]).max() > 0


def test_explain_a_forest_and_what_can_be_asked(command, forest_run):
    code, out, _ = command("explain", forest_run.folder, "--sample", "s004", "--json")
    found = json.loads(out)
    assert code == 0
    assert found["method"] == "occlusion_cell"
    assert found["unit"].startswith("share")
    code, out, _ = command("explain", "--help")
    assert code == 0
    names = out.replace("│", " ").split()
    assert all(any(name in word for word in names) for name in ATTRIBUTION_METHODS)


def test_try_does_it_all(command, region, table, tmp_path):
    code, out, err = command("try", region, "--out", tmp_path / "run")
    assert code == 0, err
    assert "macro F1" in out
    assert "map:" in out
    assert "predicted" in out
    code, out, err = command("try", table, "--group", "farm", "--out", tmp_path / "other")
    assert code == 0, err
    assert "map:" not in out
    assert "predicted" in out


def test_train_with_folds_gives_each_and_the_pool(command, table, tmp_path):
    code, out, err = command(
        "train", table, "random_forest", "--folds", "3", "--group", "farm", "--json",
        "--set", "n_trees=10", "--out", tmp_path / "run",
    )  # fmt: skip
    result = json.loads(out)
    assert code == 0, err
    assert set(result) == {"run", "state", "epochs", "seconds", "metrics", "folds", "command"}
    assert result["state"] == "done"
    assert len(result["folds"]) == 3
    assert set(result["metrics"]) >= EVALUATE_KEYS


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train", "nowhere", "cnn1d"], "no such file"),
        (["train", "TABLE", "resnet"], "expected one of cnn1d"),
        (["train", "TABLE", "cnn1d", "--set", "epochs"], "KEY=VALUE"),
        (["train", "TABLE", "cnn1d", "--set", "epochs=0"], "epochs"),
        (["train", "TABLE", "cnn1d", "--set", "colour=1"], "colour"),
        (["train", "TABLE", "cnn1d", "--season", "13-01"], "season"),
        (["train", "TABLE", "cnn1d", "--label", "crop"], "crop"),
        (["train", "TABLE", "cnn1d", "--bands", "B04,farm"], "farm"),
        (["train", "TABLE", "cnn1d", "--folds", "40", "--group", "farm"], "groups"),
        (["train", "TABLE", "cnn1d", "--bands", "B04", "--fusion", "late"], "two sources or more"),
        (["train", "TABLE", "cnn1d", "--fusion", "never"], "never"),
        (["train", "TABLE", "cnn1d", "--resume"], "--out"),
        (["train", "TABLE", "cnn1d", "--block", "nan"], "--block"),
        (["train", "TABLE", "cnn1d", "--block-pixels", "0"], "--block-pixels"),
        (["train", "TABLE", "cnn1d", "--group", "label"], "other than the label"),
        (["try", "TABLE", "random_forest"], "a network"),
        (["train", "TABLE", "cnn1d", "--preset", "heroic"], "heroic"),
        (["train", "TABLE"], "architecture"),
        (["train", "TABLE", "cnn1d", "--colour", "red"], "--colour"),
        (["evaluate", "nowhere"], "no folder of that name"),
        (["map", "TABLE_RUN"], "a region folder to map"),
        (["explain", "TABLE_RUN"], "--sample ID"),
        (["explain", "TABLE_RUN", "--at", "4,50"], "--sample ID"),
        (["explain", "TABLE_RUN", "--sample", "nobody"], "nobody"),
        (["explain", "TABLE_RUN", "--sample", "s001", "--method", "lime"], "saliency"),
        (["explain", "TABLE_RUN", "--sample", "s001", "--target", "rice"], "early"),
        (["explain", "TABLE_RUN", "--sample", "s001", "--target", "late", "--contrast", "late"],
         "another class"),
        (["explain", "FOREST_RUN", "--sample", "s001", "--method", "saliency"], "gradients"),
        (["explain", "TABLE_RUN", "--sample", "s001", "--parcel"], "a region folder"),
        (["explain", "RUN", "--at", "0,0", "--parcel"], "outside the imagery"),
        (["explain", "RUN", "--at", "0,0"], "outside the imagery"),
        (["explain", "RUN", "--sample", "900_1"], "outside the imagery"),
        (["explain", "RUN", "--sample", "here"], "ROW_COLUMN"),
        (["explain", "RUN", "--sample", "1_1", "--at", "4,50"], "either"),
        (["explain", "RUN", "--at", "four,five"], "degrees"),
        (["explain", "RUN", "--at", "200,5"], "degrees"),
        (["map", "RUN", "nowhere"], "no such file"),
        (["map", "RUN", "--block", "0"], "block size"),
        (["map", "RUN", "--threads", "0"], "threads"),
    ],
)  # fmt: skip
def test_wrong_calls_end_in_one_sentence_and_leave_nothing(
    command, table, table_run, forest_run, region_run, tmp_path, arguments, message
):
    known = {
        "TABLE": table, "TABLE_RUN": table_run.folder, "FOREST_RUN": forest_run.folder,
        "RUN": region_run,
    }  # fmt: skip
    code, out, err = command(*(known.get(item, item) for item in arguments))
    assert code == 2, err
    assert message in err
    assert one_sentence(err), err
    assert out == ""
    runs = tmp_path / "workspace" / "runs"
    assert not runs.exists() or not any(runs.iterdir())


def test_tables_of_reasons_never_replace_what_is_no_file(command, table_run, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for target in (pipe, tmp_path, tmp_path / "missing" / "why.csv"):
        code, _, err = command("explain", table_run.folder, "--sample", "s001", "--csv", target)
        assert code == 2, err
        assert one_sentence(err), err
    assert pipe.is_fifo()


def test_resume_with_other_settings_is_refused(command, table_run, table):
    wanted = ["train", table, "cnn1d", "--group", "farm", "--out", table_run.folder, "--resume"]
    code, _, err = command(*wanted, "--seed", "9")
    assert code == 2, err
    assert "seed" in err
    assert one_sentence(err), err


def test_full_disk_while_mapping_is_one_sentence(region_run, tmp_path):
    """A limit on the size of files stands for a disk without room."""
    script = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "from cropcore.cli.main import run; import tensorflow, keras;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (600, 600));"
        f"sys.argv = ['cropcore', 'map', {str(region_run)!r}, '--out', {str(tmp_path / 'm')!r}];"
        "sys.exit(run())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "m").exists()


def test_interrupt_cancels_and_can_be_resumed(table, tmp_path):
    """Ctrl-C after the first epochs: exit 130, a usable run, and --resume finishes it."""
    out = tmp_path / "run"
    many = [item for item in QUICK if not item.startswith(("--set=epochs", "--set=patience"))]
    command = [
        sys.executable, "-m", "cropcore", "train", str(table), "cnn1d", "--group", "farm",
        "--out", str(out), "--no-baseline", *many,
    ]  # fmt: skip
    environment = {**os.environ, "CROPCORE_WORKSPACE": str(tmp_path / "workspace")}
    first = subprocess.Popen(
        [*command, "--set=epochs=4000", "--set=patience=1000"],
        stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    deadline = time.monotonic() + 120
    while not (out / "checkpoint.json").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    first.send_signal(signal.SIGINT)
    _, err = first.communicate(timeout=200)
    assert first.returncode == 130, err
    assert "--resume" in err
    run = Run(out)
    assert status(run).state == "cancelled"
    assert run.finished.models["final"].complete is False
    kept = json.loads((out / "checkpoint.json").read_text())["epoch"]
    record = run.record
    shorter = record.request.training.model_copy(update={"epochs": kept + 2})
    request = record.request.model_copy(update={"training": shorter})
    run.write_record(record.model_copy(update={"request": request}))
    done = subprocess.run(
        [*command, "--resume"], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    assert status(run).state == "done"
    assert run.finished.models["final"].epochs == kept + 2


def test_killed_training_is_lost_not_running(table, tmp_path):
    from cropcore.training.launching import launch
    from cropcore.training.record import make_request
    from cropcore.training.run import create_run

    changes = {**SMALL, "epochs": 4000, "patience": 1000}
    run = create_run(tmp_path / "run", make_request(str(table), "cnn1d", changes=changes))
    process = launch(run)
    deadline = time.monotonic() + 120
    while status(run).state != "running" and time.monotonic() < deadline:
        time.sleep(0.05)
    assert status(run).state == "running"
    process.kill()
    process.wait()
    assert status(run).state == "lost"


def test_bare_command_shows_help(command):
    code, out, err = command()
    assert "region" in out + err
    assert code in (0, 2)


def test_names_in_the_workspace_are_found(command, tmp_path, monkeypatch):
    folder = tmp_path / "workspace" / "regions"
    folder.mkdir(parents=True)
    write_table(folder / "mine.csv")
    code, _, err = command("region", "check", "mine.csv", "--group", "farm")
    assert code == 0, err
    code, _, err = command("region", "check", "other.csv")
    assert code == 2
    assert "mine.csv" in err
