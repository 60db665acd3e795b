"""Files of labels as strangers write them: used, or every problem told in a sentence."""

import json
from contextlib import suppress
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cropcore.errors import InputError
from cropcore.sources import SourceOptions, check_source
from cropcore.sources.region import open_region
from tests.building import CRS, ORIGIN, write_region

ROWS, COLS = 24, 32
NAMES = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        [
            "Winter wheat", "冬小麦", "گندم\u200cزمستانه", "<script>alert(1)</script>", "=1+1",
            "a\nb", "../../etc/passwd", "%s{0}{name}", "x" * 400, "\u202eabc", "NULL", "nan", "-",
            "0", "255", "3301010101", "11-01-01-001-1", "00-00-00-000-0", "",
        ]
    ),
)  # fmt: skip
DAYS = st.sampled_from(
    ["2021-06-01", "2019-06-01", "", "no date", "2021", "20210601", "31/12/2021"]
)
ACCURACIES = st.sampled_from(["3", "-4", "1e9", "", "about 5 m", "inf", "nan"])
SYSTEMS = st.sampled_from([CRS, CRS, CRS, "EPSG:4326", "EPSG:3857", "EPSG:32731", None])
few = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("labels") / "region"
    size = (ROWS, COLS)
    return write_region(place, labels=None, n_dates=2, sources=("s2",), size=size, toml=False)


@st.composite
def shapes(draw):
    """A geometry near the region, or one that should not be in a file of labels."""
    kind = draw(st.sampled_from(KINDS))
    row, col = draw(st.integers(-3, ROWS + 3)), draw(st.integers(-3, COLS + 3))
    x, y, side = ORIGIN[0] + 10 * col, ORIGIN[1] - 10 * row, 10 * draw(st.integers(0, 9))
    return {
        "square": shapely.box(x, y - side, x + side, y),
        "bow tie": shapely.Polygon([(x, y), (x + side, y - side), (x + side, y), (x, y - side)]),
        "point": shapely.Point(x, y),
        "line": shapely.LineString([(x, y), (x + side, y + 1)]),
        "empty": shapely.Polygon(),
        "none": None,
        "giant": shapely.box(-1e7, -1e7, 1e7, 1e7),
        "whole": shapely.box(ORIGIN[0] - 1e5, ORIGIN[1] - 1e5, ORIGIN[0] + 1e5, ORIGIN[1] + 1e5),
        "astray": shapely.box(x + 1e12, y, x + 2e12, y + 10),
        "many": shapely.MultiPolygon([shapely.box(x, y, x + 9, y + 9), shapely.box(x, y, x, y)]),
        "mixed": shapely.GeometryCollection([shapely.Point(x, y)]),
    }[kind]


ODD = ("bow tie", "empty", "none", "giant", "whole", "astray", "many", "mixed", "point", "line")
KINDS = ("square",) * 6 + ODD


@st.composite
def frames(draw):
    n = draw(st.integers(1, 6))
    columns = {"crop": NAMES, "id": st.sampled_from(["1", "1", "2", "", "é"])}
    columns |= {"date": DAYS, "accuracy_m": ACCURACIES}
    kept = ["crop", *(name for name in ("id", "date", "accuracy_m") if draw(st.booleans()))]
    table = {name: [draw(columns[name]) for _ in range(n)] for name in kept}
    return geopandas.GeoDataFrame(table, geometry=[draw(shapes()) for _ in range(n)], crs=CRS)


def check(folder: Path) -> None:
    """Nothing but sentences comes of the file, and it is opened as it was checked."""
    report = check_source(folder, SourceOptions())
    for sentence in (*report.errors, *report.warnings):
        assert sentence.strip(), sentence
        assert "\n" not in sentence, sentence
        assert len(sentence) < 2_000, sentence
        assert "Traceback" not in sentence, sentence
        assert "Error(" not in sentence, sentence
    region, codes = None, ()
    with suppress(InputError):
        region = open_region(folder, SourceOptions())
        codes = region.legend.codes
    assert report.ok == bool(codes)
    if region is None or not codes:
        return
    read = region.labels.read(region.grid.whole)
    assert ((read.codes > 0) == (read.groups >= 0)).all()
    assert set(np.unique(read.codes)) - {0} <= set(codes)


def alone(folder: Path, name: str) -> Path:
    """The only file of labels from now on."""
    for path in folder.glob("labels.*"):
        path.unlink()
    return folder / name


@pytest.mark.filterwarnings("ignore:'crs' was not provided:UserWarning")
@few
@given(frame=frames(), crs=SYSTEMS)
def test_a_geopackage(folder, frame, crs):
    path = alone(folder, "labels.gpkg")
    try:
        frame.set_crs(crs, allow_override=True).to_file(path)
    except (pyogrio.errors.GeometryError, pyogrio.errors.FeatureError, UnicodeEncodeError):
        return  # what cannot be written cannot be met
    check(folder)


@few
@given(frame=frames())
def test_a_geoparquet(folder, frame):
    path = alone(folder, "labels.parquet")
    try:
        frame.to_parquet(path)
    except UnicodeEncodeError:
        return
    check(folder)


@few
@given(frame=frames(), crs=SYSTEMS)
def test_a_geojson(folder, frame, crs):
    path = alone(folder, "labels.geojson")
    content = json.loads(frame.to_json())
    if crs is not None:
        content["crs"] = {"type": "name", "properties": {"name": crs}}
    path.write_text(json.dumps(content), encoding="utf-8")
    check(folder)


@few
@given(data=st.data())
def test_a_table_of_points(folder, data):
    n = data.draw(st.integers(1, 6))
    degrees = st.sampled_from(["4.4", "4.41", "4,4", "400", "-200", "", "nan", "inf", "x", "1e400"])
    near = st.integers(0, COLS - 1)
    rows, cols = ([data.draw(near) for _ in range(n)] for _ in range(2))
    grid = open_grid(folder)
    lon, lat = grid.lonlat(np.minimum(rows, ROWS - 1), np.array(cols))
    table = pd.DataFrame({"crop": [data.draw(NAMES) for _ in range(n)], "lon": lon, "lat": lat})
    table = table.astype(object)
    for name, values in (("date", DAYS), ("accuracy_m", ACCURACIES)):
        if data.draw(st.booleans()):
            table[name] = [data.draw(values) for _ in range(n)]
    if data.draw(st.integers(0, 3)) == 0:
        table.loc[0, data.draw(st.sampled_from(["lon", "lat"]))] = data.draw(degrees)
    path = alone(folder, "labels.csv")
    try:
        table.to_csv(path, index=False, sep=data.draw(st.sampled_from([",", ";", "\t"])))
    except UnicodeEncodeError:
        return
    check(folder)


def open_grid(folder: Path):
    """Of the imagery, whatever stands in its labels."""
    alone(folder, "none")
    return open_region(folder, SourceOptions()).grid


@few
@given(content=st.binary(max_size=300), name=st.sampled_from(["gpkg", "geojson", "csv", "parquet"]))
def test_bytes_that_are_no_labels(folder, content, name):
    opening = {"gpkg": b"SQLite format 3\0", "parquet": b"PAR1", "geojson": b"{", "csv": b"lon,lat"}
    alone(folder, f"labels.{name}").write_bytes(opening[name] + content)
    check(folder)
