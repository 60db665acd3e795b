"""Tiles of what is sure: thresholds, margin, entropy, and the map against reference labels."""

import io

import morecantile
import numpy as np
import pytest
import rasterio
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from cropcore.cube import Grid
from cropcore.mapping.agreement import Agreement, Verdict
from dashboard.catalog import read_catalog
from dashboard.compared import VERDICT_COLORS
from dashboard.opened import opened
from dashboard.tiles import drawing
from dashboard.tiles.addresses import error_tiles, map_tiles
from dashboard.tiles.routes import _SPREADS, tile_routes
from tests.building import CRS, write_raster
from tests.dashboard.building import REGION

pytestmark = pytest.mark.filterwarnings("ignore:Use `@` matmul:PendingDeprecationWarning")
WEB = morecantile.tms.get("WebMercatorQuad")
CODES = np.array([[1, 2], [1, 255]], np.uint8)
PERCENT = np.array([[90, 50], [49, 255]], np.uint8)
STEPS = np.array([[[225, 50], [250, 255]], [[25, 200], [0, 255]]], np.uint8)
"""Probabilities .9/.1, .2/.8, 1/0 and none."""
GRID = Grid(CRS, (10.0, 0, 600_000.0, 0, -10.0, 5_600_000.0), 2, 2)


@pytest.fixture
def planted(tmp_path):
    write_raster(tmp_path / "class_map.tif", CODES, nodata=255, photometric="MINISBLACK")
    with rasterio.open(tmp_path / "class_map.tif", "r+") as raster:
        raster.write_colormap(1, {1: (255, 0, 0, 255), 2: (0, 0, 255, 255)})
    write_raster(tmp_path / "confidence.tif", PERCENT, nodata=255)
    write_raster(tmp_path / "probabilities.tif", STEPS, nodata=255, photometric="MINISBLACK")
    return tmp_path


def look(png, row, col, grid=GRID, zoom=20):
    """The colour that a tile gives a pixel; ``png`` draws the tile it is asked for."""
    lon, lat = (float(axis) for axis in grid.lonlat(np.array(row), np.array(col)))
    tile = WEB.tile(lon, lat, zoom)
    box = WEB.bounds(tile)
    across = int((lon - box.left) / (box.right - box.left) * 512)
    down = int((box.top - lat) / (box.top - box.bottom) * 512)
    picture = np.asarray(Image.open(io.BytesIO(png((tile.z, tile.x, tile.y)))))
    return tuple(int(part) for part in picture[down, across])


def seen(png):
    """Which of the four planted pixels are drawn."""
    return [look(png, row, col)[3] == 255 for row in (0, 1) for col in (0, 1)]


@pytest.mark.parametrize(
    ("least", "drawn"),
    [(0, [1, 1, 1, 0]), (49, [1, 1, 1, 0]), (50, [1, 1, 0, 0]), (51, [1, 0, 0, 0]), (91, [0] * 4)],
)
def test_what_is_less_sure_is_transparent(planted, least, drawn):
    class_map, confidence = planted / "class_map.tif", planted / "confidence.tif"
    none = frozenset()
    tiles = [
        lambda tile: drawing.class_tile(class_map, tile, none, confidence, least),
        lambda tile: drawing.confidence_tile(confidence, tile, least),
        lambda tile: drawing.spread_tile(
            planted / "probabilities.tif", _SPREADS["margin"], tile, confidence, least
        ),
    ]
    for png in tiles:
        assert seen(png) == [bool(item) for item in drawn]


def test_sure_pixels_keep_the_colour_of_their_class(planted):
    def png(tile):
        paths = planted / "class_map.tif", planted / "confidence.tif"
        return drawing.class_tile(paths[0], tile, frozenset(), paths[1], 50)

    assert look(png, 0, 0) == (255, 0, 0, 255)
    assert look(png, 0, 1) == (0, 0, 255, 255)


@pytest.mark.parametrize(
    ("layer", "percent"),
    [("margin", (80, 60, 100)), ("entropy", (53, 28, 100))],
)
def test_margin_and_entropy_by_hand(planted, layer, percent):
    """Entropy of .9 and .1 is .469 of a bit, of .8 and .2 it is .722."""

    def png(tile):
        paths = planted / "probabilities.tif", planted / "confidence.tif"
        return drawing.spread_tile(paths[0], _SPREADS[layer], tile, paths[1])

    colours = drawing._cividis()
    found = [look(png, *place) for place in ((0, 0), (0, 1), (1, 0))]
    assert found == [tuple(colours[value]) for value in percent]
    assert look(png, 1, 1)[3] == 0


@pytest.fixture
def client(workspace):
    return TestClient(Starlette(routes=tile_routes()), raise_server_exceptions=True)


@pytest.mark.parametrize("least", ["101", "-1", "", "5.5", "1e1", "²", "080", "x", "50,60"])
def test_strange_thresholds_are_refused(client, least):
    for layer in ("class", "confidence", "margin", "entropy"):
        answer = client.get(f"/tiles/good/valley/{layer}/14/1/1.png", params={"least": least})
        assert answer.status_code == 400


@pytest.mark.parametrize("layer", ["class", "confidence", "margin", "entropy"])
def test_addresses_lead_to_tiles_that_follow_the_threshold(client, workspace, layer):
    run = read_catalog().run("good")
    grid = opened(workspace / "regions" / REGION).folder.grid
    with rasterio.open(run.maps[0].raster("confidence.tif")) as raster:
        sure = int(raster.read(1)[20, 30])
    for least, drawn in ((0, True), (sure, True), (min(sure + 1, 100), sure == 100)):
        address = map_tiles("", run.id, run.maps[0], layer, (), least)
        assert ("least" in address) == (least > 0)

        def png(tile, address=address):
            z, x, y = tile
            return client.get(address.format(z=z, x=x, y=y)).content

        assert (look(png, 20, 30, grid)[3] == 255) == drawn


def test_map_against_reference_shows_right_and_wrong(client, workspace):
    run = read_catalog().run("good")
    place = opened(workspace / "regions" / REGION)
    with rasterio.open(run.maps[0].raster("class_map.tif")) as raster:
        codes = raster.read(1)
    assert (codes == place.labels).mean() > 0.9
    address = error_tiles("", run.id, run.maps[0], REGION)

    def png(tile):
        z, x, y = tile
        answer = client.get(address.format(z=z, x=x, y=y))
        assert answer.status_code == 200
        return answer.content

    for row, col in ((3, 4), (20, 31), (47, 59)):
        right = place.labels[row, col] == codes[row, col]
        expected = colour(Verdict.BOTH_RIGHT if right else Verdict.BOTH_WRONG)
        assert look(png, row, col, place.folder.grid) == expected


def test_of_two_maps_only_the_verdicts_asked_for_are_drawn():
    verdicts = np.array([[Verdict.BOTH_RIGHT, Verdict.BOTH_WRONG], [Verdict.SAME, 0]], np.uint8)
    found = Agreement(GRID, verdicts, {})

    def png(tile):
        return drawing.agreement_tile(found, tile, (Verdict.BOTH_RIGHT, Verdict.BOTH_WRONG))

    assert look(png, 0, 0) == colour(Verdict.BOTH_RIGHT)
    assert look(png, 0, 1) == colour(Verdict.BOTH_WRONG)
    assert seen(png) == [True, True, False, False]


def colour(verdict):
    return (*bytes.fromhex(VERDICT_COLORS[verdict][1:]), 255)


@pytest.mark.parametrize(
    "path",
    [
        "/error-tiles/good/nowhere/14/1/1.png",
        "/error-tiles/nobody/unmapped/14/1/1.png",
        "/error-tiles/good/unmapped/14/1/1.png",
        "/error-tiles/good/table.csv/14/1/1.png",
        "/error-tiles/waiting/unmapped/14/1/1.png",
        "/error-tiles/good/..%2fsecret.txt/14/1/1.png",
        "/tiles/good/valley/least/14/1/1.png",
    ],
)
def test_wrong_address_is_refused(client, path):
    assert 400 <= client.get(path).status_code < 500


def test_clear_looks_are_those_of_the_source_that_saw_least(tmp_path):
    counts = np.array([[[9, 2], [8, 255]], [[4, 8], [0, 255]]], np.uint8)  # least: 4, 2, 0, none
    path = write_raster(tmp_path / "clear.tif", counts, nodata=255, photometric="MINISBLACK")
    assert drawing.most_clear(path) == 4
    colours = [
        look(lambda tile: drawing.clear_tile(path, tile), row, col)
        for row in (0, 1)
        for col in (0, 1)
    ]
    table = drawing._cividis()
    assert colours[:3] == [table[100], table[50], table[0]]
    assert colours[3][3] == 0


def test_a_map_never_seen_twice_has_a_scale_all_the_same(tmp_path):
    path = write_raster(tmp_path / "clear.tif", np.zeros((1, 2, 2), np.uint8), nodata=255)
    assert drawing.most_clear(path) == 1
