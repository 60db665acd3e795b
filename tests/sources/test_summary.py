"""What a region is said to look like, against counts and means by hand."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import rasterio

from cropcore.cube import Acquisitions
from cropcore.sources import SourceOptions, open_source
from cropcore.sources.region import open_region
from cropcore.sources.summary import (
    Quantity,
    SampledSeries,
    class_balance,
    clear_views,
    quantities_of,
    sample_region,
    sample_table,
    signature,
)
from cropcore.sources.summary.clear_views import with_bands
from tests.building import CLOUD, class_map, write_region


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    folder = write_region(
        tmp_path_factory.mktemp("region") / "r", size=(30, 40), parcel=5, clouds=0.3, n_dates=5
    )
    with rasterio.open(sorted((folder / "s2").glob("2021-03-05.tif"))[0], "r+") as raster:
        values = raster.read()
        values[:, :6] = 0  # no data
        raster.write(values)
    return open_region(folder, SourceOptions())


def hidden_by_hand(region):
    """Masked or without data, bool (time, y, x), of the optical source."""
    hidden = []
    for path in sorted((region.root / "s2").glob("????-??-??.tif")):
        with rasterio.open(path) as raster:
            empty = raster.read(1) == 0
        with rasterio.open(path.with_suffix(".scl.tif")) as raster:
            hidden.append(empty | (raster.read(1) == CLOUD))
    return np.stack(hidden)


def test_clear_shares_are_those_counted_by_hand(region):
    optical, radar = clear_views(region)
    hidden = hidden_by_hand(region)
    np.testing.assert_allclose(optical.clear, 1 - hidden.mean(axis=(1, 2)))
    assert optical.never == pytest.approx(hidden.all(axis=0).mean())
    assert optical.dates == region.dates["s2"]
    assert optical.looked_at == 30 * 40
    assert optical.masked
    assert not radar.masked
    assert (radar.clear == 1).all()


def test_only_wanted_bands_are_read(region):
    item = region.imagery[0].acquisitions[1]
    alone = with_bands(item, [2]).read(region.grid.whole)
    whole = item.read(region.grid.whole)
    np.testing.assert_array_equal(alone[..., 2], whole[..., 2])
    assert np.isnan(alone[..., [0, 1, 3, 4]]).all()


def test_balance_is_that_of_the_parcels(region):
    codes = class_map((30, 40), 5, 3)
    for item in class_balance(region):
        pixels = int((codes == item.code).sum())
        assert item.count == pixels
        assert item.hectares == pytest.approx(pixels / 100)
        assert item.groups == pixels // 25
        assert item.largest == pytest.approx(25 / pixels)


def test_region_without_labels_has_no_balance(tmp_path):
    folder = write_region(tmp_path / "r", labels=None, n_dates=2)
    assert class_balance(open_region(folder, SourceOptions())) == ()


def test_signature_is_mean_and_quartiles_of_what_was_clear():
    days = (date(2021, 4, 1), date(2021, 5, 1), date(2021, 6, 1))
    values = np.array(
        [
            [[0.1, 0.3], [0.2, 0.6], [np.nan, np.nan], [0.9, 0.9]],
            [[0.1, 0.5], [0.3, 0.5], [0.2, 0.8], [0.9, 0.9]],
            [[np.nan, np.nan]] * 4,
        ],
        np.float32,
    )  # (time, sample, band)
    seen = Acquisitions("s2", days, ("B04", "B08"), ("reflectance", "reflectance"), values)
    sampled = SampledSeries((seen,), np.array([1, 1, 1, 2], np.uint8), np.array([1, 1, 2, 3]))
    told = signature(sampled, Quantity("s2", "B04", "reflectance"), 1)
    np.testing.assert_allclose(told.mean, [0.15, 0.2, np.nan], rtol=1e-6)
    np.testing.assert_allclose(told.low, [0.125, 0.15, np.nan], rtol=1e-6)
    np.testing.assert_allclose(told.high, [0.175, 0.25, np.nan], rtol=1e-6)
    assert told.n.tolist() == [2, 3, 0]
    ndvi = signature(sampled, Quantity("s2", "NDVI", "index"), 1)
    by_hand = [np.mean([0.5, 0.5]), np.mean([4 / 6, 0.25, 0.6])]
    np.testing.assert_allclose(ndvi.mean[:2], by_hand, rtol=1e-5)
    absent = signature(sampled, Quantity("s2", "B04", "reflectance"), 9)
    assert absent.n.tolist() == [0, 0, 0]
    assert np.isnan(absent.mean).all()


def test_ratio_of_backscatter_is_a_difference_in_decibels():
    seen = Acquisitions(
        "s1", (date(2021, 4, 1),), ("VV", "VH"), ("dB", "dB"), np.array([[[-10.0, -17.5]]])
    )
    sampled = SampledSeries((seen,), np.array([1], np.uint8), np.array([1]))
    names = [item.name for item in quantities_of(sampled)]
    assert names == ["VH/VV", "VV", "VH"]
    assert signature(sampled, quantities_of(sampled)[0], 1).mean.tolist() == [-7.5]


def test_sampled_series_are_those_of_the_labelled_pixels(region):
    sampled = sample_region(region, limit=10_000)
    codes = class_map((30, 40), 5, 3)
    assert len(sampled.codes) == codes.size
    optical = region.read(region.grid.whole).sources[0]
    quantity = Quantity("s2", "B08", "reflectance")
    for code in (1, 2, 3):
        wanted = np.nanmean(optical.values[:, codes == code][..., 3], axis=1)
        np.testing.assert_allclose(signature(sampled, quantity, code).mean, wanted, rtol=1e-5)


def test_large_region_is_read_in_part(tmp_path):
    folder = write_region(
        tmp_path / "r", size=(300, 520), parcel=20, sources=["s2"], n_dates=2, labels="raster"
    )
    region = open_region(folder, SourceOptions())
    whole = sample_region(region, limit=200)
    part = sample_region(region, limit=200, most=3 * 128**2 * 10)
    assert whole.blocks == whole.blocks_with_labels == 15
    assert 1 <= part.blocks <= 3
    assert set(part.codes.tolist()) == {1, 2, 3}
    assert all(150 < (part.codes == code).sum() < 250 for code in (1, 2, 3))
    again = sample_region(region, limit=200, most=3 * 128**2 * 10)
    np.testing.assert_array_equal(part.codes, again.codes)


def test_table_lays_years_over_each_other(tmp_path):
    rows = ["id,label,date,B04,B08"]
    for year, value in ((2020, 0.2), (2021, 0.4)):
        rows += [f"p{year},wheat,{year}-{month:02d}-05,0.1,{value}" for month in range(3, 9)]
        rows += [f"q{year},maize,{year}-{month:02d}-05,0.1,0.1" for month in range(3, 9)]
    path = tmp_path / "t.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    table = open_source(path, SourceOptions())
    sampled = sample_table(table)
    assert sampled.steps == pytest.approx(365 / 12)
    code = next(item.code for item in table.legend if item.name == "wheat")
    told = signature(sampled, Quantity("optical", "B08", "reflectance"), code)
    there = told.n > 0
    np.testing.assert_allclose(told.mean[there], 0.3, rtol=1e-5)
    assert told.n[there].max() == 2
    counts = {item.code: item.count for item in class_balance(table)}
    assert counts[code] == 2
    assert replace(sampled, steps=None).blocks == 0
