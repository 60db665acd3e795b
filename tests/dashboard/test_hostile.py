"""No name becomes markup on any page; the browser's tests look at the same again."""

import re

import pytest
import streamlit as st
from markdown_it import MarkdownIt

from dashboard.main import PAGES
from dashboard.state import LANGUAGES
from tests.dashboard.hostile import DAMAGED, FOREST, NETWORK, REGION, build_hostile_workspace
from tests.dashboard.pages import open_page

PLACE = {"lat": "50.5416", "lon": "4.4145"}
ALL = {"region": REGION, "run": NETWORK, "second": FOREST, "contrast": "2", **PLACE}
TEXTS = ("markdown", "caption", "info", "warning", "error", "success", "title", "header")
LABELS = (
    "button", "checkbox", "radio", "selectbox", "multiselect", "slider", "text_input", "toggle",
    "number_input", "expander", "tab", "button_group", "metric", "download_button",
    "select_slider", "text_area", "file_uploader",
)  # fmt: skip
STREAMLIT_ONLY = re.compile(r"(?<!\\):(red\[|material/sailing:)|(?<![\\$])\$[xy]\$")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return build_hostile_workspace(tmp_path_factory.mktemp("hostile"))


@pytest.fixture
def workspace(built, tmp_path, monkeypatch):
    monkeypatch.setenv("CROPCORE_WORKSPACE", str(built))
    monkeypatch.setattr("dashboard.catalog.sample_data", lambda: tmp_path / "no_samples")
    st.cache_resource.clear()
    return built


def marked_up(app):
    """Everything on a page that Streamlit reads as Markdown."""
    for kind in (*TEXTS, "subheader"):
        yield from (str(item.value) for item in app.get(kind))
    for kind in LABELS:
        for item in app.get(kind):
            proto = getattr(item, "proto", item)
            yield str(getattr(proto, "label", ""))
            yield str(getattr(proto, "help", ""))
            if kind in ("radio", "button_group"):
                options = getattr(proto, "options", ())
                yield from (str(getattr(option, "content", option)) for option in options)


def assert_plain(text):
    assert not STREAMLIT_ONLY.search(text), text
    for block in MarkdownIt("commonmark").parse(text):
        assert block.type != "html_block" or "alert" not in block.content, text
        for token in block.children or ():
            assert token.type != "html_inline", text
            assert "javascript" not in str(token.attrs), text
    rendered = MarkdownIt("commonmark").render(text)
    assert "<strong>bold</strong>" not in rendered, text


def assert_nothing_injected(app):
    assert not app.exception
    texts = [text for text in marked_up(app) if text]
    assert texts
    for text in texts:
        assert_plain(text)
    for item in app.get("html"):
        assert not re.search(r"alert|onerror|fat", str(item)), str(item)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [page.name for page in PAGES])
def test_names_stay_names(workspace, name, language):
    assert_nothing_injected(open_page(name, language=language, **ALL))


@pytest.mark.parametrize("name", [page.name for page in PAGES])
def test_errors_and_addresses_stay_text(workspace, name):
    """A region whose description is wrong, and an address of which nothing exists."""
    for address in (
        {"region": DAMAGED, "run": NETWORK},
        {"region": REGION, "run": FOREST, **PLACE},
        dict.fromkeys(("region", "run", "section", "layer"), f"nothing {REGION} {NETWORK}"),
    ):
        assert_nothing_injected(open_page(name, **address))
