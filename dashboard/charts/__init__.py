"""Charts: pure functions from values to plotly figures.

They take a function ``t(key, **values)`` for their words, and escape every name they are given.
"""

from dashboard.charts.attribution import attribution_chart
from dashboard.charts.probabilities import probabilities_chart
from dashboard.charts.series import series_chart

__all__ = ["attribution_chart", "probabilities_chart", "series_chart"]
