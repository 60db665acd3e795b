"""Real tables: Mato Grosso field samples and French parcels."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cropcore.errors import TableError
from cropcore.samples import collect, fit_preparation, split_by_group
from cropcore.sources import SourceOptions
from cropcore.sources.table import open_table

FOLDER = os.environ.get("CROPCORE_REAL_DATA")
pytestmark = pytest.mark.skipif(
    FOLDER is None, reason="needs the real sets: CROPCORE_REAL_DATA names no folder"
)
MATO_GROSSO = Path(FOLDER or ".") / "matogrosso_modis_9classes" / "timeseries.parquet"
FRANCE = Path(FOLDER or ".") / "worldcereal_fra2022_monthly" / "timeseries.parquet"


class TestMatoGrosso:
    def test_needs_no_option(self):
        source = open_table(MATO_GROSSO, SourceOptions())
        assert len(source.ids) == 2115
        assert len(source.legend) == 9
        assert source.offered[0].bands == ("mir", "blue", "nir", "red", "evi", "ndvi")
        assert len(list(source.labelled(20_000, 0))) == 16
        assert source.notes[0] == "Ignored columns: start_date."

    def test_overlays_its_sixteen_years(self):
        source = open_table(MATO_GROSSO, SourceOptions())
        preparation = fit_preparation(source)
        samples = collect(source, preparation)
        assert samples.series.shape == (2115, 23, 6)
        assert np.isfinite(samples.series).all()
        assert samples.never_clear == 0
        assert preparation.calendar.period == 16
        assert preparation.calendar.month == 9

    @pytest.mark.parametrize(("block", "groups"), [(0.02, 1091), (0.5, 98)])
    def test_blocks(self, block, groups):
        source = open_table(MATO_GROSSO, SourceOptions(block=block))
        samples = collect(source, fit_preparation(source))
        assert len(np.unique(samples.groups)) == groups
        split = split_by_group(samples.groups, samples.codes, seed=0)
        assert 0.1 < len(split.test) / 2115 < 0.3
        assert not set(samples.groups[split.train]) & set(samples.groups[split.test])

    @pytest.mark.parametrize("years", [1, 4])
    def test_moving_all_years_changes_nothing(self, tmp_path, years):
        table = pd.read_parquet(MATO_GROSSO)
        table["date"] = table.date.map(lambda day: day + pd.DateOffset(years=years))
        table.to_parquet(tmp_path / "later.parquet")
        here = open_table(MATO_GROSSO, SourceOptions())
        there = open_table(tmp_path / "later.parquet", SourceOptions())
        assert fit_preparation(here) == fit_preparation(there)
        first = collect(here, fit_preparation(here))
        second = collect(there, fit_preparation(there))
        np.testing.assert_array_equal(first.series, second.series)
        assert first.ids.tolist() == second.ids.tolist()


class TestFrance:
    def test_labels_can_be_grouped(self):
        source = open_table(FRANCE, SourceOptions(label="label_group"))
        assert len(source.legend) == 28
        assert [part.source for part in source.offered] == ["optical", "radar"]
        assert "ewoc_code" in source.notes[0]
        samples = collect(source, fit_preparation(source))
        assert samples.series.shape == (493, 17, 11)
        assert samples.never_clear == 7, "parcels that the radar or the optical sensor never saw"
        usual = np.nanmedian(samples.series, axis=(0, 1))
        assert usual[:9].min() > 0.01
        assert usual[:9].max() < 0.5
        assert -20 < usual[10] < usual[9] < -5

    @pytest.mark.parametrize("label", ["label", "label_group", "landcover"])
    @pytest.mark.parametrize("block", [None, 0.1])
    def test_the_class_code_is_refused_by_name(self, label, block):
        options = SourceOptions(label=label, block=block, bands=("B04", "ewoc_code"))
        with pytest.raises(TableError, match=r"column ewoc_code: .*gives the label away"):
            open_table(FRANCE, options)

    @pytest.mark.parametrize("label", ["label", "label_group", "landcover"])
    @pytest.mark.parametrize("block", [None, 0.1])
    def test_terrain_and_weather_are_no_codes(self, label, block):
        bands = ("elevation_m", "slope_deg", "precip_raw", "tmean_raw", "B04", "VV")
        source = open_table(FRANCE, SourceOptions(label=label, block=block, bands=bands))
        assert source.offered[0].bands == bands[:-1]
