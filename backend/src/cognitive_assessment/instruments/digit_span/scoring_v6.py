"""Rule `digit_span@6`: as `digit_span@5`, but a digit that was taken back at the end is looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cognitive_assessment.instruments.digit_span import taken_back_v1, weighed_v1
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import InstrumentResult, Score
from cognitive_assessment.scoring.answered import AnsweredQuestion
from cognitive_assessment.scoring.span_blocks import score_span

RULE = "digit_span@6"


def score_question(context: QuestionContext, answer: SpokenAnswer) -> Score:
    """Score one trial; `context.expected` holds the digits as they have to be said."""
    score = weighed_v1.score_question(context, answer, rule=RULE)
    return taken_back_v1.looked_at(score, context, answer)


def score_instrument(answered: Sequence[AnsweredQuestion], part: Mapping[str, Any]) -> InstrumentResult:
    """Make the spans of both directions; a block ends where two trials of a length more probably were missed."""
    return score_span(answered, part, rule=RULE, unit="digits", is_passed_missed=False, is_doubt_missed=True)
