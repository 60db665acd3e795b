"""Small samples tables whose classes differ in when they are green. Simulated."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

PEAKS = {"early": 50, "middle": 90, "late": 130}
"""Day of the season on which each class is greenest."""


def make_table(
    n_samples: int = 90, n_dates: int = 18, *, noise: float = 0.03, seed: int = 0
) -> pd.DataFrame:
    """A long table: id, label, farm, lat, lon, date, B04, B08, VV_dB; three samples a farm."""
    random = np.random.default_rng(seed)
    names = list(PEAKS)
    rows = []
    for sample in range(n_samples):
        label = names[(sample // 3) % len(names)]
        first = date(2019 + sample % 2, 3, 1)
        for step in range(n_dates):
            green = np.exp(-(((step * 10 - PEAKS[label]) / 25.0) ** 2))
            red, nir, vv = random.normal(0, noise, 3)
            rows.append(
                {
                    "id": f"s{sample:03d}",
                    "label": label,
                    "farm": f"farm {sample // 3}",
                    "lat": 50 + sample // 3 * 0.05,
                    "lon": 4 + sample % 3 * 0.0001,
                    "date": first + timedelta(days=step * 10),
                    "B04": 0.15 - 0.1 * green + red,
                    "B08": 0.2 + 0.3 * green + nir,
                    "VV_dB": -14 + 4 * green + 10 * vv,
                }
            )
    return pd.DataFrame(rows)


def write_table(path: Path, **changes: object) -> Path:
    """Store :func:`make_table` as CSV or Parquet, by the suffix of ``path``."""
    table = make_table(**changes)  # type: ignore[arg-type]
    if path.suffix == ".parquet":
        table.to_parquet(path)
    else:
        table.to_csv(path, index=False)
    return path
