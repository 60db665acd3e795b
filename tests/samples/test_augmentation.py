"""Training series varied: by how much, and never more."""

import numpy as np
import pytest

from cropcore.cube import Calendar, ModelInput
from cropcore.errors import SettingError
from cropcore.samples import Augmentation
from cropcore.samples.augmentation import shifted, without_dates
from cropcore.training.record import TrainingSettings, make_request

N_SAMPLES, N_DATES, N_BANDS, PERIOD = 200, 24, 3, 10.0
SD = np.array([0.05, 0.2, 3.0])
WHOLE = (ModelInput("series", Calendar(3, 1, PERIOD, N_DATES), ("B04", "B08", "VH"), (0, 1, 2)),)


@pytest.fixture
def random():
    return np.random.default_rng(0)


@pytest.fixture
def series():
    """A green peak in each sample, at another time and of another size in each band."""
    days = np.arange(N_DATES) * PERIOD
    peak = np.linspace(60, 180, N_SAMPLES)[:, None]
    green = np.exp(-(((days - peak) / 30) ** 2))
    return (green[..., None] * [0.1, 0.5, 8] + [0.05, 0.2, -18]).astype(np.float32)


def test_nothing_is_nothing(series, random):
    nothing = Augmentation()
    assert not nothing
    assert nothing(series, WHOLE, SD, random) is series
    assert not TrainingSettings().augmentation


@pytest.mark.parametrize(
    "augmentation",
    [Augmentation(shift_days=20), Augmentation(band_noise=0.1), Augmentation(drop_dates=0.3)],
)
def test_each_kind_varies_and_the_seed_says_how(series, augmentation):
    assert augmentation
    before = series.copy()
    one, same, other = (
        augmentation(series, WHOLE, SD, np.random.default_rng(seed)) for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(series, before)
    np.testing.assert_array_equal(one, same)
    assert one.dtype == np.float32
    assert one.shape == series.shape
    assert (one != series).any(axis=(1, 2)).mean() > 0.9
    assert (one != other).any()


def test_missing_bands_stay_missing(series, random):
    series[:50, :, 1] = np.nan
    varied = Augmentation(15, 0.1, 0.5)(series, WHOLE, SD, random)
    np.testing.assert_array_equal(np.isnan(varied), np.isnan(series))


@pytest.mark.parametrize("steps", [-3.0, -1.0, 2.0])
def test_whole_steps_move_values_and_hold_the_edges(series, steps):
    moved = shifted(series, np.full(N_SAMPLES, steps))
    by = int(steps)
    if by > 0:
        np.testing.assert_allclose(moved[:, by:], series[:, :-by], rtol=1e-6)
        np.testing.assert_array_equal(moved[:, :by], series[:, [0] * by])
    else:
        np.testing.assert_allclose(moved[:, :by], series[:, -by:], rtol=1e-6)
        np.testing.assert_array_equal(moved[:, by:], series[:, [-1] * -by])


def test_a_peak_moves_by_days_and_no_further(series, random):
    days = np.arange(N_DATES) * PERIOD

    def centre(some):
        weight = some[..., 0] - 0.05
        return (weight * days).sum(axis=1) / weight.sum(axis=1)

    varied = Augmentation(shift_days=15)(series, WHOLE, SD, random)
    moved = centre(varied) - centre(series)
    assert np.abs(moved).max() < 16
    assert moved.min() < -10
    assert moved.max() > 10


def test_one_date_cannot_move(random):
    single = np.ones((4, 1, 2), dtype=np.float32)
    once = (ModelInput("series", Calendar(3, 1, PERIOD, 1), ("B04", "B08"), (0, 1)),)
    varied = Augmentation(20, 0, 0.9)(single, once, np.ones(2), random)
    np.testing.assert_array_equal(varied, single)


def test_sources_on_their_own_dates_move_by_the_same_days(series, random):
    """Radar on every second date, in the first half of its column; the other half is padding."""
    rectangle = series.copy()
    rectangle[:, : N_DATES // 2, 2] = series[:, ::2, 2]
    rectangle[:, N_DATES // 2 :, 2] = np.nan
    inputs = (
        ModelInput("s1", Calendar(3, 1, 2 * PERIOD, N_DATES // 2), ("VH",), (2,)),
        ModelInput("s2", Calendar(3, 1, PERIOD, N_DATES), ("B04", "B08"), (0, 1)),
    )
    varied = Augmentation(shift_days=15)(rectangle, inputs, SD, random)
    np.testing.assert_array_equal(np.isnan(varied), np.isnan(rectangle))

    def centre(some, base, period):
        weight = some - base
        return (weight * np.arange(weight.shape[1]) * period).sum(axis=1) / weight.sum(axis=1)

    optical, radar = (
        centre(varied[:, :n, at], base, period) - centre(rectangle[:, :n, at], base, period)
        for n, at, base, period in (
            (N_DATES, 1, 0.2, PERIOD), (N_DATES // 2, 2, -18, 2 * PERIOD)
        )
    )  # fmt: skip
    assert np.ptp(optical) > 20
    np.testing.assert_allclose(radar, optical, atol=2)


def test_noise_is_a_share_of_the_deviation(series, random):
    noise = Augmentation(band_noise=0.2)(series, WHOLE, SD, random) - series
    np.testing.assert_allclose(noise.std(axis=(0, 1)), 0.2 * SD, rtol=0.05)
    assert np.abs(noise.mean(axis=(0, 1)) / SD).max() < 0.02


def test_dropped_dates_are_filled_from_their_neighbours(series):
    dropped = np.zeros((N_SAMPLES, N_DATES), dtype=bool)
    dropped[0, 5], dropped[1, :4], dropped[2] = True, True, True
    filled = without_dates(series, dropped)
    np.testing.assert_allclose(filled[0, 5], (series[0, 4] + series[0, 6]) / 2, rtol=1e-5)
    np.testing.assert_array_equal(filled[1, :4], series[1, [4] * 4])
    np.testing.assert_array_equal(filled[2], series[2], "nothing would be left of it")
    np.testing.assert_array_equal(filled[3:], series[3:])


@pytest.mark.parametrize("name", ["shift_days", "band_noise", "drop_dates"])
@pytest.mark.parametrize("value", [-1, 1000, "much"])
def test_settings_have_ranges(name, value):
    with pytest.raises(SettingError, match=name):
        make_request("here", "cnn1d", changes={name: value})


def test_trees_are_not_said_to_learn_from_varied_series():
    with pytest.raises(SettingError, match=r"expected a network, .* but got 'random_forest'"):
        make_request("here", "random_forest", changes={"shift_days": 5})


@pytest.mark.parametrize("kind", [{"shift_days": 20}, {"drop_dates": 0.4}])
def test_pixels_of_a_patch_move_and_miss_dates_together(series, kind, random):
    """As single series that share one chance would."""
    side = 2
    patches = series[:100].reshape(25, side, side, N_DATES, N_BANDS).transpose(0, 3, 1, 2, 4)
    varied = Augmentation(**kind)(patches, WHOLE, SD, random)
    assert varied.shape == patches.shape
    changed = varied != patches
    assert changed.any(axis=(1, 2, 3, 4)).mean() > 0.9
    alike = patches[:, :, :1, :1] + np.zeros_like(patches)  # four times the same pixel
    varied = Augmentation(**kind)(alike, WHOLE, SD, random)
    np.testing.assert_array_equal(varied, varied[:, :, :1, :1] + np.zeros_like(varied))


def test_noise_of_a_patch_fits_each_band(random):
    patches = np.zeros((4, N_DATES, 16, 16, N_BANDS), np.float32)
    varied = Augmentation(band_noise=0.1)(patches, WHOLE, SD, random)
    np.testing.assert_allclose(varied.std(axis=(0, 1, 2, 3)), 0.1 * SD, rtol=0.05)
