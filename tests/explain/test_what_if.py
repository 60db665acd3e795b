"""What if: hidden dates are filled as a cloud's gap would be, hidden bands are ordinary."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from cropcore.cube import Calendar, Preparation, SourceBands
from cropcore.cube.steps import Steps
from cropcore.explain import Explainer, explainer_of
from cropcore.explain.what_if import (
    hidden_columns,
    observed_pixel,
    observed_sample,
    what_if,
)
from cropcore.sources.table import open_table


@pytest.fixture(scope="module")
def explainer(table_run):
    return Explainer(table_run)


@pytest.fixture(scope="module")
def observed(table_run):
    request = table_run.record.request
    return observed_sample(table_run, open_table(Path(request.region), request.options), "s004")


def test_nothing_hidden_changes_nothing(explainer, observed):
    found = what_if(explainer, observed.sources, observed.start)
    np.testing.assert_array_equal(found.before, found.after)
    assert found.before.sum() == pytest.approx(1, abs=1e-5)
    assert found.clear


def test_hidden_dates_are_filled_like_gaps(explainer, observed):
    source, radar = observed.sources
    day = source.dates[9]
    found = what_if(explainer, observed.sources, observed.start, {day}, of_source=source.source)
    masked = source.values.copy()
    masked[9] = np.nan
    wanted, _ = explainer.data.preparation([replace(source, values=masked), radar], observed.start)
    np.testing.assert_array_equal(found.series, wanted[0])
    np.testing.assert_allclose(found.after, explainer.predictor(wanted)[0], atol=1e-6)
    elsewhere = what_if(explainer, observed.sources, observed.start, {day}, of_source="s9")
    np.testing.assert_array_equal(elsewhere.after, elsewhere.before)


def test_a_sky_that_never_clears_is_said(explainer, observed):
    found = what_if(explainer, observed.sources, observed.start, set(observed.sources[0].dates))
    assert not found.clear
    assert found.after.sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("name", ["table_run", "forest_run", "ensemble_run"])
def test_hidden_bands_are_ordinary(name, request, observed):
    explainer = explainer_of(request.getfixturevalue(name))
    everything = set(explainer.data.preparation.bands)
    found = what_if(explainer, observed.sources, observed.start, hidden_bands=everything)
    np.testing.assert_array_equal(found.series, explainer.mean)
    np.testing.assert_allclose(found.after, explainer.predictor(explainer.mean[None])[0], atol=1e-6)
    one = what_if(explainer, observed.sources, observed.start, hidden_bands={"B08"})
    changed = (one.series != what_if(explainer, observed.sources, observed.start).series).all(0)
    assert changed.tolist() == [band == "B08" for band in explainer.data.preparation.bands]


def test_an_index_goes_with_its_bands():
    calendar = Calendar(3, 1, 10, 5)
    sources = SourceBands("s2", ("B04", "B08", "B11")), SourceBands("s1", ("VV", "VH"))
    preparation = Preparation(calendar, sources, steps=Steps(indices=("NDVI",)))
    assert hidden_columns(preparation, {"B04"}) == {0, 5}
    assert hidden_columns(preparation, {"B11", "VV"}) == {2, 3}
    assert hidden_columns(preparation, set(), {"s2"}) == {0, 1, 2, 5}
    assert hidden_columns(preparation, {"NDVI"}) == {5}


def test_patches_are_clouded_all_around(patches, champagne):
    seen = observed_pixel(patches.run, champagne, 100, 120)
    ask = {"sources": seen.sources, "start": seen.start, "pixel": seen.pixel}
    before = what_if(patches, **ask)
    optical = next(item for item in seen.sources if "B04" in item.bands)
    days = {day for day in optical.dates if day < date(optical.dates[0].year, 7, 1)}
    after = what_if(patches, hidden_dates=days, of_source=optical.source, **ask)
    assert np.abs(after.after - before.before).max() > 1e-3
    np.testing.assert_array_equal(after.before, before.before)
    radar = what_if(patches, hidden_sources={optical.source}, **ask)
    gone = sorted(hidden_columns(patches.data.preparation, set(), {optical.source}))
    np.testing.assert_array_equal(radar.series[:, gone], patches.mean[:, gone])
