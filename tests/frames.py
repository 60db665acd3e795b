"""Samples tables made in memory, and what tests ask of the sources opened from them."""

import numpy as np
import pandas as pd

CLASSES = ("maize", "soy", "wheat")


def frame(n=12, n_dates=5, seed=0, **columns):
    """A table of ``n`` samples; extra columns are added or replace what is there."""
    rng = np.random.default_rng(seed)
    dates = pd.date_range("2021-03-01", periods=n_dates, freq="10D")
    table = pd.DataFrame(
        {
            "id": np.repeat([f"p{number:02d}" for number in range(n)], n_dates),
            "label": np.repeat(np.array(CLASSES)[np.arange(n) % 3], n_dates),
            "date": np.tile(dates, n),
            "lat": np.repeat(50 + rng.random(n), n_dates),
            "lon": np.repeat(4 + rng.random(n), n_dates),
            "B04": rng.random(n * n_dates) * 0.5,
            "B08": rng.random(n * n_dates) * 0.5,
        }
    )
    return table.assign(**columns)


def said(source, word):
    return [note for note in source.notes if word in note]


def only_batch(source, limit=1000):
    (batch,) = source.labelled(limit, 0)
    return batch
