"""An ensemble of unlike members: other bands, fusion and surroundings, one map."""

import csv
import io
import json

import numpy as np
import pytest
import rasterio

from cropcore.cube import SideBySide
from cropcore.errors import SettingError
from cropcore.explain import EnsembleExplainer, Question, explainer_of
from cropcore.explain.subject import find_subject, pixel_subject
from cropcore.mapping.run_map import coverage_notes, map_run
from cropcore.mapping.suitability import suitability
from cropcore.prediction import PatchPredictor, Predictor
from cropcore.samples import places
from cropcore.sources import SourceOptions
from cropcore.sources.region import open_region
from cropcore.training.ensembles.building import build_ensemble
from cropcore.training.exchange import export_run, import_run
from cropcore.training.measuring import evaluate_run
from cropcore.training.procedure import train
from cropcore.training.record import make_request
from cropcore.training.run import Run, create_run
from tests.building import write_region

NET = {"filters": 8, "dense_units": 16, "epochs": 4, "batch_size": 32}
PATCH = {"filters": 4, "dense_units": 8, "epochs": 8, "patch_size": 16, "learning_rate": 0.01}
ASKED = {
    "optical": ("cnn1d", NET, {"options": SourceOptions(bands=("B04", "B08"))}),
    "late": ("cnn1d", NET, {"fusion": "late"}),
    "again": ("cnn1d", NET, {"fusion": "late", "seed": 1, "split_seed": 0}),
    "around": ("cnn3d", PATCH, {}),
    "forest": ("random_forest", {"n_trees": 20, "indices": "NDVI"}, {}),
}


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    return write_region(tmp_path_factory.mktemp("regions") / "region", clouds=0.1)


@pytest.fixture(scope="module")
def place(region):
    return open_region(region, SourceOptions())


@pytest.fixture(scope="module")
def runs(region, tmp_path_factory):
    folder, found = tmp_path_factory.mktemp("runs"), {}
    for name, (architecture, changes, others) in ASKED.items():
        request = make_request(str(region), architecture, changes=changes, baseline=False, **others)
        found[name] = create_run(folder / name, request)
        train(found[name], lambda stage, row: None, lambda: False)
    return found


@pytest.fixture(scope="module")
def ensemble(runs, tmp_path_factory):
    return build_ensemble(list(runs.values()), tmp_path_factory.mktemp("all") / "all", "weighted")


@pytest.fixture(scope="module")
def of_pixels(runs, tmp_path_factory):
    """Without the network that sees surroundings."""
    chosen = [runs[name] for name in ("optical", "late", "again", "forest")]
    return build_ensemble(chosen, tmp_path_factory.mktemp("pixels") / "pixels")


def test_each_member_gets_what_it_was_prepared_for(ensemble, runs):
    whole = ensemble.described.preparation
    assert isinstance(whole, SideBySide)
    assert len(whole.parts) == 4, "both seeds share theirs"
    own = [runs[name].described.preparation for name in ("optical", "late", "around", "forest")]
    assert list(whole.parts) == own
    assert whole.shape[1] == sum(item.shape[1] for item in own)
    assert [item.name for item in whole.inputs] == [
        "s2", "s2 (2)", "s1", "s2 + s1", "s2 + s1 (2)"
    ]  # fmt: skip
    assert ensemble.record.request.options.bands is None, "not only those of the first"
    assert isinstance(ensemble.predictor(), PatchPredictor)


@pytest.mark.parametrize("block", [8, 64])
def test_map_shows_what_was_measured(ensemble, place, tmp_path, block):
    result = map_run(ensemble, place, tmp_path / "map", block=block)
    with rasterio.open(result.probabilities) as raster:
        shown = raster.read().transpose(1, 2, 0) / 250.0
    tested = ensemble.tested()
    np.testing.assert_allclose(shown[places(tested.ids)], tested.probabilities, atol=0.004)
    about = json.loads((tmp_path / "map" / "map.json").read_text())
    assert about["architecture"] == "ensemble"
    assert len(about["inputs"]) == 5
    assert coverage_notes(ensemble, place) == []


def test_map_of_pixels_alone(of_pixels, place, tmp_path):
    assert isinstance(of_pixels.predictor(), Predictor)
    result = map_run(of_pixels, place, tmp_path / "map")
    with rasterio.open(result.probabilities) as raster:
        shown = raster.read().transpose(1, 2, 0) / 250.0
    tested = of_pixels.tested()
    np.testing.assert_allclose(shown[places(tested.ids)], tested.probabilities, atol=0.004)


@pytest.mark.parametrize("which", ["ensemble", "of_pixels"])
def test_pixel_is_that_of_the_test(which, place, request):
    run = request.getfixturevalue(which)
    tested, predictor = run.tested(), run.predictor()
    for at in range(0, len(tested), 40):
        row, col = (int(value[0]) for value in places(tested.ids[at : at + 1]))
        subject = pixel_subject(run, place, row, col)
        np.testing.assert_allclose(
            subject.seen.probabilities(predictor), tested.probabilities[at], atol=2e-3
        )


@pytest.mark.parametrize("which", ["ensemble", "of_pixels"])
def test_each_member_says_what_it_says_alone(which, place, request):
    run = request.getfixturevalue(which)
    row, col = (int(value[0]) for value in places(run.tested().ids[:1]))
    said = pixel_subject(run, place, row, col).seen.members(run.predictor())
    assert said.shape == (len(run.members), len(run.described.legend))
    for member, own in zip(run.members, said, strict=True):
        predictor = member.predictor()
        alone = pixel_subject(member, place, row, col).seen
        np.testing.assert_allclose(alone.probabilities(predictor), own, atol=2e-3)
        assert alone.members(predictor) is None


def test_measured_again_and_suits_its_region(ensemble, place):
    assert evaluate_run(ensemble)["confusion"] == ensemble.read_json("metrics.json")["confusion"]
    found = suitability(ensemble.described, place)
    assert not found.missing
    assert not found.obstacle


@pytest.mark.parametrize("method", ["saliency", "integrated_gradients"])
def test_explanation_is_the_mean_of_its_networks(ensemble, region, runs, method):
    explainer = explainer_of(ensemble)
    assert isinstance(explainer, EnsembleExplainer)
    sample = str(ensemble.tested().ids[0])
    subject = find_subject(ensemble, region, SourceOptions(), at=None, sample=sample)

    def explained(by, one):
        return by.explain(one.seen, one.start, Question(method, "maize"))

    found = explained(explainer, subject)
    assert found.explained == ("optical", "late", "again", "around")
    assert found.silent == ("forest",)
    assert [part.name for part in found.parts] == ["s2", "s2 (2)", "s1", "s2 + s1"]
    weights = dict(zip(ASKED, ensemble.record.ensemble.weights, strict=True))
    total = sum(weights[name] for name in found.explained)
    own = {}
    for name in found.explained:
        run = runs[name]
        options = run.record.request.options
        alone = find_subject(run, region, options, at=None, sample=sample)
        own[name] = explained(explainer_of(run), alone)
    np.testing.assert_allclose(
        found.parts[0].values, own["optical"].values * weights["optical"] / total, atol=1e-4
    )
    both = [own[name].parts[0].values for name in ("late", "again")]
    mean = sum(
        weights[name] / total * values for name, values in zip(("late", "again"), both, strict=True)
    )
    np.testing.assert_allclose(found.parts[1].values, mean, atol=1e-4)
    np.testing.assert_allclose(found.parts[1].spread, np.std(both, axis=0, ddof=1), atol=1e-4)
    assert found.parts[0].spread is None, "one network reads it"
    told = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert told["members"] == {
        "explained": list(found.explained), "silent": list(found.silent)
    }  # fmt: skip
    assert np.array(told["spread"], float).shape == np.array(told["attribution"]).shape
    assert sum(item["name"] == "s2 + s1" for item in told["inputs"]) == 1
    rows = list(csv.DictReader(io.StringIO(found.to_csv())))
    assert len(rows) == len(found.cells)
    known = [float(row["sd_over_members"]) for row in rows if row["sd_over_members"]]
    several = sum(part.values.size for part in found.parts if part.spread is not None)
    assert len(known) == several, "empty where one network alone reads a value"
    assert max(known) > 0
    assert {"±" in cell.told(3) for cell in found.cells} == {True, False}
    assert found.has_spread
    assert not own["late"].has_spread
    alone = csv.DictReader(io.StringIO(own["late"].to_csv()))
    assert {row["sd_over_members"] for row in alone} == {""}


def test_ensemble_without_networks_is_asked_as_a_whole(runs, region, tmp_path):
    request = make_request(
        str(region), "boosting", changes={"rounds": 3, "min_samples_leaf": 3}, baseline=False
    )
    other = create_run(tmp_path / "boosting", request)
    train(other, lambda stage, row: None, lambda: False)
    found = build_ensemble([runs["forest"], other], tmp_path / "trees")
    explainer = explainer_of(found)
    assert explainer.default_method == "occlusion_cell"
    sample = str(found.tested().ids[0])
    subject = find_subject(found, region, SourceOptions(), at=None, sample=sample)
    told = explainer.explain(subject.seen, subject.start)
    assert told.attribution.unit.startswith("share")
    assert np.isfinite(told.values).all()
    assert [part.name for part in told.parts] == ["s2 + s1", "s2 + s1 (2)"]
    assert told.spread is None


def test_handed_on_and_taken_in(ensemble, tmp_path):
    export_run(ensemble, tmp_path / "run.zip")
    arrived = import_run(tmp_path / "run.zip", tmp_path / "workspace").run
    assert Run(arrived.folder).read_json("metrics.json") == ensemble.read_json("metrics.json")
    assert len(arrived.members) == len(ASKED)
    assert arrived.described.preparation == ensemble.described.preparation


def test_other_starts_of_the_season_are_refused(runs, region, tmp_path):
    request = make_request(
        str(region), "random_forest", changes={"n_trees": 5}, season="09-01", baseline=False
    )
    other = create_run(tmp_path / "february", request)
    train(other, lambda stage, row: None, lambda: False)
    with pytest.raises(SettingError, match="--season"):
        build_ensemble([runs["forest"], other], tmp_path / "no")
