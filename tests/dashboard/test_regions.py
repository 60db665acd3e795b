"""The page on regions: the gallery, one region closely, and one's own data."""

import io
import shutil

import numpy as np
import pytest
import streamlit as st
from PIL import Image

from cropcore.sources.receiving import UPLOAD_LIMITS
from dashboard import pictures
from dashboard.app import _OPTIONS
from dashboard.catalog import find_region
from dashboard.i18n import TABLES
from dashboard.maps.footprints import Footprint, footprints_map, nearest
from dashboard.opened import opened
from dashboard.pictures import draw_picture, to_png
from dashboard.region_view import content_stamp, facts_of
from tests.building import write_region
from tests.dashboard.building import REGION
from tests.dashboard.pages import field, open_page, press, words
from tests.sources.arriving import left_in, link, packed

EN = TABLES["en"]
TABLE = "id,label,date,lat,lon,B04,B08\n" + "".join(
    f"p{at},{('wheat', '<b>maize</b>')[at % 2]},2021-0{month}-05,50.{at},4.5,0.1,0.{month}\n"
    for at in range(8)
    for month in range(3, 8)
)


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """A workspace without anything."""
    monkeypatch.setenv("CROPCORE_WORKSPACE", str(tmp_path / "empty"))
    st.cache_resource.clear()
    return tmp_path / "empty"


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """A region of somebody else."""
    return write_region(tmp_path_factory.mktemp("given") / "small", size=(24, 24), n_dates=3)


def shown(app):
    """All that is said, without the strokes that keep it from being markup."""
    said = [words(app), *(str(item.label) for item in app.expander)]
    return "\n".join(said).replace("\\", "")


def upload(app, content, name="given.zip"):
    press(app, "regions.own")
    app.file_uploader[0].set_value((name, content, "application/zip")).run()
    press(app, "regions.own.check")


def test_empty_workspace_shows_what_comes_with_cropcore(empty):
    app = open_page("regions")
    assert not app.exception
    assert app.query_params["region"] == "champagne_simulated"
    told = shown(app)
    assert "11 classes" in told
    assert "Licence: MIT" in told
    assert EN["simulated"] in told
    assert not app.warning
    assert not app.error


def test_nothing_at_all_offers_to_bring_data(empty, tmp_path, monkeypatch):
    monkeypatch.setattr("dashboard.catalog.sample_data", lambda: tmp_path / "no_samples")
    app = open_page("regions")
    assert not app.exception
    assert EN["regions.empty"] in shown(app)
    next(item for item in app.button if item.key == "bring").click().run()
    assert app.file_uploader


def test_region_is_shown_closely(workspace):
    app = open_page("regions", region=REGION)
    assert not app.exception
    assert not app.error
    told = shown(app)
    for key in ("picture", "timeline", "balance", "signatures", "quality"):
        assert EN[f"regions.{key}"] in told
    assert "2 more that cannot be used" in told, "the broken region and the damaged table"
    assert "<script>alert(1)</script>" in told
    assert {item.label for item in app.get("download_button")} >= {
        EN[f"regions.{key}.csv"] for key in ("timeline", "balance", "signatures")
    }


def test_unlabelled_and_broken_regions_say_why(workspace):
    app = open_page("regions", region="unmapped")
    assert not app.exception
    assert EN["regions.balance.unlabelled"] in [item.value for item in app.info]
    app = open_page("regions", region="broken")
    assert not app.exception
    assert "region.toml" in app.error[0].value.replace("\\", "")


def test_unknown_region_and_quantity_fall_back_with_a_notice(workspace):
    app = open_page("regions", region="../../secret")
    assert "secret" in "\n".join(item.value for item in app.warning)
    app = open_page("regions", region=REGION, quantity="s9:B99")
    assert "s9:B99" in "\n".join(item.value for item in app.warning).replace("\\", "")
    assert not app.exception


def test_choices_stand_in_the_address(workspace):
    app = open_page("regions", region=REGION)
    field(app, "regions.signatures.quantity", "selectbox").set_value("s1:VH/VV").run()
    app.multiselect[0].set_value([2]).run()
    field(app, "regions.picture.clouds", "toggle").set_value(False).run()
    assert not app.exception
    address = app.query_params
    assert address["quantity"] == "s1:VH/VV"
    assert address["classes"] == "2"
    assert address["clouds"] == "hidden"
    assert "VH/VV" in shown(app)
    app.multiselect[0].set_value([]).run()
    assert not app.exception
    assert len(app.multiselect[0].value) > 1, "without a choice the largest are drawn"


def test_card_chooses_and_leads_on(workspace):
    app = open_page("regions", region=REGION)
    next(item for item in app.button if item.key == "look.unmapped").click().run()
    assert app.query_params["region"] == "unmapped"
    assert app.subheader[1].value == "Unmapped plain"


def test_picture_is_stretched_alike_and_outlines_what_is_masked(workspace):
    place = opened(find_region(REGION).path)
    day = place.clearest
    plain = draw_picture(place, "rgb", day, side=60)
    outlined = draw_picture(place, "rgb", day, side=60, clouds=True)
    assert plain.shape == (48, 60, 4)
    changed = (plain != outlined).any(axis=-1)
    acquisition = place.picture("rgb", day).acquisition
    masked = acquisition.mask.covers(place.folder.grid.whole)
    assert changed.any()
    assert not changed[~masked].any()
    twice = draw_picture(place, "rgb", day, side=120)
    np.testing.assert_array_equal(twice[::2, ::2], plain)
    assert Image.open(io.BytesIO(to_png(plain))).size == (60, 48)


def test_large_region_is_drawn_from_every_so_manieth_pixel(workspace, monkeypatch):
    place = opened(find_region(REGION).path)
    whole = draw_picture(place, "nir", place.clearest, side=60)
    monkeypatch.setattr(pictures, "_STRIP", 7)
    striped = draw_picture(place, "nir", place.clearest, side=60)
    np.testing.assert_array_equal(striped, whole)
    assert draw_picture(place, "nir", place.clearest, side=20).shape[:2] == (16, 20)


def test_facts_are_those_of_the_region(workspace):
    facts = facts_of(find_region(REGION))
    assert facts.km2 == pytest.approx(48 * 60 / 1e4, rel=1e-3)
    assert facts.classes == 3
    (south, west), (north, east) = opened(find_region(REGION).path).bounds
    lats, lons = zip(*facts.footprint, strict=True)
    assert min(lats) == pytest.approx(south, abs=1e-6)
    assert max(lons) == pytest.approx(east, abs=1e-6)
    assert (min(lons), max(lats)) == pytest.approx((west, north), abs=1e-6)


def test_stamp_follows_the_files(mine):
    path = mine / "regions" / REGION
    before = content_stamp(path)
    assert content_stamp(path) == before
    raster = next((path / "s2").glob("*.tif"))
    raster.write_bytes(raster.read_bytes() + b"x")
    assert content_stamp(path) != before


def test_click_finds_the_footprint():
    near = Footprint("a", "A", ((50, 4), (50, 5), (51, 5), (51, 4)))
    far = Footprint("b", "B", ((-10, -50), (-10, -49), (-9, -49), (-9, -50)))
    assert nearest([near, far], 50.2, 4.1) == "a"
    assert nearest([near, far], -12.0, -51.0) == "b"
    assert nearest([near, far], 20.0, -25.0) is None


def test_footprints_need_no_other_host():
    name = "</script><script>alert(1)</script>"
    html = footprints_map([Footprint("a", name, ((50, 4), (51, 5)))], "/assets").get_root().render()
    assert "://" not in html
    assert "<script>alert" not in html


def test_an_upload_is_never_larger_than_what_is_believed():
    assert _OPTIONS["server.maxUploadSize"] * 2**20 <= UPLOAD_LIMITS.archive


def test_upload_is_checked_kept_and_opens_on_the_map(mine, given):
    app = open_page("regions")
    upload(app, packed(given, "top/"), "../../Our valley.zip")
    assert not app.exception
    told = shown(app)
    assert "Our valley can be used" in told
    assert "EPSG:32631" in told
    assert "s2: 3 dates" in told
    assert "very roughly" in told
    field(app, "regions.own.name", "text_input").set_value("ours")
    press(app, "regions.own.keep")
    assert not app.exception
    assert app.query_params["region"] == "ours"
    assert "ours is here now" in shown(app)
    assert any(item.key == "look.ours" for item in app.button)
    assert not list((mine / "regions").glob(".*"))
    seen = open_page("crop_map", region="ours")
    assert not seen.exception
    assert seen.query_params["region"] == "ours"


def test_table_is_kept_and_shown(mine):
    app = open_page("regions")
    upload(app, TABLE.encode(), "series.csv")
    press(app, "regions.own.keep")
    assert not app.exception
    assert app.query_params["data"] == "series.csv"
    told = shown(app)
    assert "8 samples" in told
    assert "<b>maize</b>" in told
    assert EN["regions.table"] in told


def test_taken_name_is_refused_and_the_data_wait(mine, given):
    app = open_page("regions")
    upload(app, packed(given))
    field(app, "regions.own.name", "text_input").set_value(REGION)
    press(app, "regions.own.keep")
    assert "no other region" in app.error[0].value.replace("\\", "")
    press(app, "regions.own.discard")
    assert not list((mine / "regions").glob(".*"))


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        (("../../evil.tif", b"x"), "leads out"),
        ((link("s2/x.tif"), b"/etc/passwd"), "symbolic link"),
        (("bomb.tif", bytes(5_000_000)), "packed at most"),
        (("s2/x.vrt", b"<VRTDataset/>"), "gdal_translate"),
    ],
)
def test_bad_upload_is_refused_in_words(mine, given, extra, message):
    before = left_in(mine / "regions")
    app = open_page("regions")
    upload(app, packed(given, extra=[extra]))
    assert not app.exception
    said = "".join(item.value for item in app.error).replace("\\", "")
    assert "given.zip, entry" in said
    assert message in said
    assert left_in(mine / "regions") == before


def test_every_problem_of_an_upload_is_listed(mine, given):
    before = left_in(mine / "regions")
    app = open_page("regions")
    bad = [(f"s2/2021-09-0{day}.tif", b"no raster") for day in (1, 2, 3)]
    upload(app, packed(given, extra=bad))
    assert not app.exception
    told = shown(app)
    assert "3 problems" in told
    assert all(name in told for name, _ in bad)
    assert not [item for item in app.button if item.label == EN["regions.own.keep"]]
    assert left_in(mine / "regions") == before


def test_path_is_copied_or_refused_in_words(mine, given, tmp_path):
    app = open_page("regions")
    press(app, "regions.own")

    def check(path):
        field(app, "regions.own.path.what", "text_input").set_value(str(path))
        [item for item in app.button if item.label == EN["regions.own.check"]][-1].click().run()

    for path, message in (
        ("", "whole path"),
        ("/nowhere", "nothing of that name"),
        ("/vsizip/x.zip", "nothing of that name"),
        (mine / "regions" / REGION, "inside of it"),
    ):
        check(path)
        assert not app.exception
        assert message in "".join(item.value for item in app.error).replace("\\", ""), path
    elsewhere = shutil.copytree(given, tmp_path / "elsewhere")
    check(elsewhere)
    press(app, "regions.own.keep")
    assert not app.exception
    assert app.query_params["region"] == "elsewhere"
    assert elsewhere.is_dir()
