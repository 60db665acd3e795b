"""How long people wait for maps and reasons: ``python -m tests.browser.timings [--json]``.

Starts the dashboard as a person does, on an empty workspace and the bundled region, opens it in a
real browser, and clicks on pixels that nobody clicked on before, each when the page has come to
rest. Run it on an idle machine.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from cropcore.cli.try_out import BUNDLED
from cropcore.sources import SourceOptions
from cropcore.sources.region import open_region
from cropcore.workspace import sample_data
from tests.browser.acting import LONG, on_map, open_tab, open_window, rests
from tests.browser.starting import browsing, started

PAINTED_TARGET, CLICK_TARGET = 4.0, 1.0
"""Seconds."""
PAGES = {
    "crop map": "/?method=integrated_gradients&language=en",
    "crop map, saliency": "/?method=saliency&language=en",
    "explain": "/explain?language=en",
}
"""Where people click. The page of explanations gives sensitivity and contribution at once."""
_REASONS = {"explain": 2}
"""Heat maps of a page, where they are several."""
_PAINTED = """() => {
    const map = document.querySelector("iframe")?.contentDocument;
    const tiles = [...(map?.querySelectorAll("img.leaflet-tile") ?? [])];
    return tiles.some((tile) => tile.src.includes("/tiles/"))
        && tiles.every((tile) => tile.classList.contains("leaflet-tile-loaded"));
}"""
_SAYS = "(text) => document.body.innerText.includes(text)"
_TOLD = """() => [
    ...[...document.querySelectorAll("[data-testid=stCaptionContainer]")]
        .map((item) => (item.textContent.match(/Strongest:.*/) || [""])[0]).filter(Boolean),
    ...[...document.querySelectorAll("[class*=st-key-why] .heatmaplayer image")]
        .filter((item) => item.checkVisibility())
        .map((item) => item.getAttribute("href") || item.getAttribute("xlink:href")),
]"""
"""The strongest reasons in words, and the heat maps as they are painted. What was there before may
be kept for a while, unseen."""
_EXPLAINED = f"""([before, count]) => {{
    const state = document.querySelector("[data-testid=stApp]").dataset.testScriptState;
    const found = ({_TOLD})();
    return found.length === 2 * count
        && (found.every((item, at) => item !== before[at]) || state === "notRunning");
}}"""


def measure(clicks: int, seed: int) -> dict:
    """All timings, seconds."""
    with tempfile.TemporaryDirectory() as place, browsing() as browser:
        workspace = Path(place) / "workspace"
        workspace.mkdir()
        begun = time.perf_counter()
        with started(workspace, Path(place)) as dashboard:
            told = {"server_answers": time.perf_counter() - begun}
            for visit in ("first_visit", "second_visit"):
                page = open_tab(open_window(browser))
                told[visit] = paint(page, dashboard.address)
                told[f"{visit}_tensorflow"] = tensorflow_is_loaded(dashboard.process)
                page.context.close()
            patience = time.perf_counter() + 120
            while tensorflow_is_loaded(dashboard.process) is False:
                if time.perf_counter() > patience:
                    raise RuntimeError("TensorFlow was not loaded although a page was shown")
                time.sleep(0.2)
            page = open_tab(open_window(browser))
            told["visit_when_warm"] = paint(page, dashboard.address)
            pixels = choose_pixels(len(PAGES) * (clicks + 1), seed)
            for name, where in PAGES.items():
                paint(page, f"{dashboard.address}{where}")
                count = _REASONS.get(name, 1)
                first, *times = (click(page, count, *pixels.pop()) for _ in range(clicks + 1))
                told[name] = {"first_click": first, "clicks": summary(times)}
            if page.wrong:
                raise RuntimeError(f"the page went wrong: {page.wrong[:3]}")
            page.context.close()
    return told


def paint(page, address: str) -> float:
    """Seconds from opening an address until all tiles of the map are painted."""
    begun = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_function(_PAINTED, timeout=LONG)
    return time.perf_counter() - begun


def tensorflow_is_loaded(process: int) -> bool | None:
    """Whether a process has mapped TensorFlow's libraries; ``None`` where nobody can tell."""
    maps = Path(f"/proc/{process}/maps")
    return "libtensorflow" in maps.read_text(encoding="utf-8") if maps.exists() else None


def choose_pixels(count: int, seed: int) -> list[tuple[int, int, float, float]]:
    """Row, column, longitude and latitude of different pixels of the bundled region."""
    grid = open_region(sample_data() / "regions" / BUNDLED, SourceOptions()).grid
    drawn = np.random.default_rng(seed).choice(grid.height * grid.width, count, replace=False)
    rows, cols = np.divmod(drawn, grid.width)
    lon, lat = grid.lonlat(rows, cols)
    return list(zip(rows.tolist(), cols.tolist(), lon.tolist(), lat.tolist(), strict=True))


def click(page, count: int, row: int, col: int, lon: float, lat: float) -> tuple[float, float]:
    """Seconds from a click until class and confidence are there, and until the reasons are.

    Args:
        page: On which.
        count: Heat maps it has.
        row: Of the pixel.
        col: Likewise.
        lon: Of its centre, degrees.
        lat: Likewise.
    """
    rests(page)
    before = page.evaluate(_TOLD)
    box = page.locator("iframe").first.bounding_box()
    on_map(page, f"map.setView([{lat}, {lon}], 17, {{animate: false}}) && null")
    page.wait_for_function(_PAINTED, timeout=LONG)
    point = on_map(page, f"map.latLngToContainerPoint([{lat}, {lon}])")
    begun = time.perf_counter()
    page.mouse.click(box["x"] + point["x"], box["y"] + point["y"])
    page.wait_for_function(_SAYS, arg=f"Row {row}, column {col} ·", timeout=LONG)
    filled = time.perf_counter() - begun
    page.wait_for_function(_EXPLAINED, arg=[before, count], timeout=LONG)
    return filled, time.perf_counter() - begun


def summary(times: list[tuple[float, float]]) -> dict:
    """Half and 95 % of the clicks took at most so long."""
    p50, p95 = np.percentile(np.array(times), [50, 95], axis=0)
    parts = zip(("panel", "reasons"), p50.tolist(), p95.tolist(), strict=True)
    return {"count": len(times)} | {name: {"p50": a, "p95": b} for name, a, b in parts}


def table(told: dict) -> str:
    """The timings for people."""
    rows = [("server answers after", told["server_answers"], None, "")]
    for visit in ("first_visit", "second_visit"):
        known = {True: "loaded", False: "not loaded yet", None: "not known here"}
        state = f"TensorFlow {known[told[f'{visit}_tensorflow']]}"
        rows.append((f"{visit.replace('_', ' ')}, map painted", told[visit], PAINTED_TARGET, state))
    rows.append(("visit when warm, map painted", told["visit_when_warm"], PAINTED_TARGET, ""))
    for name in PAGES:
        clicks = told[name]["clicks"]
        panel, reasons = told[name]["first_click"]
        rows.append((f"{name}: first click, class", panel, None, ""))
        rows.append((f"{name}: first click, reasons", reasons, None, ""))
        for part, what in (("panel", "class"), ("reasons", "reasons")):
            for share in ("p50", "p95"):
                about = f"{clicks['count']} clicks"
                what_of = f"{name}: click, {what}, {share}"
                rows.append((what_of, clicks[part][share], CLICK_TARGET, about))
    lines = [f"{'':46}{'s':>7}  target"]
    for name, seconds, target, about in rows:
        wanted = f"≤ {target:g}" if target else ""
        verdict = "" if not target else "ok" if seconds <= target else "over"
        lines.append(f"{name:46}{seconds:7.2f}  {wanted:6} {verdict:5} {about}".rstrip())
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.timings", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--clicks", type=int, default=30, help="on each page")
    parser.add_argument("--seed", type=int, default=0, help="of the pixels")
    given = parser.parse_args()
    told = measure(given.clicks, given.seed)
    sys.stdout.write((json.dumps(told, indent=2) if given.json else table(told)) + "\n")


if __name__ == "__main__":
    main()
