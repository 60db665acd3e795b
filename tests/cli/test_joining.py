"""Several regions as one table: learnt from together, and each left out in turn."""

import json

import numpy as np
import pandas as pd
import pytest

from cropcore.sources import SourceOptions, open_source
from tests.building import Timing, write_region
from tests.cli.conftest import one_sentence
from tests.tables import write_table


@pytest.fixture(scope="module")
def regions(tmp_path_factory):
    """Two regions of one legend, a year and a hundred kilometres apart, acquired on other days."""
    folder = tmp_path_factory.mktemp("regions")
    later = {
        "s2": Timing(pd.Timestamp("2022-03-02").date(), 20, 8),
        "s1": Timing(pd.Timestamp("2022-02-28").date(), 12, 12),
    }
    return (
        write_region(folder / "north", size=(20, 20)),
        write_region(
            folder / "south", size=(20, 20), origin=(600_000.0, 5_500_000.0), timings=later, seed=1
        ),
    )


def joined(command, regions, out, *more):
    code, stdout, err = command(
        "region", "import", "table", *regions, "--out", out, "--json", *more
    )
    assert code == 0, err
    return json.loads(stdout)


def test_two_regions_become_one_table(command, regions, tmp_path):
    found = joined(command, regions, tmp_path / "both.parquet")
    assert found["regions"] == ["north", "south"]
    assert found["samples"] == 800
    assert found["bands"] == {
        "optical": ["B02", "B03", "B04", "B08", "B11"], "radar": ["VV", "VH"],
    }  # fmt: skip
    table = open_source(tmp_path / "both.parquet", SourceOptions())
    assert table.grouped_by == "the column group"
    assert table.legend.names == ("grass", "maize", "wheat")
    region = open_source(regions[1], SourceOptions())
    batch = next(region.labelled(1000, 0))
    name = str(batch.ids[7])
    here = table.series(f"south/{name}")
    for item in batch.acquisitions:
        for at, band in enumerate(item.bands):
            part = next(one for one in here.acquisitions if band in one.bands)
            own = part.values[:, 0, part.bands.index(band)]
            seen = np.isin(part.dates, item.dates)
            np.testing.assert_allclose(own[seen], item.values[:, 7, at], rtol=1e-5)
    assert table.timelines("radar") != table.timelines("optical")


def test_each_region_is_left_out_in_turn(command, regions, tmp_path):
    joined(command, regions, tmp_path / "both.parquet")
    code, out, err = command(
        "train", tmp_path / "both.parquet", "random_forest", "--group", "region", "--folds",
        "leave-one-out", "--set", "n_trees=30", "--out", tmp_path / "run", "--json",
    )  # fmt: skip
    assert code == 0, err
    metrics = json.loads(out)["metrics"]
    assert metrics["split"] == "each of 2 groups left out in turn, pooled"
    assert metrics["grouped_by"] == "the column region"
    assert len(metrics["folds"]) == 2
    assert metrics["macro_f1"] > 0.9
    mapped = command("map", tmp_path / "run", regions[0], "--out", tmp_path / "map")
    assert mapped[0] == 0, mapped[2]


def test_only_so_many_of_a_class_and_the_same_ones_again(command, regions, tmp_path):
    first = joined(command, regions, tmp_path / "a.parquet", "--per-class", 20)
    joined(command, regions, tmp_path / "b.parquet", "--per-class", 20)
    assert set(first["classes"].values()) == {40}
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_a_table_joins_a_region_by_common_bands(command, regions, tmp_path):
    table = write_table(tmp_path / "fields.csv")
    code, _, err = command("region", "import", "table", regions[0], table, "--out", tmp_path / "x")
    assert code == 2
    assert one_sentence(err)
    assert "at least one class that all of them have" in err
    assert not (tmp_path / "x").exists()
    renamed = pd.read_csv(table).replace({"early": "wheat", "middle": "maize", "late": "oats"})
    renamed.to_csv(table, index=False)
    found = joined(command, (regions[0], table), tmp_path / "x")
    assert found["bands"] == {"optical": ["B04", "B08"], "radar": ["VV"]}
    assert any("B02, B03, B11, VH of north" in note for note in found["notes"])
    assert any("classes oats of fields" in note for note in found["notes"])


def test_names_that_are_the_same_are_refused(command, regions, tmp_path):
    code, _, err = command(
        "region", "import", "table", regions[0], regions[0], "--out", tmp_path / "x"
    )
    assert code == 2
    assert one_sentence(err)
    assert "names that differ" in err
