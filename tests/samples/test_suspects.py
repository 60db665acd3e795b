"""Labels that are likely wrong."""

import numpy as np
import pytest

from cropcore.confidence import softmax
from cropcore.samples import find_suspects

N_CLASSES = 4


def answers(n=800, wrong=40, sure=4.0, seed=0):
    """Out-of-fold probabilities, labels of which some are wrong, and which ones."""
    random = np.random.default_rng(seed)
    truth = random.integers(0, N_CLASSES, n)
    logits = random.normal(size=(n, N_CLASSES))
    logits[np.arange(n), truth] += sure
    at = random.choice(n, wrong, replace=False)
    labels = truth.copy()
    labels[at] = (truth[at] + random.integers(1, N_CLASSES, wrong)) % N_CLASSES
    return softmax(logits).astype(np.float32), labels, set(at.tolist())


def test_planted_errors_are_found():
    probabilities, labels, wrong = answers()
    found = find_suspects(probabilities, labels)
    assert len(set(found.tolist()) & wrong) >= 0.7 * len(wrong)
    assert len(set(found.tolist()) - wrong) <= 0.1 * len(found)
    believed = probabilities[found, labels[found]]
    assert (np.diff(believed) >= -1e-6).all(), "the least credible label comes first"


def test_a_systematic_confusion_is_found():
    """Half of class 1 is called class 0: as many as rightly bear that name."""
    probabilities, labels, _ = answers(wrong=0, n=1200)
    was = np.flatnonzero(labels == 1)[::2]
    labels[was] = 0
    found = find_suspects(probabilities, labels)
    assert len(set(found.tolist()) & set(was.tolist())) > 0.6 * len(was)


def test_right_labels_are_left_alone():
    probabilities, labels, _ = answers(wrong=0, sure=6.0)
    assert len(find_suspects(probabilities, labels)) <= 2


@pytest.mark.parametrize("zeros", [False, True])
def test_classes_without_samples_do_not_matter(zeros):
    probabilities, labels, wrong = answers()
    wider = np.insert(probabilities * (1 if zeros else 0.9), 1, 0 if zeros else 0.1, axis=1)
    labels = labels + (labels >= 1)
    found = find_suspects(wider.astype(np.float32), labels)
    assert len(set(found.tolist()) & wrong) >= 0.7 * len(wrong)


def test_one_class_or_few_samples_are_no_reason_to_fail():
    assert not len(find_suspects(np.array([[0.1, 0.9]] * 5), np.zeros(5, dtype=int)))
    some = find_suspects(np.array([[1.0, 0], [0, 1], [1, 0]], np.float32), np.array([0, 1, 1]))
    assert some.tolist() in ([], [2])
    certain = np.array([[0, 0, 1.0], [1, 0, 0]], np.float32)
    assert set(find_suspects(certain, np.array([0, 1])).tolist()) <= {0, 1}
