"""What was downloaded stays: interrupted imports go on, repeated ones need no network."""

import shutil

import numpy as np
import pytest
import rasterio

from cropcore.errors import RegionError
from cropcore.sources.stac import cache as cache_module
from cropcore.sources.stac import reading
from cropcore.sources.stac.cache import Cache
from tests.sources.stac.importing import assert_same, cube_of, import_region, plan_of
from tests.sources.stac.making import static_catalogue
from tests.sources.stac.serving import serving


class Killed(BaseException):
    """As a signal would end the process."""


@pytest.fixture
def small_blocks(monkeypatch):
    """Six blocks an image instead of one."""
    monkeypatch.setattr(cache_module, "BLOCK", 20)
    monkeypatch.setattr("cropcore.sources.stac.writing.BLOCK", 20)


def test_an_import_goes_on_where_it_was_killed(simulated, tmp_path, small_blocks):
    source, out = simulated.catalogue(), tmp_path / "out"

    def kill_in_the_middle(done, total):
        if done >= total // 2:
            raise Killed

    with pytest.raises(Killed):
        import_region(source, out, told=kill_in_the_middle)
    assert not out.exists()
    sheets = [sheet for take in plan_of(source, tmp_path / "cache").takes for sheet in take.sheets]
    total = sum(6 * len(sheet.bands) for sheet in sheets)
    there = len(list((tmp_path / "cache").rglob("c/*/*/*")))
    assert total // 2 <= there < total
    simulated.served.asked.clear()
    assert import_region(source, out) == total - there
    first_day = [line for line in simulated.served.rasters() if "2022-01-15" in line]
    assert not first_day
    assert_same(
        cube_of(simulated.region).sources[0].values - np.float32(0.1),
        cube_of(out).sources[0].values,
    )


def test_an_import_goes_on_after_the_server_failed(simulated, tmp_path):
    source, out = simulated.catalogue(), tmp_path / "out"
    simulated.served.rasters_left = 20
    with pytest.raises(RegionError, match="run the same command again"):
        import_region(source, out)
    assert not out.exists()


def test_a_repeated_import_needs_no_network(simulated, tmp_path):
    source = simulated.catalogue()
    assert import_region(source, tmp_path / "one") > 0
    simulated.served.asked.clear()
    assert import_region(source, tmp_path / "two") == 0
    assert not simulated.served.rasters()
    with serving(tmp_path) as gone:
        address = gone.address
    dead = source.replace(simulated.served.address, address)
    with pytest.raises(RegionError, match="no connection"):
        import_region(dead, tmp_path / "three")


def test_without_a_server_the_former_answer_is_used(simulated_files, tmp_path):
    web = tmp_path / "web"
    shutil.copytree(simulated_files / "web", web)
    from tests.sources.stac.conftest import Simulated

    with serving(web) as served:
        simulated = Simulated(simulated_files / "region", web, served)
        source = simulated.catalogue()
        import_region(source, tmp_path / "one")
    assert import_region(source, tmp_path / "two") == 0
    assert_same(
        cube_of(tmp_path / "one").sources[0].values, cube_of(tmp_path / "two").sources[0].values
    )


def test_more_dates_load_only_what_is_new(simulated, tmp_path):
    items = simulated.items()
    import_region(simulated.catalogue(items[:3]), tmp_path / "one")
    simulated.served.asked.clear()
    assert import_region(simulated.catalogue(items), tmp_path / "two") > 0
    days = {line.rpartition("/")[2][:10] for line in simulated.served.rasters()}
    assert days == {item["id"][-10:] for item in items[3:]}


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


@pytest.mark.parametrize(
    "harm",
    [flip, lambda path: path.write_bytes(b""), lambda path: path.write_bytes(b"half")],
)
def test_damaged_blocks_are_loaded_anew(simulated, tmp_path, harm):
    source = simulated.catalogue()
    import_region(source, tmp_path / "one")
    chunk = sorted((tmp_path / "cache").rglob("c/0/0/0"))[0]
    harm(chunk)
    assert import_region(source, tmp_path / "two") == 1
    assert_same(
        cube_of(tmp_path / "one").sources[0].values, cube_of(tmp_path / "two").sources[0].values
    )


@pytest.mark.parametrize("text", ["{", "[]", '{"zarr_format": 3, "node_type": "array"}', "\x00"])
def test_damaged_descriptions_are_made_anew(simulated, tmp_path, text):
    source = simulated.catalogue()
    import_region(source, tmp_path / "one")
    stores = sorted((tmp_path / "cache" / "pixels").glob("*.zarr"))
    (stores[0] / "zarr.json").write_text(text)
    for answer in (tmp_path / "cache" / "answers").iterdir():
        answer.write_text(text)
    assert 1 <= import_region(source, tmp_path / "two") <= 5
    assert_same(
        cube_of(tmp_path / "one").sources[0].values, cube_of(tmp_path / "two").sources[0].values
    )


def test_what_is_kept_is_zarr_3_with_checksums(tmp_path):
    pixels = Cache(tmp_path).pixels("name", (2, 3, 4), "int16", {"items": ("a",)})
    for part in pixels.parts:
        pixels.write(part, np.full((3, 4), part.band, np.int16))
    assert not pixels.missing()
    assert pixels.array.metadata.zarr_format == 3
    assert "crc32c" in str(pixels.array.metadata.to_dict()["codecs"])
    np.testing.assert_array_equal(pixels.read(slice(0, 3), slice(1, 2))[:, 0, 0], [0, 1])


def test_memory_is_bounded_by_the_block(simulated, tmp_path, small_blocks, monkeypatch):
    """No window larger than a block is ever asked of a file."""
    shapes = []
    read = reading.LayerReader.read

    def noted(self, cfg, dst_geobox, **others):
        shapes.append(dst_geobox.shape)
        return read(self, cfg, dst_geobox, **others)

    monkeypatch.setattr(reading.LayerReader, "read", noted)
    import_region(simulated.catalogue(), tmp_path / "out")
    assert shapes
    assert max(max(shape) for shape in shapes) <= 20


def test_files_that_changed_on_disk_are_read_anew(simulated, tmp_path):
    catalogue = static_catalogue(tmp_path / "local", simulated.items(folder=None))
    import_region(catalogue, tmp_path / "one")
    path = simulated.web / "s2" / "2022-01-15_red.tif"
    with rasterio.open(path, "r+") as raster:
        raster.write(raster.read() + 1)
    assert import_region(catalogue, tmp_path / "two") == 5
