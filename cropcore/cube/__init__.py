"""Imagery in memory: cubes on a grid, and the one way from acquisitions to model input.

All is pure computation; nothing here opens a file.
"""

from cropcore.cube.calendar import Calendar, season_days
from cropcore.cube.cube import Acquisitions, Cube
from cropcore.cube.grid import Block, Grid, Window
from cropcore.cube.preparation import Fusion, ModelInput, Preparation, SourceBands
from cropcore.cube.side_by_side import SideBySide, side_by_side
from cropcore.cube.steps import Steps

__all__ = [
    "Acquisitions",
    "Block",
    "Calendar",
    "Cube",
    "Fusion",
    "Grid",
    "ModelInput",
    "Preparation",
    "SideBySide",
    "SourceBands",
    "Steps",
    "Window",
    "season_days",
    "side_by_side",
]
