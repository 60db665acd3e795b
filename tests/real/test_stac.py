"""Belgium and Slovenia described as STAC catalogues: the cube is that of the folder."""

import numpy as np
import pytest
import rasterio

from cropcore.sources import SourceOptions
from cropcore.sources.region import open_region
from tests.sources.stac.importing import assert_same, cube_of, import_region
from tests.sources.stac.making import S2, item_of, static_catalogue
from tests.sources.stac.serving import serving


def items_of(folder, pattern, collection, base, **others):
    """An item for each raster of several bands."""
    found = []
    for path in sorted(folder.glob(pattern)):
        day = path.stem.rpartition("_")[2]
        item = item_of(
            {"image": path}, day, collection=collection, folder=folder, base=base, **others
        )
        with rasterio.open(path) as raster:
            item["assets"]["image"]["eo:bands"] = [{"name": name} for name in raster.descriptions]
            if "unit" in others.get("properties", {}):
                for band in item["assets"]["image"]["raster:bands"]:
                    band |= {"unit": "dB", "scale": 0.01}
        found.append(item)
    return found


def test_belgium_by_a_web_server(real_data, tmp_path):
    """Two sensors of twenty dates each: reflectance and decibels."""
    folder = real_data / "worldcereal_belgium_s1s2"
    (tmp_path / "region.toml").write_text(
        '[sources.s2]\npattern = "s2/S2_{date}.tif"\nscale = 0.0001\n'
        '[sources.s1]\npattern = "s1/S1_{date}.tif"\nscale = 0.01\nunit = "dB"\n'
    )
    with serving(folder) as served:
        optical = items_of(folder, "s2/*.tif", S2, served.address)
        radar = items_of(
            folder, "s1/*.tif", "sentinel-1-db", served.address, properties={"unit": "dB"}
        )
        source = static_catalogue(tmp_path / "cat", [*optical, *radar])
        import_region(source, tmp_path / "out")
    here = open_region(tmp_path / "region.toml", SourceOptions(data=folder))
    there = cube_of(tmp_path / "out")
    for own in here.read(here.grid.whole).sources:
        (other,) = [item for item in there.sources if item.bands == own.bands]
        assert other.dates == own.dates
        assert_same(own.values, other.values)


@pytest.mark.parametrize("offset", [0.0, -0.1])
def test_slovenia_keeps_numbers_and_gains_the_offset(real_data, tmp_path, offset):
    """A grid that is not quite 10 m: 9.995 x 9.997."""
    folder = real_data / "eolearn_slovenia_s2"
    items = items_of(folder, "s2_l1c/*.tif", S2, str(folder), offset=offset)
    import_region(static_catalogue(tmp_path / "cat", items), tmp_path / "out")
    (tmp_path / "region.toml").write_text(
        f'[sources.s2]\npattern = "s2_l1c/S2_L1C_{{date}}.tif"\nscale = 0.0001\noffset = {offset}\n'
    )
    here = open_region(tmp_path / "region.toml", SourceOptions(data=folder))
    there = open_region(tmp_path / "out", SourceOptions())
    assert there.grid == here.grid
    (own,) = here.read(here.grid.whole).sources
    (other,) = there.read(there.grid.whole).sources
    usual = [own.bands.index(band) for band in other.bands]
    assert len(usual) == 10
    assert_same(own.values[..., usual], other.values)
    for path in sorted((folder / "s2_l1c").glob("*.tif")):
        with rasterio.open(path) as raster:
            numbers = {name: raster.read(at) for at, name in enumerate(raster.descriptions, 1)}
        with rasterio.open(tmp_path / "out" / S2 / f"{path.stem.rpartition('_')[2]}.tif") as raster:
            for at, name in enumerate(raster.descriptions, 1):
                np.testing.assert_array_equal(raster.read(at), numbers[name])
