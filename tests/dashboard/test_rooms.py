"""The dashboard's rooms: what pages may import, and that the first page needs no TensorFlow."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

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


def test_caches_are_in_one_place():
    for path in (ROOT / "dashboard").rglob("*.py"):
        if path.parent.name != "cache":
            assert "st.cache" not in path.read_text(encoding="utf-8"), path
