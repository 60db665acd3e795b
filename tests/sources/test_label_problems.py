"""Labels that cannot be used: each problem is told with its file and what to do."""

import json
from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely

from cropcore.cube import Window
from cropcore.errors import InputError, LabelError, LegendError, MissingFileError, RegionError
from cropcore.sources import SourceOptions
from cropcore.sources.region import label_values, open_region, vectors
from cropcore.sources.region.check import check_region
from tests.building import (
    CRS,
    ORIGIN,
    class_map,
    square_parcels,
    transform,
    write_raster,
    write_region,
)

SIZE = (24, 32)
TRUTH = class_map(SIZE, 4, 3)


@pytest.fixture
def folder(tmp_path) -> Path:
    return write_region(tmp_path / "region", labels=None, n_dates=2, sources=("s2",), toml=False)


def opened(folder, **options):
    return open_region(folder, SourceOptions(**options))


def refused(folder: Path, file: str, sentence: str, kind: type[InputError], **options) -> None:
    with pytest.raises(kind, match=sentence) as caught:
        _ = opened(folder, **options).legend
    assert file in str(caught.value)
    report = check_region(folder, SourceOptions(**options))
    assert str(caught.value) in report.errors


def test_wrong_legend(folder):
    write_raster(folder / "labels.tif", TRUTH)
    (folder / "legend.csv").write_text("code,name\n1,a\n7,b\n")
    refused(folder, "labels.tif", r"labels of the legend \(1 a, 7 b\), but got 2, 3;", LegendError)


def test_wrong_legend_of_parcels(folder):
    square_parcels().to_file(folder / "labels.gpkg")
    (folder / "legend.csv").write_text("code,name\n1,wheat\n")
    refused(folder, "labels.gpkg", r"\(1 wheat\), but got maize", LegendError)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("value\n1\n", "add the column name"),
        ("code,name\nx,a\n", "a whole number as class code, but got 'x'"),
        ("code,name\n300,a\n", "a code from 1 to 254"),
        ("code,name\n1,a\n1,b\n", "own code"),
        ("code,name,color\n1,a,red\n", "a colour such as"),
        ("code,name\n1," + "a" * 200_000 + "\n", "a table of comma-separated values|printable"),
        ("", "no header line"),
    ],
)
def test_malformed_legends(folder, text, sentence):
    write_raster(folder / "labels.tif", TRUTH)
    (folder / "legend.csv").write_text(text)
    refused(folder, "", sentence, LegendError)


@pytest.mark.parametrize("value", [300, -3, 2.5, 1e20])
def test_values_that_are_no_codes(folder, value):
    values = TRUTH.astype(np.float64)
    values[0, 0] = value
    write_raster(folder / "labels.tif", values)
    refused(folder, "labels.tif", r"class codes 0 \(unknown\) to 254, but got", LegendError)


def test_nothing_labelled(folder):
    write_raster(folder / "labels.tif", np.zeros(SIZE, np.uint8))
    refused(folder, "labels.tif", "labelled pixels, but got none", LabelError)


def test_parcels_smaller_than_pixels(folder):
    square_parcels(side=3.0).to_file(folder / "labels.gpkg")
    refused(folder, "labels.gpkg", "check that parcels are larger than a pixel", LabelError)


@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "tif", "csv"])
def test_labels_elsewhere(folder, suffix):
    if suffix == "tif":
        write_raster(folder / "labels.tif", TRUTH, affine=transform((0.0, 0.0)))
    elif suffix == "csv":
        (folder / "labels.csv").write_text("lon,lat,crop\n100,10,a\n")
    else:
        square_parcels().translate(1e5, 0).to_frame("geometry").assign(crop="a").to_file(
            folder / f"labels.{suffix}"
        )
    refused(folder, f"labels.{suffix}", "overlap the imagery", LabelError)


def test_a_label_raster_of_quite_another_resolution(folder):
    write_raster(folder / "labels.tif", TRUTH, affine=transform(pixel=2000))
    refused(folder, "labels.tif", r"at most 100 times as .* but got 32 x 24 px of 20", RegionError)
    write_raster(folder / "labels.tif", TRUTH, crs="EPSG:32632")
    refused(folder, "labels.tif", "labels elsewhere", LabelError)


def test_label_columns(folder):
    square_parcels().rename(columns={"crop": "kultur"}).assign(area=1.0).to_file(
        folder / "labels.gpkg"
    )
    sentence = r"a column with the class, such as label.*but got the columns kultur, area"
    refused(folder, "labels.gpkg", sentence, LabelError)
    refused(folder, "labels.gpkg", "'frucht'.*columns kultur, area", LabelError, label="frucht")
    refused(folder, "labels.gpkg", "'farm' with groups", LabelError, label="kultur", group="farm")
    assert opened(folder, label="Kultur").legend.names == ("maize", "wheat")
    (folder / "region.toml").write_text(
        '[sources.s2]\npattern = "s2/{date}.tif"\n[labels]\nfile = "labels.gpkg"\ncolumn = "area"\n'
    )
    assert opened(folder).legend.names == ("class 1",)
    assert opened(folder, label="kultur").legend.names == ("maize", "wheat")


def test_no_labels_in_the_column(folder):
    square_parcels(("", "0")).to_file(folder / "labels.gpkg")
    refused(folder, "labels.gpkg", "2 items without a class", LabelError)


def test_lines_are_no_parcels(folder):
    lines = square_parcels().boundary.to_frame("geometry").assign(crop="a")
    lines.to_file(folder / "labels.gpkg")
    refused(folder, "labels.gpkg", "LineString without any", LabelError)


def test_several_layers(folder):
    for layer in ("y2020", "y2021"):
        square_parcels((layer, "a")).to_file(folder / "labels.gpkg", layer=layer)
    refused(folder, "labels.gpkg", "one layer .* but got y2020, y2021", LabelError)
    toml = folder / "region.toml"
    text = '[sources.s2]\npattern = "s2/{date}.tif"\n[labels]\nfile = "labels.gpkg"\nlayer = '
    toml.write_text(text + '"y2021"\n')
    assert opened(folder).legend.names == ("a", "y2021")
    toml.write_text(text + '"none"\n')
    refused(folder, "labels.gpkg", "cannot be read", LabelError)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("labels.gpkg", b"", "does not begin like a .gpkg"),
        ("labels.gpkg", b"<OGRVRTDataSource></OGRVRTDataSource>", "does not begin like a .gpkg"),
        ("labels.gpkg", b"SQLite format 3\0" + b"x" * 99, "cannot be read"),
        ("labels.shp", b"\0\0\x27\x0a" + b"\0" * 200, "cannot be read"),
        ("labels.parquet", b"PAR1", "cannot be read"),
        ("labels.geojson", b"{", "no feature collection"),
        ("labels.geojson", b"[]", "no feature collection"),
        ("labels.geojson", b'{"features": [{"geometry": 3}]}', "no feature collection"),
        ("labels.geojson", b'{"crs": {"properties": {"name": "x"}}, "features": []}', "no feature"),
        ("labels.geojson", b'{"features": []}', "none with a geometry"),
        ("labels.geojson", b"[" * 100_000, "no feature collection"),
        ("labels.csv", b"", "cannot be read"),
        ("labels.csv", b"lon,crop\n1,a\n", "columns lon and lat, degrees, but got .* lon, crop"),
        ("labels.csv", b"lon,lat,crop\n4.42,95,a\n", "labels.csv, line 2: expected a longitude"),
        ("labels.csv", b"lon,lat,crop\n4.42,x,a\n", "line 2: .*but got 4.42, x"),
        ("labels.csv", b"lon,lat,crop\n4.42,50,\xff\n", "text in UTF-8"),
        ("labels.tif", b"no", "a complete GeoTIFF"),
    ],
)
def test_damaged_files(folder, name, content, sentence):
    (folder / name).write_bytes(content)
    kind = RegionError if name.endswith(".tif") else LabelError
    refused(folder, name, sentence, kind)


def test_a_truncated_label_raster(folder):
    random = np.random.default_rng(0)
    path = write_raster(folder / "labels.tif", random.integers(0, 9, SIZE, dtype=np.uint8))
    path.write_bytes(path.read_bytes()[:-300])
    refused(folder, "labels.tif", "a complete GeoTIFF", RegionError)


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_geometries_without_a_system(folder):
    square_parcels(crs=None).to_file(folder / "labels.shp")
    refused(folder, "labels.shp", "with a coordinate reference system", LabelError)


def test_geojson_in_another_system(folder):
    square_parcels().to_file(folder / "labels.geojson")
    content = json.loads((folder / "labels.geojson").read_text())
    assert "32631" in content["crs"]["properties"]["name"]
    assert opened(folder).class_pixels == {1: 16, 2: 16}


def test_files_that_are_named_and_missing(folder):
    toml = folder / "region.toml"
    text = '[sources.s2]\npattern = "s2/{date}.tif"\n[labels]\n'
    toml.write_text(text + 'file = "fields.gpkg"\n')
    refused(folder, "fields.gpkg", "a file, but got nothing of that name", MissingFileError)
    write_raster(folder / "labels.tif", TRUTH)
    toml.write_text(text + 'file = "labels.tif"\nlegend = "none.csv"\n')
    refused(folder, "none.csv", "a file, but got nothing of that name", MissingFileError)
    (folder / "labels.xlsx").write_bytes(b"")
    toml.write_text(text + 'file = "labels.xlsx"\n')
    refused(folder, "labels.xlsx", "ending in .tif, .gpkg.*but got .xlsx", LabelError)


def test_labels_that_lie_outside_the_folder(folder, tmp_path):
    square_parcels().to_file(tmp_path / "secret.gpkg")
    (folder / "labels.gpkg").symlink_to(tmp_path / "secret.gpkg")
    refused(folder, "labels.gpkg", "but got a link to", RegionError)


def test_huge_files(folder, monkeypatch):
    monkeypatch.setattr(label_values, "LARGEST_TEXT", 10)
    (folder / "labels.csv").write_text("lon,lat,crop\n4.42,50,a\n")
    monkeypatch.setattr(vectors, "_LARGEST_GEOJSON", 10)
    refused(folder, "labels.csv", "at most 0 MB", LabelError)
    (folder / "labels.csv").unlink()
    square_parcels().to_file(folder / "labels.geojson")
    refused(folder, "labels.geojson", "store it as GeoPackage", LabelError)


def test_too_many_names(folder):
    names = [f"crop {number}" for number in range(300)]
    x, y = ORIGIN
    shapes = [shapely.box(x, y - 20, x + 20, y)] * 300
    frame = geopandas.GeoDataFrame({"crop": names}, geometry=shapes, crs=CRS)
    frame.to_file(folder / "labels.gpkg")
    refused(folder, "", "at most 254 classes", LegendError)


def test_broken_labels_do_not_hinder_mapping(folder):
    (folder / "labels.gpkg").write_bytes(b"broken")
    region = opened(folder)
    assert region.read(Window(0, 0, 2, 2)).sources[0].values.shape == (2, 2, 2, 5)
    assert len(region.notes) == 1
