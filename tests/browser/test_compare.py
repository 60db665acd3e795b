"""Two runs compared as people do it: drag the line, click a pixel, click a cell."""

import re
from urllib.parse import quote, urlsplit

from playwright.sync_api import expect

from tests.browser.acting import LONG, address, click, leaflet, on_map, painted, zoom_of
from tests.dashboard.building import HOSTILE, REGION

HOME = f"/compare?region={quote(REGION)}&run=good&second=forest"
PLACE = "lon=4.415&lat=50.541"
CLIPS = "['left', 'right'].map((side) => map.cropcore[side].at(-1).getContainer().style.clip)"
RINGS = 4
"""Square and ring around a pixel, each dark and light."""


def swipe_map(page):
    painted(page)
    leaflet(page).locator(".leaflet-sbs-divider").wait_for(timeout=LONG)


def drag(page, target):
    """Takes the line by its handle to a share of the map's width."""
    box = page.locator("iframe").first.bounding_box()
    start = on_map(page, "map.cropcoreSwipe.getPosition()")
    height = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + start, height)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * target, height, steps=8)
    page.mouse.up()


def edges(page):
    """Right edge of the left layer and left edge of the right one, points."""
    left, right = (
        [float(part) for part in re.findall(r"-?[\d.]+(?=px)", clip)]
        for clip in on_map(page, CLIPS)
    )
    return left[1], right[3]


def test_line_is_dragged_and_nothing_leaves_the_host(page, dashboard):
    page.goto(dashboard + HOME)
    swipe_map(page)
    labels = leaflet(page).locator(".cropcore-side")
    expect(labels).to_have_text(["Agood", "Bforest"])
    tiles = [url for url in page.asked if "/tiles/" in url]
    assert {run for run in ("good", "forest") if any(f"/tiles/{run}/" in url for url in tiles)} == {
        "good",
        "forest",
    }
    before, view = edges(page), zoom_of(page)
    assert before[0] == before[1]
    drag(page, 0.8)
    page.wait_for_timeout(300)
    after = edges(page)
    assert after[0] == after[1]
    assert after[0] > before[0] + 100
    assert zoom_of(page) == view, "the map itself was not dragged"
    assert "lon" not in address(page), "dragging chooses no pixel"
    hosts = {urlsplit(url).netloc for url in page.asked if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(dashboard).netloc}
    assert page.wrong == []


def test_line_is_moved_by_the_keyboard(page, dashboard):
    page.goto(dashboard + HOME)
    swipe_map(page)
    view, before = zoom_of(page), edges(page)
    handle = leaflet(page).get_by_role("slider", name="Drag to see more")
    for _ in range(5):
        handle.press("ArrowRight")
    assert edges(page)[0] > before[0]
    assert zoom_of(page) == view


def test_click_fills_the_panel_and_keeps_view_and_line(page, dashboard):
    page.goto(dashboard + HOME)
    swipe_map(page)
    leaflet(page).locator(".leaflet-control-zoom-in").click()
    page.wait_for_timeout(800)
    drag(page, 0.7)
    page.wait_for_timeout(300)
    view, line = zoom_of(page), edges(page)
    click(page, 0.4, 0.4)
    page.get_by_text(re.compile(r"Row \d+, column \d+")).wait_for(timeout=LONG)
    expect(page.get_by_text(re.compile(r"Calibrated confidence \d+ %"))).to_have_count(2)
    expect(leaflet(page).locator("path")).to_have_count(RINGS, timeout=LONG)
    assert zoom_of(page) == view
    assert edges(page) == line
    first = address(page)["lon"]
    click(page, 0.55, 0.45)
    page.wait_for_function(f"!location.search.includes('{first}')", timeout=LONG)
    assert zoom_of(page) == view
    assert page.wrong == []


def test_layers_change_without_losing_view_or_line(page, dashboard):
    page.goto(f"{dashboard}{HOME}&{PLACE}")
    swipe_map(page)
    drag(page, 0.3)
    page.wait_for_timeout(300)
    view, line = zoom_of(page), edges(page)
    page.get_by_role("radio", name="Agreement").click()
    page.get_by_text("Both right").first.wait_for(timeout=LONG)
    leaflet(page).locator("img[src*='agreement-tiles']").first.wait_for(timeout=LONG)
    expect(leaflet(page).locator(".leaflet-sbs-divider")).to_have_count(0)
    page.get_by_text("Test pixels of both").click()
    page.wait_for_function("location.search.includes('scope=kept')", timeout=LONG)
    leaflet(page).locator("img[src*='only=kept']").first.wait_for(timeout=LONG)
    page.get_by_role("radio", name="Confidence").click()
    leaflet(page).locator(".leaflet-sbs-divider").wait_for(timeout=LONG)
    leaflet(page).locator("img[src*='/confidence/'].leaflet-tile-loaded").first.wait_for()
    page.wait_for_timeout(500)
    assert zoom_of(page) == view
    assert edges(page) == line
    assert page.wrong == []


def test_link_restores_both_runs_and_everything_else(page, dashboard):
    query = f"region={quote(REGION)}&run=forest&second=good&layer=confidence&cell=2,3&settings=all"
    page.goto(f"{dashboard}/compare?{query}&{PLACE}&language=en")
    swipe_map(page)
    expect(leaflet(page).locator(".cropcore-side")).to_have_text(["Aforest", "Bgood"])
    page.get_by_text("Row 25, column 26").wait_for(timeout=LONG)
    page.get_by_text("outlined on the map").wait_for(timeout=LONG)
    page.get_by_text("training.learning_rate").wait_for(timeout=LONG)
    paths = leaflet(page).locator("path")
    expect(paths).not_to_have_count(RINGS)  # and the samples of the cell
    assert any("/tiles/forest/valley/confidence/" in url for url in page.asked)
    assert page.wrong == []


def test_cell_is_chosen_by_a_click_and_let_go(page, dashboard):
    page.goto(dashboard + HOME)
    swipe_map(page)
    chart = page.get_by_test_id("stPlotlyChart")
    chart.scroll_into_view_if_needed()
    chart.locator(".scatterlayer").first.wait_for(timeout=LONG)
    place = """(cell) => {
        const shown = document.querySelector(".js-plotly-plot"), axes = shown._fullLayout;
        const box = shown.getBoundingClientRect();
        return [box.left + axes.xaxis2._offset + axes.xaxis2.c2p(cell[1]),
                box.top + axes.yaxis2._offset + axes.yaxis2.c2p(cell[0])];
    }"""
    page.mouse.click(*page.evaluate(place, [1, 2]))
    page.wait_for_function("location.search.includes('cell=2%2C3')", timeout=LONG)
    page.get_by_text("outlined on the map").wait_for(timeout=LONG)
    paths = leaflet(page).locator("path")
    expect(paths).not_to_have_count(0)
    box = page.get_by_label("Cell: click on one above")
    box.click()
    page.get_by_role("option", name="None").click()
    page.wait_for_function("!location.search.includes('cell')", timeout=LONG)
    expect(paths).to_have_count(0)
    assert page.wrong == []


def test_the_way_to_the_crop_map_keeps_pixel_and_run(page, dashboard):
    page.goto(f"{dashboard}{HOME}&{PLACE}")
    swipe_map(page)
    page.get_by_role("button", name="Why? On the crop map").nth(1).click()
    page.get_by_text(re.compile(r"softmax \d")).wait_for(timeout=LONG)
    now = address(page)
    assert (now["run"], now["second"], now["lat"]) == ("forest", "good", "50.541")
    assert "/compare" not in page.url
    assert page.wrong == []


def test_hostile_name_is_text_and_chinese_is_whole(page, dashboard):
    page.goto(f"{dashboard}{HOME}&cell=2,3&language=zh-CN&{PLACE}")
    swipe_map(page)
    page.get_by_text("哪些类别被混淆").wait_for(timeout=LONG)
    page.get_by_text(HOSTILE).first.wait_for(timeout=LONG)
    page.get_by_text("冬小麦").first.wait_for()
    assert page.wrong == []
