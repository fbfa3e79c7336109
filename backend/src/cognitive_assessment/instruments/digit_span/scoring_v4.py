"""Rule `digit_span@4`: as `digit_span@2`, but what single digits sound like says whether a miss is one.

A miss that may be misheard counts as right until somebody has listened. One that by its sound surely is none of what
was asked for is a miss, however unsure the very digits are, and nobody has to listen.

Assumed: a right answer that is misheard becomes anything, while a wrong one seldom sounds exactly like what was asked
for. Errors of immediate memory can be confusions of sound, too (Conrad 1964): those are forgiven until reviewed.

References
----------
Conrad R. Acoustic confusions in immediate memory. Br J Psychol 55, 75-84 (1964).
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import Any

from cognitive_assessment.instruments.digit_span.hearing_v1 import (
    as_a_sure_miss,
    credited,
    is_right_in_another,
    is_taken_back,
    joined,
)
from cognitive_assessment.instruments.digit_span.trial_v1 import score_trial
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import InstrumentResult, Score
from cognitive_assessment.scoring.answered import AnsweredQuestion
from cognitive_assessment.scoring.span_blocks import score_span
from cognitive_assessment.scoring.uncertainty import SHARE_UNKNOWN

RULE = "digit_span@4"
# How many times as likely the likeliest digits by their sound are as those that were asked for: at most, where they may
# be these, and at least, where they surely are not. Chosen knowing the four speakers of docs/reference/benchmarks.md.
ALIKE_WITHIN = 50.0
OTHER_FROM = 10_000.0


def score_question(context: QuestionContext, answer: SpokenAnswer) -> Score:
    """Score one trial; `context.expected` holds the digits as they have to be said."""
    score = score_trial(context, answer, rule=RULE)
    if score.status == "not_scorable" or score.values["points"]:
        return score
    times = _times_as_likely(context.expected or "", answer.digit_sounds)
    doubt = _doubt(context, answer, times)
    if doubt is None:
        return as_a_sure_miss(context, answer, rule=RULE) if times is not None and times >= OTHER_FROM else score
    if is_taken_back(answer):
        return dataclasses.replace(score, status="needs_review", reason=joined(f"{doubt}.", score.reason))
    return credited(
        score,
        reason=joined(f"{doubt}: it counts as right until somebody has listened.", score.reason),
        expected=None if score.expected is None else max(score.expected, SHARE_UNKNOWN),
        interval_90=None if score.expected is None else (0.0, 1.0),
    )


def score_instrument(answered: Sequence[AnsweredQuestion], part: Mapping[str, Any]) -> InstrumentResult:
    """Make the spans of both directions; whether a trial passed over would have been right is not known."""
    return score_span(answered, part, rule=RULE, unit="digits", is_passed_missed=False)


def _doubt(context: QuestionContext, answer: SpokenAnswer, times: float | None) -> str | None:
    """Why the answer may be right though it was heard as a miss, if it may."""
    if is_right_in_another(context, answer, rule=RULE):
        return "In another hearing the answer is right"
    if times is not None and times <= ALIKE_WITHIN:
        return "By its sound the answer may be right"
    return None


def _times_as_likely(expected: str, digit_sounds: Sequence[Sequence[float]]) -> float | None:
    """How many times as likely as what was asked for the likeliest digits are, for as many stretches as were asked."""
    if not digit_sounds or len(expected) != len(digit_sounds):
        return None
    gaps = (max(of_digits) - of_digits[int(digit)] for digit, of_digits in zip(expected, digit_sounds, strict=True))
    return math.exp(min(sum(gaps), 700.0))  # more would be no number
