"""Wide tables, and those of sits."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from cropcore.errors import TableError
from cropcore.sources import SourceOptions, open_source
from cropcore.sources.table.shapes import SHAPES
from tests import table_shapes as shaped
from tests.frames import frame, only_batch, said

MONTHS = tuple(day.date() for day in pd.date_range("2021-01-01", periods=12, freq="MS"))
NO_OPTIONS = SourceOptions()


class TestWide:
    @pytest.mark.parametrize(
        "name",
        [
            "{band}_{day:%Y%m%d}",
            "{band}_{day:%Y-%m-%d}",
            "{band}.{day:%Y.%m.%d}",
            "S2_{band}_{day:%Y_%m_%d}",
            "{band}_{day:%Y%m}",
            "X{day:%Y%m%d}_{band}",
            "{day:%Y%m%d}T103021_{day:%Y%m%d}T103320_T31UFS_{band}",
        ],
    )
    def test_columns_of_a_band_and_a_date(self, tmp_path, kind, name):
        source = open_source(shaped.store(tmp_path, shaped.wide(name), kind), NO_OPTIONS)
        assert source.notes[0] == "Read as a wide table, one column a band and date."
        assert [band.removeprefix("S2_") for band in source.offered[0].bands] == ["B04", "B08"]
        assert source.timelines() == [MONTHS]
        assert source.legend.names == shaped.CLASSES
        assert source.ids.tolist() == shaped.samples()["id"]
        for band in ("B04", "B08"):
            np.testing.assert_allclose(
                shaped.values(source, band), shaped.expected(band), rtol=1e-6
            )
        np.testing.assert_allclose(only_batch(source).lat, shaped.samples()["lat"])

    @pytest.mark.parametrize("name", ["{band}_{step}", "{band}_t{step}", "{step}_{band}"])
    def test_steps_count_months_from_a_start(self, tmp_path, kind, name):
        table = shaped.wide(name).assign(start_date="2021-01-15")
        source = open_source(shaped.store(tmp_path, table, kind), NO_OPTIONS)
        assert source.timelines() == [MONTHS]
        assert said(source, "12 steps of each sample are taken as months from start_date")
        np.testing.assert_allclose(shaped.values(source, "B08"), shaped.expected("B08"), rtol=1e-6)

    def test_steps_between_a_start_and_an_end_are_spread(self, tmp_path):
        table = shaped.wide("{band}_{step}")
        table["start_date"] = ["2021-01-01"] * 8 + ["2019-01-01"]
        table["end_date"] = ["2021-02-25"] * 8 + ["2019-02-25"]
        source = open_source(shaped.store(tmp_path, table), NO_OPTIONS)
        first = date(2021, 1, 1)
        later = tuple(first + timedelta(days=5 * step) for step in range(12))
        assert later in source.timelines()
        assert len(source.timelines()) == 2
        assert said(source, "spread evenly from start_date to end_date")

    def test_steps_without_a_start_are_refused(self, tmp_path):
        with pytest.raises(TableError, match="a column start_date that places the 12 steps"):
            open_source(shaped.store(tmp_path, shaped.wide("{band}_{step}")), NO_OPTIONS)

    def test_missing_values_stay_missing_and_empty_dates_go(self, tmp_path):
        table = shaped.wide()
        table.loc[0, "B04_20210301"] = np.nan
        table.loc[1, ["B04_20210401", "B08_20210401"]] = np.nan
        source = open_source(shaped.store(tmp_path, table), NO_OPTIONS)
        assert np.isnan(shaped.values(source, "B04")[0, 2])
        assert np.isfinite(shaped.values(source, "B08")[0, 2])
        assert len(source.timelines()) == 2, "sample 1 has a date less"
        assert len(source.ids) == 9

    def test_a_sample_without_any_value_is_not_lost_in_silence(self, tmp_path):
        table = shaped.wide()
        table.loc[4, [column for column in table if column.startswith("B")]] = np.nan
        source = open_source(shaped.store(tmp_path, table), NO_OPTIONS)
        assert len(source.ids) == 9

    def test_without_names_rows_are_numbered(self, tmp_path):
        source = open_source(shaped.store(tmp_path, shaped.wide().drop(columns="id")), NO_OPTIONS)
        assert source.ids.tolist() == [str(number) for number in range(1, 10)]
        assert said(source, "numbers of their rows")

    def test_another_series_can_be_asked_for(self, tmp_path):
        table = shaped.wide()
        rain = np.random.default_rng(0).random((9, 12))
        for step, day in enumerate(shaped.samples()["months"]):
            table[f"rain_{day:%Y%m%d}"] = rain[:, step]
        path = shaped.store(tmp_path, table)
        assert said(open_source(path, NO_OPTIONS), "Ignored columns: rain")
        source = open_source(path, SourceOptions(bands=("rain", "B08")))
        np.testing.assert_allclose(shaped.values(source, "rain"), rain, rtol=1e-6)

    def test_stored_times_ten_thousand(self, tmp_path):
        table = shaped.wide()
        bands = [column for column in table if column.startswith("B0")]
        table[bands] = np.rint(table[bands] * 10000).astype(int)
        source = open_source(shaped.store(tmp_path, table), NO_OPTIONS)
        assert said(source, "× 10000")
        np.testing.assert_allclose(shaped.values(source, "B08"), shaped.expected("B08"), atol=1e-4)

    @pytest.mark.parametrize("kind", ["csv", "parquet"])
    def test_two_columns_of_one_band_and_date_are_refused(self, tmp_path, kind):
        table = shaped.wide().assign(**{"B04_2021-01-01": 0.1})
        with pytest.raises(TableError, match="one column for B04 and 2021-01-01, but got B04_2021"):
            open_source(shaped.store(tmp_path, table, kind), NO_OPTIONS)

    def test_text_in_a_band_is_named(self, tmp_path):
        table = shaped.wide().astype({"B04_20210301": object})
        table.loc[2, "B04_20210301"] = "cloud"
        with pytest.raises(TableError, match="column B04_20210301: expected numbers"):
            open_source(shaped.store(tmp_path, table, "csv"), NO_OPTIONS)

    def test_errors_name_rows_of_the_file(self, tmp_path):
        table = shaped.wide()
        table.loc[4, "id"] = None
        with pytest.raises(TableError, match="row 5 of the data, column id"):
            open_source(shaped.store(tmp_path, table), NO_OPTIONS)

    def test_a_date_of_the_survey_is_no_acquisition(self, tmp_path):
        source = open_source(
            shaped.store(tmp_path, shaped.wide().assign(date="1999-01-01")), NO_OPTIONS
        )
        assert source.timelines() == [MONTHS]

    def test_a_long_table_with_an_odd_column_stays_long(self, opened):
        source = opened(frame(weight_1=1.0, weight_2=2.0))
        assert not said(source, "Read as")
        assert len(source.ids) == 12

    @pytest.mark.parametrize("n_classes", [3])
    def test_a_code_among_the_bands_is_refused_by_name(self, tmp_path, n_classes):
        table = shaped.wide(n=60)
        code = table["label"].map(shaped.CLASSES.index) * 10.0
        for month in range(1, 13):
            table[f"crop_2021{month:02d}"] = code
        options = SourceOptions(bands=("B04", "crop"))
        with pytest.raises(TableError, match=r"column crop: .*gives the label away"):
            open_source(shaped.store(tmp_path, table), options)


class TestSits:
    def test_wide(self, tmp_path, kind):
        source = open_source(shaped.store(tmp_path, shaped.sits_wide(), kind), NO_OPTIONS)
        assert source.notes[0] == "Read as a wide table of sits."
        assert source.offered[0].bands == ("B11", "B04"), "B111 is B11 on date 1"
        np.testing.assert_allclose(shaped.values(source, "B11"), shaped.expected("B11"), rtol=1e-6)
        (days,) = source.timelines()
        assert (days[0], days[-1], len(days)) == (date(2021, 1, 1), date(2021, 12, 1), 12)
        off = [abs((here - there).days) for here, there in zip(days, MONTHS, strict=True)]
        assert max(off) <= 3

    @pytest.mark.parametrize("mixed", [False, True])
    def test_long_without_names(self, tmp_path, kind, mixed):
        table = shaped.sits_long()
        table = table.sample(frac=1, random_state=0) if mixed else table
        source = open_source(shaped.store(tmp_path, table, kind), NO_OPTIONS)
        assert source.notes[0] == "Read as a long table of sits."
        assert said(source, "told apart by place")
        assert len(source.ids) == 9
        assert source.timelines() == [MONTHS]
        order = np.argsort(only_batch(source).lat)
        np.testing.assert_allclose(
            shaped.values(source, "B11")[order], shaped.expected("B11"), rtol=1e-6
        )

    def test_long_samples_that_say_the_same_stay_apart(self, tmp_path):
        table = pd.concat([shaped.sits_long(), shaped.sits_long(seed=1)], ignore_index=True)
        source = open_source(shaped.store(tmp_path, table), NO_OPTIONS)
        assert len(source.ids) == 18
        assert source.timelines() == [MONTHS]

    def test_long_with_names(self, tmp_path):
        names = np.repeat(np.arange(1, 10), shaped.N_DATES)
        source = open_source(
            shaped.store(tmp_path, shaped.sits_long().assign(**{"sample:id": names})), NO_OPTIONS
        )
        assert source.ids.tolist() == [str(number) for number in range(1, 10)]
        np.testing.assert_allclose(shaped.values(source, "B04"), shaped.expected("B04"), rtol=1e-6)

    def test_an_end_before_the_start_is_named(self, tmp_path):
        table = shaped.sits_wide()
        table.loc[3, "end_date"] = "2020-01-01"
        with pytest.raises(TableError, match="row 4 of the data: expected an end_date that comes"):
            open_source(shaped.store(tmp_path, table), NO_OPTIONS)


def test_shapes_are_tried_in_an_order_that_leaves_none_out():
    titles = [shape.title for shape in SHAPES]
    assert len(set(titles)) == len(titles)
    whole = [shape.title for shape in SHAPES if shape.whole]
    assert whole == titles[: len(whole)]


def test_a_table_with_very_many_columns_has_a_short_error(tmp_path):
    table = pd.DataFrame({f"x{number}": [1.0] for number in range(500)})
    with pytest.raises(TableError, match="and 460 more") as caught:
        open_source(shaped.store(tmp_path, table), NO_OPTIONS)
    assert len(str(caught.value)) < 700
