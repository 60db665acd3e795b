"""In a real browser no name becomes an element, a script or a formula, and nothing is leaked."""

import http.client
from itertools import cycle
from urllib.parse import urlencode, urlsplit

import pytest

from dashboard.main import PAGES
from dashboard.state import LANGUAGES
from tests.browser.acting import LONG, leaflet, open_tab, open_window, painted
from tests.browser.conftest import serving
from tests.dashboard.hostile import (
    CLASSES,
    DAMAGED,
    FOREST,
    NAMES_ZH,
    NETWORK,
    REGION,
    TITLE,
    build_hostile_workspace,
)

PLACE = {"lat": "50.5416", "lon": "4.4145"}
ALL = {"region": REGION, "run": NETWORK, "second": FOREST, "contrast": "2", **PLACE}
INJECTED = """() => {
    const frames = [...document.querySelectorAll("iframe")].map((frame) => frame.contentDocument);
    return [document, ...frames].filter(Boolean).flatMap((page) => {
        const of = (selector) => [...page.querySelectorAll(selector)];
        const says = (element, text) => element.textContent.trim() === text;
        return [
            ...of("img[src='x'], [onerror], [onload], a[href^='javascript']"),
            ...of("script").filter((item) => item.textContent.includes("alert(1)")),
            ...of("strong, b, tspan").filter((item) => says(item, "bold") || says(item, "fat")),
            ...of("[class*='ColoredText']").filter((item) => says(item, "x")),
            ...of(".katex"),
            ...of("[data-testid='stIconMaterial']").filter((item) => says(item, "sailing")),
        ].map((item) => item.outerHTML.slice(0, 200));
    });
}"""
SECRET = "7f1e-what-nobody-may-read-90ab"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The address of a dashboard on a workspace of hostile names."""
    workspace = build_hostile_workspace(tmp_path_factory.mktemp("hostile"))
    for folder in (workspace, workspace.parent, workspace / "runs" / NETWORK):
        (folder / "secret.txt").write_text(SECRET, encoding="utf-8")
    with serving(workspace, tmp_path_factory.mktemp("dashboard")) as served:
        yield served


def settled(page):
    """Waits until the page's script has ended, and a moment for its charts."""
    ended = 'document.querySelector("[data-testid=stApp]")?.dataset.testScriptState'
    page.wait_for_function(f"{ended} === 'notRunning'", timeout=LONG)
    page.wait_for_timeout(700)
    page.wait_for_function(f"{ended} === 'notRunning'", timeout=LONG)


def visit(page, served, name, **address):
    path = "" if name == PAGES[0].name else name
    page.goto(f"{served}/{path}?{urlencode(address)}")
    page.locator("[data-testid=stMain] :is(p, h3)").first.wait_for(timeout=LONG)
    settled(page)


@pytest.mark.parametrize(
    ("name", "language"), list(zip([page.name for page in PAGES], cycle(LANGUAGES)))
)
def test_names_stay_names(name, language, hostile, page):
    """The languages in turn; each page in each is looked at without a browser."""
    visit(page, hostile, name, language=language, **ALL)
    assert page.evaluate(INJECTED) == []
    assert page.wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_are_shown_as_they_are_written(language, hostile, page):
    visit(page, hostile, PAGES[0].name, language=language, **ALL)
    painted(page)
    shown = page.locator("body").inner_text()
    for text in (TITLE, *(NAMES_ZH if language == "zh-CN" else CLASSES)):
        assert " ".join(text.split()) in " ".join(shown.split())


@pytest.mark.parametrize("name", [page.name for page in PAGES])
def test_errors_and_addresses_stay_text(name, hostile, page):
    nonsense = dict.fromkeys(("region", "run", "section", "layer"), f"nothing {REGION} {NETWORK}")
    address = {"region": DAMAGED, "run": NETWORK} if name == PAGES[0].name else nonsense
    visit(page, hostile, name, **address)
    for closed in page.locator("[data-testid=stExpander] summary").all():
        closed.click()
    settled(page)
    assert page.evaluate(INJECTED) == []
    assert page.wrong == []


@pytest.mark.parametrize(
    "path",
    [
        "/tiles/../secret.txt",
        "/tiles/..%2f..%2fsecret.txt",
        "/tiles/%2e%2e/%2e%2e/secret.txt",
        "/region-tiles/../../secret.txt",
        "/assets/../../secret.txt",
        "/assets/..%2f..%2fmain.py",
        "/assets/%2e%2e/main.py",
        "/assets//etc/passwd",
        "/static/../../../../secret.txt",
        "/component/streamlit_folium.st_folium/../../../../../../../etc/passwd",
        "/component/streamlit_folium.st_folium/..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/media/../secret.txt",
        "//secret.txt",
        "/../../../../../../etc/passwd",
    ],
)
def test_no_file_from_outside_is_served(path, hostile):
    host = urlsplit(hostile)
    connection = http.client.HTTPConnection(host.hostname, host.port, timeout=30)
    connection.request("GET", path)  # as it is: no client tidies it up
    answer = connection.getresponse()
    told = answer.read().decode("utf-8", "replace")
    connection.close()
    assert answer.status < 500
    for never in (SECRET, "def main() -> None", "root:x:0:0"):
        assert never not in told


def test_map_is_painted_without_any_other_host(chromium, dashboard):
    """Offline: whatever is not this server is cut off, and all of the first screen is there."""
    page = open_tab(open_window(chromium))
    host, cut = urlsplit(dashboard).netloc, []

    def only_ours(route):
        address = route.request.url
        if urlsplit(address).netloc in ("", host):
            return route.continue_()
        cut.append(address)
        return route.abort()

    page.context.route("**/*", only_ours)
    page.goto(dashboard)
    painted(page)
    page.get_by_text("Simulated", exact=True).first.wait_for(timeout=LONG)
    leaflet(page).locator(".leaflet-control-scale-line").wait_for(timeout=LONG)
    assert cut == []
    assert page.wrong == []
    page.context.close()
