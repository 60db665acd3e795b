"""An EOPatch of eo-learn becomes a region folder."""

import gzip
import json
from datetime import datetime, timedelta

import numpy as np
import pytest
import rasterio

from cropcore.sources import SourceOptions, check_source
from cropcore.sources.eopatch import open_eopatch
from tests.cli.conftest import one_sentence

SHAPE = (6, 20, 30)
TIMES = [datetime(2021, 3, 5, 10, 6) + timedelta(days=10 * step) for step in range(6)]
BOX = (500000.0, 5600000.0, 500300.0, 5600200.0)


def save(path, array, *, zipped=False):
    path.parent.mkdir(parents=True, exist_ok=True)
    if not zipped:
        np.save(path, array)
        return
    with gzip.open(f"{path}.gz", "wb") as file:
        np.save(file, array)


def write_patch(folder, *, n_bands=13, zipped=False, masks=True, labels=True):
    """As eo-learn's ``EOPatch.save`` writes it."""
    random = np.random.default_rng(0)
    data = random.integers(100, 5000, (*SHAPE, n_bands)).astype(np.uint16)
    save(folder / "data" / "BANDS-S2-L1C.npy", data, zipped=zipped)
    save(folder / "data" / "NDVI.npy", random.random((*SHAPE, 1)).astype(np.float32))
    clouds, seen = np.zeros((*SHAPE, 1), np.uint8), np.ones((*SHAPE, 1), bool)
    clouds[1, :5], seen[2, :, :7] = 1, False
    if masks:
        save(folder / "mask" / "CLM.npy", clouds, zipped=zipped)
        save(folder / "mask" / "IS_DATA.npy", seen, zipped=zipped)
    codes = (np.indices(SHAPE[1:]).sum(axis=0) // 6 % 4).astype(np.uint8)
    if labels:
        save(folder / "mask_timeless" / "LULC.npy", codes[..., None], zipped=zipped)
    (folder / "timestamps.json").write_text(json.dumps([time.isoformat() for time in TIMES]))
    left, bottom, right, top = BOX
    ring = [[left, bottom], [left, top], [right, top], [right, bottom], [left, bottom]]
    box = {
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32633"}},
        "type": "Polygon",
        "coordinates": [ring],
    }
    (folder / "bbox.geojson").write_text(json.dumps(box))
    return folder, data, codes


@pytest.mark.parametrize("zipped", [False, True])
def test_pixels_dates_and_classes_are_those_of_the_patch(command, tmp_path, zipped):
    patch, data, codes = write_patch(tmp_path / "patch", zipped=zipped)
    out = tmp_path / "regions" / "slovenia"
    code, stdout, err = command("region", "import", "eopatch", patch, "--out", out, "--json")
    assert code == 0, err
    found = json.loads(stdout)
    assert found["acquisitions"][0] == "2021-03-05T10:06:00"
    assert found["hidden"] == pytest.approx((5 / 20 + 7 / 30) / 6)
    assert found["crs"] == "EPSG:32633"
    report = check_source(out, SourceOptions())
    assert report.ok, report.to_text()
    assert (report.width, report.height, report.crs) == (30, 20, "EPSG:32633")
    (days,) = report.dates.values()
    assert list(days) == [time.date() for time in TIMES]
    (bands,) = report.bands.values()
    assert bands[:2] == ("B01", "B02")
    assert bands[8] == "B8A"
    with rasterio.open(out / "imagery" / "2021-03-15.tif") as raster:
        assert raster.bounds == pytest.approx(BOX)
        values = raster.read()
        assert np.isnan(values[:, :5]).all()
        np.testing.assert_array_equal(values[:, 5:], np.moveaxis(data[1, 5:], -1, 0))
        assert set(raster.scales) == {1e-4}
    with rasterio.open(out / "labels.tif") as raster:
        np.testing.assert_array_equal(raster.read(1), codes)
    assert {item.code for item in report.classes} == {1, 2, 3}


def test_without_masks_and_labels(command, tmp_path):
    patch, *_ = write_patch(tmp_path / "patch", masks=False, labels=False)
    code, out, err = command("region", "import", "eopatch", patch)
    assert code == 0, err
    assert "6 acquisitions of 30 x 20 pixels, 0% hidden" in out
    assert not list((tmp_path / "workspace" / "regions" / "patch").glob("labels*"))


def test_other_imagery_and_names_can_be_asked_for(tmp_path):
    folder, *_ = write_patch(tmp_path / "patch", n_bands=3)
    ndvi = open_eopatch(folder, feature="NDVI")
    assert ndvi.bands == ("NDVI",)
    three = open_eopatch(folder, bands=("B02", "B03", "B04"))
    assert three.values.shape[3] == 3


def test_two_acquisitions_of_a_day_keep_their_time(command, tmp_path):
    folder, *_ = write_patch(tmp_path / "patch")
    times = [TIMES[0], TIMES[0] + timedelta(minutes=7), *TIMES[2:]]
    (folder / "timestamps.json").write_text(json.dumps([time.isoformat() for time in times]))
    assert command("region", "import", "eopatch", folder, "--out", tmp_path / "out")[0] == 0
    names = sorted(path.name for path in (tmp_path / "out" / "imagery").iterdir())
    assert names[:2] == ["2021-03-05T100600.tif", "2021-03-05T101300.tif"]


def drop_bbox(folder):
    (folder / "bbox.geojson").rename(folder / "bbox.pkl")


def pickled(folder):
    np.save(folder / "data" / "BANDS-S2-L1C.npy", np.array([{"a": 1}], dtype=object))


def cut(folder):
    path = folder / "data" / "BANDS-S2-L1C.npy"
    path.write_bytes(path.read_bytes()[:300])


def fewer_dates(folder):
    (folder / "timestamps.json").write_text('["2021-03-05"]')


def odd_dates(folder):
    (folder / "timestamps.json").write_text('["soon"]')


def odd_box(folder):
    (folder / "bbox.geojson").write_text('{"crs": {"properties": {"name": "EPSG:0"}}}')


def odd_mask(folder):
    np.save(folder / "mask" / "CLM.npy", np.zeros((2, 3, 4, 1)))


def odd_labels(folder):
    np.save(folder / "mask_timeless" / "LULC.npy", np.full((20, 30, 1), 0.5))


def no_imagery(folder):
    (folder / "data").rename(folder / "old")


def two_bands(folder):
    np.save(folder / "data" / "BANDS.npy", np.zeros((*SHAPE, 2)))


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (drop_bbox, "bbox.geojson"),
        (pickled, "BANDS-S2-L1C.npy"),
        (cut, "BANDS-S2-L1C.npy"),
        (fewer_dates, "1 dates"),
        (odd_dates, "a list of ISO dates"),
        (odd_box, "a box with its coordinate system"),
        (odd_mask, "a mask of (6, 20, 30, 1)"),
        (odd_labels, "class codes 0 to 254"),
        (no_imagery, "one array of imagery"),
        (two_bands, "choose one with --feature"),
    ],
)
def test_what_cannot_be_read_is_told_and_leaves_nothing(command, tmp_path, harm, told):
    folder, *_ = write_patch(tmp_path / "patch")
    harm(folder)
    code, _, err = command("region", "import", "eopatch", folder, "--out", tmp_path / "out")
    assert code == 2
    assert one_sentence(err)
    assert told in err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--feature", "BANDS"), "one of BANDS-S2-L1C, NDVI"),
        (("--labels", "crops"), "one of LULC"),
        (("--bands", "B02,B03"), "2 bands, B02, B03"),
    ],
)
def test_wrong_options_are_answered(command, tmp_path, options, told):
    folder, *_ = write_patch(tmp_path / "patch")
    code, _, err = command("region", "import", "eopatch", folder, *options, "--out", tmp_path / "o")
    assert code == 2
    assert one_sentence(err)
    assert told in err


def test_a_folder_that_is_there_is_left_alone(command, tmp_path):
    folder, *_ = write_patch(tmp_path / "patch")
    (tmp_path / "out").mkdir()
    code, _, err = command("region", "import", "eopatch", folder, "--out", tmp_path / "out")
    assert code == 2
    assert "one that is there already" in err
    code, _, err = command("region", "import", "eopatch", tmp_path / "none")
    assert code == 2
    assert "an EOPatch folder" in err
