"""Attribution methods, one file each. A new one is its file and a line in this table."""

from cropcore.explain.attribution.base import (
    Attribution,
    AttributionMethod,
    Background,
    Strip,
    Target,
)
from cropcore.registry import Registry

_HERE = "cropcore.explain.attribution"

ATTRIBUTION_METHODS: Registry[type[AttributionMethod]] = Registry(
    "attribution method",
    {
        "saliency": f"{_HERE}.saliency:Saliency",
        "smoothgrad": f"{_HERE}.smoothgrad:SmoothGrad",
        "gradient_input": f"{_HERE}.gradient_input:GradientInput",
        "integrated_gradients": f"{_HERE}.integrated_gradients:IntegratedGradients",
        "expected_gradients": f"{_HERE}.expected_gradients:ExpectedGradients",
        "occlusion_cell": f"{_HERE}.occlusion:CellOcclusion",
        "occlusion_date": f"{_HERE}.occlusion:DateOcclusion",
        "occlusion_band": f"{_HERE}.occlusion:BandOcclusion",
        "occlusion_group": f"{_HERE}.occlusion:GroupOcclusion",
        "occlusion_window": f"{_HERE}.occlusion:WindowOcclusion",
    },
)
"""Every attribution method by name."""

__all__ = [
    "ATTRIBUTION_METHODS",
    "Attribution",
    "AttributionMethod",
    "Background",
    "Strip",
    "Target",
]
