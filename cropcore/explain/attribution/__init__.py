"""Attribution methods, one file each. A new one is its file and a line in this table."""

from cropcore.explain.attribution.base import Attribution, AttributionMethod, Target
from cropcore.registry import Registry

ATTRIBUTION_METHODS: Registry[AttributionMethod] = Registry(
    "attribution method",
    {
        "saliency": "cropcore.explain.attribution.saliency:saliency",
        "integrated_gradients": (
            "cropcore.explain.attribution.integrated_gradients:integrated_gradients"
        ),
    },
)
"""Every attribution method by name."""

__all__ = ["ATTRIBUTION_METHODS", "Attribution", "AttributionMethod", "Target"]
