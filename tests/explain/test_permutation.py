"""Permutation importance: what a run would lose on samples it never learnt from."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from cropcore.accuracy import macro_f1
from cropcore.errors import RunError, SettingError
from cropcore.explain import explainer_of
from cropcore.explain.known import known_samples
from cropcore.explain.permutation import KINDS, permutation_importance


@pytest.fixture(scope="module", params=["table_run", "forest_run", "ensemble_run"])
def asked(request):
    run = request.getfixturevalue(request.param)
    return explainer_of(run), known_samples(run)


def test_loss_of_held_out_f1(asked):
    explainer, known = asked
    shares = []
    found = permutation_importance(explainer, known, n_repeats=2, progress=shares.append)
    tested = known.split.test
    truth = np.searchsorted(known.legend.codes, known.samples.codes[tested])
    said = explainer.run.predictor().logits(known.samples.series[tested]).argmax(axis=1)
    assert found.macro_f1 == pytest.approx(macro_f1(truth, said))
    assert found.samples == len(tested)
    assert found.groups == len(np.unique(known.samples.groups[tested]))
    preparation = explainer.data.preparation
    inputs = preparation.inputs
    assert len(found.of("date")) == sum(item.calendar.n_dates for item in inputs)
    assert [item.name for item in found.of("band")] == list(preparation.bands)
    assert {band for item in found.of("group") for band in item.bands} == set(preparation.bands)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert max(item.loss for item in found.lost) > 0


def test_same_seed_same_numbers(asked):
    explainer, known = asked
    ask = {"n_repeats": 2, "most": 15}
    one, other = (permutation_importance(explainer, known, **ask, seed=3) for _ in range(2))
    assert one == other
    assert one.samples <= 15
    content = one.to_json()
    assert content["split"] == "test"
    assert {item["kind"] for item in content["lost"]} == set(KINDS)
    rows = list(csv.DictReader(io.StringIO(one.to_csv())))
    assert len(rows) == len(one.lost)
    assert float(rows[0]["loss_of_macro_f1"]) == pytest.approx(one.lost[0].loss, abs=1e-4)


def test_a_run_without_test_samples_is_refused(table_run):
    known = known_samples(table_run)
    untested = replace(known, split=replace(known.split, test=np.array([], np.int64)))
    with pytest.raises(RunError, match="without folds"):
        permutation_importance(explainer_of(table_run), untested)
    with pytest.raises(SettingError, match="no spread"):
        permutation_importance(explainer_of(table_run), known, n_repeats=1)


def test_patches_are_mixed_with_their_surroundings(patches, patches_known):
    found = permutation_importance(patches, patches_known, n_repeats=2, most=11)
    assert 1 <= found.samples <= 11
    assert len(found.of("date")) == patches.data.preparation.shape[0]
    assert all(np.isfinite(item.loss) and item.sd >= 0 for item in found.lost)
