"""Digits said one by one: each stretch of voice is scored over the ten digits by both models, and what the two heard in
the whole recording votes along.

Whole decodings swallow repeated digits and are helped by context; single stretches are counted rightly and heard without
context. The weights are the middle of a wide plateau (docs/reference/benchmarks.md), not a tuned optimum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cognitive_assessment.records.speech import Stretch

SPELLINGS: tuple[tuple[str, ...], ...] = tuple(
    (word, word.capitalize(), str(digit))
    for digit, word in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    )
)
LONGEST_DIGIT_S = 1.6
# the first recogniser, made for English, counts for more than the multilingual second
STRETCH_WEIGHTS = (0.7, 0.3)
VOTES = (2.0, 1.5)
_GAP = -6.0


@dataclass(frozen=True, slots=True)
class FusedDigits:
    """The digits, and the probability of each."""

    digits: str
    probabilities: tuple[float, ...]


def are_single_digits(stretches: Sequence[Stretch], whole_readings: Sequence[str]) -> bool:
    """Whether the stretches can be one digit each: all short, and about as many as digits were heard."""
    if not stretches or any(s.offset_s - s.onset_s > LONGEST_DIGIT_S for s in stretches):
        return False
    return any(reading and 0 <= len(stretches) - len(reading) <= 2 for reading in whole_readings)


def fuse(stretch_scores: Sequence[NDArray[np.float64]], whole_readings: Sequence[str]) -> FusedDigits:
    """Put single stretches and whole readings together.

    Parameters
    ----------
    stretch_scores : sequence of ndarray, each of shape (n_stretches, 10)
        One a model: log-probabilities of the ten digits for each stretch.
    whole_readings : sequence of str
        What was heard in the whole recording, as digits; each votes where it aligns with a stretch.

    Returns
    -------
    FusedDigits
        One digit a stretch.
    """
    evidence = np.tensordot(STRETCH_WEIGHTS, np.stack(stretch_scores), axes=1)
    total = evidence.copy()
    for reading, vote in zip(whole_readings, VOTES, strict=True):
        for position, digit in align(reading, _normalised(evidence)).items():
            total[position, digit] += vote
    probabilities = np.exp(_normalised(total))
    best = probabilities.argmax(axis=1)
    return FusedDigits("".join(map(str, best)), tuple(float(p) for p in probabilities.max(axis=1)))


def align(reading: str, scores: NDArray[np.float64]) -> dict[int, int]:
    """Which stretch each digit of a reading belongs to, so that the scores of the pairs add up to the most.

    A digit without a stretch, and a stretch without a digit, cost a fixed amount (Needleman and Wunsch 1970).
    """
    rows, columns = len(reading), scores.shape[0]
    best = np.full((rows + 1, columns + 1), -np.inf)
    best[0, :] = _GAP * np.arange(columns + 1)
    best[:, 0] = _GAP * np.arange(rows + 1)
    for i in range(1, rows + 1):
        for j in range(1, columns + 1):
            pair = best[i - 1, j - 1] + scores[j - 1, int(reading[i - 1])]
            best[i, j] = max(pair, best[i - 1, j] + _GAP, best[i, j - 1] + _GAP)
    pairs = {}
    i, j = rows, columns
    while i and j:
        if best[i, j] == best[i - 1, j - 1] + scores[j - 1, int(reading[i - 1])]:
            i, j = i - 1, j - 1
            pairs[j] = int(reading[i])
        elif best[i, j] == best[i - 1, j] + _GAP:
            i -= 1
        else:
            j -= 1
    return pairs


def _normalised(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    normalised: NDArray[np.float64] = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
    return normalised
