"""Fewer snapshots: the first, the best and the last stay, the others evenly."""

import shutil

import numpy as np
import pytest

from cropcore.training.snapshots import FOLDER, find_snapshots, thin_snapshots
from cropcore.training.snapshots.thinning import spaced


def test_a_run_keeps_few(table_run, tmp_path):
    folder = shutil.copytree(table_run.folder, tmp_path / "run")
    before = find_snapshots(folder)
    ratios = before.series("fisher")
    best = table_run.record.models["final"].best_epoch
    kept = thin_snapshots(folder, 5)
    after = find_snapshots(folder)
    assert kept == after.epochs
    assert len(kept) == 5
    assert {0, best, before.epochs[-1]} <= set(kept)
    assert after.record == before.record
    at = [before.epochs.index(epoch) for epoch in kept]
    np.testing.assert_array_equal(after.series("fisher"), ratios[at])
    assert thin_snapshots(folder, 64) == kept, "few already"


def test_nothing_to_thin_and_nothing_left(table_run, tmp_path):
    assert thin_snapshots(tmp_path, 5) == ()
    folder = shutil.copytree(table_run.folder, tmp_path / "run")
    before = find_snapshots(folder).epochs
    with pytest.raises(ValueError, match="at least 3"):
        thin_snapshots(folder, 2)
    assert find_snapshots(folder).epochs == before
    (folder / "history.csv").unlink()
    assert thin_snapshots(folder, 3)[::2] == (0, before[-1])
    assert (folder / FOLDER / "probe.json").is_file()


@pytest.mark.parametrize(
    ("best", "expected"),
    [
        (10, (0, 3, 6, 10, 26)),
        (16, (0, 3, 6, 16, 26)),
        (21, (0, 3, 6, 21, 26)),
        (0, (0, 3, 6, 10, 26)),
        (1, (0, 1, 6, 10, 26)),
        (99, (0, 3, 6, 10, 26)),
    ],
)
def test_epochs_are_spaced_evenly_by_rank(best, expected):
    epochs = (*range(9), 10, 13, 21, 26)
    epochs = tuple(16 if one == 13 and best == 16 else one for one in epochs)
    assert spaced(epochs, best, 5) == expected


@pytest.mark.parametrize("most", range(3, 20))
def test_any_number_holds_the_ends_and_the_best(most):
    epochs = tuple(range(0, 60, 2))
    for best in epochs:
        kept = spaced(epochs, best, most)
        assert len(set(kept)) == most
        assert kept == tuple(sorted(kept))
        assert {0, best, 58} <= set(kept)
