"""How much of an ensemble's uncertainty lies in the data, and how much between its members.

References:
    Depeweg et al. (2018), Decomposition of uncertainty in Bayesian deep learning for efficient and
    risk-sensitive learning, arXiv:1710.07283.
"""

import numpy as np

from cropcore.confidence.measures import entropy


def aleatoric(members: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Mean entropy of the members over log K, (…,): what each of them leaves open by itself.

    Args:
        members: Probabilities of each member, (member, …, class).
        weights: Say of each member, adding up to 1; alike where not given.
    """
    own = entropy(members)  # (member, …)
    return np.asarray(np.average(own, axis=0, weights=weights))


def epistemic(members: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Mutual information over log K, (…,): what is open only because the members disagree.

    With :func:`aleatoric` it adds up to the entropy of the members' mean.

    Args:
        members: Probabilities of each member, (member, …, class).
        weights: Say of each member, adding up to 1; alike where not given.
    """
    values = np.asarray(members, dtype=np.float64)
    total = entropy(np.average(values, axis=0, weights=weights))
    return np.clip(total - aleatoric(values, weights), 0, 1)


__all__ = ["aleatoric", "epistemic"]
