"""How a network came to know its classes, on histories made by hand."""

import csv
import io
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from cropcore.errors import RunError
from cropcore.explain.learning import (
    SETTLED,
    Watched,
    class_f1_csv,
    curves_csv,
    gap_at,
    milestones,
    milestones_csv,
    rate_changes,
    watched,
)
from cropcore.legend import legend_from_names
from cropcore.training.history import COLUMNS, History
from cropcore.training.run import Run

NAN = math.nan


def history(class_f1, kept=None, **columns):
    """A history whose best epoch is ``kept``, else the last."""
    class_f1 = np.array(class_f1, dtype=float)  # (class, epoch)
    n = class_f1.shape[1]
    val_loss = np.where(np.arange(1, n + 1) == (kept or n), 0.1, 0.5)
    usual = {name: np.full(n, NAN) for name in COLUMNS}
    usual |= {"epoch": np.arange(1.0, n + 1), "val_loss": val_loss}
    given = {name: np.array(values, dtype=float) for name, values in columns.items()}
    return History(usual | given, tuple(range(1, len(class_f1) + 1)), class_f1.T)


def only(class_f1, kept=None):
    found = milestones(history([class_f1], kept))
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("f1", "kept", "learnt"),
    [
        ([0.2, 0.5, 0.96, 1.0], None, 3),
        ([0.2, 0.5, 0.96, 1.0], 2, 2),  # judged by the best until then
        ([0.9, 0.9, 0.9], None, 1),
        ([0.96, 0.5, 0.96, 1.0], None, 3),  # what does not stay does not count
        ([0.96, 1.0, 0.96, 0.5], None, None),
        ([0.96, 1.0, 0.96, 0.5], 3, 1),  # lost only after the weights were kept
        ([0.2, 0.3, 1.0], None, 3),
        ([0.0, 0.0, 0.0], None, None),  # never recognised
        ([0.7], None, 1),
    ],
)
def test_class_is_learnt_once_it_stays(f1, kept, learnt):
    assert only(f1, kept).learnt == learnt


def test_falls_are_measured_from_the_best_so_far():
    found = only([0.2, 0.8, 0.7, 0.4, 0.6, 0.9, 0.85])
    assert found.drop == pytest.approx(0.4)
    assert (found.drop_from, found.drop_to) == (2, 4)
    assert (found.best, found.kept) == (0.9, 0.85)
    steady = only([0.1, 0.2, 0.2, 0.3])
    assert (steady.drop, steady.drop_from, steady.drop_to) == (0, 1, 1)


def test_early_classes_come_first_and_unmeasured_ones_not_at_all():
    found = milestones(
        history([[0.1, 0.2, 0.9], [0.9, 0.9, 0.9], [NAN] * 3, [0.9, 0.9, 0.1], [0.5, NAN, 0.5]])
    )
    assert [(one.code, one.learnt) for one in found] == [(2, 1), (1, 3), (4, None)]


@given(
    arrays.arrays(float, st.integers(1, 30), elements=st.floats(0, 1)),
    st.integers(1, 30),
)
def test_milestones_hold_what_they_promise(f1, kept):
    kept = min(kept, len(f1))
    found = only(f1, kept)
    steady = [
        epoch
        for epoch in range(1, kept + 1)
        if (f1[epoch - 1 : kept] >= SETTLED * f1[:kept].max()).all() and f1[:kept].max() > 0
    ]
    assert found.learnt == (steady[0] if steady else None)
    falls = [f1[first] - f1[later] for first in range(len(f1)) for later in range(first, len(f1))]
    assert found.drop == max(falls)
    assert found.drop == f1[found.drop_from - 1] - f1[found.drop_to - 1]
    assert found.drop_from <= found.drop_to


def test_gap_is_validation_less_training():
    told = history(
        [[0, 0]],
        train_loss=[0.5, 0.2],
        val_loss=[0.6, 0.5],
        train_macro_f1=[0.7, 0.99],
        val_macro_f1=[0.6, 0.9],
    )
    gap = gap_at(told, 2)
    assert gap.loss == pytest.approx(0.3)
    assert gap.f1 == pytest.approx(-0.09)
    assert gap_at(history([[0, 0]]), 1) is None


def test_rate_changes_name_the_first_epoch_of_each_rate():
    told = history([[0] * 5], lr=[0.002, 0.002, 0.001, 0.001, 0.0005])
    assert rate_changes(told) == ((3, 0.001), (5, 0.0005))
    assert rate_changes(history([[0]], lr=[0.002])) == ()


def test_samples_behind_the_curves_are_counted(table_run):
    model = table_run.record.models["final"]
    found = watched(table_run)
    assert (found.train, found.validation) == (model.samples["train"], model.samples["validation"])
    assert found.train_groups == model.groups["train"]
    assert found.validation_groups == model.groups["validation"]
    assert sum(found.by_class.values()) == found.validation
    assert set(found.by_class) <= {1, 2, 3}


def test_samples_of_folds_stand_in_their_record(table_run, tmp_path):
    record = table_run.record
    copy = Run(tmp_path)
    models = record.models | {"fold_1": record.models["final"]}
    copy.write_record(record.model_copy(update={"models": models}))
    assert watched(copy, "fold_1") == Watched(*_four(record.models["final"]))
    assert watched(copy, "fold_2") is None


def _four(model):
    return [
        sizes[part] for part in ("train", "validation") for sizes in (model.samples, model.groups)
    ]


@pytest.mark.parametrize(
    "text", ["id,group\na,b\n", "id,group,code,set,fold\na,b,x,validation,0\n"]
)
def test_damaged_split_is_told(tmp_path, text):
    (tmp_path / "split.csv").write_text(text)
    with pytest.raises(RunError, match=r"split\.csv"):
        watched(Run(tmp_path))


def test_tables_to_take_away():
    told = history([[0.2, 0.9], [NAN, NAN]], loss=[1.5, 0.25])
    legend = legend_from_names(["wheat, winter", "maize"])
    first, *rows = csv.reader(io.StringIO(curves_csv(told)))
    assert tuple(first) == COLUMNS
    assert [row[:2] for row in rows] == [["1", "1.5"], ["2", "0.25"]]
    assert rows[0][first.index("lr")] == "", "unknown"
    rows = list(csv.DictReader(io.StringIO(class_f1_csv(told, legend))))
    assert [(row["name"], row["epoch"], row["val_f1"]) for row in rows] == [
        ("wheat, winter", "1", "0.2"),
        ("wheat, winter", "2", "0.9"),
        ("maize", "1", ""),
        ("maize", "2", ""),
    ]
    text = milestones_csv(milestones(told), legend, {1: 40})
    assert [
        (row["code"], row["validation_samples"], row["learnt_epoch"], row["kept_f1"])
        for row in csv.DictReader(io.StringIO(text))
    ] == [("1", "40", "2", "0.9")]
