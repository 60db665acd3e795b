"""Items as public catalogues write them, cut down to what tells them apart."""

GRID = {
    "proj:shape": [10980, 10980],
    "proj:transform": [10, 0, 600000, 0, -10, 5600040, 0, 0, 1],
}
COARSE = {"proj:shape": [5490, 5490], "proj:transform": [20, 0, 600000, 0, -20, 5600040]}
COG = "image/tiff; application=geotiff; profile=cloud-optimized"
DN = {"nodata": 0, "data_type": "uint16", "scale": 0.0001, "offset": -0.1}


def item(collection, assets, **properties):
    return {
        "type": "Feature",
        "id": "one",
        "collection": collection,
        "assets": assets,
        "properties": {"datetime": "2022-05-01T10:46:31.024Z", "proj:epsg": 32631, **properties},
    }


def asset(href, *, kind=COG, roles=("data", "reflectance"), grid=GRID, **others):
    return {
        "href": f"https://files.example/{href}",
        "type": kind,
        "roles": list(roles),
        **grid,
        **others,
    }


EARTH_SEARCH = item(
    "sentinel-2-l2a",
    {
        "red": asset(
            "B04.tif", **{"eo:bands": [{"name": "red", "common_name": "red"}], "raster:bands": [DN]}
        ),
        "rededge2": asset(
            "B06.tif",
            grid=COARSE,
            **{"eo:bands": [{"name": "rededge2", "common_name": "rededge"}], "raster:bands": [DN]},
        ),
        "nir08": asset("B8A.tif", grid=COARSE, **{"raster:bands": [DN]}),
        "nir09": asset("B09.tif", **{"raster:bands": [DN]}),
        "red-jp2": asset("B04.jp2", kind="image/jp2", **{"raster:bands": [DN]}),
        "scl": asset(
            "SCL.tif",
            roles=("data",),
            grid=COARSE,
            **{"raster:bands": [{"nodata": 0, "data_type": "uint8"}]},
        ),
        "visual": asset(
            "TCI.tif",
            roles=("visual",),
            **{"eo:bands": [{"name": "red"}, {"name": "green"}, {"name": "blue"}]},
        ),
        "aot": asset("AOT.tif"),
        "thumbnail": asset("t.jpg", kind="image/jpeg", roles=("thumbnail",)),
        "granule_metadata": asset("m.xml", kind="application/xml", roles=("metadata",)),
    },
    platform="sentinel-2b",
    **{
        "earthsearch:boa_offset_applied": True,
        "eo:cloud_cover": 12.5,
        "grid:code": "MGRS-31UFS",
        "s2:processing_baseline": "04.00",
    },
)
PLANETARY = item(
    "sentinel-2-l2a",
    {
        "B04": asset(
            "R10m/B04.tif", **{"eo:bands": [{"name": "B04", "common_name": "red"}], "gsd": 10}
        ),
        "B8A": asset(
            "R20m/B8A.tif", grid=COARSE, **{"eo:bands": [{"name": "B8A", "common_name": "rededge"}]}
        ),
        "SCL": asset("SCL.tif", grid=COARSE, roles=("data",)),
        "visual": asset(
            "TCI.tif",
            roles=("data",),
            **{"eo:bands": [{"name": "B04"}, {"name": "B03"}, {"name": "B02"}]},
        ),
        "preview": asset("preview.tif", roles=("thumbnail",)),
    },
    platform="Sentinel-2A",
    **{"s2:mgrs_tile": "31UFS"},
)
COPERNICUS = item(
    "sentinel-2-l2a",
    {
        "B04_10m": {
            **asset("x", kind="image/jp2"),
            "href": "s3://eodata/B04_10m.jp2",
            "alternate": {"https": {"href": "https://download.example/B04_10m.jp2"}},
            "bands": [
                {
                    "name": "B04",
                    "eo:common_name": "red",
                    "raster:scale": 0.0001,
                    "raster:offset": -0.1,
                }
            ],
            "nodata": 0,
            "data_type": "uint16",
        },
        "B04_20m": asset("B04_20m.jp2", kind="image/jp2", grid=COARSE, bands=[{"name": "B04"}]),
        "SCL_20m": asset("SCL_20m.jp2", kind="image/jp2", grid=COARSE),
        "SCL_60m": asset(
            "SCL_60m.jp2",
            kind="image/jp2",
            grid={**COARSE, "proj:transform": [60, 0, 0, 0, -60, 0]},
        ),
        "TCI_10m": asset("TCI_10m.jp2", kind="image/jp2", roles=("visual",)),
    },
    constellation="sentinel-2",
)
AFRICA = item(
    "s2_l2a",
    {
        "B04": {
            **asset("x"),
            "href": "s3://deafrica-sentinel-2/tile/B04.tif",
            "eo:bands": [{"name": "B04"}],
        },
        "SCL": {**asset("x"), "href": "s3://deafrica-sentinel-2/tile/SCL.tif"},
    },
    **{"odc:region_code": "36KTE"},
)
RTC = item(
    "sentinel-1-rtc",
    {
        "vv": asset("vv.tif", **{"raster:bands": [{"nodata": -32768, "data_type": "float32"}]}),
        "vh": asset("vh.tif", **{"raster:bands": [{"nodata": "nan", "data_type": "float32"}]}),
        "rendered_preview": asset("p.png", kind="image/png", roles=("overview",)),
    },
    **{"sat:orbit_state": "descending"},
)
CLOUDS = item(
    "sentinel-2-c1-l2a",
    {
        "cloud": asset("CLD_20m.tif", grid=COARSE),
        "snow": asset("SNW_20m.tif", grid=COARSE),
        "blue": asset("B02.tif"),
    },
)
