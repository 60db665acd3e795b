"""Classes and the region explained, as people meet it."""

import re
from urllib.parse import quote

import pytest

from dashboard.i18n import TABLES
from tests.browser.acting import LONG, address, leaflet, open_tab, rests
from tests.dashboard.building import REGION

HOME = f"/explain?region={quote(REGION)}&run=good&method=saliency&language=en"
ENGLISH = TABLES["en"]


@pytest.fixture(scope="module")
def tab(window, dashboard):
    """One tab for all tests of classes, which are explained."""
    page = open_tab(window)
    page.goto(f"{dashboard}{HOME}&view=class")
    compute = page.get_by_role("button", name=ENGLISH["classes.compute"])
    compute.focus()
    page.keyboard.press("Enter")
    page.get_by_text("all named rightly by the model").wait_for(timeout=LONG)
    yield page
    assert page.wrong == []
    page.close()


def test_classes_are_told_in_words_and_as_a_table(tab, tmp_path):
    rests(tab)
    tab.get_by_text("Strongest:").first.wait_for(timeout=LONG)
    with tab.expect_download() as fetched:
        tab.get_by_role("button", name=ENGLISH["classes.csv"]).first.click()
    fetched.value.save_as(tmp_path / "cells.csv")
    head, *rows = (tmp_path / "cells.csv").read_text().splitlines()
    assert "mean" in head.split(",")
    assert len(rows) > 20


def test_another_class_is_chosen_with_the_keyboard_and_is_in_the_link(tab, window):
    rests(tab)
    tab.get_by_role("combobox", name=ENGLISH["classes.class"], exact=True).focus()
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")
    tab.wait_for_function("location.search.includes('target=')", timeout=LONG)
    rests(tab)
    told = tab.get_by_text("all named rightly by the model").inner_text()
    again = open_tab(window)
    again.goto(tab.url)
    again.get_by_text(told).wait_for(timeout=LONG)
    assert again.wrong == []
    again.close()


def test_a_region_gets_its_map_of_deciding_dates(page, dashboard, tmp_path):
    page.goto(f"{dashboard}{HOME}&view=region")
    page.get_by_role("button", name=ENGLISH["deciding.compute"]).click(timeout=LONG)
    page.get_by_text(re.compile("dates make up half")).wait_for(timeout=LONG)
    leaflet(page).locator("img.leaflet-tile-loaded[src*=deciding]").first.wait_for(timeout=LONG)
    with page.expect_download() as fetched:
        page.get_by_role("button", name=ENGLISH["deciding.csv"]).click()
    fetched.value.save_as(tmp_path / "dates.csv")
    assert len((tmp_path / "dates.csv").read_text().splitlines()) > 2
    assert address(page)["view"] == "region"
    assert page.wrong == []
