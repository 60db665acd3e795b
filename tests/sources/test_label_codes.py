"""Labels of EuroCrops and WorldCereal: codes get names, names in any script stay."""

import csv
import unicodedata
from pathlib import Path

import geopandas
import pytest

from cropcore.errors import LegendError
from cropcore.legend import Legend, LegendClass
from cropcore.sources import SourceOptions
from cropcore.sources.region import label_codes, open_region
from cropcore.sources.region.label_codes import crops_meant
from cropcore.sources.region.label_values import code_labels
from cropcore.sources.simulation import LEGEND
from tests.building import square_parcels, write_region

WHERE = Path("labels.gpkg")


@pytest.fixture
def folder(tmp_path) -> Path:
    return write_region(tmp_path / "region", labels=None, n_dates=2, sources=("s2",), toml=False)


def save(folder, column, values):
    frame = square_parcels(["x"] * len(values)).drop(columns="crop").assign(**{column: values})
    geopandas.GeoDataFrame(frame).to_file(folder / "labels.gpkg")
    return open_region(folder, SourceOptions())


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("EC_hcat_c", [3301010101, 3301290700]),
        ("EC_hcat_c", ["3301010101", "3301290700"]),
        ("EC_hcat_c", [3301010101.0, 3301290700.0]),
        ("EC_hcat_n", ["winter_common_soft_wheat", "sugar_beet"]),
        ("ewoc_code", [1101010011, 1107000031]),
        ("ewoc_code", ["11-01-01-001-1", "11-07-00-003-1"]),
    ],
)
def test_codes_get_names_and_keep_their_code(folder, column, values):
    region = save(folder, column, values)
    assert region.legend.names == ("Sugar beet", "Winter wheat")
    wheat = region.legend.find("Winter wheat")
    assert (wheat.name_zh, wheat.hcat_code) == ("冬小麦", "3301010101")
    assert wheat.color == LEGEND.find("Winter wheat").color


def test_a_code_without_a_name_keeps_its_number_and_is_told(folder):
    region = save(folder, "EC_hcat_c", [3301010101, 3301061216])
    assert region.legend.names == ("3301061216", "Winter wheat")
    assert region.legend.find("3301061216").hcat_code == "3301061216"
    assert any("of 2 crop codes 1 have no name here" in note for note in region.notes)


def test_codes_of_worldcereal_without_a_name_are_told_and_no_crop_is_no_class(folder):
    values = ["11-01-01-001-1", "11-10-00-049-0", "00-00-00-000-0", 0, "0000000000"]
    region = save(folder, "ewoc_code", [str(value) for value in values])
    assert region.legend.names == ("1110000490", "Winter wheat")
    assert region.legend.find("1110000490").hcat_code == ""
    assert any("of 2 crop codes 1 have no name here" in note for note in region.notes)
    assert any("3 items have no class" in note for note in region.notes)


def test_the_legend_of_a_person_counts_more(folder):
    (folder / "legend.csv").write_text(
        "code,name,hcat_code\n7,Blé,3301010101\n9,Betterave,3301290700\n", encoding="utf-8"
    )
    assert save(folder, "EC_hcat_c", [3301010101, 3301290700]).legend.codes == (7, 9)
    assert save(folder, "EC_hcat_n", ["sugar_beet", "sugar_beet"]).legend.names == ("Betterave",)


def test_other_long_numbers_and_names_are_what_they_are():
    assert crops_meant(["1234567890", "12"], "crop") == {}
    assert crops_meant(["sunflower"], "crop") == {}
    assert crops_meant(["sunflower"], "EC_hcat_n")["sunflower"].name == "Sunflower"


def test_the_table_is_sound():
    with Path(label_codes.__file__).with_name("crop_codes.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    codes = [c for row in rows for c in [row["hcat_code"], *row["worldcereal_codes"].split()] if c]
    assert len(codes) == len(set(codes)) > 90
    assert len({row["name"] for row in rows}) == len(rows)
    for row in rows:
        Legend((LegendClass(1, row["name"], "#000000", hcat_code=row["hcat_code"]),))
        assert row["name_zh"]
    shipped = {row["hcat_code"] for row in rows}
    assert {item.hcat_code for item in LEGEND if item.hcat_code} <= shipped


@pytest.mark.parametrize("code", ["33010101", "3301010101x", "9999999999", "三三〇一〇一〇一〇一"])
def test_what_is_no_hcat_code_is_refused(code):
    with pytest.raises(LegendError, match="an HCAT code of ten digits"):
        Legend((LegendClass(1, "a", "#000000", hcat_code=code),))


@pytest.mark.parametrize(
    "name",
    ["冬小麦", "Озимая пшеница", "قمح", "گندم\u200cزمستانه", "गेहूँ", "ข้าวโพด", "Blé d'hiver", "밀"],
)
def test_names_in_any_script_are_kept(folder, name):
    (folder / "legend.csv").write_text(f"code,name\n3,{name}\n4,x\n", encoding="utf-8")
    region = save(folder, "crop", [unicodedata.normalize("NFD", name), "x"])
    assert region.legend.names == (unicodedata.normalize("NFC", name), "x")


@pytest.mark.parametrize(
    "written", ["Blé\u00a0tendre", " Blé  tendre\u200b", "Ble\u0301\u3000tendre\n"]
)
def test_what_looks_alike_is_alike(written):
    coded = code_labels(WHERE, [written, "Blé tendre"], None, 0)
    assert coded.legend.names == ("Blé tendre",)
