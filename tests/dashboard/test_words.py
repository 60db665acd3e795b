"""Every language says the same things, and all that is said is in the tables."""

import ast
from pathlib import Path

import pytest

from cropcore.explain import ATTRIBUTION_METHODS
from dashboard.i18n import TABLES, braces, translate
from dashboard.main import PAGES
from dashboard.state import LANGUAGES, LAYERS, State

ROOT = Path(__file__).parents[2]
FILES = [path for top in ("dashboard", "pages") for path in sorted((ROOT / top).rglob("*.py"))]


def test_every_language_has_its_table():
    assert set(TABLES) == set(LANGUAGES)


@pytest.mark.parametrize("language", [name for name in TABLES if name != "en"])
def test_tables_have_the_same_keys_and_values(language):
    english, other = TABLES["en"], TABLES[language]
    assert list(other) == list(english)
    for key, text in english.items():
        assert braces(other[key]) == braces(text), key
        assert other[key].strip(), key


def test_all_that_is_asked_for_is_there():
    english = TABLES["en"]
    wanted = {f"page.{page.name}" for page in PAGES} | {f"layer.{name}" for name in LAYERS}
    wanted |= {f"method.{name}" for name in ATTRIBUTION_METHODS}
    wanted |= {f"state.{name}" for name in State.__dataclass_fields__}
    wanted |= {f"series.{unit}" for unit in ("reflectance", "dB", "linear", "index")}
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "t"
            if called and isinstance(node.args[0], ast.Constant):
                wanted.add(node.args[0].value)
    assert wanted <= set(english), sorted(wanted - set(english))


def test_values_go_in_as_they_are():
    text = translate("en", "pixel.scores", raw="0.83", calibrated="0.71")
    assert text == "softmax 0.83, calibrated 0.71"
    assert "accura" not in " ".join(TABLES["en"][key] for key in TABLES["en"] if "pixel" in key)
