"""The script Streamlit runs for every session: language, menu, page."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from dashboard import warmup
from dashboard.i18n import language, t
from dashboard.state import LANGUAGES, publish
from dashboard.widgets.controls import pick
from dashboard.widgets.failure import show_rejected

_HERE = Path(__file__).parent
_STYLE = (
    ".stMainBlockContainer { padding: 3.5rem 2.5rem 2rem; } "
    "[data-testid='stSidebarUserContent'] { padding-top: 0; } "
    ".stButtonGroup [role='toolbar'] { flex-wrap: wrap; }"
)


@dataclass(frozen=True)
class Page:
    """A page of the dashboard."""

    name: str
    """Of its file in ``pages/``, and of its title ``page.NAME`` in the tables of words."""
    icon: str


# Every page, in the order of the menu. A new one is its file and a line here.
PAGES = (
    Page("crop_map", ":material/map:"),
    Page("explain", ":material/psychology:"),
    Page("regions", ":material/satellite_alt:"),
    Page("compare", ":material/compare:"),
    Page("training", ":material/model_training:"),
    Page("confidence", ":material/verified:"),
    Page("learning", ":material/monitoring:"),
    Page("guide", ":material/help:"),
)


def page_file(name: str) -> Path:
    """Where the script of a page lies, whether installed or in a checkout."""
    installed = _HERE / "_pages"
    folder = installed if installed.is_dir() else _HERE.parent / "pages"
    return folder / f"{name}.py"


def main() -> None:
    """Show the dashboard."""
    st.set_page_config("Cropcore", str(_HERE / "assets" / "icon.svg"), layout="wide")
    st.html(f"<style>{_STYLE}</style>")
    publish()
    pages = [
        st.Page(page_file(page.name), title=t(f"page.{page.name}"), icon=page.icon)
        for page in PAGES
    ]
    chosen = st.navigation(pages, position="top")
    with st.sidebar:
        pick(
            t("language"),
            "language",
            list(LANGUAGES),
            LANGUAGES.__getitem__,
            value=language(),
            kind=st.segmented_control,
            label_visibility="collapsed",
        )
    notices = st.container()
    chosen.run()
    with notices:
        show_rejected()
    publish()
    warmup.page_was_shown()


if __name__ == "__main__":
    main()
