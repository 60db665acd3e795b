"""Odd descriptions and odd rasters: a sentence or a region, never anything else."""

import warnings
from contextlib import suppress

import numpy as np
import pytest
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.errors import NotGeoreferencedWarning

from cropcore.cube import Window
from cropcore.errors import InputError
from cropcore.sources import SourceOptions
from cropcore.sources.region import RegionFolder, open_region
from cropcore.sources.region.check import check_region
from tests.building import ORIGIN, transform, write_raster, write_region

SYSTEMS = (
    "EPSG:32631", "EPSG:32632", "EPSG:32701", "EPSG:4326", "EPSG:4258", "EPSG:3857", "EPSG:3035",
    "EPSG:2225", "EPSG:3413", "EPSG:3031", "EPSG:27700", "ESRI:54009", "IAU_2015:30100",
    "+proj=gnom +lat_0=-50 +lon_0=-175 +datum=WGS84", "+proj=laea +lat_0=50 +lon_0=4 +R=6371000",
)  # fmt: skip

numbers = st.one_of(
    st.sampled_from([0, 1, -1, 5, 10, 20, 40, 1e-9, 1e9, 3e5, 6e5, 5.6e6]),
    st.integers(-(10**12), 10**12),
    st.floats(),
)
anything = st.one_of(
    numbers,
    st.booleans(),
    st.sampled_from(["lee", "s2", "s1", "probability", "classes", "m/{date}.tif", *SYSTEMS[:4]]),
    st.text(max_size=5),
    st.lists(numbers, max_size=5),
)
few = st.sampled_from([True] * 5 + [False])


def keys(**values: st.SearchStrategy) -> st.SearchStrategy:
    """Any of these keys, mostly with values that suit them, and now and then anything at all."""
    suited = st.fixed_dictionaries({}, optional=values)
    odd = st.dictionaries(st.sampled_from([*values, "x"]), anything, max_size=2)
    return st.builds(lambda one, other, tame: one if tame else one | other, suited, odd, few)


edges = st.floats(-1e9, 1e9)
grids = keys(
    like=st.sampled_from(["s1", "s2"]),
    crs=st.sampled_from(["EPSG:32631", "EPSG:32632", "EPSG:4326", "EPSG:3035", "EPSG:3031"]),
    resolution=st.sampled_from([1e-4, 1, 7.5, 10, 20, 400]) | st.floats(1e-9, 1e9),
    bounds=st.sampled_from([[6e5, 5.5999e6, 6.001e5, 5.6e6], [4.41, 50.541, 4.413, 50.543]])
    | st.builds(lambda x, y: [x[0], y[0], x[1], y[1]], *[st.tuples(edges, edges)] * 2),
)
masks = keys(
    pattern=st.sampled_from(["m/{date}.tif", "s2/{date}.tif"]),
    values=st.lists(st.integers(-(2**70), 2**70), min_size=1, max_size=3),
    band=st.integers(1, 3),
    dilate=st.floats(0, 2000),
)
probabilities = keys(
    kind=st.just("probability"),
    pattern=st.sampled_from(["m/{date}.tif", "s2/{date}.tif"]),
    above=numbers,
    band=st.integers(1, 2),
    dilate=st.floats(0, 2000),
)
filters = st.just("lee") | keys(
    filter=st.just("lee"),
    window=st.integers(1, 15).map(lambda half: 2 * half + 1),
    looks=st.floats(1, 1000),
)

extreme = st.sampled_from([1e-45, 1e38, 1e308, 2**70, -(2**70), 0, -9999])
sources = keys(
    scale=st.sampled_from([1e-4, 1, 1e38, 1e308]) | st.floats(1e-300, 1e300),
    offset=st.sampled_from([0.0, -0.1, 1e38, -1e308]) | numbers,
    nodata=extreme | numbers,
    unit=st.sampled_from(["dB", "linear"]),
    bands=st.permutations(["B02", "B03", "B04", "B08", "B11"]) | st.just(["VV", "VH"]),
)


def toml(value: object) -> str:
    """One value as TOML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(letter):08x}" for letter in value) + '"'
    return str(value)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = write_region(tmp_path_factory.mktemp("fuzz"), size=(8, 10), n_dates=2)
    for day in ("2021-03-05", "2021-03-25"):
        write_raster(
            root / "m" / f"{day}.tif", np.full((2, 4, 5), 30, "u1"), affine=transform(pixel=20)
        )
    return root


def used(path, data=None) -> None:
    """A region, or one sentence; and the check never fails."""
    options = SourceOptions(data=data)
    report = check_region(path, options)
    for text in (*report.errors, *report.warnings):
        assert "\n" not in text
        assert text.endswith(".")
    if not report.ok:
        with suppress(InputError):
            read(open_region(path, options))
    else:
        read(open_region(path, options))


def read(region: RegionFolder) -> None:
    """A window like the whole."""
    grid = region.grid
    window = Window(grid.height // 2, grid.width // 2, 1, 1)
    part = region.read(window)
    if grid.height * grid.width < 10_000:
        for source, own in zip(region.read(grid.whole).sources, part.sources, strict=True):
            np.testing.assert_array_equal(source.values[:, *window.slices], own.values)


@settings(max_examples=80)
@given(
    grid=st.none() | grids,
    mask=st.none() | masks,
    more=st.lists(masks | probabilities, max_size=2),
    speckle=st.none() | filters,
    optical=st.just({}) | sources,
    radar=st.just({}) | sources,
)
def test_descriptions(folder, tmp_path_factory, grid, mask, more, speckle, optical, radar):
    lines = ['[sources.s2]\npattern = "s2/{date}.tif"\n']
    lines += [f"{key} = {toml(value)}\n" for key, value in optical.items()]
    lines += [f"mask = {toml(mask)}\n"] if mask is not None else []
    lines += [f"masks = {toml(more)}\n"] if more else []
    lines += ['[sources.s1]\npattern = "s1/S1_{date}.tif"\n']
    lines += [f"{key} = {toml(value)}\n" for key, value in radar.items()]
    lines += [f"speckle = {toml(speckle)}\n"] if speckle is not None else []
    lines += [
        f"[grid]\n{key} = {toml(value)}\n" if not at else f"{key} = {toml(value)}\n"
        for at, (key, value) in enumerate((grid or {}).items())
    ]
    path = tmp_path_factory.getbasetemp() / "fuzzed.toml"
    path.write_text("".join(lines), encoding="utf-8")
    used(path, folder)


sizes = st.sampled_from([10.0, -10.0, 20.0, 0.0, 1e-4, -1e-4, 7.3, 250.0, 1e-12, 1e12]) | st.floats(
    -1e5, 1e5
)
affines = st.builds(
    Affine,
    sizes,
    st.just(0.0) | sizes,
    st.sampled_from([ORIGIN[0], 4.4, 0.0, -180.0, 364.4, 174_800.0, 1e300]),
    st.just(0.0) | sizes,
    sizes,
    st.sampled_from([ORIGIN[1], 50.55, 0.0, 90.0, 1e7]),
)
rasters = st.tuples(
    st.sampled_from(SYSTEMS),
    affines,
    st.integers(1, 40),
    st.integers(1, 40),
    st.sampled_from(["u1", "i2", "f4", "f8"]),
)


@settings(max_examples=80)
@given(
    dilate=st.sampled_from([0, 20, 2000]),
    images=st.lists(rasters, min_size=1, max_size=3),
    scene=st.none() | rasters,
    labels=st.none() | rasters,
)
def test_rasters(tmp_path_factory, dilate, images, scene, labels):
    root = tmp_path_factory.mktemp("odd")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        for at, image in enumerate(images):
            write(root / "s2" / f"2021-03-{at + 1:02}.tif", image, bands=("B04",))
        write(
            root / "s2" / "2021-03-09.tif", ("EPSG:32631", transform(), 6, 8, "u2"), bands=("B04",)
        )
        if scene is not None:
            write(root / "s2" / "2021-03-09.scl.tif", scene)
        if labels is not None:
            write(root / "labels.tif", labels)
    if dilate and scene is not None:
        toml = f'[sources.s2]\npattern = "s2/{{date}}.tif"\nmask.dilate = {dilate}\n'
        (root / "region.toml").write_text(toml + ('labels.file = "labels.tif"\n' * bool(labels)))
    used(root)


def write(path, raster, bands=()):
    crs, affine, height, width, kind = raster
    values = np.random.default_rng(0).integers(1, 9, (1, height, width)).astype(kind)
    write_raster(path, values, bands=bands, crs=crs, affine=affine)
