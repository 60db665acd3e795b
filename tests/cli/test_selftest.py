"""The self-test as people and scripts call it."""

import json

import pytest

from cropcore.cli.selftest import CHEAP
from cropcore.explain import planted
from cropcore.explain.attribution import ATTRIBUTION_METHODS
from cropcore.explain.planted import Row
from tests.cli.conftest import one_sentence

ROWS = [
    Row("random_forest", "independent", "accuracy", (0.95,)),
    Row("cnn1d", "independent", "precision, saliency", (0.97,)),
    Row("gru", "independent", "precision, saliency", (0.5,)),
    Row("cnn1d", "independent", "precision, by chance", (0.045,)),
]
BROKEN = Row("gru", "independent", "times chance, saliency", (1.1,))


@pytest.fixture
def examined(monkeypatch):
    """What was asked for; nothing is learnt."""
    asked = {"rows": ROWS}

    def examine(architectures, methods, settings, seeds, sizes, tell):
        asked.update(architectures=architectures, methods=methods, seeds=len(seeds))
        return asked["rows"]

    monkeypatch.setattr(planted, "examine", examine)
    return asked


def test_ends_well_where_promises_are_kept(command, examined):
    code, out, _ = command("selftest")
    assert code == 0
    assert "Every promised row is reached." in out
    assert "not reached" in out, "of what is not promised it is said too"
    assert examined["architectures"] == ["cnn1d"]
    assert examined["methods"] == CHEAP.split(",")


def test_ends_with_1_where_one_is_broken(command, examined):
    examined["rows"] = [*ROWS, BROKEN]
    code, out, _ = command("selftest", "--json")
    told = json.loads(out)
    assert code == 1
    assert told["promises_kept"] is False
    assert told["rows"][-1]["met"] is False


def test_all_is_all_with_five_seeds(command, examined):
    command("selftest", "--all", "--json")
    assert examined["methods"] == list(ATTRIBUTION_METHODS)
    assert {"cnn1d", "utae", "random_forest"} <= set(examined["architectures"])
    assert examined["seeds"] == 5


@pytest.mark.parametrize(
    "wrong", [("--methods", "salience"), ("--architectures", "cnn9"), ("--noise", "loud"),
              ("--methods", ",")],
)  # fmt: skip
def test_wrong_names_are_refused_in_one_sentence(command, wrong):
    code, _, err = command("selftest", *wrong)
    assert code == 2
    assert one_sentence(err)


def test_narrow_terminals_show_the_numbers(command, examined, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    examined["rows"] = [Row("cnn1d", "independent", "precision, integrated_gradients of the margin",
                            (0.94,))]  # fmt: skip
    _, out, _ = command("selftest")
    assert "0.94" in out
    assert "≥ 0.93" in out
    assert "reached, promised" in out
