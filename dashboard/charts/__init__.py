"""Charts: pure functions from values to plotly figures.

They take a function ``t(key, **values)`` for their words, and escape every name they are given.
"""

from dashboard.charts.against_classes import BandView, Usual, against_classes
from dashboard.charts.attention import attention_chart
from dashboard.charts.attribution import attribution_chart
from dashboard.charts.probabilities import probabilities_chart
from dashboard.charts.series import series_chart
from dashboard.charts.spatial import spatial_chart
from dashboard.charts.trust import faithfulness_chart
from dashboard.charts.what_if import beside_chart

__all__ = [
    "BandView",
    "Usual",
    "against_classes",
    "attention_chart",
    "attribution_chart",
    "beside_chart",
    "faithfulness_chart",
    "probabilities_chart",
    "series_chart",
    "spatial_chart",
]
