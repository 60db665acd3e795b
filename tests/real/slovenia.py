"""Slovenia: a 1D-CNN beside a random forest, on the same three clear dates and folds.

``python -m tests.real.slovenia``. The labels are land cover, most of it forest.
"""

import shutil
import tempfile
from pathlib import Path

from cropcore.sources import SourceOptions
from cropcore.training.record import make_request
from tests.real.beside import compare, real_data

CLEAR = ("2015-07-11", "2015-08-30", "2015-09-09")
"""The acquisitions of all bands that are not cloud throughout."""
_BLOCK_PIXELS = 20
_PERIOD = 10
"""Days; each of the acquisitions then lies on a regular date of its own."""


def main() -> None:
    """Train both and print the difference."""
    source = real_data() / "eolearn_slovenia_s2"
    with tempfile.TemporaryDirectory() as name:
        region = Path(name) / "region"
        (region / "s2_l1c").mkdir(parents=True)
        for day in CLEAR:
            shutil.copy(source / "s2_l1c" / f"S2_L1C_{day}.tif", region / "s2_l1c")
        for file in ("labels.tif", "classes.csv"):
            shutil.copy(source / file, region)
        (region / "region.toml").write_text(
            '[sources.s2]\npattern = "s2_l1c/S2_L1C_{date}.tif"\n'
            '[labels]\nfile = "labels.tif"\nlegend = "classes.csv"\n'
        )
        asked = {
            "options": SourceOptions(block_pixels=_BLOCK_PIXELS),
            "period": _PERIOD,
            "folds": 5,
            "baseline": False,
            "changes": {"min_samples": 50},
        }
        forest, network = (
            make_request(str(region), architecture, **asked)
            for architecture in ("random_forest", "cnn1d")
        )
        for row in compare(Path(name), forest, network):
            print(row)


if __name__ == "__main__":
    main()
