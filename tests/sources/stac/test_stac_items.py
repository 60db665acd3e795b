"""Items as the public catalogues write them, and items as nobody should."""

import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cropcore.errors import InputError
from cropcore.sources.stac.headers import completed
from cropcore.sources.stac.item import ItemReader
from cropcore.sources.stac.names import band_named, is_sentinel_2
from cropcore.sources.stac.plan import Planner
from tests.sources.stac.public import (
    AFRICA,
    CLOUDS,
    COPERNICUS,
    EARTH_SEARCH,
    PLANETARY,
    RTC,
    asset,
    item,
)

READ = ItemReader(None, remote=True)
BASE = "https://catalogue.example/items/1"


def named(scene):
    return {layer.name: layer.href.rpartition("/")[2] for layer in scene.layers}


@pytest.mark.parametrize(
    ("content", "bands"),
    [
        (EARTH_SEARCH, {"B04": "B04.tif", "B06": "B06.tif", "B8A": "B8A.tif", "scl": "SCL.tif"}),
        (PLANETARY, {"B04": "B04.tif", "B8A": "B8A.tif", "scl": "SCL.tif"}),
        (COPERNICUS, {"B04": "B04_10m.jp2", "scl": "SCL_20m.jp2"}),
        (AFRICA, {"B04": "B04.tif", "scl": "SCL.tif"}),
        (RTC, {"VV": "vv.tif", "VH": "vh.tif"}),
        (CLOUDS, {"cloud": "CLD_20m.tif", "B02": "B02.tif"}),
    ],
)
def test_bands_of_public_catalogues(content, bands):
    assert named(READ(content, BASE)) == bands


def test_what_public_catalogues_declare():
    search, copernicus = READ(EARTH_SEARCH, BASE), READ(COPERNICUS, BASE)
    assert search.layer("B04").meaning == (0.0001, 0.0)
    assert (search.cloud, search.tile, search.baseline) == (12.5, "MGRS-31UFS", "04.00")
    assert copernicus.layer("B04").meaning == (0.0001, -0.1)
    assert copernicus.layer("B04").href.startswith("https://download.example/")
    africa = READ(AFRICA, BASE).layer("B04")
    assert africa.href == "https://deafrica-sentinel-2.s3.af-south-1.amazonaws.com/tile/B04.tif"
    radar = READ(RTC, BASE)
    assert [layer.unit for layer in radar.layers] == ["linear", "linear"]
    assert radar.orbit == "descending"
    assert (search.layer("B06").transform[0], search.layer("B06").width) == (20, 5490)


def test_imagery_in_radar_geometry_is_refused_with_advice():
    bare = {"vv": {key: value for key, value in asset("vv.tif").items() if "proj" not in key}}
    with pytest.raises(InputError, match="use a terrain-corrected collection"):
        READ(item("sentinel-1-grd", bare), BASE)


def test_the_latest_processing_of_a_scene_is_taken():
    from cropcore.sources.stac.asking import _newest

    old, new, other = (copy.deepcopy(EARTH_SEARCH) for _ in range(3))
    old |= {"id": "old"}
    old["properties"]["s2:processing_baseline"] = "02.12"
    other |= {"id": "other"}
    other["properties"]["grid:code"] = "MGRS-31UGS"
    scenes = _newest([READ(one, BASE) for one in (old, new, other)])
    assert sorted(scene.id for scene in scenes) == ["one", "other"]


@pytest.mark.parametrize(
    ("name", "sentinel_2", "band"),
    [
        ("red", True, "B04"),
        ("red", False, "red"),
        ("nir", True, "B08"),
        ("nir08", True, "B8A"),
        ("B8A_20m", True, "B8A"),
        ("b04", True, "B04"),
        ("VV", False, "VV"),
        ("rededge", True, None),
        ("swir16", True, "B11"),
        ("S2_B12", True, "B12"),
        ("wvp", True, None),
    ],
)
def test_names_of_bands(name, sentinel_2, band):
    assert band_named((name,), sentinel_2) == band


def test_what_is_sentinel_2():
    assert all(is_sentinel_2(name, "") for name in ("sentinel-2-l2a", "s2_l2a", "Sentinel2"))
    assert not any(is_sentinel_2(name, "") for name in ("landsat-c2-l2", "sentinel-1-rtc", "hls20"))


SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
    | st.sampled_from(["EPSG:32631", "s3://x/y", "../up", "\x1b[31m", "nan", "image/tiff"])
)  # fmt: skip
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)


def places(content, path=()):
    """All places in some JSON."""
    yield path
    entries = (
        content.items()
        if isinstance(content, dict)
        else enumerate(content)
        if isinstance(content, list)
        else ()
    )
    for key, value in entries:
        yield from places(value, (*path, key))


def changed(content, path, value):
    if not path:
        return value
    copied = dict(content) if isinstance(content, dict) else list(content)
    copied[path[0]] = changed(content[path[0]], path[1:], value)
    return copied


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_change_of_an_item_is_read_or_refused_in_a_sentence(data):
    original = data.draw(st.sampled_from([EARTH_SEARCH, PLANETARY, COPERNICUS, RTC]))
    path = data.draw(st.sampled_from([path for path in places(original) if path]))
    broken = changed(original, path, data.draw(JSON))
    remote = data.draw(st.booleans())
    try:
        scene = ItemReader(None, remote)(broken, BASE)
        known = [
            layer.model_copy(update={"dtype": layer.dtype or "uint16"}) for layer in scene.layers
        ]
        if any(not layer.is_mask for layer in known):
            scenes, _ = completed([scene.model_copy(update={"layers": tuple(known)})], None)
            plan = Planner((3.0, 49.0, 8.0, 52.0))(scenes)
            assert plan.n_bytes > 0
    except InputError as error:
        told = str(error)
        if not told.endswith(".") or not told.isprintable():
            pytest.fail(f"no sentence: {told!r}")
    else:
        assert all(not layer.href.startswith(("s3:", "/vsi")) for layer in scene.layers)
        assert not remote or all(layer.href.startswith("http") for layer in scene.layers)
