"""How sure a model says it is: measures of one sample's class probabilities.

The words are those of sits, whose uncertainty cubes are named entropy, least and margin. There
``margin`` is 1 − (p1 − p2), so that more means less sure; here it is p1 − p2.

References:
    Monarch (2021), Human-in-the-Loop Machine Learning, ISBN 978-1-61729-674-1, chapter 3;
    Camara et al., sits: Satellite Image Time Series Analysis on Earth Observation Data Cubes.
"""

import numpy as np


def softmax(logits: np.ndarray) -> np.ndarray:
    """Class probabilities from logits, float64 (…, class)."""
    shifted = np.asarray(logits, dtype=np.float64)
    shifted = shifted - shifted.max(axis=-1, keepdims=True)
    power = np.exp(shifted)
    return np.asarray(power / power.sum(axis=-1, keepdims=True))


def p_max(probabilities: np.ndarray) -> np.ndarray:
    """Probability of the likeliest class, (…,); 1/K to 1, more is surer."""
    return np.asarray(probabilities, dtype=np.float64).max(axis=-1)


def least(probabilities: np.ndarray) -> np.ndarray:
    """Least confidence 1 − p_max, (…,); 0 is sure."""
    return 1 - p_max(probabilities)


def margin(probabilities: np.ndarray) -> np.ndarray:
    """Distance p1 − p2 between the two likeliest classes, (…,); 0 is undecided, 1 sure."""
    values = np.asarray(probabilities, dtype=np.float64)
    if values.shape[-1] < 2:
        return values[..., 0]
    top = np.partition(values, -2, axis=-1)
    return top[..., -1] - top[..., -2]


def entropy(probabilities: np.ndarray) -> np.ndarray:
    """Entropy H / log K, (…,); 0 is sure, 1 all classes alike."""
    values = np.asarray(probabilities, dtype=np.float64)
    n_classes = values.shape[-1]
    if n_classes < 2:
        return np.zeros(values.shape[:-1])
    parts = values * np.log(np.where(values > 0, values, 1))
    return np.clip(-parts.sum(axis=-1) / np.log(n_classes), 0, 1)


__all__ = ["entropy", "least", "margin", "p_max", "softmax"]
