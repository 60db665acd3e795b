"""The dashboard's server: Streamlit, tiles and our own scripts and styles on one port."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from cropcore.errors import SettingError
from cropcore.training.queueing import tend
from cropcore.workspace import workspace as chosen_workspace
from dashboard import warmup
from dashboard.tiles.routes import tile_routes

_HERE = Path(__file__).parent
_PORTS_TRIED = 50
_OPTIONS: dict[str, Any] = {
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.toolbarMode": "minimal",
    "runner.magicEnabled": False,
    "runner.postScriptGC": False,  # half a second beside TensorFlow, and nobody is answered
    "server.fileWatcherType": "none",
    "server.headless": True,
    "server.maxUploadSize": 1000,  # MiB; an upload is held in memory, a folder is not
    "theme.light.primaryColor": "#2e7d4f",
    "theme.dark.primaryColor": "#5cb585",
}


def make_app(base: str = "") -> st.App:
    """The dashboard as an ASGI application.

    Args:
        base: Path below which it is served.
    """
    return st.App(
        _HERE / "main.py",
        routes=_routes(base),
        lifespan=_lifespan,
        on_script_error=_tell,
    )


def serve(
    workspace: Path | None = None, host: str = "127.0.0.1", port: int = 8501, base: str = ""
) -> None:
    """Serve the dashboard until interrupted.

    Args:
        workspace: Folder of ``regions/`` and ``runs/``, if another than usual.
        host: Address to listen on.
        port: Port to listen on; the next free one where it is taken.
        base: Path below which a proxy shows it; as Streamlit's own settings say if not given.

    Raises:
        SettingError: No port can be listened on.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if workspace is not None:
        os.environ["CROPCORE_WORKSPACE"] = str(workspace.resolve())
    free = _free_port(host, port)
    if free != port:
        print(f"Port {port} is taken; using {free}.", file=sys.stderr)
    path = (base or str(st.get_option("server.baseUrlPath") or "")).strip("/")
    options = {"server.address": host, "server.port": free, "server.baseUrlPath": path}
    make_app(path).run(config=_OPTIONS | options)


def _routes(base: str) -> list[BaseRoute]:
    """Our routes; also below the base path, which Streamlit adds to its own only."""
    routes: list[BaseRoute] = []
    for prefix in dict.fromkeys(("", f"/{base}" if base else "")):
        routes += tile_routes(prefix, warmup.tile_was_drawn)
        routes.append(Mount(f"{prefix}/assets", StaticFiles(directory=_HERE / "assets")))
    return routes


@asynccontextmanager
async def _lifespan(app: st.App) -> AsyncIterator[None]:
    warmup.begin()
    with suppress(OSError):
        tend(chosen_workspace() / "runs")  # trainings that were waiting when the machine stopped
    yield
    from cropcore.sources.receiving import sweep

    sweep(chosen_workspace(), own=True)  # what sessions took in and did not keep


def _tell(error: Exception) -> bool:
    """Show what nobody foresaw in our own words; the log keeps the traceback."""
    from dashboard.widgets.failure import show_failure

    show_failure(error, "page")
    return True


def _free_port(host: str, port: int) -> int:
    for candidate in range(port, min(port + _PORTS_TRIED, 65536)):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, candidate))
            except OSError:
                continue
            return candidate
    raise SettingError(
        "--host and --port",
        expected="an address of this machine with a free port",
        got=f"{host} with none free from {port} on",
        advice="choose others",
    )


__all__ = ["make_app", "serve"]
