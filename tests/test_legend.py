"""Legends: what is read is what was written, and a malformed one is refused in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cropcore.errors import LegendError
from cropcore.legend import Legend, LegendClass, choose_colors, legend_from_csv, legend_from_names

printable = st.text(min_size=1, max_size=30).filter(
    lambda text: text.isprintable() and text.strip() == text
)


@given(st.dictionaries(st.integers(1, 254), printable, min_size=1, max_size=12))
def test_csv_round_trip(names):
    if len(set(names.values())) < len(names):
        return
    legend = Legend(tuple(LegendClass(code, name, "#123456") for code, name in names.items()))
    assert legend_from_csv(legend.to_csv()) == legend


def test_value_column_and_unknown_row_as_exported_by_others():
    legend = legend_from_csv("\ufeffvalue,name,pixels\n0,unknown,5\n3,maize,7\n1,wheat,9\n")
    assert legend.codes == (1, 3)
    assert legend.names == ("wheat", "maize")
    assert legend.find("maize").color == "#ffd300"
    assert legend.find("3").name == "maize"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no header line"),
        ("id,crop\n1,a\n", "add the column code"),
        ("code,name\nx,a\n", "line 2: expected a whole number"),
        ("code,name\n1,a\n1,b\n", "'1' more than once"),
        ("code,name\n1,a\n2,a\n", "'a' more than once"),
        ("code,name\n300,a\n", "a code from 1 to 254"),
        ("code,name\n255,a\n", "a code from 1 to 254"),
        ("code,name\n1,\n", "printable name"),
        ("code,name,color\n1,a,red\n", "a colour such as #ffd300"),
        ("code,name\n0,unknown\n", "at least one class"),
    ],
)
def test_malformed_legend_is_refused(text, message):
    with pytest.raises(LegendError, match=message):
        legend_from_csv(text)


def test_too_many_names_are_refused():
    with pytest.raises(LegendError, match="at most 254 classes"):
        legend_from_names([f"class {number}" for number in range(300)])


@given(st.lists(printable, max_size=60, unique=True))
def test_every_class_gets_a_colour_of_its_own(names):
    colors = choose_colors(names)
    assert len(set(colors)) == len(names)


def test_part_of_a_legend_keeps_codes():
    legend = legend_from_names(["a", "b", "c"])
    assert legend.only([3, 1]).codes == (1, 3)
