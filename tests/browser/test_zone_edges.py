"""A click finds its pixel exactly, also where a UTM grid stands askew on the map."""

from dataclasses import dataclass

import numpy as np
import pytest
from playwright.sync_api import expect
from pyproj import Transformer

from cropcore.cube import Grid
from cropcore.workspace import sample_data
from tests.browser.acting import LONG, address, on_map, painted
from tests.browser.conftest import serving
from tests.building import PIXEL, transform, write_region

SIZE = (120, 160)
"""Rows, columns; large enough for a grid placed by its corners alone to be off by pixels."""
PIXELS = ((0, 0), (60, 80), (119, 37))
INSIDE = ((0.0, 0.0), (-0.3, 0.3), (0.45, 0.45))
"""Distances from a pixel's centre, pixels (down, right)."""
DEEPEST = 20


@dataclass(frozen=True)
class Place:
    """A region at the edge of its zone."""

    crs: str
    lon: float
    lat: float

    @property
    def origin(self) -> tuple[float, float]:
        x, y = Transformer.from_crs("EPSG:4326", self.crs, always_xy=True).transform(
            self.lon, self.lat
        )
        return round(x, -1) - SIZE[1] * PIXEL / 2, round(y, -1) + SIZE[0] * PIXEL / 2

    @property
    def grid(self) -> Grid:
        return Grid(self.crs, tuple(transform(self.origin))[:6], SIZE[1], SIZE[0])


PLACES = {
    "east": Place("EPSG:32631", 5.999, 50.0),
    "west": Place("EPSG:32632", 6.001, 50.0),
    "namibia": Place("EPSG:32733", 12.001, -17.5),
    "brazil": Place("EPSG:32722", -48.001, -12.5),
    "north": Place("EPSG:32635", 29.999, 65.5),
}


@pytest.fixture(scope="module")
def edges(tmp_path_factory):
    """The address of a dashboard with a region at every place, and no run that could be asked."""
    workspace = tmp_path_factory.mktemp("edges")
    for name, place in PLACES.items():
        write_region(
            workspace / "regions" / name,
            size=SIZE,
            labels=None,
            sources=("s2",),
            n_dates=2,
            crs=place.crs,
            origin=place.origin,
        )
    for run in (sample_data() / "runs").iterdir():  # hidden: what is bundled needs TensorFlow
        hiding = workspace / "runs" / run.name
        hiding.mkdir(parents=True)
        (hiding / "run.json").write_text("{]", encoding="utf-8")
    with serving(workspace, tmp_path_factory.mktemp("dashboard")) as served:
        yield served


def click_at(page, lon, lat):
    """Brings a point to the middle of the map, as near as can be, and clicks on it."""
    on_map(page, f"map.setView([{lat}, {lon}], {DEEPEST}, {{animate: false}})")
    point = on_map(page, f"map.latLngToContainerPoint([{lat}, {lon}])")
    box = page.locator("iframe").first.bounding_box()
    page.mouse.click(box["x"] + point["x"], box["y"] + point["y"])


@pytest.mark.parametrize("name", PLACES)
def test_click_finds_its_pixel(name, edges, page):
    grid = PLACES[name].grid
    page.goto(f"{edges}/?region={name}&layer=rgb")
    painted(page)
    for down, right in INSIDE:
        for row, col in PIXELS:  # each click in another pixel than the one before
            lon, lat = (
                float(axis[0])
                for axis in grid.lonlat(np.array([row + down]), np.array([col + right]))
            )
            click_at(page, lon, lat)
            said = page.get_by_text(f"Row {row}, column {col} ·")
            expect(said).to_have_count(1, timeout=LONG)
            told = address(page)
            assert float(told["lon"]) == pytest.approx(lon, abs=1e-5)
            assert float(told["lat"]) == pytest.approx(lat, abs=1e-5)
    assert page.wrong == []


@pytest.mark.parametrize("name", PLACES)
def test_click_beside_the_grid_is_said(name, edges, page):
    lon, lat = (
        float(axis[0])
        for axis in PLACES[name].grid.lonlat(np.array([-0.55]), np.array([SIZE[1] / 2]))
    )
    page.goto(f"{edges}/?region={name}&layer=rgb")
    painted(page)
    click_at(page, lon, lat)
    expect(page.get_by_text("lies outside the imagery")).to_have_count(1, timeout=LONG)
