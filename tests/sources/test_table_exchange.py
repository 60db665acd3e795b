"""Samples as WorldCereal, EuroCropsML and CropHarvest exchange them."""

from datetime import date, timedelta

import h5py
import numpy as np
import pandas as pd
import pytest

from cropcore.errors import TableError
from cropcore.sources import SourceOptions, check_source, kind_of, open_source
from tests import table_shapes as shaped
from tests.frames import only_batch, said

MONTHS = tuple(day.date() for day in pd.date_range("2021-01-01", periods=12, freq="MS"))
NO_OPTIONS = SourceOptions()


class TestWorldCereal:
    def test_wide(self, tmp_path, kind):
        source = open_source(shaped.store(tmp_path, shaped.worldcereal_wide(), kind), NO_OPTIONS)
        assert source.notes[0] == "Read as a WorldCereal wide table."
        assert source.timelines() == [MONTHS]
        assert [part.bands for part in source.offered] == [("B02", "B08"), ("VV", "VH")]
        assert said(source, "class is read from the column ewoc_code")
        np.testing.assert_allclose(shaped.values(source, "B08"), shaped.expected("B08"), atol=1e-4)
        np.testing.assert_allclose(shaped.values(source, "VV"), shaped.radar(), atol=0.01)

    def test_long(self, tmp_path, kind):
        source = open_source(shaped.store(tmp_path, shaped.worldcereal_long(), kind), NO_OPTIONS)
        assert source.notes[0] == "Read as a WorldCereal long table."
        assert source.timelines() == [MONTHS]
        np.testing.assert_allclose(shaped.values(source, "B08"), shaped.expected("B08"), atol=1e-4)
        np.testing.assert_allclose(shaped.values(source, "VV"), shaped.radar(), atol=0.01)

    def test_no_data_is_missing(self, tmp_path):
        table = shaped.worldcereal_wide()
        table.loc[0, "OPTICAL-B02-ts3-10m"] = 65535
        table.loc[1, ["SAR-VV-ts2-20m", "SAR-VH-ts2-20m"]] = 65535, 0
        source = open_source(shaped.store(tmp_path, table), NO_OPTIONS)
        assert np.isnan(shaped.values(source, "B02")[0, 3])
        assert np.isnan(shaped.values(source, "VV")[1, 2])
        assert np.isnan(shaped.values(source, "VH")[1, 2])
        assert np.isfinite(shaped.values(source, "VV")[1, 3])

    def test_ten_days(self, tmp_path):
        table = shaped.worldcereal_wide().assign(start_date="2021-01-21", end_date="2021-05-11")
        source = open_source(shaped.store(tmp_path, table), NO_OPTIONS)
        (days,) = source.timelines()
        assert days[:4] == (
            date(2021, 1, 21), date(2021, 2, 1), date(2021, 2, 11), date(2021, 2, 21),
        )  # fmt: skip
        assert days[-1] == date(2021, 5, 11)

    def test_weather_can_be_asked_for(self, tmp_path):
        options = SourceOptions(bands=("B02", "temperature_mean"))
        source = open_source(shaped.store(tmp_path, shaped.worldcereal_wide()), options)
        assert source.offered[0].bands == ("B02", "temperature_mean")

    @pytest.mark.parametrize("band", ["ewoc_code", "DEM-alt-20m"])
    def test_what_is_fixed_can_be_asked_for_unless_it_leaks(self, tmp_path, band):
        path = shaped.store(tmp_path, shaped.worldcereal_wide(n=60))
        table = pd.read_parquet(path).assign(croptype_name=shaped.samples(60)["label"])
        path = shaped.store(tmp_path, table)
        options = SourceOptions(bands=("B02", band))
        if band == "ewoc_code":
            with pytest.raises(TableError, match=r"column ewoc_code: .*gives the label away"):
                open_source(path, options)
        else:
            assert open_source(path, options).offered[0].bands == ("B02", band)

    def test_a_start_is_needed(self, tmp_path):
        table = shaped.worldcereal_wide().drop(columns="start_date")
        with pytest.raises(TableError, match="a column start_date, the day of step 0"):
            open_source(shaped.store(tmp_path, table), NO_OPTIONS)


class TestEuroCropsML:
    def test_folder(self, tmp_path):
        folder = shaped.write_eurocropsml(tmp_path / "preprocess")
        assert kind_of(folder) == "table"
        source = open_source(folder, NO_OPTIONS)
        assert source.notes[0] == "Read as a EuroCropsML folder."
        assert source.offered[0].bands == shaped.OPTICAL
        assert source.timelines() == [MONTHS]
        assert source.legend.names == ("3301010000", "3301010001", "3301010002")
        assert said(source, "× 10000")
        batch = only_batch(source)
        order = np.argsort(batch.lat)
        np.testing.assert_allclose(
            shaped.values(source, "B8A")[order], shaped.expected("B8A"), atol=1e-4
        )
        np.testing.assert_allclose(batch.lon[order], shaped.samples()["lon"])

    def test_both_satellites_of_a_parcel_are_one_sample(self, tmp_path):
        folder = shaped.write_eurocropsml(tmp_path / "preprocess", radar=True)
        source = open_source(folder, NO_OPTIONS)
        assert [part.source for part in source.offered] == ["optical", "radar"]
        assert len(source.ids) == 9
        batch = only_batch(source)
        order = np.argsort(batch.lat)
        seen = batch.acquisitions[1].values[..., 0].T
        assert seen.shape[1] in (12, 24)
        np.testing.assert_allclose(
            seen[~np.isnan(seen)].reshape(9, 12)[order], shaped.radar(), rtol=1e-6
        )

    def test_dates_without_data_are_left_out(self, tmp_path):
        folder = shaped.write_eurocropsml(tmp_path / "preprocess", filler=True)
        (days,) = open_source(folder, NO_OPTIONS).timelines()
        assert days == tuple(day for at, day in enumerate(MONTHS) if at not in (3, 5))

    def test_classes_get_their_names_where_these_lie_beside(self, tmp_path):
        folder = shaped.write_eurocropsml(tmp_path / "preprocess")
        table = pd.DataFrame(
            {
                "parcel_id": range(3),
                "EC_hcat_c": [3301010000, 3301010001, 3301010002],
                "EC_hcat_n": ["maize", "soy", "wheat"],
            }
        )
        (folder / "labels").mkdir()
        table.to_parquet(folder / "labels" / "Estonia_labels.parquet")
        assert open_source(folder, NO_OPTIONS).legend.names == shaped.CLASSES

    def test_regions_can_be_groups(self, tmp_path):
        folder = shaped.write_eurocropsml(tmp_path / "preprocess")
        batch = only_batch(open_source(folder, SourceOptions(group="nuts")))
        assert set(batch.groups) == {"EE001", "EE002", "EE003"}

    def test_table_with_arrays_in_its_cells(self, tmp_path):
        path = shaped.write_eurocropsml_table(tmp_path / "parcels.parquet")
        source = open_source(path, NO_OPTIONS)
        assert source.notes[0] == "Read as a EuroCropsML table."
        assert source.legend.names == shaped.CLASSES
        np.testing.assert_allclose(shaped.values(source, "B12"), shaped.expected("B12"), atol=1e-4)

    @pytest.mark.parametrize(
        ("arrays", "message"),
        [
            ({"data": np.ones((12, 7))}, "13 bands of Sentinel-2 L1C"),
            ({"data": np.ones((5, 13))}, "as many dates"),
            ({"data": np.ones(12)}, "13 bands"),
            ({"data": np.array([["a"] * 13] * 12)}, "something else"),
            ({"dates": np.array(["never"] * 12)}, "something else"),
            ({"data": np.array([None] * 12, dtype=object)}, "readable .npz"),
            ({"data": np.zeros((300_000, 13))}, "arrays of 29 MiB"),
            ({"center": np.zeros(3)}, "readable .npz"),
        ],
    )
    def test_other_arrays_are_refused(self, tmp_path, arrays, message):
        folder = shaped.write_eurocropsml(tmp_path / "preprocess", n=1)
        (path,) = folder.glob("*.npz")
        with np.load(path) as stored:
            kept = dict(stored)
        np.savez_compressed(path, **(kept | arrays))
        with pytest.raises(TableError, match=message):
            open_source(folder, NO_OPTIONS)

    def test_a_damaged_file_is_named(self, tmp_path):
        folder = shaped.write_eurocropsml(tmp_path / "preprocess")
        path = sorted(folder.glob("*.npz"))[2]
        path.write_bytes(path.read_bytes()[:100])
        report = check_source(folder, NO_OPTIONS)
        assert not report.ok
        assert path.name in report.errors[0]

    def test_other_folders_of_arrays_are_regions(self, tmp_path):
        np.savez(tmp_path / "mean_series.npz", all=np.zeros(3))
        assert kind_of(tmp_path) == "region"


class TestCropHarvest:
    def test_folder(self, tmp_path):
        folder = shaped.write_cropharvest(tmp_path / "data")
        assert kind_of(folder) == "table"
        source = open_source(folder, NO_OPTIONS)
        assert source.notes[0] == "Read as a CropHarvest folder."
        assert source.legend.names == shaped.CLASSES
        assert said(source, "1 of 9 samples have no label")
        assert [part.bands for part in source.offered] == [
            (*(band for band in shaped.OPTICAL if band not in ("B01", "B10")), "ndvi"),
            ("VV", "VH"),
        ]
        (days,) = source.timelines()
        assert days == tuple(date(2021, 2, 1) - timedelta(days=30 * at) for at in range(12, 0, -1))
        np.testing.assert_allclose(
            shaped.values(source, "B8A"), shaped.expected("B8A")[:8], atol=1e-4
        )
        np.testing.assert_allclose(shaped.values(source, "VV"), shaped.radar()[:8], rtol=1e-5)

    def test_crop_or_not(self, tmp_path):
        folder = shaped.write_cropharvest(tmp_path / "data")
        source = open_source(folder, SourceOptions(label="is_crop"))
        assert source.legend.names == ("crop", "non_crop")
        assert len(source.ids) == 9

    def test_labels_without_an_array_are_counted(self, tmp_path):
        folder = shaped.write_cropharvest(tmp_path / "data", without=(0, 4))
        source = open_source(folder, NO_OPTIONS)
        assert said(source, "2 labels have no array")
        assert len(source.ids) == 6

    @pytest.mark.filterwarnings("error")
    def test_geometries_are_not_asked_for(self, tmp_path):
        folder = shaped.write_cropharvest(tmp_path / "data")
        labels = folder / "labels.geojson"
        labels.write_text(labels.read_text().replace("Point", "Pint"))
        assert len(open_source(folder, NO_OPTIONS).ids) == 8

    def test_no_array_at_all_is_refused(self, tmp_path):
        folder = shaped.write_cropharvest(tmp_path / "data", without=range(9))
        with pytest.raises(TableError, match=r"INDEX_DATASET\.h5, but got none"):
            open_source(folder, NO_OPTIONS)

    def test_a_damaged_array_is_named(self, tmp_path):
        folder = shaped.write_cropharvest(tmp_path / "data")
        path = folder / "features" / "arrays" / "3_togo.h5"
        path.write_bytes(path.read_bytes()[:200])
        with pytest.raises(TableError, match=r"3_togo\.h5"):
            open_source(folder, NO_OPTIONS)

    def test_arrays_do_not_reach_into_other_files(self, tmp_path):
        folder = shaped.write_cropharvest(tmp_path / "data")
        path = folder / "features" / "arrays" / "3_togo.h5"
        path.rename(tmp_path / "elsewhere.h5")
        with h5py.File(path, "w") as file:
            file["array"] = h5py.ExternalLink(str(tmp_path / "elsewhere.h5"), "array")
        with pytest.raises(TableError, match="no array of its own"):
            open_source(folder, NO_OPTIONS)

    def test_other_shapes_and_labels_are_refused(self, tmp_path):
        folder = shaped.write_cropharvest(tmp_path / "data")
        path = folder / "features" / "arrays" / "3_togo.h5"
        with h5py.File(path, "w") as file:
            file["array"] = np.zeros((24, 18))
        with pytest.raises(TableError, match=r"an array of shape \(24, 18\)"):
            open_source(folder, NO_OPTIONS)
        text = (folder / "labels.geojson").read_text()
        (folder / "labels.geojson").write_text(text.replace("export_end_date", "end"))
        with pytest.raises(TableError, match="none of export_end_date"):
            open_source(folder, NO_OPTIONS)
        (folder / "labels.geojson").write_text(text[:300])
        with pytest.raises(TableError, match=r"labels\.geojson: expected labels"):
            open_source(folder, NO_OPTIONS)
