"""Maps in the browser: folium without any foreign host."""

from dashboard.maps.overlay import Layer
from dashboard.maps.pins import Pins
from dashboard.maps.region_map import marking, region_map
from dashboard.maps.suspects import SuspectParcels, Visit, outlines
from dashboard.maps.swipe import LEFT, RIGHT, Outlines, Swipe, SwipeFiles

__all__ = [
    "LEFT",
    "RIGHT",
    "Layer",
    "Outlines",
    "Pins",
    "SuspectParcels",
    "Swipe",
    "SwipeFiles",
    "Visit",
    "marking",
    "outlines",
    "region_map",
]
