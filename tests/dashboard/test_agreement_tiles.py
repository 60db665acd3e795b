"""Tiles of agreement: the verdict of every pixel in its colour, and nothing but 4xx for others."""

import itertools
import shutil
from urllib.parse import quote

import numpy as np
import pytest
import rasterio
from starlette.applications import Starlette
from starlette.testclient import TestClient

from cropcore.mapping.agreement import Verdict
from dashboard.catalog import find_region, find_run
from dashboard.compared import RUN_COLORS, VERDICT_COLORS, agreement, kept_pixels
from dashboard.opened import opened
from dashboard.tiles.addresses import agreement_tiles
from dashboard.tiles.routes import tile_routes
from tests.dashboard.building import REGION
from tests.dashboard.test_tiles import at, pixels, tile_at

pytestmark = pytest.mark.filterwarnings("ignore:Use `@` matmul:PendingDeprecationWarning")
SPOTS = [(0, 0), (3, 4), (20, 31), (24, 30), (33, 7), (47, 59)]


@pytest.fixture
def planted(workspace, tmp_path, monkeypatch):
    """Two maps by hand: one right in the upper half, one right in the left half; labels half."""
    mine = shutil.copytree(workspace, tmp_path / "mine")
    monkeypatch.setenv("CROPCORE_WORKSPACE", str(mine))
    labels = opened(mine / "regions" / REGION).labels
    upper = np.arange(48)[:, None] < 24
    left = np.arange(60)[None] < 30
    wrong = labels % 3 + 1
    for run, right in (("good", upper), ("forest", left)):
        path = mine / "runs" / run / "maps" / "valley" / "class_map.tif"
        with rasterio.open(path) as raster:
            profile, colours = raster.profile, raster.colormap(1)
        codes = np.where(right, labels, wrong).astype(np.uint8)
        codes[0, 0] = 255
        with rasterio.open(path, "w", **{**profile, "driver": "GTiff"}) as raster:
            raster.write(codes, 1)
            raster.write_colormap(1, colours)
    verdicts = np.select(
        [upper & left, upper & ~left, ~upper & left],
        [Verdict.BOTH_RIGHT, Verdict.ONLY_A, Verdict.ONLY_B],
        Verdict.BOTH_WRONG,
    )
    verdicts[0, 0] = Verdict.NOTHING
    return verdicts


@pytest.fixture
def client(workspace):
    return TestClient(Starlette(routes=[*tile_routes(), *tile_routes("/below")]))


def template(kept_only=False, base=""):
    runs, region = (find_run("good"), find_run("forest")), find_region(REGION)
    maps = tuple(run.map_of(region) for run in runs)
    return agreement_tiles(base, ("good", "forest"), maps, REGION, kept_only)


def painted(client, address, place, spot):
    tile, down, across = tile_at(place, *spot)
    picture = pixels(client.get(at(address, tile)))
    red, green, blue, opacity = picture[:, down, across].tolist()
    return f"#{red:02x}{green:02x}{blue:02x}" if opacity else None


def test_every_verdict_has_its_colour_and_its_hectares(client, planted):
    place = opened(find_region(REGION).path)
    for base, spot in itertools.product(("", "/below"), SPOTS):
        verdict = planted[spot]
        expected = VERDICT_COLORS[verdict] if verdict else None
        assert painted(client, template(base=base), place, spot) == expected, spot
    found = agreement(find_run("good"), find_run("forest"), find_region(REGION), False)
    np.testing.assert_array_equal(found.verdicts, planted)
    for verdict, area in found.hectares.items():
        assert area == pytest.approx((planted == verdict).sum() * 0.01)


def test_only_kept_pixels_are_drawn(client, planted):
    place = opened(find_region(REGION).path)
    kept = {tuple(spot) for spot in _kept().tolist()}
    inside, outside = next(iter(kept)), next(spot for spot in SPOTS[1:] if spot not in kept)
    address = template(kept_only=True)
    assert painted(client, address, place, inside) == VERDICT_COLORS[planted[inside]]
    assert painted(client, address, place, outside) is None


def _kept():
    return kept_pixels(find_run("good"), find_run("forest"), find_region(REGION))


def test_a_map_made_again_has_another_address(planted):
    before = template()
    path = find_run("good").map_of(find_region(REGION)).raster("map.json")
    path.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    assert template() != before


REGION_PART = quote(REGION, safe="")


@pytest.mark.parametrize(
    "path",
    [
        f"/agreement-tiles/none/forest/{REGION_PART}/14/1/1.png",
        f"/agreement-tiles/good/none/{REGION_PART}/14/1/1.png",
        f"/agreement-tiles/good/damaged/{REGION_PART}/14/1/1.png",
        f"/agreement-tiles/waiting/good/{REGION_PART}/14/1/1.png",
        "/agreement-tiles/good/forest/none/14/1/1.png",
        "/agreement-tiles/good/forest/unmapped/14/1/1.png",
        "/agreement-tiles/good/forest/broken/14/1/1.png",
        "/agreement-tiles/good/forest/table.csv/14/1/1.png",
        f"/agreement-tiles/..%2fgood/forest/{REGION_PART}/14/1/1.png",
        "/agreement-tiles/good/forest/..%2f..%2fsecret.txt/14/1/1.png",
        f"/agreement-tiles/good/forest/{REGION_PART}/14/1/16384.png",
        f"/agreement-tiles/good/forest/{REGION_PART}/25/1/1.png",
        f"/agreement-tiles/good/forest/{REGION_PART}/-1/1/1.png",
        f"/agreement-tiles/good/forest/{REGION_PART}/14/1/1.png?only=secret",
        f"/agreement-tiles/good/forest/{REGION_PART}/14/1/1.tif",
        "/agreement-tiles/good",
    ],
)
def test_wrong_address_is_refused(client, path):
    answer = client.get(path)
    assert 400 <= answer.status_code < 500
    assert "Traceback" not in answer.text
    assert "nobody" not in answer.text


def test_maps_on_different_grids_are_no_picture(client, planted):
    path = find_run("forest").map_of(find_region(REGION)).raster("class_map.tif")
    with rasterio.open(path) as raster:
        profile, codes = raster.profile, raster.read(1)
    with rasterio.open(path, "w", **{**profile, "height": 40}) as raster:
        raster.write(codes[:40], 1)
    place = opened(find_region(REGION).path)
    tile, _, _ = tile_at(place, 3, 4)
    assert client.get(at(template(), tile)).status_code == 404


# Machado, Oliveira and Fernandes (2009), doi:10.1109/TVCG.2009.113, severity 1, linear RGB.
DEFICIENCIES = {
    "none": np.eye(3),
    "deutan": [[0.3673, 0.8606, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9689]],
    "protan": [[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]],
    "tritan": [[1.2555, -0.0767, -0.1788], [-0.0784, 0.9308, 0.1476], [0.0047, 0.6914, 0.3039]],
}
TO_XYZ = [[0.4125, 0.3576, 0.1804], [0.2127, 0.7152, 0.0722], [0.0193, 0.1192, 0.9503]]


def lab(color, seen):
    """A colour as somebody sees it, in CIE L*a*b*."""
    stored = np.frombuffer(bytes.fromhex(color[1:]), np.uint8) / 255
    linear = np.where(stored <= 0.04045, stored / 12.92, ((stored + 0.055) / 1.055) ** 2.4)
    xyz = np.array(TO_XYZ) @ np.clip(np.array(seen) @ linear, 0, 1) / [0.9505, 1, 1.0888]
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("seen", DEFICIENCIES.values(), ids=DEFICIENCIES)
def test_colours_are_told_apart_by_everybody(seen):
    colors = [lab(color, seen) for color in VERDICT_COLORS.values()]
    nearest = min(np.linalg.norm(a - b) for a, b in itertools.combinations(colors, 2))
    assert nearest > 15, "2.3 can just be told apart"
    assert set(RUN_COLORS) <= set(VERDICT_COLORS.values())
