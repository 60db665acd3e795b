"""Errors say in one sentence what was expected, what came and what to do."""

import builtins

import pytest

from cropcore import errors

EVERY = [getattr(errors, name) for name in errors.__all__]


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_message_is_one_sentence(kind):
    error = kind("a.tif", expected="10 rows", got="9\nrows", advice="add one")
    assert str(error) == "a.tif: expected 10 rows, but got 9 rows; add one."
    assert isinstance(error, errors.CropcoreError)


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_each_is_a_builtin_too(kind):
    if kind is not errors.CropcoreError:
        builtin = {value for value in vars(builtins).values() if isinstance(value, type)}
        assert (builtin - {Exception, BaseException, object}) & set(kind.__mro__)


def test_docstring_draws_every_error():
    assert all(name in errors.__doc__ for name in errors.__all__)
