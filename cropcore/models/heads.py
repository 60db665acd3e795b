"""Heads of an attention share the features of a date evenly."""

from __future__ import annotations


def share_evenly(n_heads: int, **features: int) -> None:
    """Refuse numbers of features, by name, that heads cannot share.

    Raises:
        ValueError: Some cannot be divided; the message says what would be, for a form or a command.
    """
    if any(number % n_heads for number in features.values()):
        raise ValueError(f"{' and '.join(features)} that {n_heads} heads can share evenly")


__all__ = ["share_evenly"]
