"""Members that wait for nobody: the one that is done last puts all together."""

import shutil

import pytest

from cropcore.errors import RunError, SettingError
from cropcore.sources import SourceOptions
from cropcore.training import worker, working
from cropcore.training.ensembles.seeds import create_members, is_over, plan_of, put_together, seeded
from cropcore.training.keeping import rename_run
from cropcore.training.launching import status
from cropcore.training.record import make_request
from cropcore.training.run import Run

BRIEF = {"n_trees": 4}


@pytest.fixture(autouse=True)
def _calm(monkeypatch):
    monkeypatch.setattr(working.signal, "signal", lambda number, act: None)


@pytest.fixture
def request_(table):
    return make_request(
        str(table), "random_forest", changes=BRIEF, seed=3, options=SourceOptions(group="farm")
    )


@pytest.fixture
def members(request_, tmp_path):
    return create_members(tmp_path / "deep", request_, 2)


def test_seeds_share_one_split():
    request = make_request("/data", "cnn1d", seed=7)
    assert [one.seed for one in seeded(request, 3)] == [7, 8, 9]
    assert {one.split_seed for one in seeded(request, 3)} == {7}
    last = make_request("/data", "cnn1d", seed=2**32 - 1)
    with pytest.raises(SettingError, match="seed"):
        seeded(last, 2)


def test_last_one_puts_all_together(members, tmp_path):
    first, second = members
    assert [run.folder.name for run in members] == ["deep-seed3", "deep-seed4"]
    assert worker.main(str(second.folder)) == 0, "in any order"
    assert not (tmp_path / "deep").exists()
    assert is_over(second)
    assert not is_over(first)
    assert worker.main(str(first.folder)) == 0
    made = Run(tmp_path / "deep")
    assert made.finished.ensemble.members == ("deep-seed3", "deep-seed4")
    assert made.finished.ensemble.rule == "mean"
    assert status(first).state == status(second).state == status(made).state == "done"
    assert status(first).message == ""
    begun = []
    assert put_together(first, lambda: begun.append(1)) is None, "it is there"
    assert begun == []


def test_run_is_done_though_its_ensemble_is_not(members, tmp_path):
    first, second = members
    assert worker.main(str(first.folder)) == 0
    moved = first.folder.rename(tmp_path / "renamed")
    assert worker.main(str(second.folder)) == 0
    now = status(second)
    assert now.state == "done"
    assert "not the ensemble it was trained for" in now.message
    assert "deep-seed3" in now.message
    assert moved.is_dir()


def test_member_with_another_name_is_still_one(request_, tmp_path):
    first, second = create_members(tmp_path / "runs" / "deep", request_, 2)
    assert worker.main(str(first.folder)) == 0
    renamed = rename_run("deep-seed3", "mine", tmp_path)
    assert plan_of(renamed) == plan_of(second)
    assert worker.main(str(second.folder)) == 0
    made = Run(tmp_path / "runs" / "deep")
    assert made.finished.ensemble.members == ("mine", "deep-seed4")


def test_places_must_be_free(members, tmp_path):
    request = members[0].record.request
    with pytest.raises(RunError, match="holds files"):
        create_members(tmp_path / "deep", request, 2)
    shutil.rmtree(members[1].folder)
    with pytest.raises(RunError, match="holds files"):
        create_members(tmp_path / "deep", request, 2)
    assert not members[1].folder.exists(), "nothing is made where one place is taken"


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"name": "../x", "members": ["a", "b"]},
        {"name": "x", "members": ["a", "/etc"]},
        {"name": "x", "members": "ab"},
        {"name": 3, "members": ["a", "b"]},
        {"name": "x", "members": ["a"]},
        {"name": "x", "members": ["a"] * 21},
    ],
)
def test_damaged_plan_is_none(members, content):
    members[0].write_json("together.json", content)
    assert plan_of(members[0]) is None
    assert put_together(members[0], lambda: None) is None
