"""Maps of folium without any foreign host."""

import folium
import folium.plugins
import pytest
from branca.colormap import linear

from dashboard.maps import Layer, marking, region_map
from dashboard.maps.footprints import Footprint, footprints_map
from dashboard.maps.local import make_local

BOUNDS = ((50.5, 4.4), (50.6, 4.5))


def links(made):
    return [address for _, address in (*made.default_js, *made.default_css)]


def test_all_links_are_ours():
    made = region_map(BOUNDS, "/below/assets")
    assert all(address.startswith("/below/assets/") for address in links(made))
    assert "://" not in made.get_root().render()


def test_folium_itself_is_left_as_it_was():
    region_map(BOUNDS, "/assets")
    assert any("cdn" in address for _, address in folium.Map.default_js)


@pytest.mark.parametrize(
    "part", [folium.plugins.Fullscreen(), folium.plugins.MousePosition(), linear.PuOr_11]
)
def test_foreign_link_is_refused(part):
    made = folium.Map(tiles=None)
    part.add_to(made)
    with pytest.raises(ValueError, match=r"assets|elsewhere"):
        make_local(made, "/assets")


def test_same_region_gives_the_same_map():
    """A map that differs would be made anew, and its view lost."""

    def script():
        made = region_map(BOUNDS, "/assets")
        return made.get_root().render().replace(made._id, "")

    lines = [[line for line in script().splitlines() if "frame" not in line] for _ in range(2)]
    assert lines[0] == lines[1]


def test_marking_draws_layers_and_the_pixel():
    corners = [(50.5, 4.4), (50.5, 4.41), (50.51, 4.41), (50.51, 4.4)]
    layers = [Layer("map", "/tiles/a'</script>/{z}/{x}/{y}.png", 0.5)]
    made = region_map(BOUNDS, "/assets")
    marking(BOUNDS, layers, corners).add_to(made)
    text = made.get_root().render()
    assert "a'</script>" not in text
    assert '"opacity": 0.5' in text
    assert text.count("L.polygon(") == 2
    assert "L.polygon(" not in region_map(BOUNDS, "/assets").get_root().render()


def test_clicks_are_told_at_once_on_every_map():
    place = Footprint("a", "A", BOUNDS)
    for made in (region_map(BOUNDS, "/assets"), footprints_map([place], "/assets")):
        assert made.get_root().render().count("streamlit:setComponentValue") == 1
