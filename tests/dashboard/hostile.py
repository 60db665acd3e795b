"""A workspace in which every name a stranger may choose tries to be more than a name."""

import json
from dataclasses import replace
from pathlib import Path

import rasterio

from cropcore.legend import Legend, legend_from_names
from cropcore.mapping.run_map import map_run
from cropcore.sources import SourceOptions
from cropcore.sources.region import open_region
from cropcore.training.launching import write_state
from cropcore.training.procedure import train
from cropcore.training.record import make_request
from cropcore.training.run import create_run
from tests.building import write_region

IMAGE = "<img src=x onerror=alert(1)>"
SCRIPT = "</script><script>alert(1)</script>"
DRAWING = "\"'><svg onload=alert(1)>"
LINK = "[a](javascript:alert(1))"
BOLD = "**bold**"
FAT = "<b>fat</b>"
MATH = "$x$ and $y$"
COLOUR = ":red[x]"
ICON = ":material/sailing:"
BRACES = "{{7*7}} {name} %s"
MARKUP = (IMAGE, SCRIPT, DRAWING, LINK, BOLD, FAT, MATH, COLOUR, ICON, BRACES)
"""Each must be seen as it is written, or not at all."""

REGION = f"{IMAGE} {BOLD} {COLOUR}"
TITLE = f"Simulated {SCRIPT} {LINK} {BRACES}"
SOURCE = f"{FAT} {BOLD}"
BAND = f"{IMAGE} {COLOUR}"
CLASSES = (f"{IMAGE} {BOLD}", f"{SCRIPT} {MATH}", f"{LINK} {COLOUR} {FAT}", f"{DRAWING} {BRACES}")
NAMES_ZH = tuple(f"中 {name}" for name in (f"{ICON} {MATH}", *CLASSES[:3]))
NETWORK = f"{LINK.replace('/', '')} {BOLD} {MATH}"
FOREST = f"{IMAGE} {ICON.replace('/', '_')} {BRACES}"
DAMAGED = f"{FAT.replace('/', '')} {COLOUR} {BOLD}"
KEY = f"{IMAGE} {BOLD} {LINK}"
"""An unknown key in a description, which the error names."""


def build_hostile_workspace(folder: Path) -> Path:
    region = write_region(folder / "regions" / REGION, size=(36, 48), classes=CLASSES, parcel=6)
    _rename(region)
    bands = ("B04", "B08", BAND, "VV")
    quick = {"filters": 8, "dense_units": 16, "epochs": 3}
    for name, architecture, changes in (
        (NETWORK, "cnn1d", quick),
        (FOREST, "random_forest", {"n_trees": 5}),
    ):
        request = make_request(
            str(region), architecture, changes=changes, options=SourceOptions(bands=bands)
        )
        run = create_run(folder / "runs" / name, request)
        train(run, lambda stage, row: None, lambda: False)
        write_state(run, "done")
        source = open_region(region, request.options)
        map_run(run, source, run.folder / "maps" / source.name)
    (folder / "runs" / DAMAGED).mkdir()
    (folder / "runs" / DAMAGED / "run.json").write_text("{]", encoding="utf-8")
    failed = create_run(folder / "runs" / f"failed {BOLD}", request)
    write_state(failed, "failed", message=f"It failed: {IMAGE} {COLOUR} {LINK}", exit_code=2)
    (folder / "regions" / DAMAGED).mkdir()
    (folder / "regions" / DAMAGED / "region.toml").write_text(
        f"{json.dumps(KEY)} = 1\n[sources.s2]\npattern = 's2/{{date}}.tif'\n", encoding="utf-8"
    )
    return folder


def _rename(region: Path) -> None:
    told = region / "region.toml"
    text = told.read_text(encoding="utf-8")
    text = text.replace('"Small region"', json.dumps(TITLE))
    text = text.replace("[sources.s2]", f"[sources.{json.dumps(SOURCE)}]")
    told.write_text(text, encoding="utf-8")
    for path in (region / "s2").glob("*.tif"):
        with rasterio.open(path, "r+") as raster:
            raster.set_band_description(raster.count, BAND)
    legend = legend_from_names(CLASSES)
    pairs = zip(legend, NAMES_ZH, strict=True)
    named = Legend(tuple(replace(item, name_zh=other, latin=BOLD) for item, other in pairs))
    (region / "legend.csv").write_text(named.to_csv(), encoding="utf-8")
