"""Suspect labels: by parcel where pixels share one, else by sample."""

import geopandas as gpd
import numpy as np
import pytest

from cropcore.training.doubting import doubt_labels
from cropcore.training.procedure import train
from cropcore.training.record import make_request
from cropcore.training.run import create_run
from tests.building import write_region


def mislabelled(folder):
    """A region of 100 parcels, two of which bear the label of another class; and their names."""
    region = write_region(folder / "region", size=(60, 60), parcel=6)
    path = region / "labels.gpkg"
    parcels = gpd.read_file(path)
    classes = sorted(parcels["crop"].unique())
    wrong = [parcels.index[parcels["crop"] == name][4] for name in classes[:2]]
    parcels.loc[wrong, "crop"] = classes[2]
    parcels.to_file(path)
    return region, parcels, wrong


def trained(folder, region, **others):
    asked = make_request(
        str(region), "random_forest", changes={"n_trees": 60}, baseline=False, **others
    )
    run = create_run(folder, asked)
    train(run, lambda stage, row: None, lambda: False)
    return run


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("suspects")
    region, parcels, wrong = mislabelled(folder)
    return trained(folder / "run", region, folds=4), parcels, wrong, region


def test_wrong_parcels_are_found_with_their_pixels(made):
    run, parcels, wrong, _ = made
    doubts = doubt_labels(run)
    assert doubts.parcels
    assert doubts.complete
    assert doubts.of == len(parcels)
    tested = run.tested()
    by_pixel = dict(zip(tested.ids.tolist(), tested.groups.tolist(), strict=True))
    found = {}
    for item in doubts.suspects:
        assert item.pixels.shape == (len(item.samples), 2)
        assert {by_pixel[name] for name in item.samples} == {item.group}
        assert (tested.groups == item.group).sum() == len(item.samples)
        assert item.p_label < item.p_suggested <= 1
        assert item.label != item.suggested
        found[tuple(item.pixels.min(axis=0) // 6)] = item
    expected = {tuple(divmod(int(at), 10)) for at in wrong}
    assert expected <= set(found)
    assert len(found) <= len(expected) + 2


def test_without_folds_only_those_kept_are_asked(made, tmp_path):
    doubts = doubt_labels(trained(tmp_path / "run", made[3]))
    assert not doubts.complete
    assert 0 < doubts.of < len(made[1]) / 2


def test_pixels_of_blocks_stand_alone(tmp_path):
    """A block holds several classes: it has no label of its own that could be wrong."""
    region = write_region(tmp_path / "region", labels="raster", size=(40, 40))
    doubts = doubt_labels(trained(tmp_path / "run", region))
    assert not doubts.parcels
    assert doubts.of == len(np.unique(trained_ids(tmp_path / "run")))
    assert all(len(item.samples) == 1 for item in doubts.suspects)


def trained_ids(folder):
    with np.load(folder / "tested.npz") as stored:
        return stored["ids"]
