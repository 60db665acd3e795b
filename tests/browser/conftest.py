"""A real dashboard in a real browser."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.dashboard.building import build_workspace

ROOT = Path(__file__).parents[2]
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="session")
def chromium():
    """A browser; tests are skipped without one, unless one is demanded."""
    needed = os.environ.get("CROPCORE_NEEDS_BROWSER") == "1"
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None and not needed:
        pytest.skip("there is no chromium on this machine")
    playwright = pytest.importorskip("playwright.sync_api") if not needed else None
    if playwright is None:
        import playwright.sync_api as playwright
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


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
    """Runs a dashboard in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder / "log.txt"
    code = f"from dashboard.app import serve; serve(port={port}, base={base!r})"
    environment = {**os.environ, "CROPCORE_WORKSPACE": str(workspace)}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", code], cwd=ROOT, env=environment, stdout=output, stderr=output
        )
    address = f"http://127.0.0.1:{port}/{base}".rstrip("/")
    try:
        _wait(f"{address}/_stcore/health", process, log)
        yield address
        assert "Traceback" not in log.read_text(encoding="utf-8")
    finally:
        process.terminate()
        process.wait(30)


def _wait(address: str, process: subprocess.Popen, log: Path) -> None:
    for _ in range(240):
        if process.poll() is not None:
            break
        try:
            with urlopen(address, timeout=2) as answer:
                if answer.status == 200:
                    return
        except URLError:
            time.sleep(0.25)
    pytest.fail(f"the dashboard did not start: {log.read_text(encoding='utf-8')[-2000:]}")
