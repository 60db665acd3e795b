"""Starting a real dashboard and a real browser, for tests and for timings."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).parents[2]
_QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip

_TOLD = 3000
"""Characters of a dashboard's log that a failure shows."""


@dataclass(frozen=True)
class Serving:
    """A dashboard that is running."""

    address: str
    process: int
    """Its id."""


def chromium_path() -> str | None:
    """Where the browser of this machine lies."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def browsing() -> Iterator:
    """A browser that asks nobody for anything by itself."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium_path(), args=list(_QUIET))
        yield browser
        browser.close()


@contextmanager
def started(workspace: Path, folder: Path, base: str = "") -> Iterator[Serving]:
    """Runs a dashboard in a process of its own.

    Raises:
        RuntimeError: It did not start.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder / "log.txt"
    options = {"--workspace": workspace, "--port": port, "--base": base}
    command = [sys.executable, "-m", "cropcore", "dashboard"]
    command += [str(part) for option in options.items() for part in option]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output)
    address = f"http://127.0.0.1:{port}/{base}".rstrip("/")
    try:
        _wait(f"{address}/_stcore/health", process, log)
        yield Serving(address, process.pid)
        said = log.read_text(encoding="utf-8")
        assert "Traceback" not in said, said[said.index("Traceback") :][-_TOLD:]
    finally:
        process.terminate()
        process.wait(30)


def _wait(address: str, process: subprocess.Popen, log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            break
        try:
            with urlopen(address, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:  # nobody there yet, or too busy to answer in time
            time.sleep(0.1)
    told = log.read_text(encoding="utf-8")[-_TOLD:]
    raise RuntimeError(f"the dashboard did not start: {told}")
