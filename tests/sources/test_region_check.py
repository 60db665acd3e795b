"""The report on a region: what it holds, what it costs, what looks doubtful."""

import json

import numpy as np
import pytest

from cropcore.sources import SourceOptions
from cropcore.sources.region import check as check_module
from cropcore.sources.region.check import check_region
from tests.building import CLASSES, CLOUD, OPTICAL, RADAR, TIMINGS, write_raster, write_region

KEYS = ["ok", "errors", "warnings", "crs", "width", "height", "dates", "bands", "classes"]


def checked(folder, **options):
    return check_region(folder, SourceOptions(**options))


def test_a_region_in_order(tmp_path):
    folder = write_region(tmp_path / "r")
    report = checked(folder)
    content = json.loads(json.dumps(report.to_json()))
    assert set(content) >= {*KEYS, "megabytes"}
    assert content["ok"] is True
    assert content["errors"] == []
    assert (content["crs"], content["width"], content["height"]) == ("EPSG:32631", 32, 24)
    assert content["dates"] == {
        name: [day.isoformat() for day in TIMINGS[name].dates] for name in ("s2", "s1")
    }
    assert content["bands"] == {"s2": list(OPTICAL), "s1": list(RADAR)}
    expected = [
        {"code": code, "name": name, "pixels": 256} for code, name in enumerate(CLASSES, start=1)
    ]
    assert content["classes"] == expected
    files = [*folder.glob("s?/*.tif"), folder / "labels.gpkg"]
    assert content["megabytes"] == pytest.approx(
        sum(file.stat().st_size for file in files) / 1e6, abs=1e-3
    )
    assert content["hectares"] == pytest.approx(7.68)
    assert content["memory_megabytes"] == pytest.approx(32 * 24 * 4 * (8 * 5 + 12 * 2) / 1e6)
    assert "class 2 maize: 256" in report.to_text()


def test_an_unusable_one_still_has_all_keys(tmp_path):
    report = checked(tmp_path / "none")
    content = report.to_json()
    assert set(content) >= {*KEYS, "megabytes"}
    assert not content["ok"]
    assert "not usable" in report.to_text()
    assert "error: " in report.to_text()


def warned(folder, text, **options):
    report = checked(folder, **options)
    assert report.ok
    assert any(text in warning for warning in report.warnings), report.warnings


def test_guesses_are_warnings(tmp_path):
    warned(write_region(tmp_path / "r"), "multiplied by 0.0001")


def test_no_labels(tmp_path):
    warned(write_region(tmp_path / "r", labels=None), "can be mapped, but not trained on")


def test_one_class(tmp_path):
    warned(write_region(tmp_path / "r", classes=("wheat",), n_dates=2), "only one class")


def test_few_pixels(tmp_path):
    folder = write_region(tmp_path / "r", size=(6, 6), parcel=3, n_dates=2)
    warned(folder, "Class maize has only 9 labelled pixels")


def test_single_dates_and_gaps(tmp_path):
    warned(write_region(tmp_path / "a", n_dates=1), "s2: there is only one acquisition date")
    folder = write_region(tmp_path / "b")
    for path in sorted(folder.glob("s2/*.tif"))[2:6]:
        path.unlink()
    warned(folder, "s2: no acquisition for 100 days from 2021-03-25 to 2021-07-03.")


def test_pixels_that_are_never_clear(tmp_path):
    folder = write_region(tmp_path / "r", clouds=0.1, n_dates=2, sources=("s2",))
    for path in folder.glob("s2/*.scl.tif"):
        scene = np.full((24, 32), 4, np.uint8)
        scene[:6] = CLOUD
        write_raster(path, scene)
    warned(folder, "s2: 25% of the pixels read are never clear")
    assert checked(folder).never_clear == {"s2": 0.25}


def test_nothing_but_cloud(tmp_path):
    folder = write_region(tmp_path / "r", clouds=1.0, n_dates=2, sources=("s2",))
    report = checked(folder)
    assert any("some pixels without cloud, but got all hidden" in text for text in report.errors)


@pytest.mark.parametrize(("scale", "doubtful"), [(1.0, True), (1e-8, True), (1e-4, False)])
def test_unusual_values(tmp_path, scale, doubtful):
    folder = write_region(tmp_path / "r", n_dates=2, sources=("s2",))
    report = checked(folder, scale=scale)
    assert any("check scale, offset and unit" in text for text in report.warnings) == doubtful


def test_a_large_region_is_read_in_part(tmp_path, monkeypatch):
    folder = write_region(tmp_path / "r", size=(40, 40), n_dates=2, sources=("s2",))
    monkeypatch.setattr(check_module, "_BLOCK", 8)
    monkeypatch.setattr(check_module, "_LARGEST_SCAN", 8 * 8 * 10 * 7)
    report = checked(folder)
    assert report.ok
    assert any("pixels of 7 blocks of 8 x 8 were read" in text for text in report.warnings)


def test_damage_in_a_file_is_told_once(tmp_path):
    folder = write_region(tmp_path / "r", n_dates=3, sources=("s2",))
    path = sorted(folder.glob("s2/*.tif"))[1]
    path.write_bytes(path.read_bytes()[:-2000])
    report = checked(folder)
    assert sum(path.name in text for text in report.errors) == 1
    assert len(report.dates["s2"]) == 3
