"""The workspace that the dashboard's tests look at."""

import shutil
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner

from cropcore.training.launching import write_state
from cropcore.training.record import make_request
from cropcore.training.run import Run, create_run
from dashboard import warmup
from tests.dashboard.building import MARKUP, REGION, build_workspace


@pytest.fixture(scope="session", autouse=True)
def as_served() -> Iterator[None]:
    """Keras is kept as in the server; AppTest looks through all packages once, not at each page."""
    warmup.keep_keras()
    once = lru_cache(manifest_scanner.scan_component_manifests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", once)
        yield


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Path:
    return build_workspace(tmp_path_factory.mktemp("workspace"))


@pytest.fixture
def workspace(built, tmp_path, monkeypatch) -> Path:
    """The dashboard looks at :func:`built` and at no bundled data."""
    monkeypatch.setenv("CROPCORE_WORKSPACE", str(built))
    monkeypatch.setattr("dashboard.catalog.sample_data", lambda: tmp_path / "no_samples")
    st.cache_resource.clear()
    return built


@pytest.fixture
def mine(workspace, tmp_path, monkeypatch) -> Path:
    """A copy of the workspace that may be changed, with runs in all states."""
    folder = Path(shutil.copytree(workspace, tmp_path / "mine"))
    request = make_request(str(folder / "regions" / REGION), "cnn1d")
    for name, state, message in (
        ("early", "cancelled", "training: expected to go on"),
        ("nan", "failed", "training, epoch 7: expected a finite loss, but got loss nan"),
        (MARKUP, "failed", "a *bad* day"),
    ):
        write_state(create_run(folder / "runs" / name, request), state, message=message)
    lost = create_run(folder / "runs" / "gone", request)
    lost.write_json("state.json", {"state": "running", "pid": -1, "pid_started": 0})
    monkeypatch.setenv("CROPCORE_WORKSPACE", str(folder))
    return folder


@pytest.fixture
def launched(monkeypatch) -> list[Run]:
    """What would have been started."""
    runs: list[Run] = []
    monkeypatch.setattr("dashboard.widgets.training.new_run.enqueue", runs.append)
    return runs
