"""From typed settings to inputs: kind, range, choices, and only what was changed is asked for."""

from typing import Literal

import pytest
from pydantic import Field

from cropcore.cube import Steps
from cropcore.models import ARCHITECTURES
from cropcore.settings import Settings
from cropcore.training.record import TrainingSettings, make_request
from dashboard.i18n import TABLES
from dashboard.widgets.training.draft import Draft, draft_of
from dashboard.widgets.training.fields import fields_of


class Everything(Settings):
    count: int = Field(64, ge=4, lt=512, description="How many")
    share: float = Field(0.5, gt=0, le=1)
    free: float = 1e-6
    on: bool = True
    kind: Literal["mean", "last"] = "mean"
    depth: int | None = Field(None, ge=1)
    sizes: tuple[int, ...] = (32, 64)
    other: dict[str, int] | str = ""


FIELDS = {field.name: field for field in fields_of(Everything, Everything())}


def test_kinds():
    kinds = {name: field.kind for name, field in FIELDS.items()}
    assert kinds == {
        "count": "integer",
        "share": "number",
        "free": "number",
        "on": "yes_no",
        "kind": "choice",
        "depth": "integer",
        "sizes": "text",
        "other": "text",
    }
    assert FIELDS["kind"].choices == ("mean", "last")


def test_ranges_as_people_write_them():
    spans = {name: field.span for name, field in FIELDS.items()}
    assert spans["count"] == "4 – <512"
    assert spans["share"] == ">0 – 1"
    assert spans["free"] == spans["on"] == spans["kind"] == spans["sizes"] == ""
    assert FIELDS["depth"].span == "≥1"
    shared = {field.name: field for field in fields_of(TrainingSettings, TrainingSettings())}
    assert shared["samples_per_class"].span == "1 – 1,000,000"
    assert shared["test_share"].span == "0.05 – 0.5"


def test_steps_matter():
    assert FIELDS["count"].step == 10
    assert FIELDS["share"].step == pytest.approx(0.1)
    assert FIELDS["free"].step == pytest.approx(1e-7)
    assert FIELDS["depth"].step == 1


def test_typed_values_come_back():
    assert FIELDS["share"].typed(0.1 + 0.2) == 0.3
    assert FIELDS["count"].typed(None) == 64, "an emptied input is the usual value"
    assert FIELDS["sizes"].shown((32, 64)) == "32, 64"
    assert FIELDS["sizes"].typed(" 8,16 , ") == ("8", "16")
    assert Everything.parse({"sizes": FIELDS["sizes"].typed("8, 16")}, "x").sizes == (8, 16)
    assert FIELDS["sizes"].is_usual(("32", "64"))
    assert not FIELDS["on"].is_usual(False)


@pytest.mark.parametrize("name", list(ARCHITECTURES))
def test_every_architecture_has_a_form(name):
    """What is shown unchanged asks for exactly the preset."""
    for preset in ("quick", "standard", "thorough"):
        draft = Draft(name, preset)
        shown = {field.name: field.typed(field.shown(field.usual)) for field in draft.settings}
        same = Draft(name, preset, changes=shown)
        assert same.changed == {}
        assert same.request("/data") == make_request("/data", name, preset=preset)
        assert all(field.description for field in draft.settings)


def test_only_changes_are_sent():
    draft = Draft("cnn1d", "quick", changes={"filters": 8, "epochs": 30, "units": 5, "dropout": 0})
    assert draft.changed == {"filters": 8, "dropout": 0}
    request = draft.request("/data")
    assert request.hyperparameters["filters"] == 8
    assert request.training.epochs == 30


def test_trees_have_no_epochs():
    names = {field.name for field in Draft("random_forest").settings}
    assert "n_trees" in names
    assert "test_share" in names
    assert not {"epochs", "learning_rate"} & names


def test_draft_of_a_request_asks_for_the_same():
    changes = {"units": 16, "patience": 3, "learning_rate": 0.01}
    request = make_request(
        "/data", "lstm", preset="thorough", changes=changes, seed=7, folds=3, season="09-01",
        fusion="late",
    )  # fmt: skip
    again = draft_of(request)
    assert again.changed == changes
    assert again.request("/data") == request
    request = make_request(
        "/data", "cnn1d", changes={"indices": "NDVI,NDMI", "screening": True}, leave_one_out=True
    )
    again = draft_of(request.model_copy(update={"folds": 7}))
    assert again.changed == {"indices": ("NDVI", "NDMI"), "screening": True}
    assert again.request("/data") == request


def test_known_settings_have_words_in_both_languages():
    for language in TABLES:
        assert "training.set.filters" in TABLES[language]
    names = {key for key in TABLES["en"] if key.startswith("training.set.")}
    known = {
        f"training.set.{name}" for kind in (TrainingSettings, Steps) for name in kind.model_fields
    }
    assert known <= names


@pytest.mark.parametrize(("architecture", "offered"), [("cnn1d", False), ("cnn3d", True)])
def test_only_networks_of_patches_ask_for_patches(architecture, offered):
    names = {item.name for item in Draft(architecture).settings}
    assert names.issuperset({"patch_size", "flips"}) is offered
    assert names.isdisjoint({"patch_size", "flips"}) is not offered
