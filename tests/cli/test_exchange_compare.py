"""export, import, compare and region list: stdout, one sentence on stderr, exit codes."""

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from cropcore.cli import compare, exchange, region_list, regions
from cropcore.cli.main import app
from cropcore.cli.main import run as run_command
from tests.building import write_region
from tests.conftest import train_table


@pytest.fixture(scope="module", autouse=True)
def verbs():
    """The verbs of these files, where the entry point has not registered them."""
    for target, name, verb in (
        (app, "export", exchange.export_zip),
        (app, "import", exchange.import_zip),
        (app, "compare", compare.compare),
        (regions.app, "list", region_list.list_regions),
    ):
        if name not in {known.name for known in target.registered_commands}:
            target.command(name)(verb)


@pytest.fixture
def command(monkeypatch, capfd, tmp_path):
    """Run the command line in this process; gives exit code, stdout and stderr."""
    monkeypatch.setenv("CROPCORE_WORKSPACE", str(tmp_path / "workspace"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["cropcore", *map(str, arguments)])
        capfd.readouterr()
        code = run_command()
        out, err = capfd.readouterr()
        return code, out, err

    return run


@pytest.fixture(scope="module")
def other_forest(table, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "few trees"
    return train_table(folder, table, "random_forest", changes={"n_trees": 2})


def one_sentence(err):
    lines = [line for line in err.splitlines() if line.strip()]
    return len(lines) == 1 and lines[0].endswith(".") and "Traceback" not in err


def test_export_and_import(command, table_run, tmp_path):
    code, out, err = command("export", table_run.folder, "--out", tmp_path / "run.zip")
    assert code == 0, err
    looks = len(list((table_run.folder / "snapshots").iterdir()))
    assert looks > 2
    assert f"run.zip: {10 + looks} files" in out
    assert zipfile.is_zipfile(tmp_path / "run.zip")
    code, out, err = command("export", table_run.folder, "--out", "again.zip", "--json")
    done = json.loads(out)
    assert set(done) == {"file", "bytes", "files", "left_out"}
    assert (tmp_path / "again.zip").read_bytes() == (tmp_path / "run.zip").read_bytes()

    code, out, err = command("import", tmp_path / "run.zip", "--json")
    done = json.loads(out)
    assert code == 0, err
    assert set(done) == {"run", "given_name", "renamed", "region"}
    assert Path(done["run"]) == tmp_path / "workspace" / "runs" / "cnn1d"
    assert "samples.csv" in err, "says that the data are not here"
    code, out, err = command("import", "run.zip", "--workspace", tmp_path / "workspace")
    assert code == 0
    assert "this run is cnn1d-2" in err
    assert "cnn1d-2" in out


def test_what_an_imported_run_still_needs_is_said(command, table_run, table, tmp_path):
    command("export", table_run.folder, "--out", "run.zip")
    code, out, _ = command("import", "run.zip", "--json")
    folder = json.loads(out)["run"]
    for verb in (["evaluate", folder], ["explain", folder, "--sample", "s001"], ["map", folder]):
        code, _, err = command(*verb)
        assert code == 2
        assert "samples.csv" in err
        assert one_sentence(err), err
    regions_folder = tmp_path / "workspace" / "regions"
    regions_folder.mkdir()
    shutil.copy(table, regions_folder)
    code, out, err = command("compare", folder, folder, "--json")
    assert code == 0, err
    assert json.loads(out)["agreement"] == 1
    code, _, err = command("import", "run.zip")
    assert code == 0
    assert "not here" not in err


def test_hostile_zips_end_in_one_sentence_and_leave_nothing(command, table_run, tmp_path):
    command("export", table_run.folder, "--out", "run.zip")
    with zipfile.ZipFile("run.zip", "a") as archive:
        archive.writestr("../../evil\x1b[31m.py", "print()")
    for name in ("run.zip", "nowhere.zip", Path(__file__)):
        code, out, err = command("import", name)
        assert code == 2
        assert out == ""
        assert one_sentence(err), err
        assert "\x1b[31m" not in err
        assert not (tmp_path / "workspace").exists()


def test_wrong_calls(command, table_run, tmp_path):
    for arguments, message in (
        (["export", table_run.folder], "out"),
        (["export", "nowhere", "--out", "x.zip"], "no folder of that name"),
        (["export", table_run.folder, "--out", "no/x.zip"], "choose another --out"),
        (["import"], "file"),
        (["compare", table_run.folder], "run_b"),
        (["compare", table_run.folder, "nowhere"], "no folder of that name"),
    ):
        code, out, err = command(*arguments)
        assert code == 2, arguments
        assert message in err.lower()
        assert one_sentence(err), err
        assert out == ""
    assert list(tmp_path.iterdir()) == []


def test_compare(command, forest_run, other_forest):
    code, out, err = command("compare", forest_run.folder, other_forest.folder, "--json")
    assert code == 0, err
    found = json.loads(out)
    assert set(found) == {"a", "b", "delta", "ci95", "mcnemar", "agreement", "n", "groups"}
    assert set(found["delta"]) == set(found["ci95"]) == {"overall_accuracy", "macro_f1"}
    assert set(found["mcnemar"]) == {"statistic", "p"}
    code, out, err = command("compare", forest_run.folder, other_forest.folder)
    assert code == 0, err
    assert out.index("A, the baseline: forest") < out.index("B: few trees")
    for wanted in ("Accuracy against reference data, on 18 samples in 6 groups", "macro F1",
                   "McNemar", "one vote a group", "same class"):  # fmt: skip
        assert wanted in out


def test_only_what_excludes_zero_is_bold(monkeypatch, capsys):
    from rich.console import Console

    from cropcore.cli.compare import _show

    side = {
        "name": "x", "architecture": "cnn1d", "measures": "accuracy against reference data",
        "overall_accuracy": 0.5, "macro_f1": 0.5, "kappa": 0.1, "ece": 0.1,
    }  # fmt: skip
    found = {
        "a": side, "b": side, "n": 10, "groups": 5, "agreement": 0.5,
        "delta": {"overall_accuracy": 0.123, "macro_f1": -0.045},
        "ci95": {"overall_accuracy": (0.01, 0.2), "macro_f1": (-0.2, 0.1)},
        "mcnemar": {"statistic": 1.0, "p": 0.5},
    }  # fmt: skip
    console = Console(force_terminal=True, width=150, highlight=False, color_system="standard")
    monkeypatch.setattr("cropcore.cli.compare.results", console)
    with console.capture() as shown:
        _show(found)
    assert "\x1b[1m+0.123" in shown.get()
    assert "-0.045" in shown.get()
    assert "\x1b[1m-0.045" not in shown.get()


def test_region_list(command, table, tmp_path):
    place = tmp_path / "workspace" / "regions"
    code, out, _ = command("region", "list", "--json")
    assert code == 0
    assert [row for row in json.loads(out) if not row["bundled"]] == []
    write_region(place / "demo")
    shutil.copy(table, place / "fields.csv")
    (place / "broken").mkdir()
    (place / "torn").mkdir()
    (place / "torn" / "region.toml").write_bytes(b"\xff = [")
    (place / "empty.csv").write_text("")
    (place / "letters.csv").write_text("a,b\n1,2\n")
    (place / "noise.parquet").write_bytes(b"PAR1")
    (place / ".hidden").mkdir()
    (place / "README.md").write_text("words")
    code, out, err = command("region", "list", "--json")
    assert code == 0, err
    rows = {row["name"]: row for row in json.loads(out) if not row["bundled"]}
    assert set(rows) == {
        "demo", "fields.csv", "broken", "torn", "empty.csv", "letters.csv", "noise.parquet",
    }  # fmt: skip
    assert rows["demo"] == {
        "name": "demo", "title": "Small region", "path": str(place / "demo"), "kind": "region",
        "bundled": False, "reason": None,
    }  # fmt: skip
    assert (rows["fields.csv"]["kind"], rows["fields.csv"]["reason"]) == ("table", None)
    for name in ("broken", "torn", "empty.csv", "letters.csv", "noise.parquet"):
        assert rows[name]["reason"].endswith("."), name
    code, out, _ = command("region", "list")
    assert code == 0
    assert "Small region" in out
    assert "Traceback" not in out


def test_bundled_regions_are_marked(command, monkeypatch, tmp_path):
    write_region(tmp_path / "regions" / "belgium", labels=None)
    monkeypatch.setattr(region_list, "sample_data", lambda: tmp_path)
    _, out, _ = command("region", "list", "--json")
    assert [(row["name"], row["bundled"]) for row in json.loads(out)] == [("belgium", True)]
    monkeypatch.setattr(region_list, "sample_data", lambda: tmp_path / "none")
    _, out, _ = command("region", "list")
    assert "none yet" in out


def test_verbs_need_no_tensorflow_to_start():
    code = (
        "import sys; from cropcore.cli import compare, exchange, region_list; "
        "sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
