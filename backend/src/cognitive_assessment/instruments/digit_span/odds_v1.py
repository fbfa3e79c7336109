"""How probably a sequence was said right, by what its digits sound like: Bayes' rule over what people say.

Before anything is heard, a right answer is as probable as the published means of older adults make it at that length.
A wrong one of the same length has two neighbours exchanged, one digit replaced, or is anything; a shorter one leaves
digits out. A right one may have two digits in one stretch of voice. Each of these is weighed by its sound.

References
----------
Henson RNA. Short-term memory for serial order: the start-end model. Cogn Psychol 36, 73-137 (1998): most errors are
of order, and most of these exchange neighbours. The shares below are assumed; docs/decisions/speech.md says what
changes with others.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import combinations

# At which length half of the trials are right: UDS 3 number span, 70 to 79 years, about 8 of 14 trials right forward
# (lengths 3 to 9, two each) and 7 of 14 backward (2 to 8). A digit more makes the odds of a right answer e times less.
HALF_RIGHT = {"forward": 6.5, "backward": 5.0}
# Of wrong answers: two neighbours exchanged, two others, one digit replaced, some left out, anything else so long.
EXCHANGED, FAR_EXCHANGED, REPLACED, LEFT_OUT, ANYTHING = 0.4, 0.1, 0.2, 0.25, 0.05
TOGETHER = 0.005  # of neighbours in a right answer in which nobody heard more digits than stretches: both in one
MOST_LACKING = 2
_ONE_OF_TEN = math.log(0.1)
_FURTHEST = 700.0  # exp of more is no number

Sounds = Sequence[Sequence[float]]


def probability_right(expected: str, sounds: Sounds, *, block: str | None) -> float | None:
    """Give the probability that the digits that were asked for were said.

    Parameters
    ----------
    expected : str
        The right digits, in the order in which they have to be said.
    sounds : sequence of sequences of float
        For each stretch of voice, the log-probabilities of the ten digits, as if all were equally frequent: so they
        are in proportion to how likely each digit makes the sound, and stretches are taken as independent.
    block : str or None
        `forward` or `backward`; for any other, right and wrong are equally likely before anything is heard.

    Returns
    -------
    float or None
        From 0 to 1; None if there are more stretches than digits, or far fewer: they are not one digit each.
    """
    lacking = len(expected) - len(sounds)
    if not sounds or not 0 <= lacking <= min(MOST_LACKING, len(sounds)):
        return None
    right = [_together(expected, sounds, held) for held in combinations(range(len(sounds)), lacking)]
    wrong = [
        math.log(share / len(ways)) + _sum(_sound(one, sounds) for one in ways)
        for share, ways in (_left_out(expected, lacking) if lacking else _of_one_length(expected))
        if ways
    ]
    wrong.append(math.log(ANYTHING) + len(sounds) * _ONE_OF_TEN)
    prior = HALF_RIGHT[block] - len(expected) if block in HALF_RIGHT else 0.0
    logit = prior + _sum(right) - math.log(len(right)) + _share_together(expected, lacking) - _sum(wrong)
    return 1 / (1 + math.exp(-max(-_FURTHEST, min(logit, _FURTHEST))))


def _sound(digits: str, sounds: Sounds) -> float:
    return sum(of_ten[int(digit)] for digit, of_ten in zip(digits, sounds, strict=True))


def _together(expected: str, sounds: Sounds, held: Sequence[int]) -> float:
    """How it sounds if each of these stretches holds two digits, of which nothing can be said."""
    total, at = 0.0, 0
    for place, of_ten in enumerate(sounds):
        is_held = place in held
        total += _ONE_OF_TEN if is_held else of_ten[int(expected[at])]
        at += 2 if is_held else 1
    return total


def _share_together(expected: str, lacking: int) -> float:
    """The logarithm of the share of right answers in which so many pairs are said without a pause."""
    pairs = len(expected) - 1
    share = math.comb(pairs, lacking) * TOGETHER**lacking * (1 - TOGETHER) ** (pairs - lacking)
    return math.log(share)


def _of_one_length(expected: str) -> Iterator[tuple[float, list[str]]]:
    pairs = [(i, j) for i, j in combinations(range(len(expected)), 2) if expected[i] != expected[j]]
    yield EXCHANGED, [_exchanged(expected, i, j) for i, j in pairs if j == i + 1]
    yield FAR_EXCHANGED, [_exchanged(expected, i, j) for i, j in pairs if j > i + 1]
    places = range(len(expected))
    yield REPLACED, [_with(expected, at, other) for at in places for other in "0123456789" if other != expected[at]]


def _exchanged(digits: str, i: int, j: int) -> str:
    return _with(_with(digits, i, digits[j]), j, digits[i])


def _with(digits: str, at: int, digit: str) -> str:
    return digits[:at] + digit + digits[at + 1 :]


def _left_out(expected: str, lacking: int) -> Iterator[tuple[float, list[str]]]:
    yield LEFT_OUT, ["".join(kept) for kept in combinations(expected, len(expected) - lacking)]


def _sum(logarithms: Sequence[float] | Iterator[float]) -> float:
    """The logarithm of the sum of what these are logarithms of."""
    known = list(logarithms)
    most = max(known)
    return most + math.log(sum(math.exp(one - most) for one in known))
