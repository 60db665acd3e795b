"""A training followed from outside: the model it is at, what is left of it, and its log."""

import numpy as np
import pytest

from cropcore.training.history import COLUMNS, History
from cropcore.training.record import RunRecord, make_request
from cropcore.training.run import FINAL
from cropcore.training.watching import member_now, members_of, outlook, read_log


def record_of(**others) -> RunRecord:
    request = make_request("/data", "cnn1d", changes={"epochs": 20, "patience": 5}, **others)
    return RunRecord(name="x", created="2024-01-01T00:00:00Z", versions={}, request=request)


def history_of(losses, seconds) -> History:
    columns = {name: np.ones(len(losses)) for name in COLUMNS}
    columns["val_loss"], columns["seconds"] = np.array(losses), np.array(seconds)
    return History(columns, (), np.empty((len(losses), 0)))


def test_members_in_their_order():
    assert members_of(record_of()) == (FINAL,)
    assert members_of(record_of(folds=2)) == ("fold_1", "fold_2", FINAL)


def test_member_now_is_the_first_that_is_not_complete(table_run):
    done = table_run.record.models[FINAL]
    part = done.model_copy(update={"complete": False})
    record = record_of(folds=2)
    for models, now in (
        ({}, "fold_1"),
        ({"fold_1": done}, "fold_2"),
        ({"fold_1": done, "fold_2": part}, "fold_2"),
        ({"fold_1": done, "fold_2": done, FINAL: done}, FINAL),
    ):
        assert member_now(record.model_copy(update={"models": models})) == now


def test_outlook_says_least_and_most():
    history = history_of([3, 1, 2, 2], [10, 12, 14, 16])
    found = outlook(record_of(), FINAL, history)
    assert found.seconds_per_epoch == 2  # the first epoch holds the start
    assert found.at_most == 2 * 16  # to epoch 20
    assert found.at_least == 2 * 3  # the best was epoch 2, patience 5


def test_outlook_counts_models_to_come():
    history = history_of([3, 1], [10, 11])
    found = outlook(record_of(folds=2), "fold_2", history)
    assert found.at_most == 18 + 20
    assert found.at_least == 5 + 6


def test_outlook_of_the_last_epoch_is_nothing():
    history = history_of(np.linspace(2, 1, 20), np.arange(20.0))
    found = outlook(record_of(), FINAL, history)
    assert found.at_least == found.at_most == 0


def test_one_epoch_promises_nothing():
    assert outlook(record_of(), FINAL, history_of([1], [9])) is None


def test_log_is_its_last_lines_without_control_signs(tmp_path):
    assert read_log(tmp_path) == ""
    lines = [f"line {number} \x1b[31mred\x1b[0m\x07" for number in range(1000)]
    (tmp_path / "log.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    told = read_log(tmp_path, lines=3).splitlines()
    assert told == ["line 997 red", "line 998 red", "line 999 red"]


def test_huge_and_binary_log_is_read_at_its_end(tmp_path):
    (tmp_path / "log.txt").write_bytes(b"\xff" * 3_000_000 + b"\nthe end\n")
    assert read_log(tmp_path).endswith("the end")
    assert len(read_log(tmp_path)) < 300_000


@pytest.mark.parametrize("make", ["mkdir", "touch"])
def test_no_log_is_no_text(tmp_path, make):
    getattr(tmp_path / "log.txt", make)()
    assert read_log(tmp_path) == ""
