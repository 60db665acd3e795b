"""A STAC catalogue becomes a region folder, and that becomes a map."""

import json
import os
import shutil
import signal
import subprocess
import sys
from datetime import date

import numpy as np
import pytest
import rasterio

from cropcore.sources import SourceOptions, check_source
from tests.building import Timing, write_region
from tests.cli.conftest import one_sentence
from tests.conftest import SMALL
from tests.sources.stac.making import S2, collection_of, item_of, single_bands, static_catalogue
from tests.sources.stac.serving import serving

BOX = "4.3,50.4,4.5,50.6"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A simulated region with parcels, and its bands as single files."""
    folder = tmp_path_factory.mktemp("stac")
    timings = {"s2": Timing(date(2021, 3, 5), 20, 8)}
    region = write_region(folder / "region", size=(24, 32), sources=("s2",), timings=timings)
    for path in sorted((region / "s2").glob("*.tif")):
        single_bands(path, folder / "web" / "s2")
    return folder


@pytest.fixture
def served(files, tmp_path):
    shutil.copytree(files / "web", tmp_path / "web")
    with serving(tmp_path / "web") as served:
        days = sorted({path.name[:10] for path in (tmp_path / "web" / "s2").iterdir()})
        for day in days:
            assets = {
                path.stem.partition("_")[2]: path
                for path in sorted((tmp_path / "web" / "s2").glob(f"{day}*"))
            }
            clouds = {"eo:cloud_cover": 60 if day == days[-1] else 5}
            served.items.append(
                item_of(assets, day, folder=tmp_path / "web", base=served.address,
                        properties=clouds)
            )  # fmt: skip
        served.collections = [collection_of()]
        static_catalogue(tmp_path / "web" / "cat", served.items)
        yield served


def test_from_a_catalogue_to_a_map(command, served, files, tmp_path):
    """The whole way: import, check, train, map."""
    out, run = tmp_path / "my_region", tmp_path / "run"
    labels = files / "region" / "labels.gpkg"
    source = f"{served.address}/cat/catalog.json"
    code, stdout, err = command(
        "region", "import", "stac", source, "--out", out, "--labels", labels, "--json"
    )
    assert code == 0, err
    found = json.loads(stdout)
    assert found["items"] == {S2: 8}
    assert found["licence"] == {S2: "CC-BY-4.0"}
    assert found["bands"] == {S2: ["B02", "B03", "B04", "B08", "B11"]}
    assert found["loaded"] == 8 * 5
    text = (out / "region.toml").read_text()
    assert 'licence = "CC-BY-4.0"' in text
    assert 'attribution = "Contains simulated Sentinel data"' in text
    assert f"# {S2}/2021-03-05: {S2}-2021-03-05" in text
    report = check_source(out, SourceOptions())
    assert report.ok, report.to_text()
    assert sum(item.pixels for item in report.classes) == 24 * 32
    code, stdout, _ = command("region", "check", out)
    assert code == 0, stdout
    settings = [f"--set={key}={value}" for key, value in {**SMALL, "epochs": 3}.items()]
    python = [sys.executable, "-m", "cropcore"]
    for arguments in (
        ["train", out, "cnn1d", "--preset", "quick", "--out", run, *settings],
        ["map", run, "--out", tmp_path / "map"],
    ):
        done = subprocess.run(
            [*python, *map(str, arguments)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    with rasterio.open(tmp_path / "map" / "class_map.tif") as raster:
        assert set(np.unique(raster.read(1))) <= {1, 2, 3, 255}
        assert raster.crs.to_string() == "EPSG:32631"


def test_a_search_with_all_options(command, served, tmp_path):
    arguments = (
        "region", "import", "stac", f"{served.address}/api", "--collection", S2, "--bbox", BOX,
        "--dates", "2021-04/2021-12", "--bands", "red,nir", "--max-cloud", "50",
        "--resolution", "20", "--crs", "EPSG:32631", "--cache", tmp_path / "kept",
    )  # fmt: skip
    code, _, err = command(*arguments, "--out", tmp_path / "out")
    assert code == 0, err
    assert "Note: 1 items with more than 50 % clouds are left out." in err
    assert "sentinel-2-l2a: 5 acquisitions from 2021-04-14 to 2021-07-03; B04 B08" in err
    assert "16 x 12 pixels" in err
    assert list((tmp_path / "kept" / "pixels").iterdir())
    with rasterio.open(tmp_path / "out" / S2 / "2021-04-14.tif") as raster:
        assert raster.res == (20, 20)
        assert raster.descriptions == ("B04", "B08")


def test_a_dry_run_tells_the_size_and_loads_nothing(command, served, tmp_path):
    source = f"{served.address}/cat/catalog.json"
    code, stdout, err = command("region", "import", "stac", source, "--dry-run", "--json")
    assert code == 0, err
    found = json.loads(stdout)
    assert found["pixels"] == 24 * 32
    assert found["megabytes"] == pytest.approx(8 * 5 * 24 * 32 * 2 / 1e6, abs=1e-3)
    assert found["dates"][S2][0] == "2021-03-05"
    assert not served.rasters()
    assert not (tmp_path / "workspace" / "regions").exists()


def test_goes_to_the_workspace(command, served, tmp_path):
    assert command("region", "import", "stac", f"{served.address}/cat/catalog.json")[0] == 0
    assert (tmp_path / "workspace" / "regions" / "cat" / "region.toml").is_file()
    assert (tmp_path / "workspace" / "cache" / "stac" / "pixels").is_dir()
    code, _, err = command("region", "import", "stac", f"{served.address}/cat/catalog.json")
    assert code == 2
    assert "one that is there already" in err


def test_a_killed_import_goes_on(served, tmp_path):
    """The process is killed by the system while it loads; what it had loaded is not asked again."""
    source, out = f"{served.address}/cat/catalog.json", tmp_path / "out"
    arguments = [sys.executable, "-m", "cropcore", "region", "import", "stac", source,
                 "--out", str(out), "--cache", str(tmp_path / "cache")]  # fmt: skip
    running = []

    def kill(path):
        if "2021-05-24_" in path and running:
            os.kill(running[0].pid, signal.SIGKILL)
        return 200

    served.check = kill
    running.append(subprocess.Popen(arguments, stderr=subprocess.DEVNULL))
    assert running[0].wait() == -signal.SIGKILL
    assert not out.exists()
    served.check = lambda path: 200
    served.asked.clear()
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    days = {line.rpartition("/")[2][:10] for line in served.rasters()}
    assert min(days) == "2021-05-24"
    assert check_source(out, SourceOptions()).ok


def elsewhere(files, tmp_path):
    write_region(tmp_path / "far", size=(8, 8), n_dates=2, origin=(300_000.0, 5_000_000.0))
    return ("--labels", tmp_path / "far" / "labels.gpkg")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--bbox", "here"), "--bbox: expected west, south, east and north"),
        (("--dates", "spring"), "--dates: expected first and last day"),
        (("--max-cloud", "-3"), "--max-cloud: expected a number above 0"),
        (("--max-cloud", "nan"), "--max-cloud: expected a number above 0"),
        (("--resolution", "0"), "--resolution: expected a number above 0"),
        (("--resolution", "0.00001"), "at most 200000 pixels a side"),
        (("--crs", "EPSG:0"), "--crs: expected authority and code"),
        (("--crs", "EPSG:4326"), "--resolution: expected the side of a pixel"),
        (("--bands", "B12"), "B12"),
        (("--labels", "nothing.gpkg"), "nothing.gpkg: expected a file of parcels"),
        (("--area", "pyproject.toml"), "expected labels in a file ending in"),
        (("--bbox", BOX, "--area", "x.gpkg"), "--area: expected one area"),
        (("--sign", "somebody"), "planetary-computer"),
        (elsewhere, "none of 8 items"),
    ],
)
def test_wrong_options_are_answered(command, served, files, tmp_path, options, told):
    given = options(files, tmp_path) if callable(options) else options
    source = f"{served.address}/cat/catalog.json"
    code, _, err = command("region", "import", "stac", source, *given, "--out", tmp_path / "out")
    assert code == 2, err
    assert one_sentence(err)
    assert told in err
    assert not (tmp_path / "out").exists()
    assert not served.rasters()


def test_labels_without_classes_are_refused_before_loading(command, served, files, tmp_path):
    import geopandas

    parcels = geopandas.read_file(files / "region" / "labels.gpkg").drop(columns=["crop", "id"])
    parcels.to_file(tmp_path / "bare.gpkg")
    source = f"{served.address}/cat/catalog.json"
    code, _, err = command(
        "region", "import", "stac", source, "--labels", tmp_path / "bare.gpkg",
        "--out", tmp_path / "out",
    )  # fmt: skip
    assert code == 2
    assert one_sentence(err)
    assert not served.rasters()


def test_a_missing_extra_is_told(command, monkeypatch):
    monkeypatch.setitem(sys.modules, "odc.stac", None)
    code, _, err = command("region", "import", "stac", "catalog.json")
    assert code == 2
    assert one_sentence(err)
    assert 'pip install "cropcore[stac]"' in err


def test_the_command_line_starts_without_the_extra():
    code = (
        "import sys; from cropcore.cli.main import app;"
        "sys.exit(any(name in sys.modules for name in ('pystac', 'odc', 'zarr', 'dask')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
