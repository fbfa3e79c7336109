"""Uncertainty of sums and spans, against cases worked by hand and against plain enumeration."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognitive_assessment.instruments.scoring import score_question
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.speech import Word
from cognitive_assessment.scoring.span import Trial, is_stopped, longest_span, trials_right
from cognitive_assessment.scoring.uncertainty import (
    distribution_of_count,
    distribution_of_longest,
    expected_value,
    interval_90,
    probability_of_point,
)

CHANCES = st.lists(st.floats(0, 1), min_size=1, max_size=7)


def test_two_answers_worked_by_hand() -> None:
    # 0.9 and 0.8: none right 0.1 x 0.2, both right 0.9 x 0.8, one right the rest.
    assert distribution_of_count([0.9, 0.8]) == pytest.approx({0.0: 0.02, 1.0: 0.26, 2.0: 0.72})


def test_longest_span_worked_by_hand() -> None:
    # Length 4 right with 0.5 in one of two trials: 1 - 0.5 x 0.5 = 0.75; else length 3, which is certain.
    found = distribution_of_longest({3: [1.0, 0.0], 4: [0.5, 0.5]})
    assert found == pytest.approx({0.0: 0.0, 3.0: 0.25, 4.0: 0.75})
    assert expected_value(found) == pytest.approx(3.75)


def test_certain_answers_have_no_spread() -> None:
    trials = [
        Trial(3, 1, 1.0),
        Trial(3, 1, 1.0),
        Trial(4, 0, 0.0),
        Trial(4, 1, 1.0),
        Trial(5, 0, 0.0),
        Trial(5, 0, 0.0),
    ]
    assert longest_span(trials).value == 4
    assert longest_span(trials).interval_90 == (4, 4)
    assert trials_right(trials).value == trials_right(trials).expected == 3


def test_no_trial_right_is_a_span_of_nought() -> None:
    assert longest_span([Trial(3, 0, 0.0), Trial(3, 0, 0.0)]).value == 0


@pytest.mark.parametrize(
    ("is_right", "probability", "alternatives", "expected"),
    [
        (True, None, (), 1.0),
        (False, None, (), 0.0),
        (True, 0.9, (), 0.9),
        (False, 0.9, (), 0.05),
        (False, 0.9, (True,), 0.1),
        (False, 0.9, (False,), 0.0),
        (False, 0.8, (True, False), 0.1),
    ],
)
def test_probability_of_a_point(
    is_right: bool, probability: float | None, alternatives: tuple[bool, ...], expected: float
) -> None:
    assert probability_of_point(is_right, probability, alternatives) == pytest.approx(expected)


@given(CHANCES)
def test_count_agrees_with_enumeration(chances: list[float]) -> None:
    enumerated = dict.fromkeys(map(float, range(len(chances) + 1)), 0.0)
    for outcome in itertools.product((0, 1), repeat=len(chances)):
        enumerated[float(sum(outcome))] += math.prod(
            p if right else 1 - p for p, right in zip(chances, outcome, strict=True)
        )
    assert distribution_of_count(chances) == pytest.approx(enumerated, abs=1e-9)


@given(st.dictionaries(st.integers(2, 5), st.lists(st.floats(0, 1), min_size=1, max_size=2), min_size=1))
def test_longest_agrees_with_enumeration(by_length: dict[int, list[float]]) -> None:
    trials = [(length, chance) for length, chances in by_length.items() for chance in chances]
    enumerated = dict.fromkeys([0.0, *map(float, by_length)], 0.0)
    for outcome in itertools.product((0, 1), repeat=len(trials)):
        longest = max((length for (length, _), right in zip(trials, outcome, strict=True) if right), default=0)
        enumerated[float(longest)] += math.prod(
            p if right else 1 - p for (_, p), right in zip(trials, outcome, strict=True)
        )
    assert distribution_of_longest(by_length) == pytest.approx(enumerated, abs=1e-9)


@given(CHANCES)
def test_the_interval_holds_nine_tenths(chances: list[float]) -> None:
    distribution = distribution_of_count(chances)
    low, high = interval_90(distribution)
    assert low <= high
    assert sum(chance for value, chance in distribution.items() if low <= value <= high) >= 0.9 - 1e-9


@pytest.mark.parametrize(
    ("given_trials", "stopped"),
    [
        ([], False),
        ([(3, 0.0)], False),
        ([(3, 0.0), (3, 0.0)], True),
        ([(3, 0.0), (3, 1.0), (4, 0.0)], False),
        ([(3, 0.0), (3, 1.0), (4, 0.0), (4, 0.0)], True),
    ],
)
def test_stop_rule(given_trials: list[tuple[int, float]], stopped: bool) -> None:
    assert is_stopped(given_trials, misses=2) is stopped


def test_what_was_heard_without_a_known_probability_has_no_expected_value() -> None:
    words = (Word("five", 0.0, 0.4, 0.9),)
    for answer, expected in ((SpokenAnswer("five", words=words), None), (SpokenAnswer("five"), 1.0)):
        context = QuestionContext("digit_span", "x", "en", None, "5")
        assert score_question("digit_span", context, answer).expected == expected
