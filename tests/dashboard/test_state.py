"""The state in the address: there and back, and bad values fall back by name."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashboard.state import AGAINST, LAYERS, State, address_of, parse

names = some.text(min_size=1, max_size=40).filter(str.isprintable)
codes = some.integers(1, 254)
states = some.builds(
    State,
    region=some.none() | names,
    run=some.none() | names,
    second=some.none() | names,
    layer=some.sampled_from(LAYERS),
    opacity=some.integers(0, 100).map(lambda percent: percent / 100),
    hidden=some.sets(codes, max_size=8).map(lambda chosen: tuple(sorted(chosen))),
    date=some.none() | some.dates(),
    lon=some.none(),
    lat=some.none(),
    method=some.sampled_from(["saliency", "integrated_gradients"]),
    target=some.none() | codes,
    contrast=some.none() | codes,
    language=some.sampled_from([None, "en", "zh-CN"]),
)


@given(states)
def test_state_comes_back_from_its_address(state):
    assert parse(address_of(state)) == (state, ())


@given(some.floats(-180, 180), some.floats(-90, 90))
def test_place_comes_back_to_the_millionth_of_a_degree(lon, lat):
    state, rejected = parse(address_of(State(lon=lon, lat=lat)))
    assert rejected == ()
    assert state.lon == pytest.approx(lon, abs=1e-6)
    assert state.lat == pytest.approx(lat, abs=1e-6)


def test_usual_state_has_an_empty_address():
    assert address_of(State()) == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("layer", "secret"),
        ("opacity", "2"),
        ("opacity", "nan"),
        ("hidden", "1,x"),
        ("hidden", "0"),
        ("hidden", "²"),
        ("date", "yesterday"),
        ("lon", "4.5"),
        ("lat", "inf"),
        ("method", "magic"),
        ("target", "-1"),
        ("contrast", "999999999999"),
        ("language", "tlh"),
        ("run", "a\nb"),
        ("region", "x" * 500),
    ],
)
def test_bad_value_falls_back_by_name(name, value):
    state, rejected = parse({name: value, "unrelated": "kept out"})
    assert state == State()
    assert [field for field, _ in rejected] == [name]


@given(some.dictionaries(some.sampled_from(list(State.__dataclass_fields__)), some.text()))
def test_no_address_breaks_anything(address):
    state, _ = parse(address)
    assert parse(address_of(state))[0].layer == state.layer


def test_dates_are_real():
    assert parse({"date": "2021-02-29"})[1] == (("date", "2021-02-29"),)
    assert parse({"date": "2020-02-29"})[0].date == date(2020, 2, 29)


runs = names.filter(lambda name: "/" not in name)


@given(some.lists(runs, max_size=5, unique=True), some.sampled_from(AGAINST))
def test_runs_side_by_side_come_back_from_their_address(beside, against):
    state = State(beside=tuple(beside), against=against)
    assert parse(address_of(state)) == (state, ())


@pytest.mark.parametrize("wrong", ["", "a//b", "/", "a/b/c/d/e/f", "a\x07", "a" * 201])
def test_wrong_runs_side_by_side_fall_back(wrong):
    assert parse({"beside": wrong}) == (State(), (("beside", wrong[:200]),))
