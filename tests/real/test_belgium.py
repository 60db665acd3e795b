"""Belgium: a real cube of Sentinel-1 and Sentinel-2, from imagery to map to explanation.

Its labels come from a map product: figures are agreement with that map, never accuracy.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import rasterio

from cropcore.sources import SourceOptions, open_source
from cropcore.training.run import open_run

DESCRIPTION = Path(__file__).parent.parent / "fixtures" / "belgium"


@pytest.fixture(scope="module")
def folder(real_data):
    return real_data / "worldcereal_belgium_s1s2"


@pytest.fixture(scope="module")
def run(folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("runs") / "belgium"
    done = cropcore(
        "train", DESCRIPTION, "cnn1d", "--data", folder, "--preset", "quick", "--folds", 5,
        "--set", "epochs=16", "--out", out,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Agreement with a map product" in done.stdout
    return open_run(out)


def cropcore(*arguments):
    command = [sys.executable, "-m", "cropcore", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_agreement_with_the_map_product(run):
    metrics = run.read_json("metrics.json")
    print(
        f"\nBelgium, agreement with a map product, {metrics['split']}, {metrics['n']} pixels in "
        f"{metrics['test_groups']} blocks: macro F1 {metrics['macro_f1']:.3f} "
        f"(fold sd {metrics['spread']['macro_f1']:.3f}), OA {metrics['overall_accuracy']:.3f} "
        f"(fold sd {metrics['spread']['overall_accuracy']:.3f}); random forest "
        f"{metrics['baseline']['macro_f1']:.3f} / {metrics['baseline']['overall_accuracy']:.3f}"
    )
    assert metrics["n"] == 2199
    assert metrics["test_groups"] == 25
    assert metrics["macro_f1"] > 0.75
    assert metrics["overall_accuracy"] > 0.88


def test_map_lies_exactly_on_the_imagery(run, folder, command, tmp_path):
    code, out, err = command("map", run.folder, "--out", tmp_path / "map", "--json")
    assert code == 0, err
    result = json.loads(out)
    with (
        rasterio.open(result["class_map"]) as ours,
        rasterio.open(folder / "s2" / "S2_2021-04-01.tif") as theirs,
    ):
        assert ours.crs == theirs.crs
        assert ours.transform == theirs.transform
        assert ours.shape == theirs.shape
        codes = set(np.unique(ours.read(1)).tolist())
        assert codes - {255} <= {1, 2, 3, 4, 5}
        assert ours.colormap(1)[5][:3] == (0xFF, 0xD3, 0x00), "maize in its usual yellow"
    assert sum(area["ha"] for area in result["areas"]) == pytest.approx(24.0)


@pytest.mark.parametrize("method", ["integrated_gradients", "saliency"])
def test_explanation_at_a_pixel(run, command, method):
    asked = ("explain", run.folder, "--at", "5.333,50.638", "--method", method, "--json")
    code, out, err = command(*asked)
    assert code == 0, err
    found = json.loads(out)
    assert len(found["dates"]) == 20
    assert set(found["bands"]) == {
        "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B11", "B12", "VV", "VH",
    }  # fmt: skip
    assert np.isfinite(found["attribution"]).all()
    if method == "integrated_gradients":
        assert found["completeness"] <= 0.01


def test_late_fusion_beside_early(folder, command, tmp_path):
    """Each source by an encoder of its own, on the same samples."""
    early, late = tmp_path / "early", tmp_path / "late"
    for out in (early, late):
        done = cropcore(
            "train", DESCRIPTION, "cnn1d", "--data", folder, "--preset", "quick", "--no-baseline",
            "--set", "epochs=8", "--fusion", out.name, "--out", out,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    _, out, _ = command("compare", early, late, "--json")
    found = json.loads(out)
    low, high = found["ci95"]["macro_f1"]
    print(
        f"\nBelgium, one split, {found['n']} pixels in {found['groups']} blocks: macro F1 early "
        f"{found['a']['macro_f1']:.3f}, late {found['b']['macro_f1']:.3f}, late − early "
        f"{found['delta']['macro_f1']:+.3f} (95 % {low:+.3f} to {high:+.3f})"
    )
    assert found["b"]["macro_f1"] > 0.7
    assert {item.name for item in open_run(late).described.preparation.inputs} == {"s1", "s2"}
    _, out, _ = command("explain", late, "--at", "5.333,50.638", "--json")
    told = json.loads(out)
    assert [len(item["dates"]) for item in told["inputs"]] == [20, 20]
    assert sorted(len(item["bands"]) for item in told["inputs"]) == [2, 9]
    assert told["completeness"] <= 0.01


def test_folder_alone_says_enough(folder):
    """Without any region.toml the same cube is found from names and descriptions."""
    described = open_source(DESCRIPTION, SourceOptions(data=folder))
    alone = open_source(folder, SourceOptions())
    assert {part.source: part.bands for part in alone.offered} == {
        part.source: part.bands for part in described.offered
    }
    assert alone.legend == described.legend
    assert alone.timelines() == described.timelines()


def test_bands_missing_at_some_dates_still_train(folder, tmp_path):
    """Two acquisitions without their infrared bands: the rest is used, the gap filled and said."""
    copy = tmp_path / "region"
    shutil.copytree(folder, copy)
    for name in ("S2_2021-05-01.tif", "S2_2021-06-01.tif"):
        with rasterio.open(folder / "s2" / name) as source:
            profile, values = source.profile, source.read([1, 2, 3])
        profile.update(count=3)
        with rasterio.open(copy / "s2" / name, "w", **profile) as target:
            target.write(values)
            target.descriptions = ("B02", "B03", "B04")
    done = cropcore(
        "train", copy, "cnn1d", "--preset", "quick", "--set", "epochs=2", "--no-baseline",
        "--out", tmp_path / "run",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "B05" in done.stderr
    assert "counts as no data there" in done.stderr
