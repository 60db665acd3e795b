"""What people do with a mouse, and what a page shows them."""

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import TimeoutError as Late

_RESTS = """() => !document.body.innerText.includes("still being computed")
    && document.querySelector("[data-testid=stApp]").dataset.testScriptState === "notRunning"
"""
LONG = 60_000
"""TensorFlow may have to start, milliseconds."""


def open_window(browser):
    """A browser's window; its tabs share what they have fetched."""
    return browser.new_context(viewport={"width": 1360, "height": 1000}, locale="en-GB")


def open_tab(window):
    """A tab that notes what it asked for (``asked``) and what went wrong (``wrong``)."""
    page = window.new_page()
    page.asked, page.wrong = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("dialog", lambda dialog: _refuse(page, dialog))
    page.on("response", lambda answer: _note(page, answer))
    return page


def leaflet(page):
    """The frame of the map."""
    return page.frame_locator("iframe").first


def painted(page):
    """Waits until the map shows a picture."""
    leaflet(page).locator("img.leaflet-tile-loaded").first.wait_for(timeout=LONG)


def on_map(page, script):
    """What a script gives inside the map's frame, where ``map`` is Leaflet's map."""
    frame = next(frame for frame in page.frames if "streamlit_folium" in frame.url)
    return frame.evaluate(script)


def zoom_of(page):
    """Zoom and centre of the map."""
    return on_map(page, "[map.getZoom(), map.getCenter().lat, map.getCenter().lng]")


def click(page, across, down):
    """Clicks on the map, at shares of its width and height."""
    box = page.locator("iframe").first.bounding_box()
    page.mouse.click(box["x"] + box["width"] * across, box["y"] + box["height"] * down)


def rests(page):
    """Waits until nothing is being computed any more, on the page or beside it."""
    try:
        page.wait_for_function(_RESTS, timeout=LONG)
    except Late as error:
        state = page.locator("[data-testid=stApp]").get_attribute("data-test-script-state")
        raise AssertionError(f"never at rest, {state}: {page.inner_text('body')}") from error


def address(page):
    """The query parameters of the page's address."""
    return {name: value[0] for name, value in parse_qs(urlsplit(page.url).query).items()}


def _refuse(page, dialog):
    page.wrong.append(f"dialog {dialog.message}")
    dialog.dismiss()


def _note(page, answer):
    # Streamlit seeks its base path, and drops a picture once the page is shown without it; the
    # browser may still be asking for it.
    usual = answer.status == 404 and re.search(r"/_stcore/|/media/[0-9a-f]+\.png$", answer.url)
    if answer.status >= 400 and not usual:
        page.wrong.append(f"{answer.status} {answer.url}")
