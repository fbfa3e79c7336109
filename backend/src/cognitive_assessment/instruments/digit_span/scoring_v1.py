"""Rule `digit_span@1`: one point a right trial, spans by block; a trial that was passed over is a miss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cognitive_assessment.instruments.digit_span.trial_v1 import score_trial
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import InstrumentResult, Score
from cognitive_assessment.scoring.answered import AnsweredQuestion
from cognitive_assessment.scoring.span_blocks import score_span

RULE = "digit_span@1"


def score_question(context: QuestionContext, answer: SpokenAnswer) -> Score:
    """Score one trial; `context.expected` holds the digits as they have to be said."""
    return score_trial(context, answer, rule=RULE)


def score_instrument(answered: Sequence[AnsweredQuestion], part: Mapping[str, Any]) -> InstrumentResult:
    """Make the spans of both directions; a trial passed over is missed."""
    return score_span(answered, part, rule=RULE, unit="digits", is_passed_missed=True)
