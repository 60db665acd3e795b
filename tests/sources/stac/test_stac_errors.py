"""Whatever fails is one sentence that names the place, and nothing half-written stays."""

import copy
import json

import pytest
import rasterio

from cropcore.errors import InputError
from cropcore.sources.stac import Signer, Span, parse_box
from cropcore.sources.stac.fetching import CatalogueIO
from tests.sources.stac.importing import import_region, plan_of
from tests.sources.stac.making import S2


def sentence(error):
    text = str(error.value)
    return text.endswith(".") and "\n" not in text and "expected" in text


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((404, b""), "HTTP status 404"),
        ((500, b"oops"), "a failure of the server"),
        ((401, b""), "needs no account"),
        ((200, b"<!doctype html><html></html>"), "a web page"),
        ((200, b'{"type": "Cata'), "text that is no JSON"),
        ((200, b"\xff\xfe\x00"), "text that is no JSON"),
        ((200, b"[1, 2]"), "JSON of another kind (list)"),
        ((200, b'{"type": "Point"}'), "JSON of type 'Point'"),
        ((200, b'{"type": "Catalog", "links": [{"rel": "child"}]}'), "a link without an address"),
        ((200, b'{"type": "Catalog", "links": [{"rel": "item", "href": "file:///etc/passwd"}]}'),
         "links to addresses of http or https"),
        ((200, b'{"type": "Catalog", "links": []}'), "no items"),
        ((200, b'{"type": "FeatureCollection", "features": 3}'), "features is no list of items"),
        ((200, b"[" * 100_000), "text that is no JSON"),
    ],
)  # fmt: skip
def test_catalogues_that_cannot_be_read(simulated, tmp_path, answer, told):
    source = simulated.catalogue()
    simulated.served.answers["catalog.json"] = answer
    with pytest.raises(InputError) as error:
        import_region(source, tmp_path / "out")
    assert sentence(error)
    assert told in str(error.value)
    assert simulated.served.address in str(error.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("http://127.0.0.1:9/catalog.json", "no connection"),
        ("s3://bucket/catalog.json", "use the https address"),
        ("ftp://host/catalog.json", "use the https address"),
        ("/vsicurl/http://127.0.0.1:9/x.json", "use the https address"),
        ("nothing.json", "no such file"),
        ("http://[bad", "use the https address"),
    ],
)
def test_addresses_that_lead_nowhere(tmp_path, source, told):
    with pytest.raises(InputError) as error:
        plan_of(source, tmp_path)
    assert sentence(error)
    assert told in str(error.value)


def test_a_server_that_never_answers(simulated, tmp_path, monkeypatch):
    import requests

    def late(*_, **__):
        raise requests.ReadTimeout

    monkeypatch.setattr(requests.Session, "request", late)
    with pytest.raises(InputError, match="none in time"):
        plan_of(simulated.catalogue(), tmp_path)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"collections": ("landsat",)}, "none of 0 items|no items"),
        ({"box": (100.0, 0.0, 101.0, 1.0)}, "none of 5 items"),
        ({"span": Span.parse("2031")}, "5 items from 2022-01-15 to 2022-04-05"),
        ({"max_cloud": 1.0}, "the clearest with 20 %"),
        ({"bands": ("B12",)}, "expected assets with B12|expected some of B02, B03"),
    ],
)
def test_requests_that_nothing_fits(simulated, tmp_path, asked, told):
    items = simulated.items()
    for item in items:
        item["properties"]["eo:cloud_cover"] = 20
    with pytest.raises(InputError, match=told) as error:
        plan_of(simulated.catalogue(items), tmp_path, **asked)
    assert sentence(error)


@pytest.mark.parametrize("asked", [{}, {"collections": (S2,)}, {"box": (4.0, 50.0, 5.0, 51.0)}])
def test_a_search_needs_a_collection_and_an_area(simulated, tmp_path, asked):
    with pytest.raises(InputError) as error:
        plan_of(simulated.api(), tmp_path, **asked)
    assert sentence(error)
    if "collections" not in asked:
        assert f"choose one of {S2}" in str(error.value)


def test_a_search_for_an_unknown_collection(simulated, tmp_path):
    with pytest.raises(InputError, match="HTTP status 404"):
        plan_of(simulated.api(), tmp_path, collections=("none",), box=(4.0, 50.0, 5.0, 51.0))


def no_time(item):
    item["properties"]["datetime"] = None


def odd_time(item):
    item["properties"]["datetime"] = "soon"


def no_grid(item):
    for asset in item["assets"].values():
        del asset["proj:transform"]


def no_system(item):
    for asset in item["assets"].values():
        asset["proj:code"] = "EPSG:0"


def turned(item):
    for asset in item["assets"].values():
        asset["proj:transform"][1] = 3.0


def huge(item):
    for asset in item["assets"].values():
        asset["proj:shape"] = [10**12, 10**12]


def s3(item):
    for asset in item["assets"].values():
        asset["href"] = "s3://eodata/Sentinel-2/MSI.jp2"


def virtual(item):
    for asset in item["assets"].values():
        asset["href"] = "/vsicurl/http://127.0.0.1:9/x.tif"


def local(item):
    for asset in item["assets"].values():
        asset["href"] = "file:///etc/hostname.tif"


def no_assets(item):
    item["assets"] = {}


def odd_assets(item):
    item["assets"] = [1]


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (no_time, "the time of the acquisition"),
        (odd_time, "the time of the acquisition"),
        (no_grid, "proj:code, proj:shape and proj:transform"),
        (no_system, "a grid with north up"),
        (turned, "a grid with north up"),
        (huge, "a grid with north up"),
        (s3, "one of s3://"),
        (virtual, "can be read by https"),
        (local, "one of file://"),
        (no_assets, "no assets"),
        (odd_assets, "a STAC item with id, properties and assets"),
    ],
)
def test_items_that_cannot_be_used(simulated, tmp_path, harm, told):
    items = simulated.items()[:1]
    harm(items[0])
    with pytest.raises(InputError) as error:
        import_region(simulated.catalogue(items), tmp_path / "out")
    assert sentence(error)
    assert told in str(error.value)
    assert not (tmp_path / "out").exists()


def other_address(item):
    asset = item["assets"]["red"]
    asset["alternate"] = {"https": {"href": asset["href"]}}
    asset["href"] = "s3://eodata/red.tif"


def test_other_addresses_of_a_file_are_used(simulated, tmp_path):
    items = copy.deepcopy(simulated.items()[:1])
    other_address(items[0])
    import_region(simulated.catalogue(items), tmp_path / "out", bands=("red",))


def cut(path):
    path.write_bytes(path.read_bytes()[:600])


def picture(path):
    path.write_bytes(b"<html>sorry</html>")


def virtual_raster(path):
    path.write_text(
        '<VRTDataset rasterXSize="56" rasterYSize="40"><VRTRasterBand dataType="UInt16" band="1">'
        "<SimpleSource><SourceFilename>/etc/hostname</SourceFilename></SimpleSource>"
        "</VRTRasterBand></VRTDataset>"
    )


def other_type(path):
    with rasterio.open(path) as raster:
        profile, values = raster.profile, raster.read().astype("float32")
    with rasterio.open(path, "w", **{**profile, "dtype": "float32"}) as raster:
        raster.write(values)


def gone(path):
    path.unlink()


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (cut, "a complete GeoTIFF"),
        (picture, "a complete GeoTIFF"),
        (virtual_raster, "a complete GeoTIFF"),
        (gone, "404"),
        (other_type, "numbers of type uint16"),
    ],
)
def test_rasters_that_cannot_be_read(simulated, tmp_path, harm, told):
    source = simulated.catalogue()
    harm(simulated.web / "s2" / "2022-02-04_red.tif")
    with pytest.raises(InputError) as error:
        import_region(source, tmp_path / "out")
    assert sentence(error)
    assert told in str(error.value)
    assert "2022-02-04_red.tif" in str(error.value)
    assert not (tmp_path / "out").exists()


def test_a_list_that_goes_on_is_not_taken_for_the_whole(simulated, tmp_path):
    listed = {
        "type": "FeatureCollection", "features": simulated.items(),
        "links": [{"rel": "next", "href": "?page=2"}],
    }  # fmt: skip
    (simulated.web / "list.json").write_text(json.dumps(listed))
    with pytest.raises(InputError, match="the first page of a longer one"):
        plan_of(f"{simulated.served.address}/list.json", tmp_path)


def test_catalogues_in_circles_end(simulated, tmp_path):
    address = simulated.catalogue()
    path = simulated.web / "cat" / "catalog.json"
    content = json.loads(path.read_text())
    content["links"].append({"rel": "child", "href": "./catalog.json"})
    path.write_text(json.dumps(content))
    assert len(plan_of(address, tmp_path).takes) == 5


@pytest.mark.parametrize("text", ["", "1,2,3", "5,50,4,51", "nan,1,2,3", "170,0,-170,1", "a,b,c,d"])
def test_boxes_that_are_none(text):
    with pytest.raises(InputError, match="--bbox"):
        parse_box(text)


@pytest.mark.parametrize("text", ["", "spring", "2021-13", "2022/2021", "2021-02-30", "0000"])
def test_dates_that_are_none(text):
    with pytest.raises(InputError, match="--dates"):
        Span.parse(text)


def test_dates_by_year_and_month():
    assert str(Span.parse("2021")) == "2021-01-01T00:00:00Z/2021-12-31T23:59:59Z"
    assert str(Span.parse("2021-12")) == "2021-12-01T00:00:00Z/2021-12-31T23:59:59Z"
    assert str(Span.parse("2021-02/2021-03-05")).startswith("2021-02-01T")


def test_only_storage_that_needs_it_is_given_a_token(simulated, tmp_path):
    (simulated.web / "127").mkdir()
    (simulated.web / "127" / "s2").write_text('{"token": "sig=1"}')
    io = CatalogueIO(simulated.served.address)
    sign = Signer(io, f"{simulated.served.address}/", "127.0.0.1")
    href = f"{simulated.served.address}/s2/a.tif"
    assert sign(href) == sign(f"{href}?old=1") == f"{href}?sig=1"
    assert simulated.served.asked == ["GET /127/s2"]
    assert sign("https://elsewhere.example/a.tif") == "https://elsewhere.example/a.tif"
    assert sign("/disk/a.tif") == "/disk/a.tif"
