"""The crop map as people meet it."""

import re
import time
from urllib.parse import quote, urlsplit

from playwright.sync_api import expect

from tests.browser.acting import LONG, address, click, leaflet, on_map, painted, zoom_of
from tests.dashboard.building import HOSTILE, REGION

PLACE = "lon=4.415&lat=50.541"
HOME = f"/?region={quote(REGION)}&run=good"


def test_first_screen_is_a_painted_map_and_nothing_leaves_the_host(page, dashboard):
    page.goto(dashboard)
    painted(page)
    page.get_by_text("Simulated", exact=True).first.wait_for()
    page.wait_for_timeout(500)
    hosts = {urlsplit(url).netloc for url in page.asked if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(dashboard).netloc}
    assert page.wrong == []


def test_opened_again_the_map_is_there(page, dashboard):
    """How long it takes is printed: machines differ, and a busy one is no failure."""
    page.goto(dashboard + HOME)
    painted(page)
    begun = time.monotonic()
    page.goto(dashboard + HOME)
    painted(page)
    print(f"\npainted {time.monotonic() - begun:.1f} s after opening")


def test_click_fills_the_panel_and_keeps_the_view(page, dashboard):
    page.goto(dashboard + HOME)
    painted(page)
    leaflet(page).locator(".leaflet-control-zoom-in").click()
    page.wait_for_timeout(800)
    before = zoom_of(page)
    click(page, 0.5, 0.5)
    page.get_by_text(re.compile(r"softmax \d\.\d\d, calibrated \d\.\d\d")).wait_for(timeout=LONG)
    page.get_by_text("Strongest:").wait_for(timeout=LONG)
    assert zoom_of(page) == before
    square_and_ring = leaflet(page).locator("path")  # each dark and light
    expect(square_and_ring).to_have_count(4, timeout=LONG)
    first = address(page)
    begun = time.monotonic()
    click(page, 0.4, 0.6)
    page.wait_for_function(f"!location.search.includes('{first['lon']}')", timeout=LONG)
    page.get_by_text("Strongest:").wait_for(timeout=LONG)
    print(f"\nclick to explanation: {time.monotonic() - begun:.1f} s")
    assert zoom_of(page) == before
    assert page.wrong == []


def test_fast_clicks_are_not_lost(page, dashboard):
    page.goto(dashboard + HOME)
    painted(page)
    click(page, 0.5, 0.5)
    page.get_by_text("Strongest:").wait_for(timeout=LONG)
    for step in range(6):
        click(page, 0.4 + 0.03 * step, 0.5)
        page.wait_for_timeout(350)
    box = page.locator("iframe").first.bounding_box()
    middle = f"[{box['width'] * 0.55}, {box['height'] * 0.5}]"
    point = on_map(page, f"map.containerPointToLatLng({middle})")
    within = f"Math.abs(new URLSearchParams(location.search).get('lon') - {point['lng']}) < 1e-4"
    page.wait_for_function(within, timeout=LONG)


def test_fields_do_what_a_click_does(page, dashboard):
    page.goto(dashboard + HOME)
    painted(page)
    page.get_by_label("Latitude, °").fill("50.541")
    page.get_by_label("Longitude, °").fill("4.415")
    page.get_by_label("Longitude, °").press("Enter")
    page.get_by_text(re.compile(r"softmax \d")).wait_for(timeout=LONG)
    page.wait_for_function("location.search.includes('lat=50.541')", timeout=LONG)
    expect(leaflet(page).locator("path")).to_have_count(4, timeout=LONG)


def test_link_restores_everything(page, dashboard):
    query = f"region={quote(REGION)}&run=good&layer=labels&opacity=0.4&hidden=2&{PLACE}"
    page.goto(f"{dashboard}/?{query}&method=saliency&contrast=3&language=en")
    painted(page)
    page.get_by_text("and not").wait_for(timeout=LONG)
    page.get_by_text("Sensitivity:").wait_for(timeout=LONG)
    assert page.get_by_label("Latitude, °").input_value() == "50.541000"
    assert any("labels" in url and "hide=2" in url for url in page.asked)
    assert address(page)["contrast"] == "3"
    assert page.wrong == []


def test_choices_reach_the_map_without_losing_the_view(page, dashboard):
    page.goto(dashboard + HOME)
    painted(page)
    leaflet(page).locator(".leaflet-control-zoom-in").click()
    page.wait_for_timeout(800)
    before = zoom_of(page)
    for layer in ("Confidence", "Reference", "Natural colour", "Infrared", "Crops"):
        page.get_by_test_id("stSidebar").get_by_text(layer, exact=True).click()
        page.wait_for_timeout(900)
        painted(page)
    assert zoom_of(page) == before
    page.get_by_text("counted pixels").wait_for()
    page.wait_for_timeout(1500)
    with page.expect_request(lambda request: "hide=2" in request.url, timeout=LONG):
        page.get_by_text(HOSTILE).first.click()
    page.wait_for_function("location.search.includes('hidden=2')")
    assert zoom_of(page) == before
    assert page.wrong == []


def test_chinese_and_back(page, dashboard):
    page.goto(f"{dashboard}{HOME}&{PLACE}")
    painted(page)
    page.get_by_text("简体中文").click()
    page.get_by_text("卫星观测到什么").wait_for(timeout=LONG)
    page.get_by_text("冬小麦").first.wait_for()
    page.get_by_text("English").click()
    page.get_by_text("What the satellites saw").wait_for(timeout=LONG)
    assert page.wrong == []


def test_all_works_below_a_base_path(page, dashboard_below):
    page.goto(f"{dashboard_below}{HOME}&{PLACE}")
    painted(page)
    page.get_by_text("Strongest:").wait_for(timeout=LONG)
    ours = [url for url in page.asked if "tiles/" in url or "/assets/" in url]
    assert ours
    assert all(url.startswith(f"{dashboard_below}/") for url in ours)
    assert page.wrong == []
