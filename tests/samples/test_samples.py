"""The value type of samples."""

import numpy as np
import pytest

from cropcore.errors import LabelError
from cropcore.samples import Samples


def make(n=4, **fields):
    values = {
        "series": np.arange(n * 6, dtype=np.float32).reshape(n, 3, 2),
        "codes": np.arange(1, n + 1, dtype=np.uint8),
        "ids": np.array([f"p{number}" for number in range(n)]),
        "groups": np.array(["a"] * n),
        "lon": np.zeros(n),
        "lat": np.zeros(n),
    }
    return Samples(**(values | fields))


@pytest.mark.parametrize("chosen", [np.array([2, 0]), np.array([True, False, True, False])])
def test_taking_keeps_fields_together(chosen):
    taken = make(never_clear=7).take(chosen)
    assert len(taken) == 2
    np.testing.assert_array_equal(taken.series[:, 0, 0] / 6 + 1, taken.codes)
    assert [int(name[1:]) + 1 for name in taken.ids] == taken.codes.tolist()
    assert taken.never_clear == 7


@pytest.mark.parametrize(
    "fields", [{"codes": np.ones(3)}, {"lon": np.zeros(5)}, {"series": np.zeros((4, 3))}]
)
def test_fields_agree(fields):
    with pytest.raises(LabelError, match="one entry per sample in every field"):
        make(**fields)
