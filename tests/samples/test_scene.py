"""A region prepared pixel by pixel: the same numbers as its samples, in memory or on disk."""

import numpy as np
import pytest

from cropcore.cube import Window
from cropcore.errors import CancelledError, SettingError, StorageError
from cropcore.samples import collect, fit_preparation, places, prepare_scene, room, scene
from cropcore.sources import SourceOptions, open_source
from cropcore.sources.region import open_region
from tests.building import write_region
from tests.stopping import Stop
from tests.tables import write_table


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    return open_region(write_region(tmp_path_factory.mktemp("scene"), clouds=0.2), SourceOptions())


@pytest.mark.parametrize("in_memory", [True, False])
@pytest.mark.parametrize("fusion", ["early", "late"])
def test_is_what_samples_are(region, monkeypatch, in_memory, fusion):
    monkeypatch.setattr(scene, "_IN_MEMORY", 2**28 if in_memory else 0)
    monkeypatch.setattr(scene, "_BLOCK", 7)
    preparation = fit_preparation(region, fusion=fusion)
    found = prepare_scene(region, preparation)
    assert found.shape == (region.grid.height, region.grid.width)
    assert isinstance(found.values, np.memmap) is not in_memory
    samples = collect(region, preparation)
    rows, cols = places(samples.ids)
    np.testing.assert_array_equal(found.values[rows, cols], samples.series)
    window = found.read(Window(3, 5, 4, 6))
    assert window.shape == (preparation.shape[0], 4, 6, preparation.shape[1])
    np.testing.assert_array_equal(window[:, 1, 2], found.values[4, 7])


def test_a_full_disk_is_told_before_anything_is_read(region, monkeypatch):
    monkeypatch.setattr(scene, "_IN_MEMORY", 0)
    monkeypatch.setattr(room, "_SPARE", 2**60)
    with pytest.raises(StorageError, match=r"room for .* GB of prepared imagery"):
        prepare_scene(region, fit_preparation(region))


def test_tables_have_no_surroundings(tmp_path):
    source = open_source(write_table(tmp_path / "samples.csv"), SourceOptions())
    with pytest.raises(SettingError, match="the data are a table"):
        prepare_scene(source, fit_preparation(source))


def test_preparing_ends_when_asked_to(region, monkeypatch):
    monkeypatch.setattr(scene, "_BLOCK", 7)
    stop = Stop()
    with pytest.raises(CancelledError):
        prepare_scene(region, fit_preparation(region), stop)
    assert stop.looks == 3
