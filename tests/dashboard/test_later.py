"""Work beside the pages: given up where nobody waits, and had after all where somebody asks."""

import threading

import pytest

from cropcore.errors import CancelledError
from dashboard.cache import later as module
from dashboard.cache.later import give_up, later, watch

PATIENCE = 20


class Work:
    """Looks up when it is let to, then is done."""

    def __init__(self) -> None:
        self.begun, self.may_look = threading.Event(), threading.Event()

    def __call__(self) -> str:
        self.begun.set()
        assert self.may_look.wait(PATIENCE)
        watch()
        return "done"


@pytest.fixture
def work(monkeypatch):
    monkeypatch.setattr(module, "_HEAD_START", 0)
    return Work()


def test_work_that_nobody_waits_for_ends_and_is_begun_anew(work):
    answer = later(("ends", id(work)), work)
    assert work.begun.wait(PATIENCE)
    give_up(answer)
    work.may_look.set()
    with pytest.raises(CancelledError):
        answer.result(PATIENCE)
    assert later(("ends", id(work)), work).result(PATIENCE) == "done"


def test_work_that_is_asked_for_again_goes_on(work):
    answer = later(("goes on", id(work)), work)
    assert work.begun.wait(PATIENCE)
    give_up(answer)
    assert later(("goes on", id(work)), work) is answer
    work.may_look.set()
    assert answer.result(PATIENCE) == "done"


def test_work_that_waits_its_turn_is_never_begun(work):
    before, after = later(("before", id(work)), work), later(("after", id(work)), pytest.fail)
    assert work.begun.wait(PATIENCE)
    give_up(after)
    work.may_look.set()
    assert before.result(PATIENCE) == "done"
    assert after.cancelled()
