"""A small simulated region, described as a STAC catalogue on a web server of this machine."""

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from tests.building import Timing, write_region
from tests.sources.stac.making import S1, S2, collection_of, item_of, single_bands, static_catalogue
from tests.sources.stac.serving import Served, serving


@dataclass
class Simulated:
    """A region folder and the same imagery as single files."""

    region: Path
    web: Path
    served: Served

    def items(self, offset: float | None = -0.1, **others: object) -> list[dict]:
        """Sentinel-2 as Earth Search describes it."""
        found = []
        for path in sorted((self.region / "s2").glob("*.scl.tif")):
            day = path.name.partition(".")[0]
            assets = {
                file.stem.partition("_")[2]: file
                for file in sorted((self.web / "s2").glob(f"{day}_*.tif"))
            }
            given = {"folder": self.web, "base": self.served.address, "offset": offset, **others}
            found.append(item_of(assets, day, **given))
        return found

    def catalogue(self, items: list[dict] | None = None) -> str:
        """Write a static catalogue; gives its address."""
        listed = self.items() if items is None else items
        static_catalogue(self.web / "cat", listed)
        return f"{self.served.address}/cat/catalog.json"

    def api(self, items: list[dict] | None = None) -> str:
        """Offer items by a search API; gives its address."""
        self.served.items = self.items() if items is None else items
        self.served.collections = [collection_of(S2), collection_of(S1)]
        return f"{self.served.address}/api"


@pytest.fixture(scope="session")
def simulated_files(tmp_path_factory):
    """The region and its single files, written once."""
    folder = tmp_path_factory.mktemp("stac")
    timings = {"s2": Timing(date(2022, 1, 15), 20, 5)}
    region = write_region(
        folder / "region", size=(40, 56), clouds=0.1, sources=("s2",), timings=timings, toml=False
    )
    for path in sorted((region / "s2").glob("*.scl.tif")):
        day = path.name.partition(".")[0]
        single_bands(region / "s2" / f"{day}.tif", folder / "web" / "s2")
        shutil.copyfile(path, folder / "web" / "s2" / f"{day}_scl.tif")
    return folder


@pytest.fixture
def simulated(simulated_files, tmp_path):
    web = tmp_path / "web"
    shutil.copytree(simulated_files / "web", web)
    with serving(web) as served:
        yield Simulated(simulated_files / "region", web, served)
