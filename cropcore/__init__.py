"""Crop mapping from Sentinel-1/2 time series: data, models, maps and their explanations.

Rooms, each importing only from those before it: ``cube`` (imagery in memory), ``sources`` (imagery
on disk), ``samples`` (labelled series), ``models``, ``confidence``, ``accuracy``, ``prediction``,
``training``, ``mapping``, ``explain``; ``cli`` puts the verbs on the command line.
"""

__version__ = "0.1.0"
