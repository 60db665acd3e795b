"""STAC catalogues: searched, downloaded block by block, written as region folders."""

from cropcore.sources.stac.asking import ask
from cropcore.sources.stac.cache import Cache
from cropcore.sources.stac.fetching import CatalogueIO
from cropcore.sources.stac.labels import Labels, box_around
from cropcore.sources.stac.loading import Loader
from cropcore.sources.stac.places import Signer
from cropcore.sources.stac.plan import Plan, Planner
from cropcore.sources.stac.request import Span, StacRequest, parse_box
from cropcore.sources.stac.writing import write_region

__all__ = [
    "Cache",
    "CatalogueIO",
    "Labels",
    "Loader",
    "Plan",
    "Planner",
    "Signer",
    "Span",
    "StacRequest",
    "ask",
    "box_around",
    "parse_box",
    "write_region",
]
