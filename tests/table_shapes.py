"""The same small samples in every shape in which people exchange them. Simulated."""

import h5py
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tests.frames import only_batch

CLASSES = ("maize", "soy", "wheat")
OPTICAL = (
    "B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B10", "B11", "B12",
)  # fmt: skip
N_DATES = 12


def samples(n=9, seed=0):
    """Names, classes, places, and reflectance 0–1 of 13 bands on 12 months (sample, date, band)."""
    random = np.random.default_rng(seed)
    return {
        "id": [f"p{number:02d}" for number in range(n)],
        "label": [CLASSES[number % 3] for number in range(n)],
        "lat": 50 + np.arange(n) * 0.01,
        "lon": 4 + np.arange(n) * 0.01,
        "reflectance": np.round(random.uniform(0.01, 0.5, (n, N_DATES, 13)), 4),
        "backscatter": np.round(random.normal(-14, 2, (n, N_DATES, 2)), 2),
        "months": pd.date_range("2021-01-01", periods=N_DATES, freq="MS"),
    }


def fixed(some, **columns):
    kept = {name: some[name] for name in ("id", "label", "lat", "lon")}
    return pd.DataFrame(kept | columns)


def wide(name="{band}_{day:%Y%m%d}", bands=("B04", "B08"), **changes):
    """One column a band and date, named by a pattern of band, day and step."""
    some = samples(**changes)
    table = fixed(some)
    for band in bands:
        values = some["reflectance"][..., OPTICAL.index(band)]
        for step, day in enumerate(some["months"]):
            table[name.format(band=band, day=day, step=step)] = values[:, step]
    return table


def sits_wide(bands=("B11", "B04"), **changes):
    """As ``sits_timeseries_to_csv`` writes it."""
    some = samples(**changes)
    n = len(some["id"])
    table = pd.DataFrame(
        {
            "id": np.arange(1, n + 1),
            "longitude": some["lon"],
            "latitude": some["lat"],
            "start_date": "2021-01-01",
            "end_date": "2021-12-01",
            "label": some["label"],
        }
    )
    for band in bands:
        for step in range(N_DATES):
            table[f"{band}{step + 1}"] = some["reflectance"][:, step, OPTICAL.index(band)]
    return table


def sits_long(bands=("B11", "B04"), **changes):
    """As ``tidyr::unnest`` makes it of a sits tibble; samples have no names."""
    some = samples(**changes)
    n = len(some["id"])
    table = pd.DataFrame(
        {
            "longitude": np.repeat(some["lon"], N_DATES),
            "latitude": np.repeat(some["lat"], N_DATES),
            "start_date": "2021-01-01",
            "end_date": "2021-12-01",
            "label": np.repeat(some["label"], N_DATES),
            "cube": "SENTINEL-2-L2A",
            "Index": np.tile(some["months"].strftime("%Y-%m-%d"), n),
        }
    )
    for band in bands:
        table[band] = some["reflectance"][..., OPTICAL.index(band)].ravel()
    return table


def worldcereal_wide(bands=("B02", "B08"), **changes):
    """As WorldCereal's ``process_parquet`` makes it: × 10000, digital numbers, 65535 missing."""
    some = samples(**changes)
    table = pd.DataFrame(
        {
            "sample_id": some["id"],
            "lat": some["lat"],
            "lon": some["lon"],
            "start_date": "2021-01-01",
            "end_date": "2021-12-01",
            "valid_time": "2021-07-01",
            "available_timesteps": N_DATES,
            "valid_position": 6,
            "ewoc_code": [1101000000 + CLASSES.index(label) for label in some["label"]],
            "DEM-alt-20m": 100,
        }
    )
    for step in range(N_DATES):
        for band in bands:
            stored = some["reflectance"][:, step, OPTICAL.index(band)] * 10000
            table[f"OPTICAL-{band}-ts{step}-10m"] = np.rint(stored).astype(np.uint16)
        for at, band in enumerate(("VV", "VH")):
            power = 10 ** ((some["backscatter"][:, step, at] + 83) / 20)
            table[f"SAR-{band}-ts{step}-20m"] = np.rint(power).astype(np.uint16)
        table[f"METEO-temperature_mean-ts{step}-100m"] = 28000 + step
    return table


def worldcereal_long(bands=("B02", "B08"), **changes):
    """As the public extractions have it."""
    some = samples(**changes)
    n = len(some["id"])
    table = pd.DataFrame(
        {
            "sample_id": np.repeat(some["id"], N_DATES),
            "timestamp": np.tile(some["months"], n),
            "lat": np.repeat(some["lat"], N_DATES),
            "lon": np.repeat(some["lon"], N_DATES),
            "ewoc_code": np.repeat([1101000000 + at % 3 for at in range(n)], N_DATES),
            "slope": 1,
            "AGERA5-TMEAN": 28000,
        }
    )
    for band in bands:
        stored = some["reflectance"][..., OPTICAL.index(band)].ravel() * 10000
        table[f"S2-L2A-{band}"] = np.rint(stored).astype(np.uint16)
    for at, band in enumerate(("VV", "VH")):
        power = 10 ** ((some["backscatter"][..., at].ravel() + 83) / 20)
        table[f"S1-SIGMA0-{band}"] = np.rint(power).astype(np.uint16)
    return table


def write_eurocropsml(folder, *, radar=False, filler=False, **changes):
    """A folder of ``.npz`` files; with radar, folders S2 and S1."""
    some = samples(**changes)
    dates = some["months"].to_numpy().astype("datetime64[D]")
    for at, (parcel, label) in enumerate(zip(some["id"], some["label"], strict=True)):
        name = f"EE00{at % 3 + 1}_{parcel[1:]}_{3301010000 + CLASSES.index(label)}.npz"
        stored = np.rint(some["reflectance"][at] * 10000).astype(np.int64)
        if filler:
            stored[3], stored[5] = -999, 0
        centre = np.array([some["lon"][at], some["lat"][at]])
        for satellite, data in (("S2", stored), ("S1", some["backscatter"][at])):
            if satellite == "S2" or radar:
                place = folder / satellite if radar else folder
                place.mkdir(parents=True, exist_ok=True)
                np.savez(place / name, data=data, dates=dates, center=centre)
    return folder


def write_eurocropsml_table(path, **changes):
    """One row a parcel, its arrays in the cells."""
    some = samples(**changes)
    stored = np.rint(some["reflectance"] * 10000).astype(np.int64)
    table = pa.table(
        {
            "parcel_id": some["id"],
            "EC_hcat_n": some["label"],
            "data": [rows.tolist() for rows in stored],
            "dates": [some["months"].to_list()] * len(some["id"]),
        }
    )
    pq.write_table(table, path)
    return path


def write_cropharvest(folder, *, without=(), **changes):
    """Labels and a file a sample, as CropHarvest has them; the last label knows no crop."""
    some = samples(**changes)
    arrays = folder / "features" / "arrays"
    arrays.mkdir(parents=True)
    labels = list(some["label"])
    labels[-1] = None
    rows = []
    for at, label in enumerate(labels):
        rows.append(
            '{"type": "Feature", "properties": {'
            f'"index": {at}, "dataset": "togo", "lat": {some["lat"][at]}, '
            f'"lon": {some["lon"][at]}, "export_end_date": "2021-02-01T00:00:00", '
            f'"is_crop": {int(at % 3 > 0)}, "is_test": false, "classification_label": null, '
            f'"label": {"null" if label is None else chr(34) + label + chr(34)}}}, '
            f'"geometry": {{"type": "Point", "coordinates": [{some["lon"][at]}, '
            f"{some['lat'][at]}]}}}}"
        )
        if at in without:
            continue
        array = np.empty((N_DATES, 18))
        array[:, :2] = some["backscatter"][at]
        kept = [at for at, band in enumerate(OPTICAL) if band not in ("B01", "B10")]
        array[:, 2:13] = some["reflectance"][at][:, kept] * 10000
        array[:, 13:17] = 290, 0.01, 100, 2
        array[:, 17] = 0.5 + at / 100
        with h5py.File(arrays / f"{at}_togo.h5", "w") as file:
            file.create_dataset("array", data=array)
    text = '{"type": "FeatureCollection", "features": [' + ", ".join(rows) + "]}"
    (folder / "labels.geojson").write_text(text)
    return folder


def store(folder, table, kind="parquet"):
    path = folder / f"samples.{kind}"
    if kind == "csv":
        table.to_csv(path, index=False)
    else:
        table.to_parquet(path)
    return path


def values(source, band):
    """Values of a band, (sample, date), samples and dates in order."""
    batch = only_batch(source)
    for part in batch.acquisitions:
        if band in part.bands:
            return part.values[..., part.bands.index(band)].T
    raise AssertionError(band)


def expected(band, **changes):
    return samples(**changes)["reflectance"][..., OPTICAL.index(band)]


def radar(**changes):
    return samples(**changes)["backscatter"][..., 0]
