"""Other people's samples become a plain long table that says the same."""

import json

import numpy as np
import pandas as pd
import pytest

from cropcore.samples import collect, fit_preparation
from cropcore.sources import SourceOptions, open_source
from tests import table_shapes as shaped
from tests.cli.conftest import one_sentence
from tests.tables import write_table

SOURCES = {
    "wide": lambda folder: shaped.store(folder, shaped.wide(), "csv"),
    "sits": lambda folder: shaped.store(folder, shaped.sits_wide(), "csv"),
    "worldcereal": lambda folder: shaped.store(folder, shaped.worldcereal_wide()),
    "eurocropsml": lambda folder: shaped.write_eurocropsml(folder / "set", radar=True),
    "cropharvest": lambda folder: shaped.write_cropharvest(folder / "set"),
    "long": lambda folder: write_table(folder / "samples.csv"),
}


@pytest.mark.parametrize("kind", SOURCES)
def test_nothing_is_lost_and_nothing_left_to_guess(command, tmp_path, kind):
    source = SOURCES[kind](tmp_path)
    out = tmp_path / "new" / "regions"
    code, stdout, err = command("region", "import", "table", source, "--out", out, "--json")
    assert code == 0, err
    found = json.loads(stdout)
    here, there = (
        open_source(path, SourceOptions()) for path in (source, out / f"{source.stem}.parquet")
    )
    assert found["path"] == str(there.path)
    assert found["samples"] == len(there.ids)
    assert sum(found["classes"].values()) == len(there.ids)
    assert found["bands"] == {part.source: list(part.bands) for part in here.offered}
    assert found["notes"] == list(here.notes)
    assert not [note for note in there.notes if "taken" in note or "Ignored" in note]
    preparation = fit_preparation(here)
    assert fit_preparation(there) == preparation
    one, other = collect(here, preparation), collect(there, preparation)
    np.testing.assert_array_equal(one.series, other.series)
    for field in ("codes", "ids", "groups", "lon", "lat"):
        np.testing.assert_array_equal(getattr(one, field), getattr(other, field))
    assert here.legend.names == there.legend.names


def test_says_what_was_found_and_ignored(command, tmp_path):
    table = shaped.wide().assign(tile="31UFS")
    source = shaped.store(tmp_path, table)
    code, out, err = command("region", "import", "table", source, "--out", tmp_path / "a.parquet")
    assert code == 0
    assert "Note: Read as a wide table, one column a band and date." in err
    assert "Note: Ignored columns: tile." in err
    assert "9 samples in 9 groups, 108 rows from 2021-01-01 to 2021-12-01" in out
    assert "maize (3), soy (3), wheat (3)" in out
    assert str(tmp_path / "a.parquet") in out


def test_groups_are_kept(command, tmp_path):
    source = write_table(tmp_path / "samples.csv")
    arguments = ("region", "import", "table", source, "--group", "farm", "--out", tmp_path / "out")
    assert command(*arguments)[0] == 0
    stored = pd.read_parquet(tmp_path / "out" / "samples.parquet")
    assert list(stored) == ["id", "label", "group", "lat", "lon", "date", "B04", "B08", "VV_dB"]
    assert stored["group"].nunique() == 30


def test_goes_to_the_workspace_and_is_listed_there(command, tmp_path):
    source = write_table(tmp_path / "fields.csv")
    assert command("region", "import", "table", source)[0] == 0
    code, out, _ = command("region", "list", "--json")
    assert code == 0
    (entry,) = [item for item in json.loads(out) if item["name"] == "fields.parquet"]
    assert (entry["kind"], entry["reason"]) == ("table", None)
    assert command("region", "check", "fields.parquet")[0] == 0


def test_folders_of_samples_are_listed_as_tables(command, tmp_path):
    shaped.write_eurocropsml(tmp_path / "workspace" / "regions" / "parcels")
    shaped.write_cropharvest(tmp_path / "workspace" / "regions" / "harvest")
    _, out, _ = command("region", "list", "--json")
    kinds = {item["name"]: item["kind"] for item in json.loads(out)}
    assert kinds["parcels"] == kinds["harvest"] == "table"


def test_what_is_there_is_never_replaced(command, tmp_path):
    source = write_table(tmp_path / "samples.csv")
    (tmp_path / "samples.parquet").write_text("mine")
    code, _, err = command("region", "import", "table", source, "--out", tmp_path)
    assert code == 2
    assert one_sentence(err)
    assert "one that is there already" in err
    assert (tmp_path / "samples.parquet").read_text() == "mine"


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda folder: folder / "nothing.csv", "no such file"),
        (lambda folder: shaped.store(folder, shaped.wide("{band}_{step}")), "start_date"),
        (lambda folder: folder, "a folder without samples"),
    ],
)
def test_what_cannot_be_read_leaves_nothing(command, tmp_path, make, told):
    out = tmp_path / "out"
    code, _, err = command("region", "import", "table", make(tmp_path), "--out", out)
    assert code == 2
    assert one_sentence(err)
    assert told in err
    assert not out.exists()


def test_a_place_that_cannot_be_written_is_told(command, tmp_path):
    source = write_table(tmp_path / "samples.csv")
    (tmp_path / "file").write_text("")
    code, _, err = command("region", "import", "table", source, "--out", tmp_path / "file" / "x")
    assert code == 2
    assert one_sentence(err)
