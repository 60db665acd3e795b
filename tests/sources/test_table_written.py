"""The same samples as people write them: other dates, decimal commas, names, places as geometry."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from cropcore.errors import TableError
from cropcore.sources import SourceOptions, open_source
from cropcore.sources.table.days import as_days, read_days
from tests import table_shapes as shaped
from tests.frames import said
from tests.tables import make_table

NO_OPTIONS = SourceOptions()
WRITTEN = {
    "iso": "%Y-%m-%d", "compact": "%Y%m%d", "slashes": "%Y/%m/%d", "clock": "%Y-%m-%dT%H:%M:%SZ",
    "day of the year": "%Y-%j", "MODIS": "A%Y%j", "number of the day": "%Y%j",
    "European": "%d/%m/%Y", "German": "%d.%m.%Y", "American": "%m/%d/%Y", "dashes": "%d-%m-%Y",
    "words": "%d %b %Y", "with a clock": "%d/%m/%Y %H:%M", "long": "%B %d, %Y", "seconds": "%s",
}  # fmt: skip
DAYS = pd.date_range("2021-03-05", periods=9, freq="20D")


def written(days, how):
    if how == "%s":
        return pd.Series([str(int(day.timestamp())) for day in days])
    return pd.Series(days.strftime(how))


@pytest.mark.parametrize("how", WRITTEN.values(), ids=WRITTEN)
def test_dates_as_people_write_them(tmp_path, how):
    text = written(DAYS, how)
    days, guess = read_days(text, tmp_path)
    assert days.tolist() == [day.date() for day in DAYS]
    assert not guess


def test_numbers_are_dates_too(tmp_path):
    for numbers in (
        DAYS.strftime("%Y%m%d").astype(int), DAYS.strftime("%Y%j").astype(float),
        DAYS.astype("datetime64[ms]").astype("int64"),
    ):  # fmt: skip
        assert as_days(pd.Series(numbers), tmp_path).tolist() == [day.date() for day in DAYS]


@pytest.mark.parametrize(
    ("how", "order"), [("%d/%m/%Y", "day, month, year"), ("%m/%d/%Y", "month, day, year")]
)
def test_monthly_dates_are_guessed_and_said(tmp_path, how, order):
    """01/09/2021 and 01/10/2021: the number that never changes is the day."""
    days = pd.date_range("2021-01-01", periods=12, freq="MS")
    found, guess = read_days(pd.Series(days.strftime(how)), tmp_path)
    assert found.tolist() == [day.date() for day in days]
    assert guess.endswith(f"are taken as {order}.")
    with pytest.raises(TableError, match="read one way only"):
        as_days(pd.Series(days.strftime(how)), tmp_path)


def test_what_could_be_either_is_refused(tmp_path):
    column = pd.Series(["03/04/2021", "05/06/2021"], name="date")
    with pytest.raises(TableError, match=r"column date: expected dates that can be read one way"):
        read_days(column, tmp_path)


@pytest.mark.parametrize("bad", ["soon", "31/02/2021", None, "1921-01-01", "99999999"])
def test_one_bad_date_is_named_by_its_row(tmp_path, bad):
    for how in ("%Y-%m-%d", "%d.%m.%Y"):
        column = written(DAYS, how)
        column[4] = bad
        with pytest.raises(TableError, match=r"row 5 of the data"):
            read_days(column.rename("date"), tmp_path)


def same(path, options=NO_OPTIONS, **others):
    """The samples of a file, which must be those of the plain table."""
    plain = path.parent / "plain.csv"
    make_table().to_csv(plain, index=False)
    here, there = open_source(plain, options), open_source(path, options)
    assert there.ids.tolist() == here.ids.tolist()
    assert there.legend.names == here.legend.names
    assert (there.days == here.days).all()
    for one, other in zip(here.parts, there.parts, strict=True):
        assert one.bands == other.bands
        np.testing.assert_allclose(one.values, other.values, rtol=1e-6)
    return here, there


@pytest.mark.parametrize(
    "how",
    [
        {"sep": ";"}, {"sep": "\t"}, {"sep": ";", "decimal": ","}, {"sep": "\t", "decimal": ","},
        {"index": True}, {"encoding": "utf-8-sig"}, {"sep": ";", "decimal": ",", "quoting": 2},
    ],
    ids=str,
)  # fmt: skip
def test_separators_and_decimal_commas(tmp_path, how):
    path = tmp_path / "samples.csv"
    make_table().to_csv(path, **{"index": False, **how})
    here, there = same(path)
    np.testing.assert_allclose(there.samples.lat, here.samples.lat)


@pytest.mark.parametrize(
    "names",
    [
        {"id": "Sample ID", "label": "Crop Type", "date": "Acquisition-Date", "lat": "LATITUDE"},
        {"id": "parcel", "label": "culture", "date": "system:time_start", "lon": "Long"},
        {"id": "FID", "label": "CLASS", "date": "acquisition", "B04": "b4", "B08": "s2_b08"},
    ],
)
def test_other_names_of_columns(tmp_path, names):
    path = tmp_path / "samples.csv"
    make_table().rename(columns=names).to_csv(path, index=False)
    here, there = same(path)
    np.testing.assert_allclose(there.samples.lon, here.samples.lon)


class TestPlaces:
    @pytest.fixture
    def table(self):
        table = make_table()
        points = gpd.points_from_xy(table["lon"], table["lat"])
        return gpd.GeoDataFrame(table.drop(columns=["lat", "lon"]), geometry=points, crs=4326)

    @pytest.mark.parametrize("crs", [4326, 32631])
    @pytest.mark.parametrize("buffered", [False, True])
    def test_geoparquet_in_any_system(self, tmp_path, table, crs, buffered):
        placed = table.to_crs(crs)
        if buffered:
            placed["geometry"] = shapely.buffer(
                placed.geometry.to_numpy(), 1e-3 if crs == 4326 else 50
            )
        placed.to_parquet(tmp_path / "samples.parquet")
        here, there = same(tmp_path / "samples.parquet", SourceOptions(block=0.02))
        np.testing.assert_allclose(there.samples.lon, here.samples.lon, atol=1e-5)
        np.testing.assert_allclose(there.samples.lat, here.samples.lat, atol=1e-5)
        assert said(there, "Places are the centres of the column geometry")

    @pytest.mark.parametrize("how", ["wkt", "ewkt", "geojson"])
    def test_text_of_csv(self, tmp_path, table, how):
        shapes = table.geometry
        texts = shapes.to_wkt()
        if how == "ewkt":
            texts = "SRID=4326;" + texts
        if how == "geojson":
            texts = [f'{{"type": "Point", "coordinates": [{p.x}, {p.y}]}}' for p in shapes]
        name = ".geo" if how == "geojson" else "geom"
        plain = pd.DataFrame(table.drop(columns="geometry")).assign(**{name: texts})
        plain.to_csv(tmp_path / "samples.csv", index=False)
        here, there = same(tmp_path / "samples.csv")
        np.testing.assert_allclose(there.samples.lon, here.samples.lon)

    def test_empty_cells_are_nowhere(self, tmp_path, table):
        table.loc[table["id"] == "s001", "geometry"] = None
        table.to_parquet(tmp_path / "samples.parquet")
        there = open_source(tmp_path / "samples.parquet", NO_OPTIONS)
        assert np.isnan(there.samples.lon).sum() == 1

    @pytest.mark.parametrize("text", ["POINT (1", "here", "POINT (600000 5600000)", "{}"])
    def test_what_is_no_place_is_named(self, tmp_path, table, text):
        plain = pd.DataFrame(table.drop(columns="geometry")).assign(geometry=text)
        plain.to_csv(tmp_path / "samples.csv", index=False)
        with pytest.raises(TableError, match="column geometry") as caught:
            open_source(tmp_path / "samples.csv", NO_OPTIONS)
        assert "\n" not in str(caught.value)

    def test_named_coordinates_count_more(self, tmp_path, table):
        plain = make_table().assign(geometry="nonsense")
        plain.to_csv(tmp_path / "samples.csv", index=False)
        assert not said(same(tmp_path / "samples.csv")[1], "Places are")


def test_radar_that_is_decibel_already_is_left_so(tmp_path):
    table = shaped.worldcereal_wide()
    radar = [column for column in table if column.startswith("SAR")]
    table[radar] = 20 * np.log10(table[radar]) - 83
    source = open_source(shaped.store(tmp_path, table), NO_OPTIONS)
    np.testing.assert_allclose(shaped.values(source, "VV"), shaped.radar(), atol=0.01)
