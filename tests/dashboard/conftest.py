"""The workspace that the dashboard's tests look at."""

from pathlib import Path

import pytest
import streamlit as st

from tests.dashboard.building import build_workspace


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
