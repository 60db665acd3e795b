"""The page on confidence as people meet it."""

import csv
import re
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.acting import LONG, address, click, leaflet, painted, zoom_of
from tests.dashboard.building import HOSTILE, REGION

HOME = f"/confidence?region={quote(REGION)}&run=good"
PLACE = "lon=4.415&lat=50.541"


def asked_for(page, *parts):
    """Tiles whose address holds all of these."""
    return [url for url in page.asked if "/tiles/" in url and all(part in url for part in parts)]


def wait_for_tiles(page, *parts):
    for _ in range(LONG // 100):
        if asked_for(page, *parts):
            painted(page)
            return
        page.wait_for_timeout(100)
    pytest.fail(f"no tile of {parts}")


def test_slider_changes_the_tiles_and_keeps_the_view(page, dashboard):
    page.goto(dashboard + HOME)
    painted(page)
    leaflet(page).locator(".leaflet-control-zoom-in").click()
    page.wait_for_timeout(800)
    before = zoom_of(page)
    wait_for_tiles(page, "confidence")
    assert not asked_for(page, "least=")
    page.get_by_role("slider", name="Least confidence drawn, %").press("End")
    page.wait_for_function("location.search.includes('threshold=100')", timeout=LONG)
    wait_for_tiles(page, "confidence", "least=100")
    assert zoom_of(page) == before
    page.get_by_test_id("stSidebar").get_by_text("Crops", exact=True).click()
    wait_for_tiles(page, "class", "least=100")
    assert zoom_of(page) == before
    assert page.wrong == []


def test_nothing_leaves_the_host(page, dashboard):
    page.goto(f"{dashboard}{HOME}&threshold=80")
    painted(page)
    page.get_by_text("Which classes are given").wait_for(timeout=LONG)
    page.wait_for_timeout(500)
    hosts = {urlsplit(url).netloc for url in page.asked if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(dashboard).netloc}
    assert page.wrong == []


def test_link_restores_threshold_layer_and_pixel(page, dashboard):
    page.goto(f"{dashboard}{HOME}&threshold=70&layer=class&hidden=2&{PLACE}")
    painted(page)
    slider = page.get_by_role("slider", name="Least confidence drawn, %")
    expect(slider).to_have_value("70")
    wait_for_tiles(page, "class", "least=70", "hide=2")
    page.get_by_text(re.compile(r"\d+ % calibrated confidence")).wait_for(timeout=LONG)
    expect(leaflet(page).locator("path")).to_have_count(4, timeout=LONG)
    assert page.wrong == []


def test_click_names_the_pixel_and_the_crop_map_explains_it(page, dashboard):
    page.goto(f"{dashboard}{HOME}&threshold=60")
    painted(page)
    before = zoom_of(page)
    click(page, 0.5, 0.5)
    page.get_by_text(re.compile(r"\d+ % calibrated confidence")).wait_for(timeout=LONG)
    assert zoom_of(page) == before
    chosen = address(page)
    page.get_by_text("See the crop map").click()
    page.get_by_text("What the satellites saw").wait_for(timeout=LONG)
    there = address(page)
    assert urlsplit(page.url).path == "/"
    assert {name: there[name] for name in ("region", "run", "lon", "lat")} == {
        name: chosen[name] for name in ("region", "run", "lon", "lat")
    }
    assert page.wrong == []


@pytest.mark.parametrize("name", ["Areas", "Diagram", "Classes"])
def test_tables_are_handed_out(page, dashboard, name):
    page.goto(f"{dashboard}/confidence?region={quote(REGION)}&run=good&threshold=80")
    with page.expect_download(timeout=LONG) as waiting:
        page.get_by_role("button", name=f"{name} (CSV)").click(timeout=LONG)
    header, *rows = Path(waiting.value.path()).read_text(encoding="utf-8").splitlines()
    assert len(rows) >= 3
    assert all(len(row) == len(header.split(",")) for row in csv.reader(rows))
    assert page.wrong == []


def test_both_probabilities_can_be_seen(page, dashboard):
    page.goto(dashboard + HOME)
    page.get_by_text("Does its confidence come true?").wait_for(timeout=LONG)
    page.get_by_role("radio", name="Both").click()
    expect(page.locator(".legendtext", has_text="Softmax")).to_have_count(1, timeout=LONG)
    page.wait_for_timeout(500)
    assert page.wrong == []


def test_one_class_alone(page, dashboard):
    page.goto(f"{dashboard}/?region={quote(REGION)}&run=good")
    painted(page)
    page.get_by_text(HOSTILE).first.hover()
    page.get_by_role("button", name="only").locator("visible=true").nth(1).click()
    page.wait_for_function("location.search.includes('hidden=')", timeout=LONG)
    hidden = address(page)["hidden"]
    assert len(hidden.split(",")) == 2
    wait_for_tiles(page, "class", f"hide={hidden}")
    assert page.wrong == []
