"""Classes become one only where a table says so, and that is told."""

from pathlib import Path

import numpy as np
import pytest

from cropcore.errors import LegendError
from cropcore.legend import CDL, SAFE
from cropcore.sources import SourceOptions
from cropcore.sources.region import open_region
from cropcore.sources.region.check import check_region
from cropcore.sources.region.label_merging import combined
from tests.building import CLASSES, class_map, write_region

SIZE = (24, 32)
TRUTH = class_map(SIZE, 4, 3)
HEAD = '[sources.s2]\npattern = "s2/{date}.tif"\n[labels]\nfile = "%s"\n'
FILES = {"parcels": "labels.gpkg", "raster": "labels.tif", "points": "labels.csv"}


@pytest.fixture(params=FILES)
def kind(request):
    return request.param


@pytest.fixture
def folder(tmp_path, kind) -> Path:
    return write_region(tmp_path / "region", labels=kind, n_dates=2, sources=("s2",))


def say(folder, kind, text):
    (folder / "region.toml").write_text(HEAD % FILES[kind] + text)
    region = open_region(folder, SourceOptions())
    return region, region.labels_in(region.grid.whole)


def test_a_table_merges_classes(folder, kind):
    region, codes = say(folder, kind, '[labels.merge]\ncereals = ["wheat", "MAIZE"]')
    known = codes > 0
    np.testing.assert_array_equal(codes[known], np.where(TRUTH == 2, 1, TRUTH)[known])
    assert region.legend.names == ("cereals", "grass")
    assert region.legend.codes == (1, 3)
    assert region.class_pixels[1] == (codes == 1).sum()
    told = f"{FILES[kind]}: as asked, cereals stands for wheat, maize."
    assert told in region.notes
    assert told in check_region(folder, SourceOptions()).warnings


def test_the_legend_may_say_it(folder, kind):
    text = "code,name,merge_into\n1,wheat,crops\n2,maize,crops\n3,grass,\n"
    (folder / "legend.csv").write_text(text)
    region, _ = say(folder, kind, "")
    assert region.legend.names == ("crops", "grass")


def test_members_may_join_a_class_that_is_there(folder, kind):
    region, codes = say(folder, kind, '[labels.merge]\ngrass = ["wheat"]')
    assert region.legend.names == ("maize", "grass")
    assert set(np.unique(codes[codes > 0])) == {2, 3}


def test_nothing_is_merged_unasked(folder, kind):
    region, _ = say(folder, kind, "")
    assert region.legend.names == CLASSES
    assert not any("stands for" in note for note in region.notes)


def test_a_name_that_the_legend_lacks_is_refused(folder, kind):
    with pytest.raises(LegendError, match=r"got 'wheet'; write wheat"):
        _ = say(folder, kind, '[labels.merge]\ncereals = ["wheet"]')[0].legend
    report = check_region(folder, SourceOptions())
    assert any("'wheet'" in text for text in report.errors)


def test_without_a_legend(folder, kind):
    (folder / "legend.csv").unlink()
    text = '[labels.merge]\ncereals = ["wheat", "maize", "spelt"]'
    if kind == "raster":
        with pytest.raises(LegendError, match=r"a legend\.csv beside a label raster"):
            say(folder, kind, text)
        return
    region, _ = say(folder, kind, text)
    assert region.legend.names == ("grass", "cereals")
    assert any("nothing is labelled spelt, to be merged into cereals" in n for n in region.notes)


@pytest.mark.parametrize(
    ("palette", "colours"),
    [("safe", SAFE[:3]), ("cdl", (CDL["wheat"], CDL["maize"], CDL["grass"]))],
)
def test_a_palette_colours_all_classes(folder, kind, palette, colours):
    text = "code,name,color\n1,wheat,#000001\n2,maize,#000002\n3,grass,\n"
    (folder / "legend.csv").write_text(text)
    region, _ = say(folder, kind, f'palette = "{palette}"')
    assert tuple(item.color for item in region.legend) == colours


@pytest.mark.parametrize("legend", [True, False])
def test_a_palette_for_a_raster_without_legend(tmp_path, legend):
    folder = write_region(tmp_path / "region", labels="raster", n_dates=2, sources=("s2",))
    if not legend:
        (folder / "legend.csv").unlink()
    region, codes = say(folder, "raster", 'palette = "safe"')
    assert tuple(item.color for item in region.legend) == SAFE[:3]
    np.testing.assert_array_equal(codes, TRUTH)


@pytest.mark.parametrize(
    ("tables", "sentence"),
    [
        ([{"a": ["x"], "b": ["X "]}], r"each class to be merged once, but got 'X' .* a and b"),
        ([{"a": ["x"]}, {"b": ["x"]}], "a and b"),
        ([{"a": ["b"], "b": ["c"]}], r"'b' that is to become a"),
    ],
)
def test_tables_that_contradict_themselves(tables, sentence):
    with pytest.raises(LegendError, match=sentence):
        combined(Path("labels.gpkg"), *tables)


def test_tables_that_say_the_same_are_one():
    found = combined(Path("x"), {"A": ["x", "a"]}, {"a": ["x", "y"]})
    assert found == {"A": ["x", "y"]}
