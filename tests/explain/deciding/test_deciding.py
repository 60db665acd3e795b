"""Which date decided each parcel: the numbers, the files, and the job that makes them."""

import csv
import json

import numpy as np
import pytest
import rasterio

from cropcore.errors import CancelledError, RunError
from cropcore.explain import Question, explainer_of
from cropcore.explain.deciding import (
    DecidingRequest,
    date_legend,
    job_of,
    job_status,
    read_summary,
    start,
)
from cropcore.explain.deciding.computing import decide_dates, judge
from cropcore.explain.deciding.dividing import Cells, divide, spread_pixels
from cropcore.explain.deciding.record import RASTER, SUMMARY, TABLE
from cropcore.explain.deciding.worker import main
from cropcore.explain.subject import pixel_subject
from cropcore.legend import LegendClass
from cropcore.sources import SourceOptions
from cropcore.sources.region import open_region
from cropcore.sources.region.label_windows import SpatialBlocks
from cropcore.training.launching import write_state
from cropcore.training.procedure import train
from cropcore.training.record import make_request
from cropcore.training.run import create_run
from tests.building import write_region
from tests.conftest import SMALL

WHEAT = LegendClass(1, "wheat", "#a57000")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A network of two sources on dates of their own. Simulated."""
    folder = tmp_path_factory.mktemp("deciding")
    region = write_region(folder / "region", size=(20, 24), parcel=4, unlabelled=0.2)
    changes = SMALL | {"epochs": 3}
    request = make_request(str(region), "cnn1d", changes=changes, fusion="late", baseline=False)
    made = create_run(folder / "run", request)
    train(made, lambda stage, row: None, lambda: False)
    return made


@pytest.fixture(scope="module")
def region(run):
    return open_region(run.folder.parent / "region", SourceOptions())


@pytest.fixture(scope="module")
def explainer(run):
    return explainer_of(run)


@pytest.fixture(scope="module")
def decided(explainer, region):
    return decide_dates(explainer, region, pixels=3)


def request_of(run, **others):
    return DecidingRequest(run=run.folder, region=run.folder.parent / "region", pixels=2, **others)


def begin(run, monkeypatch, **others):
    """The folder of a job whose process was not started."""
    monkeypatch.setattr("cropcore.training.launching.subprocess.Popen", lambda *_, **__: None)
    return start(request_of(run, **others), "small")


def test_a_parcels_profile_is_that_of_its_pixels(decided, explainer, run, region):
    at, one = next(iter(decided.found.items()))
    own = decided.units.owner == at
    assert own.sum() == one.pixels == 3
    totals = {}
    for row, col in zip(decided.units.rows[own], decided.units.cols[own], strict=True):
        subject = pixel_subject(run, region, int(row), int(col))
        told = explainer.explain(subject.seen, subject.start, Question(target=one.predicted.name))
        for part in told.parts:
            for day, value in zip(part.dates, np.abs(part.values).sum(axis=1), strict=True):
                totals[day] = totals.get(day, 0) + value
    assert sorted(totals) == list(decided.dates), "the dates of both sources together"
    best = max(totals, key=totals.get)
    assert decided.dates[one.date] == best
    assert one.share == pytest.approx(totals[best] / sum(totals.values()), rel=1e-4)
    codes, groups = region.labels_in(region.grid.whole), region.groups_in(region.grid.whole)
    row, col = decided.units.rows[own][0], decided.units.cols[own][0]
    assert one.name == region.labels.group_names(groups[row : row + 1, col])[0]
    assert one.label.code == codes[row, col]


def test_half_and_runner_up():
    one = judge(np.array([1, 5, 0, 3, 1.0]), "p", WHEAT, WHEAT, 4)
    assert (one.date, one.share, one.half) == (1, 0.5, 1)
    assert (one.runner_up, one.runner_up_share) == (3, pytest.approx(0.3))
    assert judge(np.ones(4), "p", None, WHEAT, 1).half == 2
    assert judge(np.array([0, 2.0]), "p", None, WHEAT, 1).runner_up is None
    assert judge(np.zeros(3), "p", None, WHEAT, 1) is None


def test_pixels_are_spread_over_every_parcel(region):
    division = divide(region)
    groups = region.groups_in(region.grid.whole)
    for most in (1, 3, 16, 99):
        units = spread_pixels(region, division, most)
        assert np.array_equal(units.numbers, np.unique(groups[groups >= 0]))
        assert (np.bincount(units.owner) == min(most, 16)).all()
        assert np.array_equal(groups[units.rows, units.cols], units.numbers[units.owner])
        places = set(zip(units.rows.tolist(), units.cols.tolist(), strict=True))
        assert len(places) == len(units.rows)
    one_each = spread_pixels(region, division, 4)
    assert np.ptp(one_each.rows[one_each.owner == 0]) >= 2


def test_a_region_without_labels_is_cut_into_squares(region):
    cells = Cells(SpatialBlocks(region.grid, 7))
    units = spread_pixels(region, cells, 16)
    assert len(units) == 3 * 4
    assert len(units.rows) == len(units), "one pixel each"
    assert not units.codes.any()


def test_files_say_the_same(run, region, monkeypatch):
    job = begin(run, monkeypatch)
    assert job_status(job).state == "queued"
    assert main(str(job.folder)) == 0
    assert job_status(job).state == "done"
    found = read_summary(job.folder)
    groups = region.groups_in(region.grid.whole)
    with rasterio.open(found.raster) as raster:
        codes, table = raster.read(1), raster.colormap(1)
        assert raster.crs == region.grid.crs
        assert raster.nodata == 255
        assert tuple(raster.transform)[:6] == region.grid.transform
    assert ((codes == 255) == (groups < 0)).all()
    with found.table.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(np.unique(groups[groups >= 0])) == sum(found.units)
    days = [day.isoformat() for day in found.dates]
    numbers = np.unique(groups[groups >= 0])
    named = dict(zip(region.labels.group_names(numbers).tolist(), numbers.tolist(), strict=True))
    for row in rows:
        number = named[row["parcel"]]
        (code,) = np.unique(codes[groups == number])
        assert days[int(code) - 1] == row["deciding_date"] != row["runner_up_date"]
        assert float(row["runner_up_share"]) <= float(row["share"]) <= 1
        assert table[code][:3] == found.legend.classes[code - 1].rgb
    pixels = {area.code: area.pixels for area in found.areas}
    assert all((codes == code).sum() == count for code, count in pixels.items())
    assert sum(area.ha for area in found.areas) == pytest.approx((groups >= 0).sum() / 100)
    assert {path.name for path in job.folder.iterdir()} >= {RASTER, TABLE, SUMMARY}
    assert not list(job.folder.glob(".*"))


def test_a_stopped_job_leaves_nothing(run, monkeypatch):
    job = begin(run, monkeypatch)
    before = {path.name: path.read_bytes() for path in job.folder.glob("deciding_dates*")}
    job.request_cancel()
    assert main(str(job.folder)) == 130
    assert job_status(job).state == "cancelled"
    after = {path.name: path.read_bytes() for path in job.folder.glob("deciding_dates*")}
    assert before == after
    assert begin(run, monkeypatch).folder == job.folder
    assert not job.cancel_requested, "begun anew"


def test_cancelling_is_asked_for_between_any_two_steps(explainer, region):
    asked = []

    def cancelled():
        asked.append(None)
        return len(asked) > 9

    with pytest.raises(CancelledError):
        decide_dates(explainer, region, cancelled=cancelled)
    assert len(asked) == 10


def test_errors_and_lost_processes_are_told(run, monkeypatch):
    assert job_status(job_of(run.folder, "elsewhere")) is None
    job = begin(run, monkeypatch, method="nonsense")
    assert main(str(job.folder)) == 2
    assert "nonsense" in job_status(job).message
    write_state(job, "running", stage="explaining")
    job.write_json("state.json", job.read_json("state.json") | {"pid": -1})
    assert job_status(job).state == "lost"


def test_a_damaged_summary_is_told(tmp_path):
    assert read_summary(tmp_path) is None
    (tmp_path / RASTER).touch()
    (tmp_path / SUMMARY).write_text(json.dumps({"method": "saliency"}))
    with pytest.raises(RunError, match="compute it again"):
        read_summary(tmp_path)


def test_dates_go_from_dark_to_light(decided):
    legend = date_legend(decided.dates)
    weights = np.array([0.2126, 0.7152, 0.0722])
    assert (np.diff([np.dot(item.rgb, weights) for item in legend]) > 0).all()
    assert legend.names == tuple(day.isoformat() for day in decided.dates)
