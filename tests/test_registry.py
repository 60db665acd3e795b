"""Tables of names: listing imports nothing, an unknown name is answered with the known ones."""

import sys

import pytest

from cropcore.errors import UnknownNameError
from cropcore.registry import Registry

TABLE = Registry("gauge", {"width": "shutil:get_terminal_size", "none": "no_such_module:nothing"})


def test_listing_imports_nothing():
    assert list(TABLE) == ["width", "none"]
    assert len(TABLE) == 2
    assert "no_such_module" not in sys.modules


def test_name_gives_its_object():
    assert TABLE["width"].__name__ == "get_terminal_size"


def test_unknown_name_is_answered_with_the_known():
    with pytest.raises(UnknownNameError, match=r"gauge: expected one of width, none, but got 'x'"):
        TABLE["x"]


def test_membership_follows_the_table():
    assert "width" in TABLE
    assert TABLE.get("x") is None
