"""How probably a sequence was said right, by its sound: worked by hand, and against a plain sum over all answers."""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cognitive_assessment.instruments.digit_span.odds_v1 import (
    ANYTHING,
    EXCHANGED,
    FAR_EXCHANGED,
    HALF_RIGHT,
    LEFT_OUT,
    REPLACED,
    TOGETHER,
    probability_right,
)

Rows = list[list[float]]


def _heard(*stretches: dict[int, float]) -> Rows:
    return [[math.log(one.get(digit, 1e-12)) for digit in range(10)] for one in stretches]


def test_worked_by_hand_two_digits_by_the_rule_of_bayes_1763() -> None:
    """Right: 0.9 x 0.8 x 0.995. Wrong: 0.4 x 0.1 x 0.2, 0.2 x (0.1 x 0.8 + 0.9 x 0.2) / 18, and 0.05 / 100."""
    sounds = _heard({1: 0.9, 2: 0.1}, {2: 0.8, 1: 0.2})
    right, wrong = 0.7164, 0.008 + 0.0028889 + 0.0005
    assert probability_right("12", sounds, block=None) == pytest.approx(right / (right + wrong), abs=1e-6)
    more = right * math.exp(HALF_RIGHT["forward"] - 2)
    assert probability_right("12", sounds, block="forward") == pytest.approx(more / (more + wrong), abs=1e-6)


def test_half_of_the_trials_are_right_at_the_lengths_that_the_means_of_number_span_uds_3_give() -> None:
    """About 8 of 14 forward (lengths 3 to 9) and 7 of 14 backward (2 to 8), 70 to 79 years, NACC: two a length."""
    for block, lengths, mean in (("forward", range(3, 10), 8.0), ("backward", range(2, 9), 7.0)):
        right = sum(2 / (1 + math.exp(length - HALF_RIGHT[block])) for length in lengths)
        assert right == pytest.approx(mean, abs=0.2)


def test_the_shares_of_wrong_answers_add_up() -> None:
    assert pytest.approx(1) == EXCHANGED + FAR_EXCHANGED + REPLACED + LEFT_OUT + ANYTHING


def test_a_stretch_holds_two_digits_at_most() -> None:
    assert probability_right("416", _heard({4: 1.0}), block="forward") is None


@pytest.mark.parametrize("stretches", [0, 1, 5])
def test_of_too_many_or_far_too_few_stretches_nothing_is_said(stretches: int) -> None:
    assert probability_right("4168", _heard(*[{4: 1.0}] * stretches), block="forward") is None


def test_what_cannot_be_is_a_number_all_the_same() -> None:
    nowhere = [[-1e6] * 10 for _ in range(9)]
    assert probability_right("123456789", nowhere, block="backward") == pytest.approx(0, abs=1e-9)
    assert probability_right("1", _heard({1: 1.0}), block="forward") == pytest.approx(1, abs=1e-3)


@st.composite
def _trials(draw: st.DrawFn) -> tuple[str, Rows]:
    expected = draw(st.text("123456789", min_size=2, max_size=6))
    count = draw(st.integers(max((len(expected) + 1) // 2, len(expected) - 2), len(expected)))
    weights = st.lists(st.floats(0.01, 1.0), min_size=10, max_size=10)
    rows = [draw(weights) for _ in range(count)]
    return expected, [[math.log(one / sum(row)) for one in row] for row in rows]


def _said_wrongly(expected: str, count: int) -> dict[str, float]:
    """Every wrong answer with its share, written down one by one."""
    shares: defaultdict[str, float] = defaultdict(float)
    if count < len(expected):
        kept = list(combinations(expected, count))
        for one in kept:
            shares["".join(one)] += LEFT_OUT / len(kept)
        return shares
    swaps: dict[bool, list[str]] = {True: [], False: []}
    for i, j in combinations(range(count), 2):
        if expected[i] != expected[j]:
            digits = list(expected)
            digits[i], digits[j] = digits[j], digits[i]
            swaps[j == i + 1].append("".join(digits))
    for is_near, share in ((True, EXCHANGED), (False, FAR_EXCHANGED)):
        for one in swaps[is_near]:
            shares[one] += share / len(swaps[is_near])
    for at in range(count):
        for digit in "0123456789":
            if digit != expected[at]:
                shares[expected[:at] + digit + expected[at + 1 :]] += REPLACED / (9 * count)
    return shares


def _said_rightly(expected: str, rows: list[list[float]]) -> float:
    """How it sounds if it is right, over every way in which neighbours share a stretch."""
    lacking, pairs = len(expected) - len(rows), len(expected) - 1
    ways = []
    for held in combinations(range(len(rows)), lacking):
        left, sound = list(expected), 1.0
        for at, row in enumerate(rows):
            sound *= 0.1 if at in held else row[int(left[0])]
            left = left[2 if at in held else 1 :]
        ways.append(sound)
    share = math.comb(pairs, lacking) * TOGETHER**lacking * (1 - TOGETHER) ** (pairs - lacking)
    return share * sum(ways) / len(ways)


@settings(max_examples=150, deadline=None)
@given(_trials())
def test_it_is_the_plain_sum_over_all_answers(trial: tuple[str, Rows]) -> None:
    expected, sounds = trial
    rows = [[math.exp(one) for one in row] for row in sounds]
    right = _said_rightly(expected, rows)
    wrong = ANYTHING * 0.1 ** len(rows) + sum(
        share * math.prod(row[int(digit)] for row, digit in zip(rows, said, strict=True))
        for said, share in _said_wrongly(expected, len(rows)).items()
    )
    assert probability_right(expected, sounds, block=None) == pytest.approx(right / (right + wrong), rel=1e-9)


@settings(max_examples=50, deadline=None)
@given(_trials())
def test_the_longer_the_sequence_the_less_is_taken_on_trust(trial: tuple[str, Rows]) -> None:
    expected, sounds = trial
    forward, backward = (probability_right(expected, sounds, block=block) for block in ("forward", "backward"))
    assert forward is not None
    assert backward is not None
    assert 0 <= backward <= forward <= 1
