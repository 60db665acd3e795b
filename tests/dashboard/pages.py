"""Pages run as scripts, without a browser."""

from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from dashboard.i18n import TABLES
from dashboard.main import PAGES

MAIN = str(Path(__file__).parents[2] / "dashboard" / "main.py")
_SPEAKING = ("markdown", "caption", "info", "warning", "error", "success", "subheader")


def open_page(name: str = PAGES[0].name, **address: str) -> AppTest:
    """A page as somebody finds it who opens an address."""
    app = AppTest.from_file(MAIN, default_timeout=120)
    if name != PAGES[0].name:
        app._page_hash = calc_hash(name)  # AppTest itself knows only pages beside the script
    for key, value in address.items():
        app.query_params[key] = value
    return app.run()


def words(app: AppTest) -> str:
    """All that a page says."""
    return "\n".join(str(item.value) for kind in _SPEAKING for item in app.get(kind))


def press(app: AppTest, key: str) -> None:
    """Press the button that is called so in the table of words."""
    next(item for item in app.button if item.label == TABLES["en"][key]).click().run()


def field(app: AppTest, key: str, kind: str = "number_input") -> Any:
    """The input that is called so in the table of words."""
    return next(item for item in app.get(kind) if item.label == TABLES["en"][key])
