"""Samples whose label is likely wrong, by confident learning.

A sample is suspect where a model that never saw it is surer of another class than models usually
are of samples with that label. It is a list of what to look at again, not of errors: a rare
variety, a mixed pixel and a wrong label look alike to a model.

References:
    Northcutt, Jiang and Chuang (2021), Journal of Artificial Intelligence Research 70, 1373–1411,
    doi:10.1613/jair.1.12125; computed by cleanlab.
"""

import warnings

import numpy as np


def find_suspects(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Positions of samples whose label is likely wrong, the least credible one first, int64.

    Args:
        probabilities: Of each class, from models that never saw the sample, (sample, class).
        labels: Class that each sample was given, as a column of ``probabilities``, int (sample,).
    """
    from cleanlab.filter import find_label_issues

    present = np.unique(labels)
    if len(present) < 2:
        return np.array([], dtype=np.int64)
    kept = np.asarray(probabilities, dtype=np.float64)[:, present]
    kept = np.maximum(kept, np.finfo(np.float64).tiny)
    kept /= kept.sum(axis=1, keepdims=True)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "May not flag all label issues", UserWarning)
        found = find_label_issues(
            np.searchsorted(present, labels),
            kept,
            filter_by="confident_learning",
            return_indices_ranked_by="self_confidence",
            n_jobs=1,
        )
    return np.asarray(found, dtype=np.int64)


__all__ = ["find_suspects"]
