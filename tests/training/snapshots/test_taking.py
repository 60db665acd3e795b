"""Snapshots of real trainings: of all kinds of networks, gone on with, and harmless."""

import shutil
import zipfile

import numpy as np
import pytest

from cropcore.confidence import softmax
from cropcore.errors import CancelledError, RunError
from cropcore.explain.learning import (
    attention_by_class,
    by_date,
    feature_maps,
    gates_by_date,
    gates_csv,
    read_inside,
    similarity,
    vectors,
)
from cropcore.models import ARCHITECTURES, PatchNetwork, SeriesSpec
from cropcore.prediction import answers
from cropcore.samples import Scene
from cropcore.training.gathering import read_again
from cropcore.training.procedure import train
from cropcore.training.record import make_request
from cropcore.training.run import Run, create_run
from cropcore.training.snapshots import FOLDER, find_snapshots, vet_snapshots
from cropcore.training.snapshots.layers import choose_layers
from cropcore.training.snapshots.looking import Pixels, View, look_at_pixels
from cropcore.training.snapshots.storing import LARGEST
from tests.building import write_region
from tests.conftest import SMALL, train_table, unwatched

ATLSTM = {"units": 48, "n_layers": 2, "epochs": 3, "batch_size": 16}
PATCHES = {"epochs": 2, "patch_size": 16, "filters": 4, "dense_units": 8}


def silent(stage, row):
    """Nobody listens."""


def files(run):
    return {path.name: path.read_bytes() for path in sorted((run.folder / FOLDER).iterdir())}


def same_files(first, second):
    assert list(first) == list(second)
    assert [name for name in first if first[name] != second[name]] == []


def test_snapshots_are_of_the_schedule_the_best_and_the_last_epoch(table_run):
    stored = find_snapshots(table_run.folder)
    model = table_run.record.models["final"]
    expected = {*range(min(model.epochs, 10) + 1), model.best_epoch, model.epochs}
    assert set(stored.epochs) == expected
    assert all(len(content) <= LARGEST for content in files(table_run).values())


def test_probe_is_of_the_validation_groups(table_run):
    probe = find_snapshots(table_run.folder).record
    rows = [line.split(",") for line in table_run.read_text("split.csv").splitlines()[1:]]
    held = {row[0]: (row[1], int(row[2])) for row in rows if row[3] == "validation"}
    assert {one.id: (one.group, one.code) for one in probe.samples} == held, "they are few"


def test_logits_are_those_of_the_stored_model(table_run):
    inside = read_inside(table_run.folder)
    samples, _, _ = read_again(table_run)
    at = [samples.ids.tolist().index(one.id) for one in inside.stored.record.samples]
    logits = table_run.predictor().logits(samples.series[at])
    best = table_run.record.models["final"].best_epoch
    found = vectors(inside, len(inside.layers) - 1, best)
    np.testing.assert_allclose(found, logits, atol=0.02, rtol=2e-3)  # half precision


def test_samples_it_learns_from_are_asked_each_time(table_run):
    stored = find_snapshots(table_run.folder)
    trained = stored.record.trained
    rows = [line.split(",") for line in table_run.read_text("split.csv").splitlines()[1:]]
    learnt = {row[0]: (row[1], int(row[2])) for row in rows if row[3] == "train"}
    kept = zip(trained.ids, zip(trained.groups, trained.codes, strict=True), strict=True)
    assert dict(kept) == learnt, "they are few"
    samples, data, _ = read_again(table_run)
    at = [samples.ids.tolist().index(name) for name in trained.ids]
    given = softmax(table_run.predictor().logits(samples.series[at]))
    own = np.searchsorted(data.legend.codes, trained.codes)
    best = table_run.record.models["final"].best_epoch
    found = stored.series("trained")
    expected = np.take_along_axis(given, own[:, None], 1)[:, 0]
    np.testing.assert_allclose(found[stored.epochs.index(best)], expected, atol=2e-3)
    assert found[0].mean() < 0.5 < found[-1].mean()


def test_kernels_and_their_gradients_are_measured(table_run):
    stored = find_snapshots(table_run.folder)
    names = [layer.name for layer in table_run.predictor().model.layers if layer.trainable_weights]
    assert "logits" in stored.record.weights
    assert len(stored.record.weights) < len(names), "not those that only scale and shift"
    for name in ("weight_norm", "gradient_norm"):
        assert stored.series(name).shape == (len(stored.epochs), len(stored.record.weights))
        assert stored.series(name).min() > 0
    gradient = stored.series("gradient_norm").sum(axis=1)
    assert gradient[-1] < gradient[:3].max(), "there is less to learn in the end"
    shape = stored.read(0, ["attribution"])["attribution"].shape
    raw = len(stored.record.raw)
    assert shape == (raw, *table_run.described.preparation.shape)


def test_learning_shows(table_run):
    inside = read_inside(table_run.folder)
    assert [layer.kind for layer in inside.layers] == ["conv"] * 3 + ["features", "logits"]
    assert (inside.fisher[-1, 3:] > 2 * inside.fisher[0, 3:]).all()
    best = inside.epochs.index(table_run.record.models["final"].best_epoch)
    assert inside.accuracy[best, -1] > 0.8
    dates = table_run.described.preparation.shape[0]
    assert by_date(inside, 0).shape == (len(inside.epochs), dates)
    assert feature_maps(inside, 0, 0).shape == (3, dates, SMALL["filters"])
    alike = similarity(inside, 3)
    np.testing.assert_allclose(np.diag(alike), 1)
    assert alike[0, -1] < alike[-2, -1]


def test_same_seed_same_snapshots(table_run, table, tmp_path):
    again = train_table(tmp_path / "again", table)
    same_files(files(table_run), files(again))


def test_looking_changes_nothing(table_run, table, tmp_path):
    with unwatched():
        blind = train_table(tmp_path / "blind", table)
    assert not (blind.folder / FOLDER).exists()
    assert read_inside(blind.folder) is None
    rows = [
        [line.rsplit(",", 5)[0].split(",")[:8] for line in run.read_text("history.csv").split("\n")]
        for run in (table_run, blind)
    ]
    assert rows[0] == rows[1]
    tested = [run.tested().probabilities for run in (table_run, blind)]
    np.testing.assert_array_equal(*tested)


def stopped_after(run, epochs):
    seen = []
    train(run, lambda stage, row: seen.extend([row] if row else []), lambda: len(seen) >= epochs)


def test_gone_on_with_it_has_the_snapshots_of_one_go(table_run, table, tmp_path):
    run = create_run(tmp_path / "run", table_run.record.request)
    stopped_after(run, 4)
    stored = find_snapshots(run.folder)
    assert set(stored.epochs) >= set(range(5))
    late = run.folder / FOLDER / "0009.npz"
    late.write_bytes((run.folder / FOLDER / "0001.npz").read_bytes())  # after the checkpoint
    (run.folder / FOLDER / "0004.npz").unlink()
    half = run.folder / FOLDER / ".0123456789abcdef.npz"  # being written as its process was killed
    half.write_bytes(b"PK")
    train(Run(run.folder), silent, lambda: False)
    assert not half.exists()
    names = list(files(run))
    assert names == list(files(table_run))
    same = [name for name in names[:5] if name != "0004.npz"]
    assert all(files(run)[name] == files(table_run)[name] for name in same)
    first = find_snapshots(run.folder)
    assert not np.array_equal(
        first.read(9, ["fisher"])["fisher"], first.read(1, ["fisher"])["fisher"]
    )


def test_stopped_before_anything_was_learnt(table, tmp_path):
    request = make_request(str(table), "cnn1d", changes=SMALL)
    run, asked = create_run(tmp_path / "run", request), []
    with pytest.raises(CancelledError):
        train(run, silent, lambda: bool(asked) or asked.append(1))
    assert find_snapshots(run.folder) is None or find_snapshots(run.folder).epochs == (0,)


def test_attention_and_states_by_date(table, tmp_path):
    run = train_table(tmp_path / "run", table, "atlstm", changes=ATLSTM)
    inside = read_inside(run.folder)
    kinds = [layer.kind for layer in inside.layers]
    assert kinds == [*["forward", "backward"] * 2, "attention", "features", "logits"]
    vet_snapshots(run.folder, run.described.legend.codes)
    assert (inside.layers[0].kept, inside.layers[0].width) == (32, 48), "led back from components"
    assert feature_maps(inside, 0, 0).shape[-1] == 48
    at = kinds.index("attention")
    weighed = attention_by_class(inside, at, inside.epochs[-1])
    dates = run.described.preparation.shape[0]
    assert weighed.median.shape == (3, dates)
    values = inside.stored.read(0, [f"{at}.values"])[f"{at}.values"]
    np.testing.assert_allclose(values.sum(axis=1), 1, atol=0.01)
    ratio = by_date(inside, 0)[-1]
    assert ratio[-1] > ratio[0], "a forward state knows most at the end"
    back = by_date(inside, 1)[-1]
    assert back[0] > back[-1], "a backward state at the beginning"
    known = by_date(inside, 0, "probe")[-1]
    assert known[-1] > known[0]
    for at in (0, 1):
        gates = gates_by_date(inside, at)
        assert gates.shape == (len(inside.epochs), 3, dates)
        assert (np.abs(gates - 0.5) < 0.5).all()
    rows = gates_csv(inside, 1, [f"d{step}" for step in range(dates)]).splitlines()
    assert rows[0] == "layer,kind,epoch,step,input,forget,output"
    assert len(rows) == 1 + len(inside.epochs) * dates
    layer, kind, epoch, step, *values = rows[-1].split(",")
    assert (layer, kind) == (inside.layers[1].name, "backward")
    assert (epoch, step) == (str(inside.epochs[-1]), f"d{dates - 1}")
    assert list(map(float, values)) == pytest.approx(gates[-1, :, -1].tolist(), rel=1e-4)


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    return write_region(tmp_path_factory.mktemp("inside") / "region", clouds=0.1)


@pytest.mark.parametrize("fusion", ["early", "late"])
def test_networks_of_patches(region, tmp_path, fusion):
    request = make_request(str(region), "cnn3d", changes=PATCHES, baseline=False, fusion=fusion)
    run = create_run(tmp_path / "run", request)
    train(run, silent, lambda: False)
    inside = read_inside(run.folder)
    samples, data, _ = read_again(run)
    inputs = data.preparation.inputs
    owners = {layer.series for layer in inside.layers if layer.steps}
    assert owners == set(range(len(inputs)))
    for layer in inside.layers:
        assert not layer.steps or layer.steps == inputs[layer.series].calendar.n_dates
    at = [samples.ids.tolist().index(one.id) for one in inside.stored.record.samples]
    logits = answers(run.predictor(), samples, np.array(at))
    best = run.record.models["final"].best_epoch
    found = vectors(inside, len(inside.layers) - 1, best)
    np.testing.assert_allclose(found, logits, atol=0.02, rtol=2e-3)
    record, place = inside.stored.record, inside.epochs.index(best)
    slopes = inside.stored.series("attribution")
    assert slopes.shape[1:] == (len(record.attributed), *data.preparation.shape)
    assert np.abs(slopes[place]).max(axis=(1, 2)).min() > 0
    at = [samples.ids.tolist().index(name) for name in record.trained.ids]
    assert 0 < len(at) <= 500
    own = np.searchsorted(data.legend.codes, record.trained.codes)
    given = softmax(answers(run.predictor(), samples, np.array(at)))
    expected = np.take_along_axis(given, own[:, None], 1)[:, 0]
    np.testing.assert_allclose(inside.stored.series("trained")[place], expected, atol=5e-3)


def test_late_fusion_of_series(table, tmp_path):
    changes = {"units": 4, "n_layers": 1, "epochs": 1}
    run = train_table(tmp_path / "run", table, "lstm", changes=changes, fusion="late")
    inside = read_inside(run.folder)
    n_inputs = len(run.described.preparation.inputs)
    assert len([one for one in inside.layers if one.kind == "forward"]) == n_inputs
    assert inside.layers[-2].name == ("features" if n_inputs > 1 else inside.layers[-2].name)


def test_folds_are_not_looked_into_and_trees_cannot_be(table, forest_run, tmp_path):
    brief = {**SMALL, "epochs": 2}
    run = train_table(tmp_path / "run", table, changes=brief, folds=2, baseline=False)
    assert find_snapshots(run.folder).epochs == (0, 1, 2)
    assert not list((run.folder / "folds").rglob(FOLDER))
    assert find_snapshots(forest_run.folder) is None


SPEC = SeriesSpec("series", tuple(range(0, 80, 10)), ("B04", "B08"), (0.0, 0.0), (1.0, 1.0))
NETWORKS = [name for name in ARCHITECTURES if ARCHITECTURES[name].kind == "network"]


@pytest.mark.parametrize("name", NETWORKS)
def test_every_architecture_is_looked_into(name):
    kind = ARCHITECTURES[name]
    described = kind.parse(kind.presets.get("quick", {}), name)
    model = described.build([SPEC], 3)
    layers = choose_layers(model)
    assert layers[-1].kind == "logits"
    assert "features" in {layer.kind for layer in layers}
    assert {layer.kind for layer in layers} - {"features", "logits"}, "something before the end"
    records = [layer.record([("series", 8)], 32, True) for layer in layers]
    assert any(record.series == 0 for record in records), "something with dates"
    assert len({(record.name, record.kind) for record in records}) == len(records)


@pytest.mark.parametrize(
    "name", [name for name in NETWORKS if issubclass(ARCHITECTURES[name], PatchNetwork)]
)
def test_pixel_is_seen_as_in_the_whole_scene(name):
    kind = ARCHITECTURES[name]
    described = kind.parse(kind.presets.get("quick", {}), name)
    model = described.build([SPEC], 3)
    random = np.random.default_rng(0)
    scene = Scene(random.normal(size=(40, 48, 8, 2)).astype(np.float32))
    rows, cols = np.array([3, 17, 39, 20]), np.array([5, 40, 47, 0])
    layers = choose_layers(model)
    view = View(described.reach(8), described.stride)
    also = Pixels(rows[::-1], cols[::-1])
    seen = look_at_pixels(model, layers, scene, Pixels(rows, cols), also, view)()
    whole = np.asarray(model(scene.values.transpose(2, 0, 1, 3)[None]))[0]
    np.testing.assert_allclose(seen.layers[-1], whole[rows, cols], atol=1e-4)
    np.testing.assert_allclose(seen.trained, whole[rows, cols][::-1], atol=1e-4)
    for layer, values in zip(layers, seen.layers, strict=True):
        wanted = (4, layer.steps, layer.width) if layer.steps else (4, layer.width)
        assert layer.kind == "attention" or values.shape == wanted
        if layer.kind == "attention":
            np.testing.assert_allclose(values.sum(axis=-1), 1, atol=1e-5)
    for layer, gates in zip(layers, seen.gates, strict=True):
        assert (gates is None) == (layer.kind not in ("forward", "backward"))
        assert gates is None or gates.shape == (len(layer.gates), layer.steps)
    states = {layer.kind: values for layer, values in zip(layers, seen.layers, strict=True)}
    if "forward" in states:
        assert np.abs(np.diff(states["forward"], axis=1)).max() > 0


@pytest.fixture
def hostile(table_run, tmp_path):
    """A copy of the snapshots that may be harmed."""
    shutil.copytree(table_run.folder / FOLDER, tmp_path / FOLDER)
    return tmp_path


def repacked(path, **changes):
    with np.load(path) as stored:
        arrays = dict(stored) | changes
    np.savez(path, **{name: array for name, array in arrays.items() if array is not None})


def headed(path, header):
    """Another header for the first array, of the same length."""
    with zipfile.ZipFile(path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    head = parts["fisher.npy"]
    old = b"(5,), }".ljust(len(header))
    assert old in head
    parts["fisher.npy"] = head.replace(old, header)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


HARM = {
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:-400]),
    "empty": lambda path: path.write_bytes(b""),
    "no zip": lambda path: path.write_bytes(b"PK" * 200),
    "bits turned": lambda path: path.write_bytes(
        (content := bytearray(path.read_bytes()))[:900] + b"\xff" * 40 + content[940:]
    ),
    "pickle": lambda path: repacked(path, fisher=np.array([{}] * 5, dtype=object)),
    "another shape": lambda path: repacked(path, fisher=np.zeros(7, np.float32)),
    "another kind": lambda path: repacked(path, fisher=np.zeros(5, np.float64)),
    "no number": lambda path: repacked(path, fisher=np.full(5, np.nan, np.float32)),
    "one missing": lambda path: repacked(path, fisher=None),
    "one too many": lambda path: repacked(path, more=np.zeros(3)),
    "huge": lambda path: path.write_bytes(path.read_bytes() + bytes(3 * 10**6)),
    "header of a huge array": lambda path: headed(path, b"(99999999999,), }"),
    "header without an end": lambda path: headed(path, b"(5,), "),
    "header that is code": lambda path: headed(path, b"(print(5),), }"),
}


@pytest.mark.parametrize("harm", HARM.values(), ids=list(HARM))
def test_damaged_snapshot_is_refused_in_a_sentence(hostile, harm):
    harm(hostile / FOLDER / "0003.npz")
    with pytest.raises(RunError, match=r"0003\.npz"):
        vet_snapshots(hostile, (1, 2, 3))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"format":2', '"format":3'),
        ('"kept":8', '"kept":9'),
        ('"width":8', '"width":900000'),
        ('"raw":[0', '"raw":[4000'),
        ('{"format"', '{"extra":1,"format"'),
        ('"layers":[', '"layers":['),
    ],
)
def test_damaged_list_is_refused_in_a_sentence(hostile, old, new):
    path = hostile / FOLDER / "probe.json"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new) if old != new else text[:-30])
    with pytest.raises(RunError, match=FOLDER):
        vet_snapshots(hostile, (1, 2, 3))


def test_snapshots_of_before_are_refused_with_what_to_do(hostile):
    path = hostile / FOLDER / "probe.json"
    path.write_text(path.read_text().replace('"format":2', '"format":1'))
    with pytest.raises(RunError, match=r"got format 1; train the run again"):
        find_snapshots(hostile)


def test_snapshots_of_other_classes_are_refused(hostile):
    vet_snapshots(hostile, (1, 2, 3))
    with pytest.raises(RunError, match="legend"):
        vet_snapshots(hostile, (1, 2))
