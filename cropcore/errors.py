"""Everything that can go wrong in a foreseen way, as one tree.

::

    CropcoreError
    ├── InputError (ValueError)            what a person supplied cannot be used
    │   ├── RegionError                    a region folder, its region.toml or one of its rasters
    │   ├── TableError                     a samples table
    │   ├── LabelError                     reference labels: parcels, rasters, points
    │   ├── LegendError                    the list of classes
    │   ├── SettingError                   an option or a hyperparameter
    │   ├── RunError                       a run folder
    │   ├── LocationError                  a point outside the imagery
    │   ├── MissingFileError (FileNotFoundError)
    │   └── UnknownNameError (KeyError)    a name that is in no table
    ├── StorageError (OSError)             the disk refused: full, read-only, no permission
    ├── DivergedError (ArithmeticError)    training left the finite numbers
    └── CancelledError (RuntimeError)      somebody asked for the work to stop

Each message is one sentence that says what was expected, what came and what to do about it.
"""


class CropcoreError(Exception):
    """A foreseen failure, told in one sentence.

    Args:
        where: The file, option or thing that is at fault.
        expected: What would have been right, completing "expected …".
        got: What was found instead, completing "but got …".
        advice: The next step, in the imperative.
    """

    def __init__(self, where: object, *, expected: str, got: str, advice: str) -> None:
        self.where = str(where)
        self.expected = expected
        self.got = got
        self.advice = advice
        text = f"{self.where}: expected {expected}, but got {got}; {advice}."
        letters = " ".join(text.split())
        super().__init__(
            "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in letters)
        )

    def __str__(self) -> str:
        return str(self.args[0])


class InputError(CropcoreError, ValueError):
    """What a person supplied cannot be used as it is."""


class RegionError(InputError):
    """A region folder, its ``region.toml`` or one of its rasters cannot be used."""


class TableError(InputError):
    """A samples table cannot be used."""


class LabelError(InputError):
    """Reference labels are missing, empty or do not fit the imagery."""


class LegendError(InputError):
    """The list of classes is malformed or does not cover the labels."""


class SettingError(InputError):
    """An option or hyperparameter is unknown, of the wrong type or out of range."""


class RunError(InputError):
    """A run folder is incomplete, damaged or does not fit what is asked of it."""


class LocationError(InputError):
    """A point lies outside the imagery."""


class MissingFileError(InputError, FileNotFoundError):
    """A named file or folder does not exist."""


class UnknownNameError(InputError, KeyError):
    """A name stands in no table."""


class StorageError(CropcoreError, OSError):
    """The disk refused to store a result."""


class DivergedError(CropcoreError, ArithmeticError):
    """The loss became infinite or not a number."""


class CancelledError(CropcoreError, RuntimeError):
    """Work was stopped on request; what was finished before is kept."""


__all__ = [
    "CancelledError",
    "CropcoreError",
    "DivergedError",
    "InputError",
    "LabelError",
    "LegendError",
    "LocationError",
    "MissingFileError",
    "RegionError",
    "RunError",
    "SettingError",
    "StorageError",
    "TableError",
    "UnknownNameError",
]
