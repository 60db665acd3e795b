"""What a region or samples table looks like, before any model: clear views, classes, series."""

from cropcore.sources.summary.balance import ClassBalance, class_balance
from cropcore.sources.summary.clear_views import ClearViews, clear_views
from cropcore.sources.summary.sampled import SampledSeries, sample_region, sample_table
from cropcore.sources.summary.signatures import Quantity, Signature, quantities_of, signature

__all__ = [
    "ClassBalance",
    "ClearViews",
    "Quantity",
    "SampledSeries",
    "Signature",
    "class_balance",
    "clear_views",
    "quantities_of",
    "sample_region",
    "sample_table",
    "signature",
]
