"""Samples tables: which columns are recognised, converted, left out and refused."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from cropcore.errors import SettingError, TableError
from cropcore.sources import SourceOptions
from tests.frames import CLASSES, frame, only_batch, said

NO_OPTIONS = SourceOptions()


def test_a_plain_table_is_read(opened):
    source = opened(frame())
    assert source.legend.names == CLASSES
    assert source.offered[0].source == "optical"
    assert source.offered[0].bands == ("B04", "B08")
    assert len(source.offered) == 1
    assert source.timelines() == [tuple(pd.date_range("2021-03-01", periods=5, freq="10D").date)]
    batch = only_batch(source)
    assert batch.days[0] == date(2021, 3, 1)
    assert batch.acquisitions[0].values.shape == (5, 12, 2)
    assert batch.acquisitions[0].values.dtype == np.float32
    assert batch.codes.dtype == np.uint8
    assert batch.codes.tolist() == [1, 2, 3] * 4
    assert batch.ids[3] == "p03"
    table = frame()
    np.testing.assert_allclose(batch.lat, table.groupby("id").lat.first(), rtol=1e-12)
    expected = table.pivot(index="date", columns="id", values="B08").to_numpy()
    np.testing.assert_allclose(batch.acquisitions[0].values[..., 1], expected, rtol=1e-6)


def test_each_sensor_has_the_dates_of_its_values(opened):
    """Radar at every second date; two samples never saw it."""
    table = frame(VV=-12.0)
    days = tuple(pd.date_range("2021-03-01", periods=5, freq="10D").date)
    seen = pd.to_datetime(table["date"]).dt.date.isin(days[::2])
    table.loc[~seen | table["id"].isin(["p00", "p01"]), "VV"] = np.nan
    source = opened(table)
    assert source.timelines() == source.timelines("optical") == [days]
    assert source.timelines("radar") == [days[::2]]


def test_the_order_of_rows_does_not_matter(opened):
    table = frame()
    here = only_batch(opened(table))
    there = only_batch(opened(table.sample(frac=1, random_state=1)))
    np.testing.assert_array_equal(here.acquisitions[0].values, there.acquisitions[0].values)
    assert here.ids.tolist() == there.ids.tolist()


@pytest.mark.parametrize(
    "names",
    [
        {"id": "Parcel_ID", "date": "Timestamp", "lat": "LATITUDE", "lon": "lng", "B04": "b4"},
        {"id": "sample_id", "date": "time", "lat": "Latitude", "lon": "Longitude", "B04": "S2_B04"},
        {"label": "Label", "date": "DATE", "id": "ID"},
    ],
)
def test_columns_have_other_names(opened, names):
    source = opened(frame().rename(columns=names))
    assert source.offered[0].bands == ("B04", "B08")
    assert np.isfinite(only_batch(source).lat).all()


@pytest.mark.parametrize("missing", ["id", "label", "date"])
def test_a_missing_column_is_named_beside_those_there_are(opened, missing):
    with pytest.raises(TableError, match=f"a column '{missing}', but got the columns .*B04, B08"):
        opened(frame().drop(columns=missing))


def test_a_missing_label_names_the_option(opened):
    with pytest.raises(TableError, match="--label COLUMN"):
        opened(frame().drop(columns="label"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (SourceOptions(label="crop"), "'crop' given with --label"),
        (SourceOptions(group="farm"), "'farm' given with --group"),
        (SourceOptions(bands=("B04", "B11")), "'B11' given with --bands"),
        (SourceOptions(bands=("label",)), "column label: expected a band"),
        (SourceOptions(bands=("B04", "b4")), "one column for the band B04"),
        (SourceOptions(label="id"), "a label column that says the class"),
        (SourceOptions(label="date"), "a label column that says the class"),
        (SourceOptions(label="lat"), "as many classes as samples"),
    ],
)
def test_wrong_options_are_answered(opened, options, message):
    with pytest.raises(TableError, match=message):
        opened(frame(), options)


@pytest.mark.parametrize(
    "options", [SourceOptions(block=0.0), SourceOptions(block=-1.0), SourceOptions(scale=0.0)]
)
def test_sizes_are_positive(opened, options):
    with pytest.raises(SettingError, match="a positive number"):
        opened(frame(), options)


def test_other_columns_are_listed_and_ignored(opened):
    source = opened(frame(tile="31UFS", elevation=3.0))
    assert said(source, "Ignored columns: tile, elevation.")
    assert source.offered[0].bands == ("B04", "B08")


def test_any_number_can_be_asked_for(opened):
    rng = np.random.default_rng(1)
    source = opened(frame(rain=rng.random(60) * 9000), SourceOptions(bands=("rain", "b08")))
    assert source.offered[0].bands == ("rain", "B08")
    values = only_batch(source).acquisitions[0]
    assert values.units == ("index", "reflectance")
    assert np.median(values.values[..., 0]) > 1000


def test_two_columns_of_one_band_are_refused(opened):
    with pytest.raises(TableError, match="one column for the band B04, but got B04 and S2_B4"):
        opened(frame(S2_B4=0.1))


def test_two_columns_of_one_band_can_be_told_apart(opened):
    source = opened(frame(S2_B4=0.1), SourceOptions(bands=("S2_B4",)))
    assert source.offered[0].bands == ("B04",)
    np.testing.assert_allclose(only_batch(source).acquisitions[0].values, 0.1)


def test_a_band_of_text_is_refused(opened):
    table = frame()
    table["B11"] = ["0.1", "cloud"] * 30
    with pytest.raises(TableError, match="column B11: expected numbers, but got text such as"):
        opened(table)


def test_a_table_without_bands_is_refused(opened):
    with pytest.raises(TableError, match="columns named like bands"):
        opened(frame().drop(columns=["B04", "B08"]))


def test_a_band_without_a_value_is_refused(opened):
    with pytest.raises(TableError, match="column B11: expected at least one value in every band"):
        opened(frame(B11=np.nan))


def test_infinities_are_missing(opened):
    table = frame()
    table.loc[[0, 7], "B04"] = [np.inf, -np.inf]
    source = opened(table)
    assert np.isnan(only_batch(source).acquisitions[0].values[..., 0]).sum() == 2
    assert said(source, "2 infinite values count as missing")


def test_optical_and_radar_are_two_sources(opened):
    rng = np.random.default_rng(0)
    source = opened(frame(VV=rng.normal(-10, 2, 60), ndvi=0.5, VH_dB=rng.normal(-18, 2, 60)))
    assert [(part.source, part.bands) for part in source.offered] == [
        ("optical", ("B04", "B08", "ndvi")),
        ("radar", ("VV", "VH")),
    ]
    optical, radar = only_batch(source).acquisitions
    assert optical.dates == radar.dates
    assert optical.units == ("reflectance", "reflectance", "index")
    assert radar.units == ("dB", "dB")
