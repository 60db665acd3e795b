"""From a source to samples."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from cropcore.cube import Acquisitions, SourceBands
from cropcore.errors import LabelError, RunError, SettingError
from cropcore.legend import legend_from_names
from cropcore.samples import collect, fit_preparation
from cropcore.sources import LabelledBatch

LEGEND = legend_from_names(["maize", "soy"])


def batch(first, n=4, seed=0, codes=None, cloudy=()):
    rng = np.random.default_rng(seed)
    dates = tuple(first + timedelta(days=10 * number) for number in range(6))
    values = rng.random((6, n, 2), dtype=np.float32)
    values[:, list(cloudy)] = np.nan
    return LabelledBatch(
        acquisitions=(
            Acquisitions("optical", dates, ("B04", "B08"), ("reflectance",) * 2, values),
        ),
        codes=np.array(codes if codes is not None else [1, 2] * n)[:n].astype(np.uint8),
        ids=np.array([f"{first.year}_{number}" for number in range(n)]),
        groups=np.array([f"g{number}" for number in range(n)]),
        lon=np.full(n, 5.0),
        lat=np.full(n, 50.0),
    )


@dataclass
class Recorded:
    """A source that plays back batches."""

    batches: list
    path: Path = Path("recorded")
    legend: object = LEGEND
    offered: tuple = (SourceBands("optical", ("B04", "B08")),)
    notes: tuple = ()
    season: date | None = None
    asked: list = field(default_factory=list)

    def timelines(self, source=None):
        return [
            tuple(sorted({day for one in item.acquisitions for day in one.dates}))
            if source is None
            else next(one.dates for one in item.acquisitions if one.source == source)
            for item in self.batches
        ]

    def labelled(self, limit, seed):
        self.asked.append((limit, seed))
        yield from self.batches


def test_batches_of_several_years_are_joined_in_order():
    source = Recorded([batch(date(2019, 3, 1)), batch(date(2020, 3, 1), seed=1)])
    preparation = fit_preparation(source)
    samples = collect(source, preparation, limit=9, seed=3)
    assert source.asked == [(9, 3)]
    assert samples.series.shape == (8, 6, 2)
    assert samples.series.dtype == np.float32
    assert samples.ids.tolist() == [f"{year}_{n}" for year in (2019, 2020) for n in range(4)]
    stored = source.batches[1].acquisitions[0].values
    np.testing.assert_array_equal(samples.series[4:], stored.transpose(1, 0, 2))


def test_the_never_clear_are_left_out_and_counted():
    source = Recorded([batch(date(2019, 3, 1), cloudy=(0, 2)), batch(date(2020, 3, 1))])
    samples = collect(source, fit_preparation(source))
    assert samples.never_clear == 2
    assert len(samples) == 6
    assert samples.ids[:2].tolist() == ["2019_1", "2019_3"]


def test_all_cloud_is_an_error():
    source = Recorded([batch(date(2019, 3, 1), cloudy=range(4))])
    with pytest.raises(LabelError, match="4 samples that are all cloud"):
        collect(source, fit_preparation(source))


def test_one_class_is_an_error():
    source = Recorded([batch(date(2019, 3, 1), codes=[2] * 4)])
    with pytest.raises(LabelError, match="at least two classes, but got only 'soy'"):
        collect(source, fit_preparation(source))


def test_no_batch_is_an_error():
    source = Recorded([batch(date(2019, 3, 1))])
    preparation = fit_preparation(source)
    with pytest.raises(LabelError, match="but got none"):
        collect(Recorded([]), preparation)
    with pytest.raises(LabelError, match="at least one acquisition"):
        fit_preparation(Recorded([]))


def test_a_missing_band_is_an_error():
    source = Recorded([batch(date(2019, 3, 1))])
    preparation = fit_preparation(replace(source, offered=(SourceBands("optical", ("B11",)),)))
    with pytest.raises(RunError, match="the bands B11"):
        collect(source, preparation)


def test_the_calendar_can_be_chosen():
    source = Recorded([batch(date(2019, 3, 1))])
    calendar = fit_preparation(source, period=5, season=(2, 1)).calendar
    assert (calendar.month, calendar.day, calendar.period) == (2, 1, 5)


def with_radar(item, first, step=24, count=4):
    """The same batch with a radar that sees the same days of the year in steps of its own."""
    dates = tuple(first + timedelta(days=step * number) for number in range(count))
    values = np.full((count, len(item.codes), 1), -15, np.float32)
    radar = Acquisitions("radar", dates, ("VV",), ("dB",), values)
    return replace(item, acquisitions=(*item.acquisitions, radar))


def two_sensors(first=date(2019, 3, 1)):
    bands = (SourceBands("optical", ("B04", "B08")), SourceBands("radar", ("VV",)))
    return Recorded([with_radar(batch(first), first)], offered=bands)


def test_late_fusion_gives_each_sensor_its_own_dates():
    preparation = fit_preparation(two_sensors(), fusion="late")
    optical, radar = preparation.inputs
    assert (optical.calendar.period, optical.calendar.n_dates) == (10, 8)
    assert (radar.calendar.period, radar.calendar.n_dates) == (24, 4)
    samples = collect(two_sensors(), preparation)
    assert samples.series.shape == (4, 8, 3)
    assert (radar.take(samples.series) == -15).all()
    assert np.isnan(samples.series[:, 4:, 2]).all()
    chosen = fit_preparation(two_sensors(), fusion="late", period=15)
    assert [item.calendar.period for item in chosen.inputs] == [15, 15]


def test_late_fusion_does_not_care_for_years():
    one, other = (
        collect(two_sensors(date(year, 3, 1)), fit_preparation(two_sensors(), fusion="late"))
        for year in (2019, 2020)
    )
    np.testing.assert_array_equal(one.series, other.series)


def test_late_fusion_of_one_sensor_is_refused():
    with pytest.raises(SettingError, match=r"two sources or more, .* but got only optical; train"):
        fit_preparation(Recorded([batch(date(2019, 3, 1))]), fusion="late")


@pytest.mark.parametrize("season", [(13, 1), (2, 30), (0, 0)])
def test_an_impossible_season_is_refused(season):
    with pytest.raises(SettingError, match="season start"):
        fit_preparation(Recorded([batch(date(2019, 3, 1))]), season=season)
