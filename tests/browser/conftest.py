"""A real dashboard in a real browser."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.browser.acting import open_tab, open_window
from tests.browser.starting import browsing, chromium_path, started
from tests.dashboard.building import build_workspace


@pytest.fixture(scope="session")
def chromium():
    """A browser; tests are skipped without one, unless one is demanded."""
    if os.environ.get("CROPCORE_NEEDS_BROWSER") != "1":
        pytest.importorskip("playwright.sync_api")
        if chromium_path() is None:
            pytest.skip("there is no chromium on this machine")
    with browsing() as browser:
        yield browser


@pytest.fixture(scope="session")
def window(chromium):
    """Scripts and styles are fetched and read once for all tabs."""
    return open_window(chromium)


@pytest.fixture
def page(window):
    """A tab that notes what it asked for and what went wrong; its cookies end with it."""
    page = open_tab(window)
    yield page
    page.close()
    window.clear_cookies()


@pytest.fixture(scope="session")
def workspace(tmp_path_factory) -> Path:
    return build_workspace(tmp_path_factory.mktemp("workspace"))


@pytest.fixture(scope="session")
def dashboard(workspace, tmp_path_factory) -> Iterator[str]:
    """The address of a dashboard."""
    with serving(workspace, tmp_path_factory.mktemp("dashboard")) as address:
        yield address


@pytest.fixture(scope="session")
def dashboard_below(workspace, tmp_path_factory) -> Iterator[str]:
    """The address of a dashboard below a base path, as a proxy may show it."""
    with serving(workspace, tmp_path_factory.mktemp("dashboard"), "below/here") as address:
        yield address


@contextmanager
def serving(workspace: Path, folder: Path, base: str = "") -> Iterator[str]:
    """The address of a dashboard in a process of its own."""
    with started(workspace, folder, base) as dashboard:
        yield dashboard.address
