"""The house itself: layers hold, files stay small, the command line starts without TensorFlow."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "cropcore").rglob("*.py"))
PYTHON = [path for top in ("cropcore", "dashboard", "tests") for path in (ROOT / top).rglob("*.py")]
ALLOWED_AT_ROOT = {
    "pyproject.toml", "README.md", "LICENSE", "cropcore", "dashboard", "pages", "tests",
    "sample_data", "notebooks",
}  # fmt: skip


def test_layers_hold():
    command = [str(Path(sys.executable).with_name("lint-imports"))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_are_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_pages_are_shorter():
    for path in (ROOT / "pages").glob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 80, path


def test_root_holds_only_what_it_should():
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("this is no git checkout")
    tops = {line.split("/")[0] for line in listed.stdout.splitlines()}
    assert {top for top in tops if not top.startswith(".")} <= ALLOWED_AT_ROOT


def test_command_line_starts_without_what_takes_long():
    """Half its start would be packages that most verbs never use."""
    code = (
        "import sys; from cropcore.cli.main import app; from cropcore.models import ARCHITECTURES;"
        "[ARCHITECTURES[name] for name in ARCHITECTURES];"
        "late = {'tensorflow', 'keras', 'sklearn', 'scipy', 'plotly', 'streamlit', 'xarray'};"
        "sys.exit(' '.join(late & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert not done.stderr.strip()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_assert_no_pickle_no_swallowed_exception(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        assert not isinstance(node, ast.Assert), f"assert in line {node.lineno}"
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
            assert not {"pickle", "cloudpickle", "dill", "joblib"} & set(names)
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"bare except in line {node.lineno}"
            silent = len(node.body) == 1 and isinstance(node.body[0], ast.Pass)
            assert not silent, f"swallowed exception in line {node.lineno}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_public_names_are_sorted(path):
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
            names = ast.literal_eval(node.value)
            assert names == sorted(names, key=lambda name: (not name.isupper(), name)), path


def test_architectures_use_keras_only():
    for path in (ROOT / "cropcore" / "models").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        modules = [
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import)
            for alias in node.names
        ]
        assert "tensorflow" not in modules, path
