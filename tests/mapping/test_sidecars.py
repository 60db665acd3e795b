import re
from xml.etree import ElementTree

import numpy as np
import pytest
import rasterio
import rasterio.shutil
from hypothesis import given
from hypothesis import strategies as st

from cropcore.legend import Legend, LegendClass, legend_from_csv
from cropcore.mapping import ClassArea, write_sidecars
from cropcore.mapping.sidecars import attributes_xml, qgis_style

NAMES = st.text(min_size=1, max_size=120).filter(lambda text: text.isprintable())


@pytest.fixture
def class_map(tmp_path, make_grid):
    path = tmp_path / "class_map.tif"
    grid = make_grid(4, 4)
    with rasterio.open(
        path, "w", driver="GTiff", width=4, height=4, count=1, dtype="uint8", nodata=255,
        crs=grid.crs, transform=grid.affine,
    ) as raster:  # fmt: skip
        raster.write(np.full((1, 4, 4), 3, np.uint8))
    return path


def _rows(table: ElementTree.Element) -> list[list[str | None]]:
    return [[cell.text for cell in row.iter("F")] for row in table.iter("Row")]


def test_gdal_reads_names_and_attribute_table_back(class_map, legend):
    areas = [
        ClassArea(item.code, item.name, 3 * 10**9 + item.code, item.code / 3) for item in legend
    ]
    write_sidecars(class_map, legend, areas)
    seen = class_map.with_name("seen.vrt")
    rasterio.shutil.copy(class_map, seen, driver="VRT")  # holds what GDAL understood
    root = ElementTree.parse(seen).getroot()
    categories = [item.text or "" for item in root.iter("Category")]
    assert len(categories) == 255
    assert {code: name for code, name in enumerate(categories) if name.strip()} == {
        item.code: item.name for item in legend
    }
    table = root.find(".//GDALRasterAttributeTable")
    assert [item.text for item in table.iter("Name")] == [
        "Value", "Class", "Red", "Green", "Blue", "Alpha", "Count", "area_ha",
    ]  # fmt: skip
    assert [item.text for item in table.iter("Usage")] == list("52678910")
    for item, area, row in zip(legend, areas, _rows(table), strict=True):
        assert row[:6] == [str(item.code), item.name, *map(str, item.rgb), "255"]
        assert float(row[6]) == area.pixels
        assert float(row[7]) == pytest.approx(area.ha, abs=1e-4)


def test_areas_are_optional(legend):
    table = ElementTree.fromstring(attributes_xml(legend)).find(".//GDALRasterAttributeTable")
    assert [item.text for item in table.iter("Name")][-1] == "Alpha"
    assert {len(row) for row in _rows(table)} == {6}


def test_qgis_paints_every_class_in_its_colour(legend):
    root = ElementTree.fromstring(qgis_style(legend))
    renderer = root.find("pipe/rasterrenderer")
    assert renderer.get("type") == "paletted"
    assert renderer.get("band") == "1"
    assert [
        (entry.get("value"), entry.get("color"), entry.get("alpha"), entry.get("label"))
        for entry in renderer.iter("paletteEntry")
    ] == [(str(item.code), item.color, "255", item.name) for item in legend]


def test_no_name_becomes_markup(legend):
    for text in (attributes_xml(legend), qgis_style(legend)):
        assert "<script" not in text
        assert "&lt;script&gt;" in text
        assert "冬小麦 🌾" in text


def test_the_legend_lies_beside_the_map(class_map, legend):
    write_sidecars(class_map, legend)
    assert legend_from_csv(class_map.with_name("legend.csv").read_text("utf-8")) == legend


def test_sidecars_of_an_older_map_are_rewritten(class_map, legend):
    write_sidecars(class_map, Legend((LegendClass(9, "old class", "#000000"),)))
    write_sidecars(class_map, legend)
    for file in class_map.parent.iterdir():
        if file != class_map:
            assert not re.search("old class", file.read_text("utf-8"))


@given(names=st.lists(NAMES, min_size=1, max_size=4, unique=True))
def test_any_name_a_legend_allows_survives(names):
    legend = Legend(
        tuple(LegendClass(code, name, "#123456") for code, name in enumerate(names, start=1))
    )
    described = ElementTree.fromstring(attributes_xml(legend))
    assert [item.text for item in described.iter("Category")][1:] == names
    styled = ElementTree.fromstring(qgis_style(legend))
    assert [item.get("label") for item in styled.iter("paletteEntry")] == names
