"""The page of explanations: what is asked of a pixel, what is told, what the link keeps."""

from collections import OrderedDict
from datetime import date

import pytest

from cropcore.errors import RunError
from dashboard.i18n import TABLES
from dashboard.state import MOST_PINS, State, address_of, parse
from tests.dashboard.building import HOSTILE, REGION
from tests.dashboard.pages import field, open_page, press, words

HERE = {"lat": "50.541", "lon": "4.415"}
OTHER = "4.413,50.5425"
ENGLISH = TABLES["en"]


@pytest.fixture
def show(workspace, monkeypatch):
    """The page, which waits for all that it shows."""
    monkeypatch.setattr("dashboard.widgets.explain.waiting.PATIENCE", 100.0)
    monkeypatch.setattr("dashboard.cache.later._asked", OrderedDict())

    def opened(**address: str):
        app = open_page("explain", region=REGION, **address)
        assert not app.exception
        assert not app.error
        return app

    return opened


def test_without_a_pixel_it_says_how_to_choose_one(show):
    app = show(run="good")
    assert ENGLISH["pixel.empty"] in words(app)
    press(app, "pixel.empty.action")
    assert "Strongest" in words(app)


def test_all_is_told_of_a_pixel(show):
    app = show(run="good", **HERE)
    text = words(app)
    for key in ("why.sensitivity", "why.contribution", "explain.series", "nearest", "whatif"):
        assert ENGLISH[key] in text
    for check in ("completeness", "deletion", "insertion", "agreement", "randomisation"):
        assert text.count(ENGLISH[f"trust.{check}"]) >= 2, "beside both explanations"
    assert "middle half" in text
    assert len(app.dataframe) == 1, "nearest samples; the values as a table on demand only"
    assert not app.query_params.get("pins")


def test_link_brings_everything_back(show):
    app = show(
        run="good", **HERE, pins=f"4.415,50.541;{OTHER}", sensitivity="saliency",
        contribution="gradient_input", contrast="3", dropped="B08", layer="rgb",
    )  # fmt: skip
    text = words(app)
    assert "and not" in text
    assert ENGLISH["method.saliency.help"] in text
    assert ENGLISH["method.gradient_input.help"] in text
    assert "Pinned: 2 of 6" in {item.label for item in app.button_group}
    assert any(name in text for name in ("Still", "becomes"))
    assert not app.warning
    kept = dict(app.query_params)
    assert kept["pins"] == f"4.415,50.541;{OTHER}"
    assert kept["dropped"] == "B08"


def test_bad_values_are_named(show):
    app = show(
        run="good", **HERE, pins="0,0", day="1999-01-01", clouded="1999-02-02", dropped="B99",
        sensitivity="integrated_gradients", contrast="77", view="soul", unit="county",
    )  # fmt: skip
    said = "\n".join(item.value for item in app.warning)
    for name in ("pins", "day", "clouded", "dropped", "sensitivity", "contrast", "view", "unit"):
        assert ENGLISH[f"state.{name}"] in said, name
    assert "Strongest" in words(app)


def test_pins_are_kept_and_given_up(show):
    app = show(run="good", **HERE)
    press(app, "pins.pin")
    assert app.query_params["pins"] == "4.415,50.541"
    label = ENGLISH["pins.remove"].format(number=1)
    next(item for item in app.button if item.label == label).click().run()
    assert "pins" not in app.query_params


def test_forest_is_asked_by_hiding(show):
    app = show(run="forest", **HERE)
    text = words(app)
    assert ENGLISH["method.occlusion_cell.help"] in text
    assert ENGLISH["why.sensitivity"] not in text
    assert "random\\_forest has no gradients" in text
    assert ENGLISH["nearest.distance.forest"] in text


def test_what_if_answers_and_is_undone(show):
    app = show(run="good", **HERE)
    assert ENGLISH["whatif.none"] in words(app)
    field(app, "whatif.dropped", "multiselect").set_value(["B08", "B04"]).run()
    assert app.query_params["dropped"] == "B08/B04"
    assert "→" in words(app)
    press(app, "whatif.clear")
    assert "dropped" not in app.query_params
    assert ENGLISH["whatif.none"] in words(app)


def test_date_by_keyboard_shows_its_picture(show):
    app = show(run="good", **HERE)
    days = field(app, "explain.day", "selectbox")
    days.set_value(days.options[3]).run()
    assert app.query_params["day"] == days.options[3]
    assert app.query_params["layer"] == "rgb"
    near = date.fromisoformat(app.query_params["date"])
    assert abs((near - date.fromisoformat(days.options[3])).days) <= 15


def test_parcel_is_explained(show):
    app = show(run="good", **HERE, unit="parcel", sensitivity="saliency")
    text = words(app)
    assert "of the parcel's" in text
    assert ENGLISH["why.spread.pixels"] in text
    assert ENGLISH["trust.deletion"] in text
    assert "of the parcel's pixels, evenly spread" in text


def test_without_its_data_a_run_still_explains(show, workspace, monkeypatch):
    def gone(*_: object) -> None:
        raise RunError("run", expected="its data", got="none", advice="restore them")

    monkeypatch.setattr("dashboard.cache.pixels.known_samples", gone)
    app = show(run="good", **HERE)
    text = words(app)
    assert "Strongest" in text
    assert "restore them" in text


def test_tables_are_there_for_those_who_do_not_see_charts(show):
    app = show(run="good", **HERE)
    boxes = [item for item in app.expander if item.label == ENGLISH["explain.table"]]
    assert len(boxes) == 2


@pytest.mark.parametrize("language", ["zh-CN"])
def test_chinese_and_hostile_names(show, language):
    app = show(run="good", language=language, target="2", **HERE)
    assert "为什么" in words(app)
    assert HOSTILE not in words(app)


def test_no_run_leads_to_training(show, workspace, monkeypatch):
    monkeypatch.setattr("dashboard.catalog.list_maps", lambda run: {})
    monkeypatch.setattr("dashboard.catalog.Catalog.runs_for", lambda self, region: ())
    app = show()
    assert ENGLISH["pixel.no_run"] in words(app)


def test_pins_and_hidden_things_come_back_from_the_address():
    state = State(
        pins=((4.5, 49.25), (-4.5, 0.0)),
        clouded=(date(2023, 5, 1), date(2023, 6, 1)),
        dropped=("B08", "a/b, c;d %"),
        day=date(2023, 7, 1),
        band="a/b",
        view="region",
        unit="parcel",
        sensitivity="saliency",
        contribution="occlusion_date",
    )
    assert parse(address_of(state)) == (state, ())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("pins", "1,2;3"),
        ("pins", "181,2"),
        ("pins", ";".join(f"{at},1" for at in range(MOST_PINS + 1))),
        ("clouded", "2023-05-01,x"),
        ("dropped", "a//b"),
        ("sensitivity", "integrated_gradients"),
        ("contribution", "saliency"),
        ("view", "x"),
        ("unit", ""),
        ("day", "2023-02-30"),
    ],
)
def test_bad_value_falls_back_by_name(name, value):
    assert parse({name: value}) == (State(), ((name, value),))
