"""What a network is made to lower: cross-entropy, softened or sharpened."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="cropcore")
class ClassLoss(keras.losses.Loss):
    """Cross-entropy of class indices and logits, with focus and smoothing.

    Labels ``(…)`` and logits ``(…, class)``; the loss of each label is ``−Σ q (1 − p)^gamma log p``
    over classes, where ``q`` is 1 − ``smoothing`` at the label and shares the rest out to all
    classes alike. Both at 0 it is the plain cross-entropy.

    Args:
        gamma: Exponent that makes samples count less the surer they are told right.
        smoothing: Share of certainty that is taken from each label.

    References:
        Lin et al. (2017), Focal loss for dense object detection, arXiv:1708.02002; Szegedy et al.
        (2016), Rethinking the inception architecture, arXiv:1512.00567.
    """

    def __init__(self, gamma: float = 0.0, smoothing: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**{"name": "class_loss", **kwargs})
        self.gamma = float(gamma)
        self.smoothing = float(smoothing)

    def call(self, y_true: keras.KerasTensor, y_pred: keras.KerasTensor) -> keras.KerasTensor:
        """Loss of each label, (…)."""
        log_p = ops.log_softmax(y_pred, axis=-1)
        n_classes = y_pred.shape[-1]
        sure = ops.one_hot(ops.cast(y_true, "int32"), n_classes, dtype=log_p.dtype)
        wanted = sure * (1 - self.smoothing) + self.smoothing / n_classes
        if self.gamma:
            wanted = wanted * ops.power(1 - ops.exp(log_p), self.gamma)
        return -ops.sum(wanted * log_p, axis=-1)

    def get_config(self) -> dict[str, Any]:
        """What is needed to make this loss again."""
        return super().get_config() | {"gamma": self.gamma, "smoothing": self.smoothing}


__all__ = ["ClassLoss"]
