"""Samples as one plain long Parquet file, in physical units: nothing is left to be guessed."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from cropcore.sources.table.samples_table import SamplesTable


def long_frame(table: SamplesTable) -> pd.DataFrame:
    """Samples as a table with the columns id, label, group, lat, lon, date and one a band.

    Groups stand in it where samples share any, places where one is known. Reflectance is 0–1,
    backscatter dB, and its columns say so.
    """
    some, of_row = table.samples, table.samples.of_row
    name = {item.code: item.name for item in table.legend}
    columns: dict[str, object] = {
        "id": some.ids[of_row],
        "label": pd.Categorical([name[code] for code in some.codes])[of_row],
    }
    if (some.groups != some.ids).any():
        columns["group"] = some.groups[of_row]
    if not (pd.isna(some.lat) | pd.isna(some.lon)).all():
        columns |= {"lat": some.lat[of_row], "lon": some.lon[of_row]}
    columns["date"] = table.days
    for part in table.parts:
        for band, unit, values in zip(part.bands, part.units, part.values.T, strict=True):
            columns[f"{band}_dB" if unit == "dB" else band] = values
    return pd.DataFrame(columns)


def write_long(frame: pd.DataFrame, path: Path) -> None:
    """Store a long table as Parquet."""
    stored = pa.Table.from_pandas(frame, preserve_index=False)
    pq.write_table(stored, path, compression="zstd")


__all__ = ["long_frame", "write_long"]
