"""Whatever stands in labels, a legend or a table of merges: used, or refused in a sentence."""

import json
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cropcore.cube import Grid
from cropcore.errors import InputError
from cropcore.legend import LAST_CODE, legend_from_csv, legend_from_names, merges_from_csv
from cropcore.sources import SourceOptions
from cropcore.sources.region.label_features import open_features
from cropcore.sources.region.label_merging import ClassRules, combined
from cropcore.sources.region.label_windows import SpatialBlocks
from cropcore.sources.region.labels import open_labels
from cropcore.sources.region.region_toml import LabelsDescription
from cropcore.sources.region.vectors import Features
from tests.building import CRS, ORIGIN

WHERE = Path("labels.gpkg")
GRIDS = (
    Grid(CRS, (10.0, 0.0, ORIGIN[0], 0.0, -10.0, ORIGIN[1]), 20, 20),
    Grid("EPSG:4326", (1e-4, 0.0, 4.4, 0.0, -1e-4, 50.5), 20, 20),
)
steady = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
cells = st.one_of(
    st.text(max_size=12),
    st.integers(-5, 300),
    st.integers(3301010000, 3301060999),
    st.floats(),
    st.none(),
    st.sampled_from(["a", "A", "b", "cereals", "0", "3301010101", "2021-06-01", "\u200c"]),
)


@st.composite
def polygons(draw):
    """Rings of few corners near the grid, many of them crossing or flat."""
    corner = st.tuples(st.integers(-4, 24), st.integers(-4, 24))
    ring = draw(st.lists(corner, min_size=3, max_size=7))
    if draw(st.integers(0, 15)) == 0:
        ring[0] = (draw(st.sampled_from([1e9, -1e9, 1e5])), 0)
    return np.array(ring, float)


def placed(grid: Grid, rings: list[np.ndarray]) -> np.ndarray:
    shapes = [
        shapely.Polygon(np.column_stack(grid.affine @ (ring[:, 0], ring[:, 1]))) for ring in rings
    ]
    return np.array(shapes, dtype=object)


def columns_of(draw, n: int) -> pd.DataFrame:
    table = {"crop": [draw(cells) for _ in range(n)]}
    for name in ("id", "accuracy_m", "date"):
        if draw(st.booleans()):
            table[name] = [draw(cells) for _ in range(n)]
    return pd.DataFrame(table, dtype=object)


def describe(draw, **said) -> LabelsDescription:
    buffer = draw(st.sampled_from([0, 5, 30, 1000]))
    area = draw(st.sampled_from([0, 0.05, 1]))
    return LabelsDescription(file="labels.gpkg", buffer=buffer, min_area_ha=area, **said)


def check(labels, grid: Grid) -> None:
    read = labels.read(grid.whole)
    assert read.codes.shape == read.groups.shape == (grid.height, grid.width)
    assert ((read.codes > 0) == (read.groups >= 0)).all()
    present = tuple(np.unique(read.codes[read.codes > 0]).tolist())
    assert set(present) <= set(labels.legend_for(present).codes)
    labels.group_names(read.groups[read.groups >= 0])
    assert all(note.isprintable() or "\u200c" in note for note in labels.notes)


@steady
@given(data=st.data(), number=st.integers(0, 1))
def test_parcels(data, number):
    grid = GRIDS[number]
    rings = data.draw(st.lists(polygons(), min_size=1, max_size=8))
    features = Features(columns_of(data.draw, len(rings)), placed(grid, rings))
    merges = data.draw(st.sampled_from([{}, {"cereals": ["a", "b"]}, {"a": ["b"]}]))
    rules = ClassRules(None, merges, data.draw(st.sampled_from([None, "safe"])))
    with suppress(InputError):
        labels = open_features(
            WHERE, features, rules, describe(data.draw), SourceOptions(),
            SpatialBlocks(grid, 5), None,
        )  # fmt: skip
        check(labels, grid)


@steady
@given(data=st.data(), separator=st.sampled_from([",", ";", "\t"]))
def test_points_in_a_table(tmp_path, data, separator):
    grid = GRIDS[0]
    n = data.draw(st.integers(1, 6))
    lon, lat = grid.lonlat(np.arange(n), np.arange(n)[::-1])
    table = columns_of(data.draw, n).assign(lon=lon, lat=lat)
    if data.draw(st.integers(0, 5)) == 0:
        table = table.astype({"lon": object})
        table.loc[0, "lon"] = data.draw(cells)
    with suppress(UnicodeEncodeError):  # lone surrogates are no text
        table.to_csv(tmp_path / "labels.csv", sep=separator, index=False, encoding="utf-8")
        description = LabelsDescription(
            file="labels.csv", max_error=data.draw(st.sampled_from([None, 20]))
        )
        with suppress(InputError):
            check(open_labels(tmp_path, description, grid, SourceOptions()), grid)


@steady
@given(
    st.one_of(
        st.text(max_size=200),
        st.lists(st.lists(st.text(max_size=8), max_size=5), max_size=6).map(
            lambda rows: (
                "code,name,color,merge_into,hcat_code\n" + "\n".join(",".join(row) for row in rows)
            )
        ),
    )
)
def test_legends(text):
    with suppress(InputError):
        legend = legend_from_csv(text)
        assert legend_from_csv(legend.to_csv()) == legend
        merges = combined(WHERE, merges_from_csv(text))
        merged = ClassRules(legend, merges, "safe").apply(WHERE, legend)
        assert set(np.unique(merged.lookup[list(legend.codes)])) == set(merged.legend.codes)


@steady
@given(
    st.lists(st.text(min_size=1, max_size=6), min_size=1, max_size=6),
    st.dictionaries(st.text(max_size=6), st.lists(st.text(max_size=6), max_size=4), max_size=4),
)
def test_tables_of_merges(names, table):
    with suppress(InputError):
        legend = legend_from_names(names)
        merged = ClassRules(None, combined(WHERE, table)).apply(WHERE, legend)
        assert merged.lookup.dtype == np.uint8
        assert len(merged.legend) <= len(legend) <= LAST_CODE


@steady
@given(
    st.recursive(
        st.one_of(st.none(), st.integers(), st.floats(), st.text(max_size=5)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)
        ),
        max_leaves=12,
    )
)
def test_any_geometry_in_a_geojson(tmp_path, geometry):
    content = {"features": [{"type": "Feature", "properties": {"crop": "a"}, "geometry": geometry}]}
    (tmp_path / "labels.geojson").write_text(json.dumps(content), encoding="utf-8")
    description = LabelsDescription(file="labels.geojson")
    with suppress(InputError):
        open_labels(tmp_path, description, GRIDS[0], SourceOptions())


@pytest.mark.parametrize("kind", ["Polygon", "MultiPolygon", "Point", "GeometryCollection"])
@steady
@given(
    coordinates=st.recursive(
        st.one_of(st.floats(), st.integers(-200, 200)),
        lambda inner: st.lists(inner, max_size=5),
        max_leaves=20,
    )
)
def test_any_coordinates_in_a_geojson(tmp_path, kind, coordinates):
    geometry = {"type": kind, "coordinates": coordinates, "geometries": []}
    content = {"features": [{"type": "Feature", "properties": {"crop": "a"}, "geometry": geometry}]}
    (tmp_path / "labels.geojson").write_text(json.dumps(content), encoding="utf-8")
    with suppress(InputError):
        open_labels(tmp_path, LabelsDescription(file="labels.geojson"), GRIDS[0], SourceOptions())
