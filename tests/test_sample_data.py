"""What comes with cropcore: a simulated region that is found by name and fit to be used."""

from pathlib import Path

import pytest

from cropcore.sources import SourceOptions, check_source
from cropcore.training.measuring import evaluate_run
from cropcore.training.run import open_run
from cropcore.workspace import find_region, sample_data


def test_bundled_region_is_found_by_name_and_ok(tmp_path):
    path = find_region("champagne_simulated", tmp_path)
    report = check_source(path, SourceOptions())
    assert report.ok, report.errors
    assert "simulated" in report.title.lower()
    assert len(report.classes) >= 8


def test_bundled_run_is_as_good_as_it_says(tmp_path):
    run = open_run(sample_data() / "runs" / "champagne_cnn1d")
    recorded = run.read_json("metrics.json")
    again = evaluate_run(run, tmp_path)
    assert again["n"] == recorded["n"]
    assert again["macro_f1"] == pytest.approx(recorded["macro_f1"], abs=0.02)
    assert not Path(run.record.request.region).is_absolute()


def test_own_region_of_the_same_name_counts_more(tmp_path):
    (tmp_path / "regions" / "champagne_simulated").mkdir(parents=True)
    found = find_region("champagne_simulated", tmp_path)
    assert found == (tmp_path / "regions" / "champagne_simulated").resolve()
