"""What comes out of a catalogue is what its files hold: numbers, places, meaning."""

import json
import warnings
from datetime import date

import numpy as np
import pytest
import rasterio
from rasterio.errors import NotGeoreferencedWarning
from rasterio.warp import reproject, transform_geom

from cropcore.sources import SourceOptions, check_source
from cropcore.sources.region import open_region
from cropcore.sources.stac import reading
from tests.building import ORIGIN, transform, write_raster
from tests.sources.stac.importing import assert_same, cube_of, import_region, plan_of
from tests.sources.stac.making import S1, S2, item_of, static_catalogue

EAST = "EPSG:32632"
BOX = (4.0, 50.0, 5.0, 51.0)


def stored(path):
    with rasterio.open(path) as raster:
        return raster.read()


@pytest.fixture(params=["static", "POST", "GET"])
def source(request, simulated):
    """The same imagery by a static catalogue and by both ways of a search."""
    if request.param == "static":
        return simulated.catalogue()
    simulated.served.methods = (request.param,)
    return simulated.api()


def test_numbers_places_and_gaps_are_those_of_the_folder(simulated, source, tmp_path):
    out = tmp_path / "out"
    import_region(source, out, box=BOX, collections=(S2,))
    days = sorted(path.name for path in (simulated.region / "s2").glob("*[0-9].tif"))
    for name in days:
        np.testing.assert_array_equal(
            stored(simulated.region / "s2" / name), stored(out / S2 / name)
        )
    here = open_region(simulated.region, SourceOptions())
    there = open_region(out, SourceOptions())
    assert there.grid == here.grid
    assert there.dates == {S2: here.dates["s2"]}
    one, other = (region.read(here.grid.whole).sources[0] for region in (here, there))
    assert one.bands == other.bands
    assert np.isnan(other.values).any()
    assert_same(one.values - np.float32(0.1), other.values)
    assert check_source(out, SourceOptions()).ok


def test_files_on_disk_need_no_server(simulated, tmp_path):
    items = simulated.items(folder=None, offset=0.0)
    catalogue = static_catalogue(tmp_path / "local", items)
    import_region(catalogue, tmp_path / "a")
    import_region(catalogue.parent.as_uri(), tmp_path / "b", cache=tmp_path / "other")
    assert not simulated.served.asked
    assert_same(
        cube_of(simulated.region).sources[0].values, cube_of(tmp_path / "a").sources[0].values
    )
    assert_same(
        cube_of(tmp_path / "a").sources[0].values, cube_of(tmp_path / "b").sources[0].values
    )


def test_single_items_and_lists_of_items(simulated, tmp_path):
    simulated.catalogue()
    items = simulated.items()
    address = f"{simulated.served.address}/cat/{S2}/{items[0]['id']}.json"
    assert [take.day for take in plan_of(address, tmp_path).takes] == [date(2022, 1, 15)]
    listed = {"type": "FeatureCollection", "features": items}
    (simulated.web / "list.json").write_text(json.dumps(listed))
    assert len(plan_of(f"{simulated.served.address}/list.json", tmp_path).takes) == 5


@pytest.mark.parametrize("declared", ["raster:bands", "bands", "bands, prefixed"])
def test_offsets_are_read_where_they_are_declared(simulated, tmp_path, declared):
    items = simulated.items(offset=-0.1)[:1]
    for asset in items[0]["assets"].values():
        (band,) = asset["raster:bands"]
        if declared != "raster:bands":
            del asset["raster:bands"]
            prefix = "raster:" if "prefixed" in declared else ""
            asset |= {
                "data_type": band["data_type"],
                "nodata": band.get("nodata", 0),
            }
            own = {f"{prefix}{key}": band[key] for key in ("scale", "offset") if key in band}
            asset["bands"] = [own]
    plan = plan_of(simulated.catalogue(items), tmp_path)
    assert plan.takes[0].sheets[0].meaning("B04") == (0.0001, -0.1)
    assert not plan.notes


def test_an_offset_that_was_applied_is_not_applied_again(simulated, tmp_path):
    items = simulated.items(offset=-0.1)
    for item, applied in zip(items, (True, True, False, None, True), strict=True):
        item["properties"]["earthsearch:boa_offset_applied"] = applied
    plan = plan_of(simulated.catalogue(items), tmp_path)
    offsets = [take.sheets[0].meaning("B04")[1] for take in plan.takes]
    assert offsets == [0.0, 0.0, -0.1, -0.1, 0.0]


def test_acquisitions_of_different_offsets_agree_in_reflectance(simulated, tmp_path):
    """From baseline 04.00 on 1000 is added to the numbers, and taken away by their meaning."""
    items = simulated.items(offset=0.0)
    for path in set(simulated.web.glob("s2/2022-02-*")) - set(simulated.web.glob("s2/*_scl.tif")):
        with rasterio.open(path, "r+") as raster:
            values = raster.read()
            raster.write(np.where(values > 0, values + 1000, 0).astype(values.dtype))
    for item in items:
        if "2022-02" in item["id"]:
            for key, asset in item["assets"].items():
                if key != "scl":
                    asset["raster:bands"][0]["offset"] = -0.1
    import_region(simulated.catalogue(items), tmp_path / "out")
    assert_same(
        cube_of(simulated.region).sources[0].values, cube_of(tmp_path / "out").sources[0].values
    )


def test_nothing_declared_is_told_and_left_alone(simulated, tmp_path):
    items = simulated.items(scale=None, offset=None)
    for item in items:
        item["properties"]["s2:processing_baseline"] = "04.00"
        for asset in item["assets"].values():
            del asset["raster:bands"]
    source = simulated.catalogue(items)
    plan = plan_of(source, tmp_path / "cache")
    (note,) = plan.notes
    assert "5 items of processing baseline 04.00 declare no scale and no offset" in note
    import_region(source, tmp_path / "out")
    np.testing.assert_array_equal(
        stored(simulated.region / "s2" / "2022-01-15.tif"),
        stored(tmp_path / "out" / S2 / "2022-01-15.tif"),
    )
    assert_same(
        cube_of(simulated.region).sources[0].values, cube_of(tmp_path / "out").sources[0].values
    )
    by_version = plan_of(source, tmp_path / "cache", by_baseline=True)
    assert by_version.takes[0].sheets[0].meaning("B04") == (1e-4, -0.1)
    assert not by_version.notes


def halves(simulated, offsets=(0.0, 0.0)):
    """The first acquisition as two tiles that overlap by 8 pixels, the second 5 minutes later."""
    items = []
    for at, (cut, offset) in enumerate(zip((slice(0, 32), slice(24, 56)), offsets, strict=True)):
        assets = {}
        for key in ("red", "nir", "scl"):
            with rasterio.open(simulated.web / "s2" / f"2022-01-15_{key}.tif") as raster:
                values, nodata = raster.read()[:, :, cut], raster.nodata
            left = ORIGIN[0] + 10 * cut.start
            assets[key] = write_raster(
                simulated.web / f"half{at}_{key}.tif", values, nodata=nodata,
                affine=transform((left, ORIGIN[1])),
            )  # fmt: skip
        items.append(
            item_of(assets, f"2022-01-15T10:3{at}:00Z", name=f"tile-{at}", offset=offset,
                    folder=simulated.web, base=simulated.served.address)
        )  # fmt: skip
    return items


def test_tiles_of_a_day_become_one_image(simulated, tmp_path):
    items = halves(simulated)
    hole = simulated.web / "half0_red.tif"
    with rasterio.open(hole, "r+") as raster:
        values = raster.read(1)
        values[:, 26:30] = 0  # no data within the overlap: the second tile tells
        values[:, 30:] = 1234  # elsewhere the first tile comes first
        raster.write(values, 1)
    import_region(simulated.catalogue(items), tmp_path / "out")
    (image,) = (tmp_path / "out" / S2).glob("*15.tif")
    expected = stored(simulated.web / "s2" / "2022-01-15_red.tif")[0].copy()
    expected[:, 30:32] = 1234
    np.testing.assert_array_equal(stored(image)[0], expected)
    text = (tmp_path / "out" / "region.toml").read_text()
    assert "# sentinel-2-l2a/2022-01-15: tile-0, tile-1" in text


def test_tiles_of_different_offsets_are_never_mixed(simulated, tmp_path):
    import_region(simulated.catalogue(halves(simulated, (0.0, -0.1))), tmp_path / "out")
    names = sorted(path.name for path in (tmp_path / "out" / S2).iterdir())
    assert names == [
        "2022-01-15.scl.tif", "2022-01-15.tif", "2022-01-15_2.scl.tif", "2022-01-15_2.tif",
    ]  # fmt: skip
    values = cube_of(tmp_path / "out").sources[0].values
    assert values.shape[0] == 2
    seen = np.isfinite(values[..., 0])
    assert seen[0, :, :30].any()
    assert not seen[0, :, 33:].any()
    assert not seen[1, :, :23].any()
    report = check_source(tmp_path / "out", SourceOptions())
    assert report.ok, report.to_text()


def test_two_utm_zones_become_one_grid(simulated, tmp_path):
    """A tile of the neighbouring zone is brought to the grid of most, near where it was."""
    items = simulated.items(offset=0.0)[:3]
    with rasterio.open(simulated.web / "s2" / "2022-01-15_red.tif") as raster:
        values, box = raster.read(1), raster.bounds
        corner = {"type": "Point", "coordinates": [box.left, box.top]}
        moved = transform_geom(raster.crs, EAST, corner)["coordinates"]
    rows, cols = np.indices((60, 80))
    plane = (2000 + 10 * cols + 5 * rows).astype(values.dtype)
    origin = (round(moved[0] - 100, -1) + 3, round(moved[1] + 100, -1) + 7)
    odd = write_raster(
        simulated.web / "odd_red.tif", plane, crs=EAST, affine=transform(origin), nodata=0
    )
    items.append(
        item_of({"red": odd}, "2022-06-01", folder=simulated.web, base=simulated.served.address)
    )
    source = simulated.catalogue(items)
    plan = plan_of(source, tmp_path / "cache", bands=("red",))
    assert any("1 of 7 files are on other grids than most" in note for note in plan.notes)
    import_region(source, tmp_path / "out", bands=("B04",))
    path = tmp_path / "out" / S2 / "2022-06-01.tif"
    with rasterio.open(path) as raster:
        assert raster.crs.to_string() == "EPSG:32631"
        warped = raster.read(1)
        x, y = raster.xy(20, 28)
        there = transform_geom(raster.crs, EAST, {"type": "Point", "coordinates": [x, y]})
    col, row = (
        (there["coordinates"][0] - origin[0]) / 10 - 0.5,
        (origin[1] - there["coordinates"][1]) / 10 - 0.5,
    )
    assert warped[20, 28] == pytest.approx(2000 + 10 * col + 5 * row, abs=1.5)


def radar_items(simulated, unit="linear", pixel=10.0, orbits=("ascending", "descending")):
    random = np.random.default_rng(3)
    items = []
    for at, orbit in enumerate(orbits):
        assets = {}
        for key, mean in (("vv", 0.08), ("vh", 0.015)):
            values = random.gamma(4.4, mean / 4.4, (40, 56)).astype(np.float32)
            values[:3, :4] = -32768
            path = simulated.web / "s1" / f"{at}_{key}.tif"
            assets[key] = write_raster(
                path, values, nodata=-32768, affine=transform((ORIGIN[0], ORIGIN[1]), pixel)
            )
        items.append(
            item_of(
                assets, f"2022-02-0{at + 1}", collection=S1,
                properties={"sat:orbit_state": orbit},
                folder=simulated.web, base=simulated.served.address,
            )
        )  # fmt: skip
    return items


def test_backscatter_stays_linear_power_on_disk_and_is_decibels_in_memory(simulated, tmp_path):
    import_region(simulated.catalogue(radar_items(simulated)), tmp_path / "out")
    names = [f"{S1}-ascending", f"{S1}-descending"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir() if path.is_dir()) == names
    power = stored(simulated.web / "s1" / "0_vv.tif")[0]
    kept = stored(tmp_path / "out" / names[0] / "2022-02-01.tif")
    np.testing.assert_array_equal(kept[0], power)
    cube = cube_of(tmp_path / "out")
    with np.errstate(invalid="ignore"):
        expected = np.where(power > 0, 10 * np.log10(power), np.nan)
    assert_same(cube.sources[0].values[0, ..., 0], expected.astype(np.float32), 1e-5)


def test_backscatter_is_averaged_in_power(simulated, tmp_path):
    items = radar_items(simulated, orbits=("ascending",))
    import_region(simulated.catalogue(items), tmp_path / "out", resolution=20.0)
    power = stored(simulated.web / "s1" / "0_vv.tif")[0].astype(np.float64)
    means = power[4:, 4:].reshape(18, 2, 26, 2).mean(axis=(1, 3))
    kept = stored(tmp_path / "out" / S1 / "2022-02-01.tif")[0]
    np.testing.assert_allclose(kept[2:, 2:], means, rtol=1e-5)


def test_bands_of_20_m_stay_on_their_grid(simulated, tmp_path):
    items = simulated.items(offset=0.0)[:2]
    for item in items:
        day = item["properties"]["datetime"][:10]
        values = stored(simulated.web / "s2" / f"{day}_red.tif")[0][::2, ::2]
        coarse = write_raster(
            simulated.web / f"{day}_rededge1.tif", values, nodata=0, affine=transform(ORIGIN, 20)
        )
        extra = item_of(
            {"rededge1": coarse}, day, folder=simulated.web, base=simulated.served.address
        )
        item["assets"] |= extra["assets"]
    import_region(simulated.catalogue(items), tmp_path / "out")
    path = tmp_path / "out" / S2 / "2022-01-15_20m.tif"
    with rasterio.open(path) as raster:
        assert (raster.descriptions, raster.res) == (("B05",), (20, 20))
        np.testing.assert_array_equal(
            raster.read(1), stored(simulated.web / "2022-01-15_rededge1.tif")[0]
        )
    cube = cube_of(tmp_path / "out")
    assert cube.sources[0].bands == ("B02", "B03", "B04", "B05", "B08", "B11")
    assert cube.sources[0].values.shape == (2, 40, 56, 6)


def test_one_file_of_several_bands(simulated, tmp_path):
    path = simulated.region / "s2" / "2022-01-15.tif"
    item = item_of({"image": path}, "2022-01-15", collection="drone", scale=None, offset=None)
    (asset,) = item["assets"].values()
    asset["eo:bands"] = [{"name": name} for name in ("B02", "B03", "B04", "B08", "B11")]
    import_region(
        static_catalogue(tmp_path / "cat", [item]), tmp_path / "out", bands=("B08", "B03")
    )
    np.testing.assert_array_equal(
        stored(tmp_path / "out" / "drone" / "2022-01-15.tif"), stored(path)[[1, 3]]
    )


def test_jpeg_2000_is_read_too(simulated, tmp_path):
    item = simulated.items(offset=0.0)[0]
    source = simulated.web / "s2" / "2022-01-15_red.tif"
    with rasterio.open(source) as raster:
        place = {"crs": raster.crs, "transform": raster.transform, "dtype": raster.dtypes[0]}
    values = stored(source)
    with rasterio.open(
        source.with_suffix(".jp2"),
        "w",
        driver="JP2OpenJPEG",
        count=1,
        height=40,
        width=56,
        QUALITY="100",
        REVERSIBLE="YES",
        **place,
    ) as raster:
        raster.write(values)
    red = item["assets"]["red"]
    red |= {"href": red["href"].replace(".tif", ".jp2"), "type": "image/jp2"}
    import_region(simulated.catalogue([item]), tmp_path / "out", bands=("red",))
    np.testing.assert_array_equal(stored(tmp_path / "out" / S2 / "2022-01-15.tif"), values)


def test_cloud_probability_hides_what_it_says(simulated, tmp_path):
    items = simulated.items(offset=0.0)[:2]
    for item in items:
        day = item["properties"]["datetime"][:10]
        percent = np.zeros((40, 56), np.uint8)
        percent[10:20] = 90
        cloud = write_raster(simulated.web / f"{day}_cloud.tif", percent)
        item["assets"]["cloud"] = item_of(
            {"cloud": cloud}, day, folder=simulated.web, base=simulated.served.address
        )["assets"]["cloud"]
        del item["assets"]["scl"]
    import_region(simulated.catalogue(items), tmp_path / "out")
    hidden = np.isnan(cube_of(tmp_path / "out").sources[0].values).all(axis=(0, 3))
    assert hidden[10:20].all()
    assert not hidden[:10].any()
    assert not hidden[20:].any()


def test_threads_that_resample_need_not_silence_warnings_themselves(
    simulated, monkeypatch, tmp_path
):
    """Rasterio's own silence ends early where several threads resample at once."""

    def loud(*arguments: object, **named: object) -> object:
        warnings.warn("Dataset has no geotransform", NotGeoreferencedWarning, stacklevel=1)
        return reproject(*arguments, **named)

    asked: dict = {"collections": (S2,), "crs": EAST, "resolution": 20.0}
    before = list(warnings.filters)
    monkeypatch.setattr(reading, "reproject", loud)
    assert import_region(simulated.catalogue(), tmp_path / "out", **asked) > 0
    assert warnings.filters == before
