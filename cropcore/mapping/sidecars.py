"""Files beside a class map that let other software show it: names, colours, areas, legend.

Class names are data from strangers; every one is escaped by the XML or CSV writer.
"""

from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from cropcore.legend import Legend
from cropcore.mapping.areas import ClassArea

LEGEND = "legend.csv"
"""Name of the legend's file beside its map."""
_INTEGER, _REAL, _STRING = ("Integer", 0), ("Real", 1), ("String", 2)
_COLUMNS = (
    ("Value", _INTEGER, ("MinMax", 5)),
    ("Class", _STRING, ("Name", 2)),
    ("Red", _INTEGER, ("Red", 6)),
    ("Green", _INTEGER, ("Green", 7)),
    ("Blue", _INTEGER, ("Blue", 8)),
    ("Alpha", _INTEGER, ("Alpha", 9)),
    ("Count", _REAL, ("PixelCount", 1)),  # 32-bit integers are too small for large maps
    ("area_ha", _REAL, ("Generic", 0)),
)
"""Name, type and use of each column of GDAL's raster attribute table; the last two are optional."""
_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_STRETCH = (
    ("limits", "None"), ("extent", "WholeRaster"), ("statAccuracy", "Estimated"),
    ("cumulativeCutLower", "0.02"), ("cumulativeCutUpper", "0.98"), ("stdDevFactor", "2"),
)  # fmt: skip


def write_sidecars(class_map: Path, legend: Legend, areas: Sequence[ClassArea] = ()) -> None:
    """Describe a class map to GDAL (``.tif.aux.xml``), QGIS (``.qml``) and people (``legend.csv``).

    Whatever stands under these names is replaced.

    Args:
        class_map: Path of the raster, ending in ``.tif``.
        legend: Its classes.
        areas: Pixels and hectares of each class; left out of the table if not given.
    """
    described = class_map.with_name(f"{class_map.name}.aux.xml")
    described.write_bytes(attributes_xml(legend, areas).encode())
    class_map.with_suffix(".qml").write_bytes(qgis_style(legend).encode())
    class_map.with_name(LEGEND).write_bytes(legend.to_csv().encode())


def attributes_xml(legend: Legend, areas: Sequence[ClassArea] = ()) -> str:
    """What GDAL's persistent auxiliary metadata says of a class map: category names and table."""
    root = Element("PAMDataset")
    band = SubElement(root, "PAMRasterBand", band="1")
    names = {item.code: item.name for item in legend}
    categories = SubElement(band, "CategoryNames")
    for code in range(max(names) + 1):
        SubElement(categories, "Category").text = names.get(code, "")
    table = SubElement(band, "GDALRasterAttributeTable", tableType="thematic")
    measured = {item.code: (float(item.pixels), round(item.ha, 4)) for item in areas}
    columns = _COLUMNS if areas else _COLUMNS[:-2]
    for index, (name, kind, usage) in enumerate(columns):
        field = SubElement(table, "FieldDefn", index=str(index))
        SubElement(field, "Name").text = name
        for tag, (word, number) in (("Type", kind), ("Usage", usage)):
            SubElement(field, tag, typeAsString=word).text = str(number)
    for index, item in enumerate(legend):
        row = SubElement(table, "Row", index=str(index))
        more = measured.get(item.code, (0.0, 0.0)) if areas else ()
        for value in (item.code, item.name, *item.rgb, 255, *more):
            SubElement(row, "F").text = str(value)
    return _text(root)


def qgis_style(legend: Legend) -> str:
    """A QGIS layer style that paints each class in its colour and lists it by name."""
    root = Element(
        "qgis",
        version="3.28.0",
        styleCategories="AllStyleCategories",
        hasScaleBasedVisibilityFlag="0",
        minScale="1e+08",
        maxScale="0",
    )
    pipe = SubElement(root, "pipe")
    renderer = SubElement(
        pipe,
        "rasterrenderer",
        type="paletted",
        band="1",
        opacity="1",
        alphaBand="-1",
        nodataColor="",
    )
    SubElement(renderer, "rasterTransparency")
    stretch = SubElement(renderer, "minMaxOrigin")
    for tag, value in _STRETCH:
        SubElement(stretch, tag).text = value
    palette = SubElement(renderer, "colorPalette")
    for item in legend:
        SubElement(
            palette,
            "paletteEntry",
            value=str(item.code),
            color=item.color,
            alpha="255",
            label=item.name,
        )
    SubElement(pipe, "brightnesscontrast", brightness="0", contrast="0", gamma="1")
    SubElement(pipe, "huesaturation", saturation="0", grayscaleMode="0", colorizeOn="0")
    SubElement(pipe, "rasterresampler", maxOversampling="2")
    SubElement(root, "blendMode").text = "0"
    return _DOCTYPE + _text(root)


def _text(root: Element) -> str:
    indent(root)
    return tostring(root, encoding="unicode") + "\n"


__all__ = ["LEGEND", "attributes_xml", "qgis_style", "write_sidecars"]
