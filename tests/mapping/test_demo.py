"""The bundled runs are what their recipe gives, and their figures are what their models do."""

import re
import zipfile

import numpy as np
import pytest
import rasterio

from cropcore.mapping import CLASS_MAP
from cropcore.mapping.demo import DEMO_RUNS, build_run, try_elsewhere
from cropcore.sources.simulation import NAME, TRANSFER
from cropcore.training.measuring import evaluate_run
from cropcore.training.run import open_run
from cropcore.workspace import sample_data

REGION = sample_data() / "regions" / NAME
FIGURES = ("overall_accuracy", "macro_f1", "kappa", "ece")
NEAR = 0.02


def bundled(demo):
    return open_run(sample_data() / "runs" / demo.name)


@pytest.mark.parametrize("demo", DEMO_RUNS, ids=lambda demo: demo.name)
def test_bundled_run_is_the_recipe_and_measures_the_same_again(demo):
    run = bundled(demo)
    if demo.members:
        assert run.record.ensemble.members == demo.members
    else:
        assert run.record.request == demo.request(NAME)
    recorded, again = run.read_json("metrics.json"), evaluate_run(run)
    for name in FIGURES:
        assert again[name] == pytest.approx(recorded[name], abs=NEAR), name
    assert again["n"] == recorded["n"] == len(run.tested())
    assert (run.folder / "maps" / NAME / CLASS_MAP).is_file()
    for path in run.folder.rglob("*.keras"):
        with zipfile.ZipFile(path) as archive, archive.open("model.weights.h5") as weights:
            assert b"optimizer" not in weights.read(), path


def test_rebuilt_run_is_as_good_and_maps_the_same(tmp_path):
    demo = next(item for item in DEMO_RUNS if item.architecture == "random_forest")
    run = build_run(demo, REGION, tmp_path, lambda stage, row: None)
    recorded, again = (item.read_json("metrics.json") for item in (bundled(demo), run))
    for name in FIGURES:
        assert again[name] == pytest.approx(recorded[name], abs=NEAR), name
    maps = []
    for item in (bundled(demo), run):
        with rasterio.open(item.folder / "maps" / NAME / CLASS_MAP) as raster:
            maps.append(raster.read(1))
    assert np.mean(maps[0] == maps[1]) > 1 - NEAR


@pytest.mark.parametrize("demo", DEMO_RUNS, ids=lambda demo: demo.name)
def test_a_run_is_worth_less_elsewhere_and_in_another_year(demo):
    run = bundled(demo)
    away = try_elsewhere(run, sample_data() / "regions" / TRANSFER.name)
    home = run.read_json("metrics.json")["macro_f1"]
    print(f"{demo.name}: macro-F1 {home:.3f} at home; {away}")
    assert (away.region, away.groups) == (TRANSFER.name, 74)
    assert 0.6 < away.ci95[0] < away.macro_f1 < away.ci95[1] < 1
    assert away.macro_f1 < home - 0.02
    readme = (sample_data() / "README.md").read_text(encoding="utf-8")
    row = next(line for line in readme.splitlines() if line.startswith(f"| `{demo.name}`"))
    told = [float(number) for number in re.findall(r"0\.\d\d", row)]
    assert told == pytest.approx([home, away.macro_f1, *away.ci95], abs=NEAR)


def test_what_is_bundled_is_small():
    sizes = {"regions": 0.0, "runs": 0.0, "films": 0.0}
    for path in sample_data().rglob("*"):
        if path.is_file() and path.parent != sample_data():
            kind = (
                "films" if "snapshots" in path.parts else path.relative_to(sample_data()).parts[0]
            )
            sizes[kind] += path.stat().st_size / 1e6
    assert sizes["regions"] < 10
    assert sizes["runs"] < 10
    assert sizes["films"] < 8
    assert min(sizes.values()) > 1
