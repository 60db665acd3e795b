"""Temperature scaling: one number that takes the overstatement out of a model's probabilities."""

import numpy as np

from cropcore.errors import LabelError

_LOG_RANGE = (float(np.log(0.05)), float(np.log(20.0)))


def fit_temperature(logits: np.ndarray, truth: np.ndarray) -> float:
    """The temperature T for which ``softmax(logits / T)`` fits validation samples best.

    T > 1 says the model was too sure. The classes keep their order, so accuracy stays.

    Args:
        logits: (sample, class), of samples the model was not trained on.
        truth: Position of each sample's true class, int (sample,).

    Returns:
        T from 0.05 to 20, never worse on these samples than T = 1.

    Raises:
        LabelError: There are no samples, or logits that are no numbers.

    References:
        Guo et al. (2017), On Calibration of Modern Neural Networks, arXiv:1706.04599.
    """
    from scipy.optimize import minimize_scalar

    logits = np.asarray(logits, dtype=np.float64)
    if not len(logits) or len(logits) != len(truth) or not np.isfinite(logits).all():
        raise LabelError(
            "calibration",
            expected="finite logits and true classes of the same validation samples",
            got=f"logits {logits.shape} for {len(truth)} classes"
            + ("" if np.isfinite(logits).all() else ", some not finite"),
            advice="check the validation set and that training converged",
        )
    shifted = logits - logits.max(axis=1, keepdims=True)
    own = shifted[np.arange(len(truth)), truth]

    def loss(log_temperature: float) -> float:
        scaled = np.exp(-log_temperature)
        return float((np.log(np.exp(shifted * scaled).sum(axis=1)) - own * scaled).mean())

    found = minimize_scalar(loss, bounds=_LOG_RANGE, method="bounded", options={"xatol": 1e-6})
    return float(np.exp(found.x)) if loss(float(found.x)) <= loss(0.0) else 1.0


__all__ = ["fit_temperature"]
