"""Looks at work beside the page: the first says what is waited for, a late one shows it anew."""

from concurrent.futures import Future

from streamlit.testing.v1 import AppTest


def look(waiting, since, first, monkeypatch):
    """How often the page was shown anew by a look, and what it said."""
    from dashboard.widgets.explain import waiting as module

    shown = []
    monkeypatch.setattr(module.st, "rerun", lambda: shown.append("anew"))
    monkeypatch.setattr(module.st, "caption", shown.append)
    module._look(waiting, since, first)
    return shown


def test_first_look_only_tells(monkeypatch):
    done = Future()
    done.set_result(1)
    assert look([], 0, iter([True]), monkeypatch) == []
    assert len(look([done], 0, iter([True]), monkeypatch)) == 1
    assert "anew" not in look([Future()], 0, iter([True]), monkeypatch)


def test_look_that_comes_after_all_is_there_shows_the_page_anew(monkeypatch):
    done = Future()
    done.set_result(1)
    assert look([done], 0, iter([]), monkeypatch)[0] == "anew"
    assert look([], 0, iter([]), monkeypatch) == ["anew"]
    assert "anew" not in look([done, Future()], 0, iter([]), monkeypatch)


def test_page_that_waits_for_nothing_is_shown_once():
    page = AppTest.from_function(_page).run()
    assert page.session_state["looks"] == 1
    assert not page.exception


def _page():
    import streamlit as st

    from dashboard.widgets.explain.waiting import begin, wait

    st.session_state["looks"] = st.session_state.get("looks", 0) + 1
    begin()
    wait()
