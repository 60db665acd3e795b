"""Memory stays bounded: a quarter of the full side, in blocks, in a process of its own."""

import pytest

from tests.cube.large import N_DATES, STAGES, TARGET_MEGABYTES, measure


@pytest.fixture(scope="module")
def told():
    return measure(512)


def test_a_block_at_a_time_fits_into_little_memory(told):
    """What grows with the region are GDAL's tiles and the rasters being written: megabytes."""
    assert told["dates"] == N_DATES == 30
    assert not told["tensorflow"]
    grown = told["megabytes_peak"] - told["megabytes_libraries"]
    cube = told["pixels"] * told["dates"] * told["bands"] * 4 / 2**20
    assert cube == 300, "megabytes that reading it whole would take"
    assert grown < 0.9 * cube
    assert told["megabytes_peak"] < TARGET_MEGABYTES / 2


def test_all_stages_were_gone_through(told):
    assert 0 < told["mapped"] <= told["pixels"] == 512**2
    for kind in ("clock", "processor"):
        assert all(told[f"{kind}_per_megapixel_date"][stage] > 0 for stage in STAGES)
