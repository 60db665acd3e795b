"""Several regions as one samples table, to learn from all and be tested on each in turn."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from cropcore.cube import Acquisitions
from cropcore.errors import TableError
from cropcore.sources.base import LabelledBatch, Source

REGION = "region"
"""Column that names the region of each sample."""
FIXED = (REGION, "id", "label", "group", "lat", "lon", "date")
"""Columns that are no bands."""


def joined_frame(
    sources: Mapping[str, Source], limit: int, seed: int
) -> tuple[pd.DataFrame, list[str]]:
    """Samples of regions and tables in one long table, in physical units.

    Classes are the same where their names are. Samples and groups bear the name of their region
    before their own. Dates on which a sample has no value are left out.

    Args:
        sources: By the name of their region.
        limit: Most samples of one class of one region.
        seed: Decides which, where there are more.

    Returns:
        Columns region, id, label, group, lat, lon, date and one a band; and sentences on what was
        left out.

    Raises:
        TableError: The regions have no band or no class in common.
        InputError: One of them cannot be read.
    """
    notes = [f"{name}: {note}" for name, source in sources.items() for note in source.notes]
    bands = _common(
        {
            name: [band for part in source.offered for band in part.bands]
            for name, source in sources.items()
        },
        "band",
        notes,
    )
    labels = {name: source.legend.names for name, source in sources.items()}
    shared = set.intersection(*map(set, labels.values()))
    if not shared:
        raise _nothing_shared(list(sources), "class")
    for name, own in labels.items():
        alone = [label for label in own if label not in shared]
        if alone:
            notes.append(f"Not every region has the classes {', '.join(alone)} of {name}.")
    frames = [
        frame
        for name, source in sources.items()
        for batch in source.labelled(limit, seed)
        for frame in _frames(name, source, batch, bands)
    ]
    whole = pd.concat(frames, ignore_index=True)
    columns = [name for name in whole if name not in FIXED]
    return whole.dropna(subset=columns, how="all").reset_index(drop=True), notes


def _common(offered: Mapping[str, list[str]], what: str, notes: list[str]) -> list[str]:
    """Bands that all regions have, in the order of the first; notes which others there are."""
    first = next(iter(offered.values()))
    common = [band for band in first if all(band in own for own in offered.values())]
    if not common:
        raise _nothing_shared(list(offered), what)
    for name, own in offered.items():
        alone = [band for band in own if band not in common]
        if alone:
            notes.append(f"Left out, as not every region has them: {', '.join(alone)} of {name}.")
    return common


def _frames(
    name: str, source: Source, batch: LabelledBatch, bands: list[str]
) -> Iterator[pd.DataFrame]:
    """One table for each sensor of a batch, one row a sample and acquisition."""
    known = {item.code: item.name for item in source.legend}
    labels = np.array([known[code] for code in batch.codes.tolist()])
    fixed = {
        REGION: np.full(len(labels), name),
        "id": np.char.add(f"{name}/", batch.ids),
        "label": labels,
        "group": np.char.add(f"{name}/", batch.groups),
        "lat": batch.lat,
        "lon": batch.lon,
    }
    for item in batch.acquisitions:
        values = {
            column: item.values[..., at].ravel()  # (time * sample,)
            for column, at in _columns(item, bands)
        }
        for column in values:
            if column.endswith("_dB") and item.units[item.bands.index(column[:-3])] == "linear":
                with np.errstate(divide="ignore", invalid="ignore"):
                    values[column] = 10 * np.log10(values[column])
        if values:
            n_dates = len(item.dates)
            yield pd.DataFrame(
                {key: np.tile(column, n_dates) for key, column in fixed.items()}
                | {"date": np.repeat(np.array(item.dates, "datetime64[D]"), len(labels))}
                | values
            )


def _columns(item: Acquisitions, bands: list[str]) -> list[tuple[str, int]]:
    """Name in the table and position of the bands to take."""
    radar = ("dB", "linear")
    return [
        (f"{band}_dB" if item.units[at] in radar else band, at)
        for at, band in enumerate(item.bands)
        if band in bands
    ]


def _nothing_shared(names: list[str], what: str) -> TableError:
    return TableError(
        " and ".join(names),
        expected=f"at least one {what} that all of them have",
        got="none",
        advice="name bands and classes alike, or import the regions one by one",
    )


__all__ = ["FIXED", "REGION", "joined_frame"]
