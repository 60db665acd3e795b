"""Maps in the browser: folium without any foreign host."""

from dashboard.maps.overlay import Layer
from dashboard.maps.region_map import marking, region_map

__all__ = ["Layer", "marking", "region_map"]
