"""Tiles: the right picture for a right address, and nothing but 4xx for any other."""

import io
from urllib.parse import quote

import morecantile
import numpy as np
import pytest
import rasterio
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from cropcore.legend import legend_from_names
from dashboard.catalog import read_catalog
from dashboard.opened import opened
from dashboard.tiles.addresses import label_tiles, map_tiles, picture_tiles
from dashboard.tiles.routes import tile_routes
from tests.dashboard.building import CLASSES, REGION

pytestmark = pytest.mark.filterwarnings("ignore:Use `@` matmul:PendingDeprecationWarning")
GRID = morecantile.tms.get("WebMercatorQuad")


@pytest.fixture
def client(workspace):
    app = Starlette(routes=[*tile_routes(), *tile_routes("/below")])
    return TestClient(app, raise_server_exceptions=True)


@pytest.fixture
def place(workspace):
    return opened(workspace / "regions" / REGION)


def pixels(answer):
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/png"
    return np.asarray(Image.open(io.BytesIO(answer.content))).transpose(2, 0, 1)


def tile_at(place, row, col, zoom=19):
    """A tile within which a pixel lies, and that pixel's place in its picture."""
    lon, lat = place.folder.grid.lonlat(np.array([row]), np.array([col]))
    tile = GRID.tile(lon[0], lat[0], zoom)
    box, point = GRID.bounds(tile), (lon[0], lat[0])
    across = int((point[0] - box.left) / (box.right - box.left) * 512)
    down = int((box.top - point[1]) / (box.top - box.bottom) * 512)
    return tile, down, across


def at(template, tile):
    return template.format(x=tile.x, y=tile.y, z=tile.z)


def test_class_of_a_pixel_has_its_colour(client, workspace, place):
    run = read_catalog().run("good")
    found = run.maps[0]
    with rasterio.open(found.raster("class_map.tif")) as raster:
        codes = raster.read(1)
    colours = {item.code: item.rgb for item in legend_from_names(CLASSES)}
    template = map_tiles("", run.id, found, "class", ())
    for row, col in ((3, 4), (20, 31), (47, 59)):
        tile, down, across = tile_at(place, row, col)
        picture = pixels(client.get(at(template, tile)))
        assert tuple(picture[:3, down, across]) == colours[int(codes[row, col])]
        hidden = at(map_tiles("/below", run.id, found, "class", (1, 2, 3)), tile)
        assert pixels(client.get(hidden))[3].max() == 0


def test_confidence_labels_and_pictures_are_drawn(client, place):
    run = read_catalog().run("good")
    day = place.clearest
    tile, down, across = tile_at(place, 9, 9, zoom=15)
    for template in (
        map_tiles("", run.id, run.maps[0], "confidence", ()),
        label_tiles("", REGION, ()),
        picture_tiles("", REGION, "rgb", day),
        picture_tiles("", REGION, "nir", day),
    ):
        assert pixels(client.get(at(template, tile)))[3, down, across] == 255
    beside = at(label_tiles("", REGION, ()), GRID.tile(100, 10, 12))
    assert pixels(client.get(beside))[3].max() == 0


def test_labels_lie_where_their_pixels_do(client, place):
    colours = {item.code: item.rgb for item in place.legend}
    for row, col in ((0, 0), (25, 13), (47, 59)):
        tile, down, across = tile_at(place, row, col)
        picture = pixels(client.get(at(label_tiles("", REGION, ()), tile)))
        code = int(place.folder.labels_in(place.folder.grid.whole)[row, col])
        assert tuple(picture[:3, down, across]) == colours[code]


REGION_PART = quote(REGION, safe="")


@pytest.mark.parametrize(
    "path",
    [
        "/tiles/none/valley/class/14/1/1.png",
        "/tiles/good/none/class/14/1/1.png",
        "/tiles/good/valley/secret/14/1/1.png",
        "/tiles/good/valley/probabilities/14/1/1.png",
        "/tiles/../runs/class/14/1/1.png",
        "/tiles/%2e%2e/valley/class/14/1/1.png",
        "/tiles/good/..%2f..%2f..%2fsecret.txt/class/14/1/1.png",
        "/tiles/damaged/valley/class/14/1/1.png",
        "/tiles/good/valley/class/-1/1/1.png",
        "/tiles/good/valley/class/14/-1/1.png",
        "/tiles/good/valley/class/14/1/999999999999.png",
        "/tiles/good/valley/class/14/16384/1.png",
        "/tiles/good/valley/class/25/1/1.png",
        "/tiles/good/valley/class/z/x/y.png",
        "/tiles/good/valley/class/1e1/1/1.png",
        "/tiles/good/valley/class/²/1/1.png",
        "/tiles/good/valley/class/14/1/1.tif",
        "/tiles/good/valley/class/14/1/1.png?hide=1,a",
        "/tiles/good/valley/class/14/1/1.png?hide=../x",
        "/region-tiles/none/labels/14/1/1.png",
        "/region-tiles/broken/labels/14/1/1.png",
        "/region-tiles/table.csv/labels/14/1/1.png",
        "/region-tiles/unmapped/labels/14/1/1.png",
        f"/region-tiles/{REGION_PART}/rgb/2021-13-01/14/1/1.png",
        f"/region-tiles/{REGION_PART}/rgb/1999-01-01/14/1/1.png",
        f"/region-tiles/{REGION_PART}/swir/2021-03-05/14/1/1.png",
        f"/region-tiles/{REGION_PART}/rgb/..%2f..%2fsecret.txt/14/1/1.png",
    ],
)
def test_wrong_address_is_refused(client, path):
    answer = client.get(path)
    assert 400 <= answer.status_code < 500
    assert "Traceback" not in answer.text
    assert "nobody" not in answer.text


def test_damaged_raster_is_no_picture(client, workspace, tmp_path):
    path = workspace / "runs" / "good" / "maps" / "valley" / "confidence.tif"
    whole = path.read_bytes()
    path.write_bytes(whole[:100])
    try:
        answer = client.get("/tiles/good/valley/confidence/10/525/345.png")
        assert answer.status_code == 404
    finally:
        path.write_bytes(whole)
