"""Turns folders of GeoTIFFs into STAC catalogues, as public ones describe Sentinel-1 and -2."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import rasterio
from rasterio.warp import transform_bounds

from tests.building import write_raster

S2, S1 = "sentinel-2-l2a", "sentinel-1-rtc"
NAMES = {"B02": "blue", "B03": "green", "B04": "red", "B08": "nir", "B11": "swir16",
         "B05": "rededge1", "SCL": "scl"}  # fmt: skip
"""Assets as Earth Search names them."""


def item_of(
    assets: Mapping[str, Path],
    day: str,
    *,
    collection: str = S2,
    name: str | None = None,
    scale: float | None = 0.0001,
    offset: float | None = 0.0,
    base: str = "",
    folder: Path | None = None,
    properties: Mapping[str, Any] | None = None,
    numbers: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """An item of rasters by the key of their asset.

    Args:
        assets: Rasters.
        day: Date, or date and time.
        collection: Its name.
        name: Of the item.
        scale: Declared for reflectance; nothing is declared where ``None``.
        offset: Declared beside it.
        base: What addresses begin with instead of ``folder``.
        folder: Where the rasters lie below; full paths where not given.
        properties: Further ones.
        numbers: Bands of assets in files of several.
    """
    entries, boxes = {}, []
    for key, path in assets.items():
        with rasterio.open(path) as raster:
            place = {
                "proj:code": raster.crs.to_string(),
                "proj:shape": list(raster.shape),
                "proj:transform": list(raster.transform)[:6],
            }
            boxes.append(transform_bounds(raster.crs, "EPSG:4326", *raster.bounds))
            band: dict[str, Any] = {"data_type": raster.dtypes[0]}
            if raster.nodata is not None:
                band["nodata"] = "nan" if raster.nodata != raster.nodata else raster.nodata
            n_bands = raster.count
        measured = key not in ("scl", "SCL", "cloud") and collection == S2
        if measured and scale is not None:
            band["scale"] = scale
        if measured and offset is not None:
            band["offset"] = offset
        href = str(path) if folder is None else f"{base}/{path.relative_to(folder).as_posix()}"
        entries[key] = {
            "href": href, "type": "image/tiff; application=geotiff", "roles": ["data"],
            "raster:bands": [band] * n_bands, **place,
        }  # fmt: skip
    west, south = (min(box[at] for box in boxes) for at in (0, 1))
    east, north = (max(box[at] for box in boxes) for at in (2, 3))
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    time = day if "T" in day else f"{day}T10:30:00Z"
    return {
        "type": "Feature", "stac_version": "1.0.0", "stac_extensions": [],
        "id": name or f"{collection}-{day}", "collection": collection,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "bbox": [west, south, east, north],
        "properties": {"datetime": time, **(properties or {})}, "links": [], "assets": entries,
    }  # fmt: skip


def collection_of(name: str = S2) -> dict[str, Any]:
    """A collection with a licence and providers."""
    return {
        "type": "Collection", "id": name, "stac_version": "1.0.0", "title": f"Simulated {name}",
        "description": "simulated", "license": "CC-BY-4.0",
        "providers": [{"name": "Contains simulated Sentinel data"}],
        "extent": {"spatial": {"bbox": [[-180, -90, 180, 90]]},
                   "temporal": {"interval": [[None, None]]}},
        "links": [],
    }  # fmt: skip


def static_catalogue(folder: Path, items: Sequence[dict[str, Any]]) -> Path:
    """Write a catalogue with a collection for each of the items'; gives its ``catalog.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    children = []
    for name in dict.fromkeys(item["collection"] for item in items):
        own = [item for item in items if item["collection"] == name]
        links = [{"rel": "item", "href": f"./{item['id']}.json"} for item in own]
        (folder / name).mkdir(exist_ok=True)
        for item in own:
            linked = {**item, "links": [{"rel": "collection", "href": "./collection.json"}]}
            (folder / name / f"{item['id']}.json").write_text(json.dumps(linked))
        content = {
            **collection_of(name),
            "links": [*links, {"rel": "root", "href": "../catalog.json"}],
        }
        (folder / name / "collection.json").write_text(json.dumps(content))
        children.append({"rel": "child", "href": f"./{name}/collection.json"})
    root = {"type": "Catalog", "id": "local", "stac_version": "1.0.0", "description": "local",
            "links": children}  # fmt: skip
    path = folder / "catalog.json"
    path.write_text(json.dumps(root))
    return path


def single_bands(source: Path, folder: Path, bands: Mapping[str, str] = NAMES) -> dict[str, Path]:
    """The bands of a raster as a tiled file each, by the key of their asset."""
    with rasterio.open(source) as raster:
        values, names, nodata = raster.read(), raster.descriptions, raster.nodata
        place = {"crs": raster.crs.to_string(), "affine": raster.transform}
    found = {}
    for at, name in enumerate(names):
        key = bands.get(name, name.lower())
        path = folder / f"{source.stem}_{key}.tif"
        found[key] = write_raster(path, values[at], nodata=nodata, **place)
    return found
