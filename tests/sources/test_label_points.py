"""Points that say how well they are placed and when they were seen."""

from datetime import date
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely

from cropcore.errors import LabelError
from cropcore.sources import SourceOptions
from cropcore.sources.region import open_region
from cropcore.sources.region.label_points import fit_points
from tests.building import CRS, ORIGIN, write_region
from tests.sources.test_label_geometry import GRID

SEASON = (date(2021, 3, 5), date(2022, 3, 5))


@pytest.fixture
def folder(tmp_path) -> Path:
    return write_region(tmp_path / "region", labels=None, n_dates=2, sources=("s2",), toml=False)


def save(folder, said="", **columns):
    x, y = ORIGIN
    n = len(next(iter(columns.values())))
    at = [shapely.Point(x + 10 * number + 5, y - 5) for number in range(n)]
    frame = geopandas.GeoDataFrame({"crop": ["a"] * n, **columns}, geometry=at, crs=CRS)
    frame.to_file(folder / "labels.gpkg")
    (folder / "region.toml").write_text(
        f'[sources.s2]\npattern = "s2/{{date}}.tif"\n[labels]\nfile = "labels.gpkg"\n{said}\n'
    )
    region = open_region(folder, SourceOptions())
    return np.flatnonzero(region.labels_in(region.grid.whole)[0]).tolist(), region.notes


@pytest.mark.parametrize(
    ("said", "kept", "told"),
    [
        ("", [0, 1, 4], "2 of 5 points left out: placed less well than to 5 m (half a pixel)."),
        (
            "max_error = 20",
            [0, 1, 2, 4],
            "1 of 5 points left out: placed less well than to 20 m (max_error)",
        ),
    ],
)
def test_vague_points_are_left_out_and_counted(folder, said, kept, told):
    found, notes = save(folder, said, accuracy_m=[3.0, 5.0, 12.0, 60.0, None])
    assert found == kept
    assert any(told in note for note in notes)


def test_accuracies_that_cannot_be_read_are_told(folder):
    found, notes = save(folder, accuracy_m=["4", "about 5 m", "", "12", "nan"])
    assert found == [0, 1, 2, 4]
    told = "2 of 5 points kept whose accuracy cannot be read, such as 'about 5 m'."
    assert any(told in note for note in notes)


def test_points_of_another_season_are_left_out_and_counted(folder):
    dates = ["2021-06-01", "2020-06-01", "20210701", None, "2023-01-01T10:00:00Z", "summer", "2021"]
    found, notes = save(folder, date=dates)
    assert found == [0, 2, 3, 5, 6]
    assert any(
        "2 of 7 points left out: observed outside the season (2021-03-05" in n for n in notes
    )
    assert any("2 of 7 points kept whose date cannot be read, such as 'summer'" in n for n in notes)


def test_dates_of_a_database_are_dates(folder):
    days = pd.to_datetime(["2021-06-01", "2020-06-01"])
    assert save(folder, date=days)[0] == [0]


def test_all_left_out_is_told(folder):
    with pytest.raises(LabelError, match="points that can be used, but got none after leaving"):
        save(folder, accuracy_m=[100.0, 200.0])


def test_without_such_columns_nothing_is_left_out():
    fit = fit_points("x", pd.DataFrame({"crop": [1, 2]}), GRID, max_error=None, season=SEASON)
    assert fit.kept.all()
    assert not fit.notes
