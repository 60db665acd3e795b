"""The page of explanations as people meet it."""

import re
from urllib.parse import quote

import pytest

from tests.browser.acting import LONG, address, click, leaflet, open_tab, painted, rests
from tests.dashboard.building import REGION

HOME = f"/explain?region={quote(REGION)}&run=good&language=en"
PLACE = "lon=4.415&lat=50.541"
STRONGEST = "() => [...document.body.innerText.matchAll(/Strongest:.*/g)].length >= 2"
CHECKED = "() => [...document.body.innerText.matchAll(/Randomisation/g)].length >= 2"
CELLS = """() => [...document.querySelectorAll(".st-key-why-contribution .nsewdrag")]
    .map((drag) => drag.getBoundingClientRect())
    .map((box) => [box.x, box.y, box.width, box.height])
    .sort((one, other) => other[2] * other[3] - one[2] * one[3])[0]"""


@pytest.fixture(scope="module")
def tab(window, dashboard):
    """One tab for all tests here, on the page and with a pixel explained."""
    page = open_tab(window)
    page.goto(f"{dashboard}{HOME}&{PLACE}")
    painted(page)
    page.wait_for_function(CHECKED, timeout=LONG)
    yield page
    assert page.wrong == []
    page.close()


def waits(page, text):
    page.wait_for_function("(text) => location.search.includes(text)", arg=text, timeout=LONG)


def test_click_gives_class_and_reasons(tab):
    before = address(tab)
    click(tab, 0.45, 0.4)
    moved = "(lat) => new URLSearchParams(location.search).get('lat') !== lat"
    tab.wait_for_function(moved, arg=before["lat"], timeout=LONG)
    tab.wait_for_function(STRONGEST, timeout=LONG)
    tab.get_by_text(re.compile(r"softmax \d\.\d\d, calibrated \d\.\d\d")).wait_for(timeout=LONG)
    tab.wait_for_function(CHECKED, timeout=LONG)


def test_pixel_is_pinned_and_come_back_to(tab):
    tab.get_by_role("button", name="Pin", exact=True).click()
    waits(tab, "pins=")
    leaflet(tab).locator(".pin").first.wait_for(timeout=LONG)
    there = address(tab)["lat"]
    tab.get_by_label("Latitude, °").fill("50.5415")
    tab.get_by_label("Longitude, °").fill("4.4155")
    tab.get_by_label("Longitude, °").press("Enter")
    waits(tab, "lat=50.5415")
    tab.get_by_role("radio", name=re.compile("^1 ·"), checked=False).click(timeout=LONG)
    waits(tab, f"lat={there}")


def test_contrast_asks_another_question(tab):
    rests(tab)
    tab.get_by_label("Rather than").click()
    tab.get_by_role("option").nth(1).click()
    tab.get_by_role("heading", name=re.compile("Why .* and not ")).wait_for(timeout=LONG)
    assert "contrast" in address(tab)


def test_cell_shows_its_date_on_the_map(tab):
    rests(tab)
    tab.locator(".st-key-why-contribution").scroll_into_view_if_needed()
    x, y, width, height = tab.evaluate(CELLS)
    tab.mouse.move(x + width * 0.6, y + height * 0.4)
    tab.wait_for_timeout(300)
    tab.mouse.click(x + width * 0.6, y + height * 0.4)
    waits(tab, "day=")
    found = address(tab)
    assert found["layer"] == "rgb"
    assert found["band"]
    for _ in range(100):
        if any("rgb" in url and found["date"] in url for url in tab.asked):
            break
        tab.wait_for_timeout(100)
    else:
        pytest.fail("the map never asked for the picture of that date")


def test_what_if_answers(tab):
    rests(tab)
    bands = tab.get_by_label("Drop these bands")
    bands.evaluate("field => field.scrollIntoView({block: 'center'})")
    bands.click()
    tab.wait_for_timeout(300)
    tab.keyboard.type("B08", delay=30)
    tab.keyboard.press("Enter")
    waits(tab, "dropped=B08")
    tab.get_by_text(re.compile(r"(Still|becomes).*→")).first.wait_for(timeout=LONG)


def test_values_and_checks_are_there_as_text(tab):
    rests(tab)
    tab.get_by_text("As a table").first.click()
    tab.locator(".st-key-table-sensitivity").get_by_test_id("stDataFrame").wait_for(timeout=LONG)
    rests(tab)
    tab.get_by_text("Can this explanation be trusted?").first.click()
    tab.get_by_text("the probability must fall sooner").first.wait_for(timeout=LONG)


def test_link_brings_it_all_back(tab, window):
    again = open_tab(window)
    again.goto(tab.url)
    painted(again)
    again.get_by_role("heading", name=re.compile("Why .* and not ")).wait_for(timeout=LONG)
    again.get_by_text(re.compile(r"(Still|becomes).*→")).first.wait_for(timeout=LONG)
    leaflet(again).locator(".pin").first.wait_for(timeout=LONG)
    assert address(again) == address(tab)
    assert again.wrong == []
    again.close()


def test_crop_map_leads_here_with_its_pixel(page, dashboard):
    page.goto(f"{dashboard}/?region={quote(REGION)}&run=good&language=en&{PLACE}")
    page.get_by_text("Strongest:").wait_for(timeout=LONG)
    page.get_by_role("button", name="Explain further").click()
    page.wait_for_function("location.pathname.endsWith('/explain')", timeout=LONG)
    page.wait_for_function(STRONGEST, timeout=LONG)
    assert address(page)["lat"] == "50.541"
    assert page.wrong == []
