"""The page on regions as people meet it: from a zip to a picture, and nothing leaves the host."""

import re
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from tests.browser.acting import LONG, address, on_map, painted
from tests.browser.conftest import serving
from tests.building import write_region
from tests.dashboard.building import HOSTILE, REGION
from tests.sources.arriving import packed

HOME = f"/regions?region={quote(REGION)}"


def whole(page):
    """Waits until all parts are there."""
    page.get_by_text("What to beware of").wait_for(timeout=LONG)
    page.get_by_role("button", name="Signatures (CSV)").wait_for(timeout=LONG)
    page.wait_for_timeout(500)


def test_zip_becomes_a_region_with_a_picture(page, tmp_path):
    mine = tmp_path / "mine"
    (mine / "regions").mkdir(parents=True)
    given = write_region(tmp_path / "given", size=(40, 50), parcel=5, clouds=0.05, n_dates=4)
    (tmp_path / "logs").mkdir()
    with serving(mine, tmp_path / "logs") as dashboard:
        page.goto(f"{dashboard}/regions")
        page.get_by_text("crops of one season").first.wait_for(timeout=LONG)
        page.get_by_role("button", name="Use my data").click()
        page.locator("input[type=file]").set_input_files(
            {"name": "valley.zip", "mimeType": "application/zip", "buffer": packed(given, "v/")}
        )
        page.get_by_role("button", name="Check it").first.click(timeout=LONG)
        page.get_by_text("valley can be used").wait_for(timeout=LONG)
        assert not (mine / "regions" / "valley").exists()
        page.get_by_role("button", name="Keep it").click()
        page.get_by_text("valley is here now").wait_for(timeout=LONG)
        assert address(page)["region"] == "valley"
        assert [path.name for path in (mine / "regions").iterdir()] == ["valley"]
        page.get_by_text(re.compile(r"Small region on 2021-\d\d-\d\d, Natural")).wait_for(
            timeout=LONG
        )
        picture = page.locator("[data-testid=stImageContainer] img").last
        size = picture.evaluate("image => [image.naturalWidth, image.naturalHeight]")
        assert size[0] * 4 == size[1] * 5
        whole(page)
        page.get_by_role("button", name="Open on the map").last.click()
        page.wait_for_url("**/?*region=valley*", timeout=LONG)
        painted(page)
    assert page.wrong == []


def test_hostile_zip_is_refused_in_words(page, dashboard, tmp_path):
    given = write_region(tmp_path / "given", size=(12, 12), n_dates=2)
    page.goto(dashboard + HOME)
    page.get_by_role("button", name="Use my data").click(timeout=LONG)
    content = packed(given, extra=[("../../<img src=x onerror=alert(1)>.tif", b"x")])
    page.locator("input[type=file]").set_input_files(
        {"name": "evil.zip", "mimeType": "application/zip", "buffer": content}
    )
    page.get_by_role("button", name="Check it").first.click(timeout=LONG)
    told = page.get_by_text(re.compile("leads out of it|odd characters|odd part"))
    told.first.wait_for(timeout=LONG)
    assert page.wrong == []


def test_nothing_leaves_the_host_and_names_stay_names(page, dashboard):
    page.goto(dashboard + HOME)
    whole(page)
    page.get_by_text(HOSTILE).first.wait_for(timeout=LONG)
    hosts = {urlsplit(url).netloc for url in page.asked if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(dashboard).netloc}
    assert page.wrong == []


def test_card_and_footprint_choose(page, dashboard):
    page.goto(dashboard + HOME)
    whole(page)
    page.get_by_role("button", name="Look closer").last.click()
    page.wait_for_function("location.search.includes('region=unmapped')", timeout=LONG)
    page.get_by_text("There are no labels").first.wait_for(timeout=LONG)
    page.wait_for_timeout(1500)
    at = on_map(page, "map.latLngToContainerPoint([49.03, 4.45])")  # where the bundled ones lie
    box = page.locator("iframe").first.bounding_box()
    page.mouse.click(box["x"] + at["x"], box["y"] + at["y"])
    page.wait_for_function("location.search.includes('region=champagne')", timeout=LONG)
    assert page.wrong == []


@pytest.mark.parametrize("name", ["Acquisitions", "Classes", "Signatures"])
def test_tables_are_handed_out(page, dashboard, name):
    page.goto(dashboard + HOME)
    whole(page)
    with page.expect_download(timeout=LONG) as waiting:
        page.get_by_role("button", name=f"{name} (CSV)").click(timeout=LONG)
    lines = Path(waiting.value.path()).read_text(encoding="utf-8").splitlines()
    assert len(lines) >= 4
    assert page.wrong == []
