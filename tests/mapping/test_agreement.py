"""Two maps side by side: every pixel is judged rightly, and land is counted on the native grid."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from cropcore.cube.grid import Grid
from cropcore.errors import MissingFileError, RunError
from cropcore.legend import Legend, LegendClass, legend_from_names
from cropcore.mapping.agreement import ClassMap, Verdict, compare_maps, judge
from cropcore.mapping.map_pixel import MapPixel, map_pixel
from tests.building import PIXEL, transform, write_raster

LEGEND = legend_from_names(["maize", "rice", "tea"])
A = [[1, 1, 2, 2], [1, 255, 3, 1], [2, 2, 1, 255]]
B = [[1, 2, 2, 1], [1, 1, 2, 2], [255, 2, 3, 255]]
LABELS = [[1, 1, 1, 1], [0, 1, 1, 0], [2, 0, 2, 0]]
EXPECTED = [[1, 2, 4, 3], [5, 0, 4, 6], [0, 5, 4, 0]]


def grid_of(codes):
    height, width = np.shape(codes)
    return Grid("EPSG:32631", tuple(transform())[:6], width, height)


def class_map(path, codes, legend=LEGEND, **others):
    write_raster(path, np.array(codes, np.uint8), nodata=255, **others)
    return ClassMap(path, legend)


def compared(folder, a=A, b=B, labels=LABELS, **others):
    maps = class_map(folder / "a.tif", a), class_map(folder / "b.tif", b)
    codes = np.array(labels, np.uint8)
    return compare_maps(*maps, grid_of(a), LEGEND, lambda window: codes[window.slices], **others)


def test_each_pixel_has_its_verdict_and_land_its_hectares(tmp_path):
    found = compared(tmp_path)
    np.testing.assert_array_equal(found.verdicts, EXPECTED)
    hectare = PIXEL**2 / 1e4
    assert found.hectares == {
        Verdict.BOTH_RIGHT: pytest.approx(1 * hectare),
        Verdict.ONLY_A: pytest.approx(1 * hectare),
        Verdict.ONLY_B: pytest.approx(1 * hectare),
        Verdict.BOTH_WRONG: pytest.approx(3 * hectare),
        Verdict.SAME: pytest.approx(2 * hectare),
        Verdict.OTHER: pytest.approx(1 * hectare),
    }


def test_without_labels_maps_are_judged_by_each_other_only(tmp_path):
    maps = class_map(tmp_path / "a.tif", A), class_map(tmp_path / "b.tif", B)
    for labels in (None, lambda window: None):
        found = compare_maps(*maps, grid_of(A), LEGEND, labels)
        np.testing.assert_array_equal(found.verdicts, [[5, 6, 5, 6], [5, 0, 6, 6], [0, 5, 6, 0]])
    assert set(np.unique(found.verdicts)) == {0, Verdict.SAME, Verdict.OTHER}


def test_only_kept_pixels_count(tmp_path):
    kept = np.array([[0, 0], [0, 3], [1, 1], [2, 1], [99, 0], [0, 99]])
    found = compared(tmp_path, kept=kept)
    np.testing.assert_array_equal(found.verdicts, [[1, 0, 0, 3], [0, 0, 0, 0], [0, 5, 0, 0]])
    assert sum(found.hectares.values()) == pytest.approx(3 * PIXEL**2 / 1e4)
    assert not compared(tmp_path, kept=np.empty((0, 2), int)).verdicts.any()


def test_classes_are_the_same_where_their_names_are(tmp_path):
    """The second legend numbers its classes the other way round and knows one more."""
    other = Legend(
        (
            LegendClass(1, "rice", "#111111"),
            LegendClass(2, "maize", "#222222"),
            LegendClass(9, "coffee", "#333333"),
        )
    )
    a = class_map(tmp_path / "a.tif", [[1, 2, 1, 3, 77]])
    b = class_map(tmp_path / "b.tif", [[2, 1, 1, 9, 2]], other)
    labels = np.array([[1, 2, 1, 0, 1]], np.uint8)
    found = compare_maps(a, b, grid_of([[0] * 5]), LEGEND, lambda window: labels[window.slices])
    np.testing.assert_array_equal(
        found.verdicts,
        [[Verdict.BOTH_RIGHT, Verdict.BOTH_RIGHT, Verdict.ONLY_A, Verdict.OTHER, Verdict.NOTHING]],
    )


@settings(max_examples=30, deadline=None)
@given(some.integers(0, 2**32 - 1))
def test_turning_the_maps_round_turns_the_verdicts_round(seed):
    a, b, labels = np.random.default_rng(seed).integers(0, 4, (3, 40))
    turned = {Verdict.ONLY_A: Verdict.ONLY_B, Verdict.ONLY_B: Verdict.ONLY_A}
    there, back = judge(a, b, labels), judge(b, a, labels)
    assert [turned.get(Verdict(code), code) for code in there] == back.tolist()


def test_blocks_make_no_difference(tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    a, b, labels = rng.integers(1, 4, (3, 23, 17))
    whole = compared(tmp_path, a, b, labels)
    monkeypatch.setattr("cropcore.mapping.agreement._BLOCK", 5)
    parts = compared(tmp_path, a, b, labels)
    np.testing.assert_array_equal(whole.verdicts, parts.verdicts)
    assert parts.hectares == pytest.approx(whole.hectares)


@pytest.mark.parametrize(
    "others",
    [
        {"affine": transform(origin=(600_010.0, 5_600_000.0))},
        {"affine": transform(pixel=20.0)},
        {"crs": "EPSG:32632"},
    ],
)
def test_other_grids_are_refused_in_a_sentence(tmp_path, others):
    maps = class_map(tmp_path / "a.tif", A), class_map(tmp_path / "b.tif", B, **others)
    with pytest.raises(RunError, match="expected a map on the grid of the region"):
        compare_maps(*maps, grid_of(A))


def test_other_sizes_are_refused(tmp_path):
    maps = class_map(tmp_path / "a.tif", A), class_map(tmp_path / "b.tif", B[:2])
    with pytest.raises(RunError, match="map the region again"):
        compare_maps(*maps, grid_of(A))


def test_a_pixel_of_a_map_is_read_alone(tmp_path):
    class_map(tmp_path / "class_map.tif", A)
    write_raster(tmp_path / "confidence.tif", np.full((3, 4), 83, np.uint8), nodata=255)
    assert map_pixel(tmp_path, 0, 2) == MapPixel(2, 83)
    assert map_pixel(tmp_path, 1, 1) is None
    (tmp_path / "confidence.tif").unlink()
    with pytest.raises(MissingFileError):
        map_pixel(tmp_path, 0, 2)
