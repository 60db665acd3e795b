"""Files of a run: replaced in one move, models stored and loaded without running foreign code."""

from __future__ import annotations

import re
import secrets
import stat
import tokenize
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cropcore.errors import RunError, StorageError
from cropcore.models.base import Kind

_TEMPORARY = re.compile(r"\.[0-9a-f]{16}(\.|$)")
MODEL_FILES: Mapping[Kind, tuple[str, ...]] = {
    "network": ("model.keras",),
    "trees": ("model.skops",),
    "features": ("model.keras", "model.skops"),
    "ensemble": (),
}
"""Files of a fitted model, by the kind of its architecture."""
_TRUSTED_TREES = [
    "sklearn.tree._tree.Tree",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
]
"""Beside scikit-learn's estimators: tables of nodes of a forest, and of boosting."""
DAMAGE = (
    ValueError,
    TypeError,
    OSError,
    LookupError,
    AttributeError,
    EOFError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,  # the header of a NumPy array is a literal
    tokenize.TokenError,
)
"""What libraries raise on files that are damaged or made to harm."""


def replace_file(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file beside ``path`` and move it there, so that readers see all of it or the old.

    Args:
        path: The file to replace; nothing but a regular file is ever replaced.
        write: Writes the new content to the path it is given, which has the same suffixes.

    Raises:
        StorageError: The place cannot be written; ``path`` is as it was.
    """
    suffixes = "".join(path.suffixes)  # Keras wants all of .weights.h5
    temporary = path.parent / f".{secrets.token_hex(8)}{suffixes}"
    try:
        if path.exists() and not stat.S_ISREG(path.stat().st_mode):
            raise FileExistsError(17, "something there that is no regular file")
        write(temporary)
        temporary.replace(path)
    except OSError as error:
        raise refused(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def refused(path: Path, error: OSError) -> StorageError:
    """The error for a file of a run that cannot be written."""
    return StorageError(
        path,
        expected="a file that can be written, in a folder that exists",
        got=error.strerror or str(error),
        advice="free some space or choose another place",
    )


def sweep(folder: Path) -> None:
    """Remove what :func:`replace_file` was writing when its process was killed."""
    for path in folder.iterdir():
        if _TEMPORARY.match(path.name) and path.is_file():
            path.unlink(missing_ok=True)


@dataclass(frozen=True)
class FeatureModel:
    """A network and the trees that read its features."""

    network: Any
    trees: Any


def save_model(folder: Path, fitted: Any) -> None:
    """Store a fitted network as ``model.keras``, fitted trees as ``model.skops``."""
    if isinstance(fitted, FeatureModel):
        save_model(folder, fitted.network)
        save_model(folder, fitted.trees)
    elif hasattr(fitted, "predict_proba"):
        import skops.io

        replace_file(
            folder / "model.skops",
            lambda path: skops.io.dump(fitted, path, compression=zipfile.ZIP_DEFLATED),
        )
    else:
        import keras

        bare = keras.Model(fitted.input, fitted.output, name=fitted.name)  # without its optimiser
        replace_file(folder / "model.keras", bare.save)


def load_network(path: Path) -> Any:
    """Load a network; nothing in the file is executed.

    Raises:
        RunError: The file is missing, damaged or wants to run code.
    """
    import keras

    import cropcore.models.layers  # noqa: F401  (known to Keras then)

    try:
        with zipfile.ZipFile(path):  # of what is no archive Keras says that it is not there
            pass
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except DAMAGE as error:
        raise unreadable(path, first_line(error)) from error


def load_forest(path: Path) -> Any:
    """Load a forest or boosting; types beyond scikit-learn's trees are refused.

    Raises:
        RunError: The file is missing, damaged or holds something else.
    """
    import skops.io

    try:
        forest = skops.io.load(path, trusted=_TRUSTED_TREES)
    except DAMAGE as error:
        raise unreadable(path, first_line(error)) from error
    if type(forest).__name__ not in ("RandomForestClassifier", "HistGradientBoostingClassifier"):
        raise unreadable(path, f"a {type(forest).__name__} instead of a forest")
    return forest


def count_parameters(fitted: Any) -> int:
    """Weights of a network, nodes of trees."""
    if isinstance(fitted, FeatureModel):
        return count_parameters(fitted.network) + count_parameters(fitted.trees)
    if hasattr(fitted, "_predictors"):
        return sum(len(tree.nodes) for trees in fitted._predictors for tree in trees)
    if hasattr(fitted, "estimators_"):
        return sum(tree.tree_.node_count for tree in fitted.estimators_)
    return int(fitted.count_params())


def unreadable(path: Path, got: str) -> RunError:
    """The error for a file of a run that cannot be used."""
    return RunError(
        path,
        expected="an undamaged file that belongs to this run",
        got=got,
        advice="restore the folder from its origin or train again",
    )


def first_line(error: BaseException) -> str:
    """What an exception says, cut to one short line."""
    text = str(error).strip()
    return text.splitlines()[0][:160] if text else type(error).__name__


__all__ = [
    "DAMAGE",
    "MODEL_FILES",
    "FeatureModel",
    "count_parameters",
    "first_line",
    "load_forest",
    "load_network",
    "refused",
    "replace_file",
    "save_model",
    "sweep",
    "unreadable",
]
