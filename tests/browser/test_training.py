"""Trainings as people meet them: started, watched, cancelled, loaded, and never lost."""

import os
import re
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import TimeoutError as Late
from playwright.sync_api import expect

from cropcore.training.exchange import export_run
from cropcore.training.history import read_history
from cropcore.training.launching import status
from cropcore.training.run import Run
from tests.browser.acting import LONG, address, painted
from tests.browser.conftest import serving
from tests.dashboard.building import HOSTILE, REGION
from tests.zips import rewrite

PAGE = f"/training?data={quote(REGION)}"


@pytest.fixture(scope="module")
def mine(workspace, tmp_path_factory) -> Iterator[Path]:
    """A copy of the workspace that trainings may change; none outlives the tests."""
    folder = tmp_path_factory.mktemp("training") / "workspace"
    yield Path(shutil.copytree(workspace, folder))
    for path in (folder / "runs").glob("*/run.json"):
        Run(path.parent).request_cancel()


@pytest.fixture(autouse=True)
def patient(page):
    """Machines differ, and a busy one is no failure."""
    page.set_default_timeout(LONG)


@pytest.fixture(scope="module")
def own_dashboard(mine, tmp_path_factory):
    with serving(mine, tmp_path_factory.mktemp("dashboard")) as address:
        yield address


def begin(page, address, name, **settings):
    """Start a training with the form."""
    page.goto(address + PAGE)
    sidebar = page.get_by_test_id("stSidebar")
    sidebar.get_by_text("All settings").click()
    for number, (label, value) in enumerate(settings.items(), start=1):
        box = sidebar.get_by_label(label, exact=True)
        box.fill(value)
        box.press("Enter")
        sidebar.get_by_text(f"All settings ({number} changed)").wait_for()
    sidebar.get_by_text("Compare with a random forest").click()
    sidebar.get_by_label("Name of the run").fill(name)
    sidebar.get_by_label("Name of the run").press("Enter")
    page.wait_for_timeout(1500)
    sidebar.get_by_role("button", name="Start training").click()
    page.get_by_role("heading", name=name, exact=True).wait_for()
    chosen(page, name)


def chosen(page, name):
    """Waits until the address names a run."""
    page.wait_for_function(f"new URLSearchParams(location.search).get('run') == '{name}'")


@contextmanager
def held(run):
    """A run that is being trained, but leaves the machine to the browser meanwhile."""
    process = run.read_json("state.json")["pid"]
    os.kill(process, signal.SIGSTOP)
    try:
        yield run
    finally:
        os.kill(process, signal.SIGCONT)


def test_training_from_the_page_finishes_and_its_map_opens(page, own_dashboard, mine):
    begin(page, own_dashboard, "from the page", **{"Epochs at most": "3"})
    page.reload()
    page.get_by_role("heading", name="from the page", exact=True).wait_for()
    page.get_by_role("button", name="Make the map now").wait_for()
    record = Run(mine / "runs" / "from the page").finished
    assert record.request.training.epochs == record.models["final"].epochs == 3
    assert not record.request.baseline
    page.get_by_text("test samples in").wait_for()
    page.get_by_text("The weights of epoch").wait_for()
    expect(page.locator(".js-plotly-plot")).to_have_count(3, timeout=LONG)
    page.get_by_text(HOSTILE).first.wait_for()  # a class's name is text
    page.get_by_role("button", name="Make the map now").click()
    page.wait_for_url(re.compile(r"/\?"))
    chosen(page, "from the page")
    assert address(page)["region"] == REGION
    painted(page)
    assert (mine / "runs" / "from the page" / "maps" / "valley" / "class_map.tif").is_file()
    hosts = {urlsplit(url).netloc for url in page.asked if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(own_dashboard).netloc}
    assert page.wrong == []


def test_server_restart_stops_no_training_and_cancel_leaves_a_usable_run(page, mine, tmp_path):
    run = Run(mine / "runs" / "long one")
    long = {"Epochs at most": "5000", "Patience (epochs)": "1000"}
    with serving(mine, tmp_path) as address:
        begin(page, address, "long one", **long)
        page.get_by_text(re.compile(r"epoch \d+ of at most 5000")).wait_for()
    page.goto("about:blank")
    before = len(read_history(run.folder).epochs)
    deadline = time.monotonic() + 60
    while len(read_history(run.folder).epochs) < before + 3 and time.monotonic() < deadline:
        time.sleep(0.3)
    assert len(read_history(run.folder).epochs) >= before + 3, "it went on without a dashboard"
    with serving(mine, tmp_path) as address:
        page.goto(f"{address}/training")
        page.get_by_text(re.compile(r"\d s an epoch · at most .* left")).wait_for()
        chosen(page, "long one")  # the one that is being trained comes first
        page.get_by_role("button", name="Cancel").click()
        begun = time.monotonic()
        page.get_by_text("the best weights so far make a usable model").wait_for()
        print(f"\ncancelled within {time.monotonic() - begun:.1f} s")
        assert status(run).state == "cancelled"
        assert not run.finished.models["final"].complete
        page.get_by_role("button", name="Make the map now").wait_for()
        page.get_by_role("button", name="Resume").wait_for()
    assert page.wrong == []


def test_second_training_waits_and_begins_with_no_browser_open(page, own_dashboard, mine):
    begin(page, own_dashboard, "endless", **{"Epochs at most": "5000", "Patience (epochs)": "1000"})
    page.get_by_text(re.compile(r"epoch \d+ of at most 5000")).wait_for()
    with held(Run(mine / "runs" / "endless")) as endless:
        for number, name in enumerate(("second", "third"), start=1):
            begin(page, own_dashboard, name, **{"Epochs at most": "2"})
            page.get_by_text(f"Waiting for its turn: place {number} of {number}").wait_for()
        page.get_by_text("Queue (2)").wait_for()
        first = page.locator("[class*='st-key-training-queue-first-one'] button")
        first.focus()
        page.keyboard.press("Enter")
        page.get_by_text("Waiting for its turn: place 1 of 2").wait_for()
        page.goto("about:blank")
        runs = {"endless": endless}
        runs |= {name: Run(mine / "runs" / name) for name in ("second", "third")}
        assert status(runs["second"]).turn > status(runs["third"]).turn
        endless.request_cancel()
    deadline = time.monotonic() + 180
    while status(runs["second"]).state != "done" and time.monotonic() < deadline:
        time.sleep(0.3)
    ended = {name: status(run).state for name, run in runs.items()}
    assert ended == {"endless": "cancelled", "second": "done", "third": "done"}
    assert runs["third"].record.models["final"].epochs == 2
    page.goto(f"{own_dashboard}/training?run=second&beside=second/third&settings=all")
    page.get_by_text("All were tested on the same samples").wait_for()
    expect(page.locator(".js-plotly-plot")).to_have_count(5, timeout=LONG)
    page.get_by_text("Seconds of fitting").click()
    page.wait_for_function("/against=seconds/.test(location.search)")
    page.get_by_text("Repeat and cite").click()
    page.get_by_text("--set epochs=2").first.wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Model card").click()
    assert download.value.suggested_filename == "MODEL_CARD.md"
    assert "# second" in Path(download.value.path()).read_text(encoding="utf-8")
    assert page.wrong == []


def test_zip_is_loaded_and_one_that_leads_out_is_refused_in_words(
    page, own_dashboard, mine, tmp_path
):
    packed = export_run(Run(mine / "runs" / "good"), tmp_path / "good.zip").path
    evil = rewrite(packed, tmp_path / "evil.zip", extra=[("../../evil.txt", b"boo")])
    page.goto(own_dashboard + PAGE)
    page.get_by_role("button", name="Load a run").click()
    dialog = page.get_by_role("dialog")
    go = dialog.locator(".st-key-training-upload-go button")
    for path in (evil, packed):
        dialog.locator("input[type=file]").set_input_files(path)
        dialog.get_by_text(path.name).wait_for()
        go.click()
        if path == evil:
            dialog.get_by_text("evil.zip, entry '../../evil.txt'").first.wait_for()
            assert not any("evil" in str(found) for found in mine.rglob("*"))
            dialog.get_by_role("button", name="Remove evil.zip").click()
            expect(go).to_have_count(0, timeout=LONG)
    page.get_by_text("good-2 was checked and loaded").wait_for()
    expect(dialog).to_have_count(0, timeout=LONG)
    page.get_by_text("Bands, season and place fit").first.wait_for()
    chosen(page, "good-2")
    assert Run(mine / "runs" / "good-2").finished.name == "good-2"
    assert page.wrong == []


def test_run_is_handed_out_and_deleted(page, own_dashboard, mine):
    shutil.copytree(mine / "runs" / "good", mine / "runs" / "spare")
    page.wait_for_timeout(2500)  # the catalog may be two seconds old
    page.goto(f"{own_dashboard}/training?run=spare&language=en")
    page.get_by_role("heading", name="spare", exact=True).wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download", exact=True).click()
    assert download.value.suggested_filename == "spare.zip"
    page.get_by_role("button", name="Delete").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("spare goes for good").wait_for()
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0, timeout=LONG)
    assert (mine / "runs" / "spare").is_dir()
    page.get_by_role("button", name="Delete").click()
    dialog.get_by_role("button", name="Delete for good").click()
    page.get_by_text("spare was deleted").wait_for()
    expect(dialog).to_have_count(0, timeout=LONG)
    assert not (mine / "runs" / "spare").exists()
    assert page.wrong == []


def test_click_on_a_row_opens_its_run(page, own_dashboard):
    page.goto(f"{own_dashboard}/training?run=good")
    page.get_by_role("heading", name="good", exact=True).wait_for()
    page.locator("[data-test-script-state=notRunning]").wait_for(timeout=LONG)  # all has its place
    for _ in range(10):  # the table is a picture, which takes no clicks before it is drawn
        grid = page.get_by_test_id("stDataFrame").first.bounding_box()  # it may have moved
        page.mouse.click(grid["x"] + 120, grid["y"] + 35 * 1.5)  # the newest, which is another one
        with suppress(Late):
            page.wait_for_function("!/run=(good|$)/.test(location.search)", timeout=6000)
            break
    assert address(page)["run"] != "good"
    page.get_by_role("heading", name=address(page)["run"], exact=True).wait_for()
    assert page.wrong == []
