"""What a run goes by for each class: every number from samples that anybody can look at again."""

from datetime import date

import numpy as np
import pytest

from cropcore.errors import CancelledError, LabelError
from cropcore.explain import Question, explainer_of
from cropcore.explain.attention import attention_views
from cropcore.explain.attribution import Target
from cropcore.explain.by_class import attention_of_class, explain_classes
from cropcore.explain.by_class.asking import attribute_many, seen_by
from cropcore.explain.by_class.choosing import held_out
from cropcore.explain.by_class.tables import (
    BANDS,
    CELLS,
    DATES,
    band_rows,
    cell_rows,
    date_rows,
)
from cropcore.explain.known import Known, known_samples
from cropcore.prediction import Surroundings
from cropcore.samples import Split
from cropcore.training.procedure import train
from cropcore.training.record import make_request
from cropcore.training.run import create_run
from tests.building import write_region
from tests.conftest import SMALL
from tests.explain.conftest import bundled


@pytest.fixture(scope="module")
def explainer(table_run):
    return explainer_of(table_run)


@pytest.fixture(scope="module")
def known(table_run):
    return known_samples(table_run)


@pytest.fixture(scope="module")
def found(explainer, known):
    return explain_classes(explainer, known)


@pytest.fixture(scope="module")
def late(tmp_path_factory):
    """A network of two sources on dates of their own."""
    folder = tmp_path_factory.mktemp("late")
    region = write_region(folder / "region", size=(24, 24), parcel=4)
    changes = SMALL | {"epochs": 3}
    request = make_request(str(region), "cnn1d", changes=changes, fusion="late", baseline=False)
    run = create_run(folder / "run", request)
    train(run, lambda stage, row: None, lambda: False)
    return run


def test_numbers_are_those_of_each_sample_explained_alone(found, explainer, known):
    (source,) = found.sources
    assert found.split == "test"
    assert found.counts == {one.item.code: one.n for one in source.classes}
    held = held_out(explainer.run.predictor(), known)
    for one in source.classes:
        positions = held.right[one.item.code]
        assert one.n == len(positions) <= found.total[one.item.code]
        assert np.isin(positions, known.split.test).all()
        told = [
            explainer.explain(
                Surroundings.alone(known.samples.series[at]),
                source.dates[0],
                Question(target=one.item.name),
            ).parts[0]
            for at in positions
        ]
        assert all(part.bands == source.bands for part in told)
        values = np.stack([part.values for part in told])
        np.testing.assert_allclose(one.mean, values.mean(axis=0), atol=1e-5)
        np.testing.assert_allclose(one.low, np.percentile(values, 25, axis=0), atol=1e-5)
        np.testing.assert_allclose(one.sd, values.std(axis=0, ddof=1), atol=1e-5)
        by_date = np.abs(values).sum(axis=2)
        np.testing.assert_allclose(one.dates, by_date.mean(axis=0), atol=1e-5)
        np.testing.assert_allclose(one.dates_sd, by_date.std(axis=0, ddof=1), atol=1e-5)
        np.testing.assert_allclose(one.bands.sum(), one.dates.sum(), rtol=1e-4)
        assert one.total([0, 1]) == pytest.approx(one.bands[:2].sum())
    assert found.residual is not None
    assert found.residual < 0.01


def test_classes_are_told_by_when_they_are_green(found):
    """Each class of the table is greenest at its own time; the network must look there."""
    peaks = [
        (one.dates * np.arange(18)).sum() / one.dates.sum() for one in found.sources[0].classes
    ]
    names = [one.item.name for one in found.sources[0].classes]
    assert peaks[names.index("early")] < peaks[names.index("late")]


def test_few_samples_are_said_and_none_is_an_error(explainer, known):
    some = explain_classes(explainer, known, most=2, method="saliency")
    assert set(some.counts.values()) == {2}
    assert some.residual is None
    assert some.quantity == "sensitivity"
    nothing = np.array([], dtype=np.int64)
    folds = Known(
        known.samples, Split(known.split.train, known.split.validation, nothing), known.legend
    )
    assert explain_classes(explainer, folds, most=1, method="saliency").split == "validation"
    empty = Known(known.samples, Split(known.split.train, nothing, nothing), known.legend)
    with pytest.raises(LabelError, match="own class"):
        explain_classes(explainer, empty)


def test_progress_is_told_and_the_work_stops_when_asked(explainer, known):
    told = []
    explain_classes(explainer, known, most=2, progress=lambda done, of: told.append((done, of)))
    assert told[0] == (0, 6)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    asked = []

    def cancelled():
        asked.append(None)
        return len(asked) > 3

    with pytest.raises(CancelledError):
        explain_classes(explainer, known, cancelled=cancelled)
    assert len(asked) == 4


def test_late_fusion_has_a_panel_for_each_source(late):
    found = explain_classes(explainer_of(late), known_samples(late), most=3)
    assert [source.name for source in found.sources] == ["s2", "s1"]
    optical, radar = found.sources
    assert len(optical.dates) != len(radar.dates)
    assert optical.classes[0].mean.shape == (len(optical.dates), len(optical.bands))
    assert radar.classes[0].mean.shape == (len(radar.dates), len(radar.bands))
    assert radar.bands == ("VV", "VH")


def test_forests_are_asked_by_occlusion(forest_run):
    found = explain_classes(explainer_of(forest_run), known_samples(forest_run), most=2)
    assert found.method == "occlusion_cell"
    assert "share" in found.unit


def test_patches_have_as_many_of_each_class_as_time_allows(patches, patches_known):
    some = explain_classes(patches, patches_known, method="saliency", most=2, seconds=0)
    assert some.short
    assert set(some.counts.values()) == {1}
    at = patches_known.split.test[:1]
    (seen,) = seen_by(patches.predictor, patches_known.samples, at)
    np.testing.assert_array_equal(seen.series, patches_known.samples.series[at[0]])
    told = attribute_many(patches, [seen], Target(0), "saliency").values
    alone = patches.attribute("saliency", seen, Target(0)).values
    np.testing.assert_allclose(told, alone.sum(axis=(2, 3)), rtol=1e-5)


def test_an_ensemble_is_the_weighted_mean_of_its_networks(many):
    known = known_samples(many.run)
    seen = seen_by(many.predictor, known.samples, known.split.test[:2])
    aim = Target(1)
    told = attribute_many(many, seen, aim, "saliency").values
    question = Question("saliency", known.legend.classes[1].name)
    whole = [many.explain(one, date(2023, 1, 1), question) for one in seen]
    for one, values in zip(whole, told, strict=True):
        np.testing.assert_allclose(values, one.attribution.values[0], atol=1e-5)


def test_tables_have_a_row_for_everything(found):
    (source,) = found.sources
    n_classes, (n_dates, n_bands) = len(source.classes), source.classes[0].mean.shape
    for header, rows, count in (
        (CELLS, list(cell_rows(found)), n_classes * n_dates * n_bands),
        (DATES, list(date_rows(found)), n_classes * n_dates),
        (BANDS, list(band_rows(found)), n_classes * n_bands),
    ):
        assert len(rows) == count
        assert {len(row) for row in rows} == {len(header)}


def test_attention_of_a_class_is_that_of_its_samples(explainer, known):
    run = bundled("transformer")
    attentive, own = explainer_of(run), known_samples(run)
    positions, start = own.split.test[:5], date(2023, 2, 14)
    (found,) = attention_of_class(attentive, own, positions, start)
    told = [
        attention_views(attentive, one, start)[0].weights
        for one in seen_by(attentive.predictor, own.samples, positions)
    ]
    each = np.stack([weights.mean(axis=(0, 1)) for weights in told])  # (sample, time)
    np.testing.assert_allclose(found.boxes[2], np.median(each, axis=0), rtol=1e-5)
    assert (np.diff(found.boxes, axis=0) >= 0).all()
    assert found.n == 5
    assert attention_of_class(explainer, known, known.split.test[:2], start) == ()
