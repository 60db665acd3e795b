"""Classes that go together with a season or a place."""

import numpy as np
import pandas as pd
import pytest

from cropcore.legend import legend_from_names
from cropcore.sources import SourceOptions, check_source
from cropcore.sources.confounding import confounding_notes, cramers_v, lone_classes
from tests.tables import make_table

LEGEND = legend_from_names(["cotton", "maize", "soy"])
NOWHERE = np.full(300, np.nan)


@pytest.fixture
def random():
    return np.random.default_rng(0)


@pytest.fixture
def codes(random):
    return random.integers(1, 4, 300)


def test_cramers_v_is_1_for_the_same_and_0_for_strangers(codes, random):
    assert cramers_v(codes, codes * 10 + 2000) == pytest.approx(1, abs=0.01)
    assert cramers_v(codes, random.integers(0, 5, 300)) < 0.15
    assert cramers_v(codes, np.zeros(300)) == 0
    assert cramers_v(codes[:1], codes[:1]) == 0
    assert cramers_v(np.arange(9), np.arange(9)) <= 1


def test_correction_keeps_many_levels_from_looking_strong(random):
    """Without it, few samples in many seasons go together by chance alone."""
    strength = [cramers_v(random.integers(0, 9, 60), random.integers(0, 16, 60)) for _ in range(20)]
    assert np.mean(strength) < 0.15


def test_class_and_season_are_named(codes, random):
    seasons = random.integers(2010, 2016, 300)
    assert confounding_notes(codes, LEGEND, seasons, NOWHERE, NOWHERE) == []
    seasons[codes == 1] = 2014
    (note,) = confounding_notes(codes, LEGEND, seasons, NOWHERE, NOWHERE)
    assert "cotton (2014)" in note
    assert "maize" not in note
    assert "6 seasons" in note
    assert "Cramér's V" in note


def test_one_season_is_no_confounding(codes):
    assert confounding_notes(codes, LEGEND, np.full(300, 2020), NOWHERE, NOWHERE) == []


def test_strong_association_without_a_lone_class_is_told(codes, random):
    seasons = 2010 + codes
    seasons[random.random(300) < 0.1] = 2012
    (note,) = confounding_notes(codes, LEGEND, seasons, NOWHERE, NOWHERE)
    assert note.startswith(("Class and season go together", "Classes that occur in one season"))


def test_few_samples_may_share_a_season_by_chance():
    codes, seasons = np.array([1] * 50 + [2]), np.array([2010] * 40 + [2011] * 11)
    assert lone_classes(codes, seasons) == []
    codes[-9:] = 2
    assert [code for code, _ in lone_classes(codes, seasons)] == [2]


def test_class_and_place_are_named(codes, random):
    lon, lat = random.uniform(-58, -52, 300), random.uniform(-14, -10, 300)
    years = np.full(300, 2020)
    assert confounding_notes(codes, LEGEND, years, lon, lat) == []
    lon[codes == 3], lat[codes == 3] = -55.6, -12.2
    (note,) = confounding_notes(codes, LEGEND, years, lon, lat)
    assert "soy (near 12.2° S, 55.6° W)" in note
    assert "0.5°" in note
    assert confounding_notes(codes, LEGEND, years, lon * 0.001, lat * 0.001) == [], "a small area"
    lon[0] = np.nan
    assert "soy" in confounding_notes(codes, LEGEND, years, lon, lat)[0]


def test_check_warns_before_any_run(tmp_path):
    table = make_table()
    late = table["label"].eq("late")
    table.loc[late, "date"] = [day.replace(year=2021) for day in table.loc[late, "date"]]
    table.to_csv(tmp_path / "samples.csv", index=False)
    report = check_source(tmp_path / "samples.csv", SourceOptions(group="farm"))
    assert report.ok
    (note,) = [text for text in report.warnings if "one season only" in text]
    assert "late (2021)" in note
    assert "3 seasons" in note


def test_a_season_over_new_year_is_one(tmp_path):
    """Series that begin around 1 January belong to the same season."""
    table = make_table()
    first = pd.Timestamp("2020-12-28")
    step = table.groupby("id").cumcount()
    early = table["label"].eq("early")
    start = np.where(early, first, first + pd.Timedelta(days=8))
    table["date"] = pd.to_datetime(start) + pd.to_timedelta(step * 10, unit="D")
    table.to_csv(tmp_path / "samples.csv", index=False)
    report = check_source(tmp_path / "samples.csv", SourceOptions(group="farm"))
    assert not [text for text in report.warnings if "season" in text]
