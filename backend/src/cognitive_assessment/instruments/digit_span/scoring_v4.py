"""Rule `digit_span@4`: as `digit_span@2`, and a miss that may be misheard counts as right until somebody has listened.

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

from cognitive_assessment.instruments.digit_span.trial_v1 import score_trial
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import InstrumentResult, Score
from cognitive_assessment.scoring.answered import AnsweredQuestion
from cognitive_assessment.scoring.span_blocks import score_span
from cognitive_assessment.scoring.uncertainty import SHARE_UNKNOWN
from cognitive_assessment.speech.spoken_mentions import correction_before
from cognitive_assessment.speech.spoken_refusals import gives_up
from cognitive_assessment.speech.spoken_text import tokens_of

RULE = "digit_span@4"
# The likeliest digits by their sound are at most so many times as likely as those that were asked for. Chosen knowing
# the four speakers of the measurements; what it forgives of wrong answers stands in docs/reference/benchmarks.md.
ALIKE_WITHIN = 100.0


def score_question(context: QuestionContext, answer: SpokenAnswer) -> Score:
    """Score one trial; `context.expected` holds the digits as they have to be said."""
    score = score_trial(context, answer, rule=RULE)
    if score.status == "not_scorable" or score.values["points"]:
        return score
    doubt = _doubt(context, answer)
    if doubt is None:
        return score
    if any(_takes_back(text) for text in (answer.text, *answer.alternatives)):
        return dataclasses.replace(score, status="needs_review", reason=_joined(f"{doubt}.", score.reason))
    return dataclasses.replace(
        score,
        status="needs_review",
        values={"points": 1.0},
        evidence=tuple(dataclasses.replace(one, label="may_be_right", points=1.0) for one in score.evidence),
        reason=_joined(f"{doubt}: it counts as right until somebody has listened.", score.reason),
        expected=None if score.expected is None else max(score.expected, SHARE_UNKNOWN),
        interval_90=None if score.expected is None else (0.0, 1.0),
    )


def score_instrument(answered: Sequence[AnsweredQuestion], part: Mapping[str, Any]) -> InstrumentResult:
    """Make the spans of both directions; whether a trial passed over would have been right is not known."""
    return score_span(answered, part, rule=RULE, unit="digits", is_passed_missed=False)


def _doubt(context: QuestionContext, answer: SpokenAnswer) -> str | None:
    """Why the answer may be right though it was heard as a miss, if it may."""
    if any(_is_clearly_right(context, text) for text in answer.alternatives):
        return "In another hearing the answer is right"
    if _sounds_like(context.expected or "", answer.digit_sounds):
        return "By its sound the answer may be right"
    return None


def _is_clearly_right(context: QuestionContext, text: str) -> bool:
    """Whether an answer of these words would have the point, and nobody would have to look at it."""
    score = score_trial(context, SpokenAnswer(text), rule=RULE)
    return score.status == "scored" and bool(score.values["points"])


def _sounds_like(expected: str, digit_sounds: Sequence[Sequence[float]]) -> bool:
    """Whether as many stretches of voice as were asked for sound nearly as much like what was asked as like another."""
    if len(expected) != len(digit_sounds):
        return False
    gaps = (max(of_digits) - of_digits[int(digit)] for digit, of_digits in zip(expected, digit_sounds, strict=True))
    return sum(gaps) <= math.log(ALIKE_WITHIN)


def _takes_back(text: str) -> bool:
    """Whether somebody corrects himself or gives up in these words, so that other words than the last are no answer."""
    tokens = tokens_of(text)
    return gives_up(tokens) or correction_before(tokens, len(tokens), 0)


def _joined(*reasons: str | None) -> str:
    return " ".join(reason for reason in reasons if reason)
