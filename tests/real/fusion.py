"""Belgium: Sentinel-1 and -2 by one encoder or by one each, on the same folds.

``python -m tests.real.fusion``. The labels come from a map product: figures are agreement with it.
"""

import tempfile
from pathlib import Path

from cropcore.sources import SourceOptions
from cropcore.training.record import make_request
from tests.real.beside import compare, real_data

DESCRIPTION = Path(__file__).parent.parent / "fixtures" / "belgium"


def main() -> None:
    """Train both and print the difference."""
    options = SourceOptions(data=real_data() / "worldcereal_belgium_s1s2")
    early, late = (
        make_request(
            str(DESCRIPTION), "cnn1d", options=options, folds=5, baseline=False, fusion=fusion
        )
        for fusion in ("early", "late")
    )
    with tempfile.TemporaryDirectory() as name:
        for row in compare(Path(name), early, late):
            print(row)


if __name__ == "__main__":
    main()
