"""Digits said one by one: each stretch of voice is scored over the ten digits by both models, and what the two heard in
the whole recording votes along.

Whole decodings swallow repeated digits and are helped by context; single stretches are counted rightly and heard
without context.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cognitive_assessment.records.speech import Stretch

DIGIT_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
SPELLINGS: tuple[tuple[str, ...], ...] = tuple(
    (word, word.capitalize(), str(digit)) for digit, word in enumerate(DIGIT_WORDS)
)
LONGEST_DIGIT_S = 1.6
MOST_SWALLOWED = 3
MOST_STRETCHES = 12  # three more than the longest sequence has digits
WINDOW_S = 4.0
# Of the first and of the second recogniser; from 0.4 to 0.8, and from 1 to 2.5, the measured sequences read alike.
STRETCH_WEIGHTS = (0.7, 0.3)
VOTES = (2.0, 1.5)
_GAP = -6.0


@dataclass(frozen=True, slots=True)
class FusedDigits:
    """The digits, one a stretch, the probability of each, and the log-probabilities of all ten for each stretch."""

    digits: str
    probabilities: tuple[float, ...]
    log_probabilities: NDArray[np.float64]


def are_single_digits(stretches: Sequence[Stretch], whole_readings: Sequence[str]) -> bool:
    """Tell whether the stretches can be one digit each.

    Parameters
    ----------
    stretches : sequence of Stretch
        Where the voice is.
    whole_readings : sequence of str
        The digits that were heard in the whole recording, by each model.

    Returns
    -------
    bool
        True if every stretch is short enough for one digit and no reading has more digits than there are stretches, or
        far fewer.
    """
    if not _are_short(stretches):
        return False
    swallowed = [len(stretches) - len(reading) for reading in whole_readings if reading]
    return bool(swallowed) and min(swallowed) >= 0 and min(swallowed) <= MOST_SWALLOWED


def can_be_an_answer(stretches: Sequence[Stretch]) -> bool:
    """Tell whether these few stretches can be one digit each, whatever was read in the whole recording."""
    return len(stretches) <= MOST_STRETCHES and _are_short(stretches)


def _are_short(stretches: Sequence[Stretch]) -> bool:
    return bool(stretches) and all(one.offset_s - one.onset_s <= LONGEST_DIGIT_S for one in stretches)


def fuse(stretch_scores: Sequence[NDArray[np.float64]], whole_readings: Sequence[str]) -> FusedDigits:
    """Put single stretches and whole readings together.

    Parameters
    ----------
    stretch_scores : sequence of ndarray, each of shape (n_stretches, 10)
        Log-probabilities of the ten digits for each stretch, by the first and by the second recogniser.
    whole_readings : sequence of str
        What each heard in the whole recording, as digits; it votes where it aligns with a stretch.

    Returns
    -------
    FusedDigits
        One digit a stretch.
    """
    weighted = zip(STRETCH_WEIGHTS, stretch_scores, strict=True)
    evidence = np.sum([weight * normalised(scores) for weight, scores in weighted], axis=0)
    total = evidence.copy()
    for vote, reading in zip(VOTES, whole_readings, strict=True):
        for position, digit in align(reading, normalised(evidence)).items():
            total[position, digit] += vote
    of_digits = normalised(total)
    probabilities = np.exp(of_digits)
    best = probabilities.argmax(axis=1)
    return FusedDigits("".join(map(str, best)), tuple(float(p) for p in probabilities.max(axis=1)), of_digits)


def align(reading: str, scores: NDArray[np.float64]) -> dict[int, int]:
    """Find the stretch to which each digit of a reading belongs, so that the scores of the pairs add up to the most.

    A digit without a stretch, and a stretch without a digit, cost a fixed amount.

    Parameters
    ----------
    reading : str
        Digits heard in the whole recording.
    scores : ndarray, shape (n_stretches, 10)
        Log-probabilities of the ten digits for each stretch.

    Returns
    -------
    dict of int to int
        Stretch to digit.

    References
    ----------
    Needleman SB, Wunsch CD. A general method applicable to the search for similarities in the amino acid sequence of
    two proteins. J Mol Biol 48, 443-453 (1970).
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


def normalised(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log-probabilities that add up to 1 in each row.

    Parameters
    ----------
    scores : ndarray, shape (n_rows, n_columns)
        Logarithms of anything positive.

    Returns
    -------
    ndarray
        Of the same shape.
    """
    of_rows: NDArray[np.float64] = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
    return of_rows
