"""The quality layer of a map: how often each source saw the ground, as a raster for any GIS."""

import numpy as np
import rasterio

from cropcore.mapping import map_region
from cropcore.mapping.mapping import Looks


def test_clear_observations_are_counted_for_each_source(tmp_path, make_grid, legend):
    grid = make_grid(300, 420)
    looks = np.random.default_rng(0).integers(0, 40, (2, 300, 420))
    looks[:, :5, :7] = 0
    looks[1, 10, 10] = 3000

    def predict(window):
        shape = (window.height, window.width)
        even = np.full((*shape, len(legend)), 1 / len(legend), np.float32)
        return even, looks[:, *window.slices].any(axis=0)

    result = map_region(
        predict, lambda window: window, grid, legend, tmp_path / "map",
        looks=Looks(("s2", "s1 节"), lambda window: looks[:, *window.slices]), block=100, halo=3,
    )  # fmt: skip
    assert result.clear_observations == tmp_path / "map" / "clear_observations.tif"
    assert result.to_json()["clear_observations"] == str(result.clear_observations)
    with (
        rasterio.open(result.clear_observations) as raster,
        rasterio.open(result.class_map) as same,
    ):
        assert raster.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert raster.descriptions == ("s2", "s1 节")
        assert raster.dtypes == ("uint8", "uint8")
        assert (raster.crs, raster.transform, raster.shape) == (
            same.crs,
            same.transform,
            same.shape,
        )
        assert raster.overviews(1)
        counted = raster.read()
    np.testing.assert_array_equal(counted, np.minimum(looks, 254))
    assert (counted[:, :5, :7] == 0).all(), "never seen is a number, not a gap"
