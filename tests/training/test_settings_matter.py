"""Every setting of how a network learns changes what it learns, for pixels and for patches."""

import pandas as pd
import pytest

from cropcore.training.history import read_history
from cropcore.training.procedure import train
from cropcore.training.record import make_request
from cropcore.training.run import Run, create_run
from tests.building import write_region
from tests.cli.conftest import command  # noqa: F401  (a fixture)
from tests.conftest import unwatched
from tests.tables import make_table

PIXEL = {"filters": 4, "dense_units": 8, "epochs": 4, "patience": 3, "batch_size": 16}
PATCH = {"filters": 4, "dense_units": 8, "epochs": 4, "patience": 3, "batch_size": 64,
         "patch_size": 16, "dropout": 0.1}  # fmt: skip
CHANGES = {
    "class weights": {"balance": "true"},
    "focal loss": {"focal_gamma": "2"},
    "label smoothing": {"label_smoothing": "0.2"},
    "cosine schedule": {"schedule": "cosine"},
    "constant schedule": {"schedule": "constant", "patience": "2"},
    "clipping": {"clip_norm": "1e-7"},
    "weight decay": {"weight_decay": "0.5"},
    "learning rate": {"learning_rate": "0.02"},
}


@pytest.fixture(scope="module", params=["cnn1d", "cnn3d"])
def learning(request, tmp_path_factory):
    """Data with classes of unequal size, and how a network learns from them as usual."""
    place, architecture = tmp_path_factory.mktemp("matter"), request.param
    if architecture == "cnn1d":
        table = make_table()
        rare = table["label"].eq("late") & table["id"].str[1:].astype(int).gt(40)
        data = place / "samples.csv"
        table[~rare].to_csv(data, index=False)
    else:
        data = write_region(place / "region", parcel=5)
    usual = PIXEL if architecture == "cnn1d" else PATCH

    def learn(name, changes):
        asked = make_request(str(data), architecture, changes={**usual, **changes}, baseline=False)
        run = create_run(place / name.replace(" ", "_"), asked)
        with unwatched():
            train(run, lambda stage, row: None, lambda: False)
        return run

    return learn, learn("usual", {}), data, usual


def told(run):
    table = pd.read_csv(run.folder / "history.csv").drop(columns="seconds")
    return table.fillna(-1).to_numpy().tolist()


@pytest.mark.parametrize("name", CHANGES)
def test_setting_changes_what_is_learnt(learning, name):
    learn, usual, _, _ = learning
    run = learn(name, CHANGES[name])
    if name == "constant schedule":  # differs once the usual one has halved the rate
        rates = read_history(run.folder).columns["lr"]
        assert set(rates.tolist()) == {run.record.request.training.learning_rate}
        return
    assert told(run) != told(usual)
    found, before = read_history(run.folder).columns, read_history(usual.folder).columns
    if name == "focal loss":
        assert found["loss"][0] < before["loss"][0], "those told right count less"
    if name == "label smoothing":
        assert found["loss"][0] != pytest.approx(before["loss"][0], rel=1e-4)
    if name == "cosine schedule":
        assert found["lr"][-1] < found["lr"][0]
    if name == "learning rate":
        assert found["lr"][0] == pytest.approx(0.02)


def test_the_same_again_is_the_same(learning):
    learn, usual, _, _ = learning
    assert told(learn("again", {})) == told(usual)


def test_command_passes_them_on(learning, command, tmp_path):  # noqa: F811
    _, usual, data, settings = learning
    architecture = usual.record.request.architecture
    changes = {
        **settings, "epochs": 1, "balance": "true", "focal_gamma": 1.5, "label_smoothing": 0.1,
        "schedule": "cosine", "clip_norm": 0.5,
    }  # fmt: skip
    given = [f"--set={name}={value}" for name, value in changes.items()]
    code, _, err = command(
        "train", data, architecture, "--no-baseline", "--out", tmp_path / "run", *given
    )
    assert code == 0, err
    training = Run(tmp_path / "run").record.request.training
    assert (training.balance, training.focal_gamma, training.label_smoothing) == (True, 1.5, 0.1)
    assert (training.schedule, training.clip_norm) == ("cosine", 0.5)
