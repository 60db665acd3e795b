"""Samples tables: ids, dates, groups, batches and files, right and wrong."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from cropcore.errors import LocationError, MissingFileError, SettingError, TableError
from cropcore.sources import SourceOptions
from cropcore.sources.table import open_table
from tests.frames import CLASSES, frame, only_batch, said

NO_OPTIONS = SourceOptions()


class TestSamples:
    def test_several_labels_are_refused(self, opened):
        table = frame()
        table.loc[3, "label"] = "oats"
        with pytest.raises(TableError, match="sample p00: expected one label per sample, but got"):
            opened(table)

    def test_unlabelled_samples_are_left_out(self, opened):
        table = frame()
        table.loc[table.id.isin(["p01", "p05"]), "label"] = None
        source = opened(table)
        assert len(source.ids) == 10
        assert said(source, "2 of 12 samples have no label")
        assert "p01" not in source.ids

    def test_one_labelled_row_labels_the_sample(self, opened):
        table = frame()
        table.loc[table.id.eq("p00") & (table.index > 0), "label"] = None
        assert only_batch(opened(table)).codes[0] == 1

    def test_no_label_at_all_is_refused(self, opened):
        with pytest.raises(TableError, match="no label at all"):
            opened(frame(label=None))

    def test_numbered_classes_are_sorted_as_numbers(self, opened):
        source = opened(frame(label=np.repeat(np.array([2, 10, 1])[np.arange(12) % 3], 5)))
        assert source.legend.names == ("1", "2", "10")
        assert only_batch(source).codes[:3].tolist() == [2, 3, 1]

    def test_a_class_number_with_gaps_is_still_whole(self, opened):
        table = frame(label=np.repeat(np.array([2.0, 10.0, 1.0])[np.arange(12) % 3], 5))
        table.loc[table.id.eq("p03"), "label"] = np.nan
        assert opened(table).legend.names == ("1", "2", "10")

    def test_an_id_is_needed_in_every_row(self, opened):
        table = frame()
        table.loc[4, "id"] = None
        with pytest.raises(TableError, match="row 5 of the data, column id"):
            opened(table)

    @pytest.mark.parametrize(("axis", "value"), [("lat", 91.0), ("lon", -181.0), ("lat", 650000.0)])
    def test_places_are_degrees(self, opened, axis, value):
        table = frame()
        table.loc[9, axis] = value
        with pytest.raises(TableError, match=f"column {axis}: expected degrees from"):
            opened(table)

    def test_a_table_needs_no_places(self, opened):
        batch = only_batch(opened(frame().drop(columns=["lat"])))
        assert np.isnan(batch.lat).all()
        assert np.isnan(batch.lon).all()

    def test_an_unprintable_class_is_refused(self, opened):
        with pytest.raises(ValueError, match="a printable name"):
            opened(frame(label=np.repeat(["ma\x07ize", "soy"], 30)))


class TestDates:
    @pytest.mark.parametrize(
        "form", ["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y-%m-%dT10:56:21Z", "%Y-%m-%d 10:56:21.024"]
    )
    def test_text_is_read(self, opened, form):
        table = frame()
        table["date"] = table.date.dt.strftime(form)
        assert opened(table).timelines() == opened(frame()).timelines()

    def test_whole_numbers_are_read(self, opened):
        table = frame()
        table["date"] = table.date.dt.strftime("%Y%m%d").astype(int)
        assert opened(table).timelines() == opened(frame()).timelines()

    def test_times_of_day_and_zones_are_dropped(self, opened):
        table = frame()
        table["date"] = (table.date + pd.Timedelta("10h")).dt.tz_localize("Europe/Paris")
        assert opened(table).timelines() == opened(frame()).timelines()

    def test_plain_dates_are_read(self, tmp_path):
        table = frame()
        table["date"] = table.date.dt.date
        table.to_parquet(tmp_path / "samples.parquet")
        source = open_table(tmp_path / "samples.parquet", NO_OPTIONS)
        assert source.timelines()[0][0] == date(2021, 3, 1)

    @pytest.mark.parametrize("odd", ["2021-13-01", "spring", "", "0021-03-01", "2921-03-01"])
    def test_an_odd_date_is_named_with_its_row(self, opened, odd):
        table = frame()
        table["date"] = table.date.dt.strftime("%Y-%m-%d")
        table.loc[17, "date"] = odd
        with pytest.raises(TableError, match="row 18 of the data, column date: expected a date"):
            opened(table)

    @pytest.mark.parametrize("odd", [20211301, 12, 44256, 99990101])
    def test_an_odd_number_is_named_with_its_row(self, opened, odd):
        table = frame()
        table["date"] = table.date.dt.strftime("%Y%m%d").astype(int)
        table.loc[2, "date"] = odd
        with pytest.raises(TableError, match=f"row 3 of the data, .* got '{odd}'"):
            opened(table)

    def test_several_acquisitions_of_a_day_are_kept(self, opened):
        table = frame()
        extra = table[table.id.isin(["p02", "p03"]) & (table.date == "2021-03-11")]
        source = opened(pd.concat([table, extra.assign(B04=0.9), extra[:1].assign(B04=0.8)]))
        batch = only_batch(source)
        assert [str(day) for day in batch.acquisitions[0].dates].count("2021-03-11") == 3
        red = batch.acquisitions[0].values[1:4, :, 0]
        assert np.isfinite(red).sum(axis=0).tolist() == [1, 1, 3, 2] + [1] * 8
        assert {len(dates) for dates in source.timelines()} == {5, 6, 7}


class TestGroups:
    def test_samples_stand_alone_and_that_is_said(self, opened):
        source = opened(frame())
        assert only_batch(source).groups.tolist() == source.ids.tolist()
        assert said(source, "neighbours may be in both")
        assert said(source, "--block 0.02")

    def test_blocks_follow_the_place(self, opened):
        table = frame()
        batch = only_batch(opened(table, SourceOptions(block=0.1)))
        expected = [
            f"{int(np.floor(lat / 0.1))}_{int(np.floor(lon / 0.1))}"
            for lat, lon in zip(batch.lat, batch.lon, strict=True)
        ]
        assert batch.groups.tolist() == expected

    def test_blocks_south_and_west_of_zero(self, opened):
        table = frame(lat=-0.01, lon=-0.01)
        groups = only_batch(opened(table, SourceOptions(block=0.02))).groups
        assert set(groups) == {"-1_-1"}

    def test_blocks_need_places(self, opened):
        with pytest.raises(TableError, match="that place every sample, for --block"):
            opened(frame().drop(columns="lat"), SourceOptions(block=0.1))

    def test_a_group_column_is_used(self, opened):
        table = frame(group=np.repeat(np.arange(12) // 4, 5))
        source = opened(table)
        assert only_batch(source).groups.tolist() == [str(number // 4) for number in range(12)]
        assert not said(source, "neighbours")

    def test_a_group_column_wins_over_blocks(self, opened):
        table = frame(farm=np.repeat(np.arange(12) // 4, 5))
        source = opened(table, SourceOptions(group="farm", block=0.1))
        assert len(set(only_batch(source).groups)) == 3
        assert said(source, "grouped by the column farm, not by --block")

    def test_a_sample_has_one_group(self, opened):
        with pytest.raises(TableError, match="expected one group per sample"):
            opened(frame(group=np.arange(60) // 7))

    def test_a_sample_has_a_group(self, opened):
        table = frame(group=np.repeat(np.arange(12.0) // 4, 5))
        table.loc[table.id.eq("p07"), "group"] = np.nan
        with pytest.raises(TableError, match="sample p07: expected a group in the column group"):
            opened(table)


class TestBatches:
    def test_the_limit_holds_per_class_and_is_repeatable(self, opened):
        source = opened(frame(n=30))
        first, again, other = (next(source.labelled(4, seed)).ids.tolist() for seed in (1, 1, 2))
        assert first == again != other
        assert len(first) == 12
        assert first == sorted(first)

    def test_a_limit_of_none_is_refused(self, opened):
        with pytest.raises(SettingError, match="samples per class"):
            next(opened(frame()).labelled(0, 0))

    def test_series_that_begin_together_come_together(self, opened):
        table = frame()
        later = table.id.isin(["p04", "p05"])
        table.loc[later, "date"] += pd.Timedelta("365D")
        dropped = table[~(table.id.eq("p00") & (table.date == "2021-03-21"))]
        first, second = opened(dropped).labelled(1000, 0)
        assert (len(first.ids), len(second.ids)) == (10, 2)
        assert second.days[0] == date(2022, 3, 1)
        assert np.isnan(first.acquisitions[0].values[2, 0]).all()

    def test_one_sample_on_its_own_dates(self, opened):
        table = frame()
        table = table[~(table.id.eq("p03") & (table.date == "2021-03-11"))]
        batch = opened(table).series("p03")
        assert len(batch.acquisitions[0].dates) == 4
        assert batch.ids.tolist() == ["p03"]
        np.testing.assert_allclose(
            batch.acquisitions[0].values[:, 0, 0], table[table.id.eq("p03")].B04, rtol=1e-6
        )

    def test_an_unknown_sample_is_answered(self, opened):
        with pytest.raises(LocationError, match="sample 'x9': expected one of the 12 names"):
            opened(frame()).series("x9")


class TestFiles:
    def test_missing(self, tmp_path):
        with pytest.raises(MissingFileError, match="no such file"):
            open_table(tmp_path / "none.csv", NO_OPTIONS)

    @pytest.mark.parametrize("name", ["samples.xlsx", "samples"])
    def test_other_formats(self, tmp_path, name):
        path = tmp_path / name
        path.write_text("id,label\n")
        with pytest.raises(TableError, match="a file ending in"):
            open_table(path, NO_OPTIONS)

    def test_a_folder(self, tmp_path):
        with pytest.raises(TableError, match="got a folder"):
            open_table(tmp_path, NO_OPTIONS)

    @pytest.mark.parametrize("share", [0.02, 0.5, 0.99])
    def test_truncated_parquet(self, tmp_path, share):
        path = tmp_path / "samples.parquet"
        frame().to_parquet(path)
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
        with pytest.raises(TableError, match="a damaged one"):
            open_table(path, NO_OPTIONS)

    def test_damaged_pages(self, tmp_path):
        path = tmp_path / "samples.parquet"
        frame().to_parquet(path)
        content = bytearray(path.read_bytes())
        content[4 : len(content) // 2] = bytes(len(content) // 2 - 4)
        path.write_bytes(content)
        with pytest.raises(TableError, match="a damaged one"):
            open_table(path, NO_OPTIONS)

    def test_lists_in_cells(self, tmp_path):
        path = tmp_path / "samples.parquet"
        frame(B04=pd.Series([[0.1, 0.2]] * 60)).to_parquet(path)
        with pytest.raises(TableError, match="column B04: expected one value per row"):
            open_table(path, NO_OPTIONS)

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", "an empty table"),
            (b"id,label,date,B04\n", "an empty table"),
            (b"id,label,date,B04,B04\n1,a,2021-01-01,1,1\n", "'B04' more than once"),
            (b"\xff\xfe\x00\x01\x80\x81,\n", "a damaged one"),
            (b"id,label,date,B04\n1,a,2021-01-01,1\n1,a,2021-01-02,1,2,3\n", "a damaged one"),
            (b"id,label,date,B04\n1,caf\xe9,2021-01-01,1\n", "a damaged one"),
        ],
    )
    def test_broken_csv(self, tmp_path, content, message):
        path = tmp_path / "samples.csv"
        path.write_bytes(content)
        with pytest.raises(TableError, match=message):
            open_table(path, NO_OPTIONS)

    def test_too_large(self, tmp_path, monkeypatch):
        path = tmp_path / "samples.csv"
        frame().to_csv(path)
        monkeypatch.setattr("cropcore.sources.table.reading.LARGEST_BYTES", 1000)
        with pytest.raises(TableError, match="expected at most"):
            open_table(path, NO_OPTIONS)

    @pytest.mark.parametrize("separator", [";", "\t", ", "])
    def test_other_separators_and_a_byte_order_mark(self, tmp_path, separator):
        path = tmp_path / "samples.csv"
        text = frame().to_csv(index=False).replace(",", separator)
        path.write_text(text, encoding="utf-8-sig")
        source = open_table(path, NO_OPTIONS)
        assert source.legend.names == CLASSES
        assert source.offered[0].bands == ("B04", "B08")

    def test_row_names_do_not_matter(self, tmp_path):
        path = tmp_path / "samples.csv"
        frame().to_csv(path)
        assert open_table(path, NO_OPTIONS).offered[0].bands == ("B04", "B08")

    def test_names_keep_their_zeros(self, tmp_path):
        path = tmp_path / "samples.csv"
        frame(id=np.repeat([f"{number:04d}" for number in range(12)], 5)).to_csv(path)
        assert open_table(path, NO_OPTIONS).ids[3] == "0003"
