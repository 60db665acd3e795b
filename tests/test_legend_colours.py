"""The safe palette is safe: any two of its colours differ for every eye."""

import numpy as np
import pytest

from cropcore.legend import CDL, SAFE, Legend, LegendClass, choose_colors
from tests.colour_vision import as_seen, ciede2000, closest

TOLD_APART = 10.0


@pytest.mark.parametrize(
    ("one", "other", "difference"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_measure_gives_what_its_authors_published(one, other, difference):
    measured = ciede2000(np.array(one, float), np.array(other, float))
    assert measured == pytest.approx(difference, abs=1e-4)


def test_dichromats_see_greys_as_they_are_and_confuse_what_they_do():
    normal = as_seen(("#000000", "#808080", "#ffffff"))["normal"]
    for kind, lab in as_seen(("#000000", "#808080", "#ffffff")).items():
        assert ciede2000(lab, normal).max() < 0.5, kind
    confused = closest(("#ce6d00", "#7b8c00"))
    assert confused["deutan"] < 5 < 20 < confused["normal"]


@pytest.mark.parametrize(("n", "apart"), [(16, 12.0), (20, TOLD_APART)])
def test_any_two_safe_colours_differ_for_every_eye(n, apart):
    assert len(SAFE) == 20
    for kind, difference in closest(SAFE[:n]).items():
        print(f"{n} colours, {kind:20s}{difference:.1f}")
        assert difference > apart, kind


def test_safe_colours_show_on_white_and_on_black():
    paper = as_seen(("#ffffff", "#000000"))["normal"]
    colours = as_seen(SAFE)["normal"]
    assert ciede2000(colours[:, None], paper[None]).min() > TOLD_APART


def test_colours_of_the_cropland_data_layer_do_not_all_differ():
    """Why there is another palette."""
    assert closest(tuple(sorted(set(CDL.values()))))["deutan"] < TOLD_APART


def test_names_get_safe_colours_in_their_order():
    names = [f"crop {number}" for number in range(24)]
    assert choose_colors(names, "safe")[:20] == list(SAFE)
    assert len(set(choose_colors(names, "safe"))) == 24
    assert choose_colors(["wheat"], "safe") != choose_colors(["wheat"], "cdl") == [CDL["wheat"]]


def test_a_legend_is_coloured_anew():
    legend = Legend((LegendClass(3, "maize", "#123456", "玉米", "Zea mays", "3301010600"),))
    (maize,) = legend.coloured("cdl")
    assert (maize.code, maize.color, maize.name_zh) == (3, CDL["maize"], "玉米")


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("Winter_Wheat", "wheat"),
        ("Potatoes", "potato"),
        ("Soybeans", "soy"),
        ("Grasslands", "grass"),
        ("Built-up", "built"),
        ("Sugar beet (fodder)", "sugar beet"),
        ("Watermelon", None),
        ("Ryegrass", None),
        ("Grapefruit", None),
    ],
)
def test_a_crop_is_not_known_by_part_of_a_word(name, word):
    (color,) = choose_colors([name])
    assert color == (CDL[word] if word else SAFE[0])
