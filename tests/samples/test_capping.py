"""At most so many samples of a group."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cropcore.samples import cap_groups


@given(
    groups=st.lists(st.sampled_from("abcde"), min_size=1, max_size=60),
    most=st.integers(1, 12),
    seed=st.integers(0, 5),
)
def test_each_group_keeps_what_it_may(groups, most, seed):
    groups = np.array(groups)
    kept = cap_groups(groups, most, seed)
    assert (np.diff(kept) > 0).all()
    for name in np.unique(groups):
        assert (groups[kept] == name).sum() == min(most, (groups == name).sum())
    np.testing.assert_array_equal(kept, cap_groups(groups, most, seed))


def test_the_seed_decides_which():
    groups = np.repeat(["field", "other"], 500)
    one, two = (cap_groups(groups, 50, seed) for seed in (0, 1))
    assert len(one) == len(two) == 100
    assert one.tolist() != two.tolist()
    assert np.ptp(one[:50]) > 300, "not only the first of a field"
