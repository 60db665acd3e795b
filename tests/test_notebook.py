"""The notebook does what it says, offline, and leaves nothing behind."""

import os
import warnings
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NOTHING = "http://127.0.0.1:9"
"""A proxy that nobody answers at."""


def read(path):
    return nbformat.read(path, as_version=4)


def files():
    """The files beside a notebook and those it reads, and when they changed."""
    tops = ("notebooks", "sample_data")
    found = (path for top in tops for path in (ROOT / top).rglob("*") if path.is_file())
    return {path: path.stat().st_mtime_ns for path in found}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_no_output_is_stored(path):
    for cell in read(path).cells:
        assert not cell.get("outputs"), cell.id
        assert not cell.get("execution_count"), cell.id


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebook_runs(path, tmp_path):
    before, notebook = files(), read(path)
    place = {"metadata": {"path": str(tmp_path)}}
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), NOTHING)
    environment = {
        **os.environ, **proxies, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path),
        "IPYTHONDIR": str(tmp_path / "ipython"), "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the client's own libraries say of each other
        NotebookClient(notebook, timeout=500, resources=place).execute(env=environment)
    told = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    figures = [output for output in told if "plotly" in str(output.get("data", ""))[:100]]
    assert len(figures) >= 5
    assert all("simulated" in str(figure.data) for figure in figures)
    assert not any(output.output_type == "error" for output in told)
    assert "95 %" in str(told)
    assert files() == before
    assert not list(tmp_path.glob("cropcore-*"))
