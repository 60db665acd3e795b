"""Labels to look at again: a switch, a list, and a map that goes there."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from cropcore.cube import Grid
from cropcore.training.doubting import doubt_labels
from cropcore.training.launching import write_state
from cropcore.training.procedure import train
from cropcore.training.record import make_request
from cropcore.training.run import Run, create_run
from dashboard.i18n import TABLES
from dashboard.maps import SuspectParcels, Visit, marking, outlines, region_map
from tests.building import CRS, transform, write_region
from tests.dashboard.pages import open_page, press, words

BOUNDS = ((50.5, 4.4), (50.6, 4.5))
WRONG = "<b>[x](y)</b>"
"""Name of the parcel with a wrong label; data."""


@pytest.fixture(scope="module")
def doubtful(tmp_path_factory):
    """A workspace with a run whose folds doubt two labels, and one that kept no answers."""
    folder = tmp_path_factory.mktemp("doubtful")
    region = write_region(folder / "regions" / "fields", size=(60, 60), parcel=6)
    parcels = gpd.read_file(region / "labels.gpkg")
    at = [int(parcels.index[parcels["crop"] == name][4]) for name in ("wheat", "maize")]
    parcels.loc[at, "crop"] = "grass"
    parcels.loc[at[0], "id"] = WRONG
    parcels.to_file(region / "labels.gpkg")
    toml = region / "region.toml"
    toml.write_text(toml.read_text() + 'group = "id"\n')
    for name, folds in (("folds", 4), ("single", None)):
        asked = make_request(
            str(region), "random_forest", changes={"n_trees": 60}, folds=folds, baseline=False
        )
        run = create_run(folder / "runs" / name, asked)
        train(run, lambda stage, row: None, lambda: False)
        write_state(run, "done")
    (folder / "runs" / "single" / "tested.npz").unlink()
    return folder


@pytest.fixture
def show(doubtful, monkeypatch):
    monkeypatch.setenv("CROPCORE_WORKSPACE", str(doubtful))

    def show_page(**address):
        return open_page(region="fields", **{"run": "folds", **address})

    return show_page


def listed(app):
    return next(item.value for item in app.dataframe if "Model says" in item.value)


def test_nothing_is_asked_until_people_want_it(show):
    app = show()
    assert not app.exception
    assert not app.toggle[0].value
    assert TABLES["en"]["suspects.question"] not in words(app)
    app.toggle[0].set_value(True).run()
    assert app.query_params["suspects"] == "shown"
    assert TABLES["en"]["suspects.question"] in words(app)
    app.toggle[0].set_value(False).run()
    assert "suspects" not in app.query_params


def test_list_and_button_go_to_each_in_turn(show, doubtful):
    app = show(suspects="shown")
    doubts = doubt_labels(Run(doubtful / "runs" / "folds"))
    assert listed(app)["Name"].tolist() == [item.id for item in doubts.suspects]
    assert WRONG in listed(app)["Name"].tolist()
    press(app, "suspects.first")
    assert not app.exception
    first = doubts.suspects[0]
    assert app.query_params["suspect"] == first.id
    assert f"1 of {len(doubts.suspects)}" in words(app)
    assert "softmax" in words(app), "the pixel in its middle is asked"
    press(app, "suspects.next")
    assert app.query_params["suspect"] == doubts.suspects[1].id
    assert WRONG not in words(app), "markdown would see a link"


def test_address_restores_it_and_a_bad_one_is_named(show):
    app = show(suspects="shown", suspect=WRONG, language="zh-CN")
    assert not app.exception
    assert TABLES["zh-CN"]["suspects.next"] in [item.label for item in app.button]
    app = show(suspects="shown", suspect="nobody")
    assert "suspect" not in app.query_params
    assert "nobody" in "\n".join(item.value for item in show_again(app).warning)


def show_again(app):
    return app if any("nobody" in item.value for item in app.warning) else app.run()


def test_a_run_without_answers_can_be_measured(show):
    app = show(run="single", suspects="shown")
    assert not app.exception
    assert TABLES["en"]["confidence.untested.action"] in [item.label for item in app.button]


def test_outlines_go_around_pixels_that_touch():
    grid = Grid(CRS, transform(), 20, 20)
    pixels = np.array([(2, 3), (2, 4), (3, 3), (9, 9)])
    rings = outlines(pixels, grid)
    assert len(rings) == 2
    assert all(len(ring) <= 8 for ring in rings), "no corners along straight edges"
    lon, lat = grid.lonlat(pixels[:, 0], pixels[:, 1])
    whole = shapely.union_all([shapely.Polygon([(x, y) for y, x in ring]) for ring in rings])
    assert shapely.contains_xy(whole, lon, lat).all()
    near_lon, near_lat = grid.lonlat(np.array([3]), np.array([4]))
    assert not shapely.contains_xy(whole, near_lon, near_lat).any()


def test_the_map_outlines_all_and_moves_to_one():
    rings = [[(50.52, 4.42), (50.53, 4.42), (50.53, 4.43)], [(50.55, 4.45)] * 3]
    made = region_map(BOUNDS, "/assets")
    parts = SuspectParcels([rings[:1], rings[1:]], 0), Visit(rings[:1], "a'</script>#1")
    marking(BOUNDS, [], None, *parts).add_to(made)
    text = made.get_root().render()
    assert "[[50.52, 4.42], [50.53, 4.43]]" in text
    assert "a'</script>" not in text
