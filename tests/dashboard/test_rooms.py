"""The dashboard's rooms: what pages may import, and that the first page needs no TensorFlow."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "pages").glob("*.py"))
STANDARD = sys.stdlib_module_names


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_pages_import_only_streamlit_and_dashboard(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            top = name.split(".")[0]
            assert top in ("streamlit", "dashboard") or top in STANDARD, name


def test_first_page_needs_no_tensorflow():
    code = (
        "import sys, dashboard.app, dashboard.main, dashboard.widgets.pixel_panel;"
        "import dashboard.widgets.map_view, dashboard.widgets.map_maker;"
        "sys.exit(bool({'tensorflow', 'keras'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_nothing_is_imported_beside_the_first_page():
    """Threads that import the same packages for the first time can give each other half of one."""
    code = (
        "import sys, threading; from dashboard import warmup;"
        "threading.Thread.start = lambda thread: None; warmup.begin();"
        "sys.exit(not {'branca.element', 'dashboard.widgets.pixel_panel'} <= set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_a_click_while_tensorflow_is_still_being_imported():
    """The visitor's thread enters where the one beside it has half of each package."""
    code = (
        "import sys, threading, time; from dashboard import warmup;"
        "warmup.page_was_shown(); warmup._MAP = 0;"
        "failures = []; threading.excepthook = failures.append; warmup.begin();"
        "beside = next(t for t in threading.enumerate() if t.name == 'cropcore-warm-up')\n"
        "while 'tensorflow' not in sys.modules: time.sleep(0.001)\n"
        "import keras; beside.join(); keras.layers.Dense(1);"
        "sys.exit(bool(failures))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_keras_is_kept_from_one_run_of_a_page_to_the_next(monkeypatch):
    """Collecting all garbage after each run would hold up everybody's next click."""
    kept = []
    monkeypatch.setattr("keras.backend.clear_session", lambda: kept.append(False))
    page = AppTest.from_string("import streamlit as st; st.write('shown')").run()
    assert [item.value for item in page.markdown] == ["shown"]
    assert not kept


def test_server_keeps_keras_from_its_start():
    code = (
        "import sys, threading; from dashboard import warmup;"
        "from streamlit.runtime.scriptrunner import script_runner;"
        "threading.Thread.start = lambda thread: None; warmup.begin();"
        "sys.exit(script_runner._clean_problem_modules.__module__ != 'dashboard.warmup')"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_caches_are_in_one_place():
    for path in (ROOT / "dashboard").rglob("*.py"):
        if path.parent.name != "cache":
            assert "st.cache" not in path.read_text(encoding="utf-8"), path


def test_downloads_do_not_begin_the_page_anew():
    """A run of the page clears what was not sent yet, the answer with the file's address too."""
    for path in (ROOT / "dashboard").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = node.func.attr if _is_method_call(node) else ""
            if name == "download_button":
                given = {word.arg: ast.unparse(word.value) for word in node.keywords}
                assert given.get("on_click") == "'ignore'", f"{path}, line {node.lineno}"


def _is_method_call(node):
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
