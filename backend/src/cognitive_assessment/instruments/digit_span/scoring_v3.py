"""Rule `digit_span@3`: as `digit_span@2`, and a miss that another hearing makes right goes to a reviewer."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from cognitive_assessment.instruments.digit_span.trial_v1 import score_trial
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import InstrumentResult, Score
from cognitive_assessment.scoring.answered import AnsweredQuestion
from cognitive_assessment.scoring.span_blocks import score_span

RULE = "digit_span@3"
HEARD_RIGHT = "In another hearing the answer is right."


def score_question(context: QuestionContext, answer: SpokenAnswer) -> Score:
    """Score one trial; `context.expected` holds the digits as they have to be said."""
    score = score_trial(context, answer, rule=RULE)
    if score.status != "scored" or score.values["points"] or not _is_right_elsewhere(context, answer):
        return score
    reason = " ".join(part for part in (HEARD_RIGHT, score.reason) if part)
    return dataclasses.replace(score, status="needs_review", reason=reason)


def score_instrument(answered: Sequence[AnsweredQuestion], part: Mapping[str, Any]) -> InstrumentResult:
    """Make the spans of both directions; whether a trial passed over would have been right is not known."""
    return score_span(answered, part, rule=RULE, unit="digits", is_passed_missed=False)


def _is_right_elsewhere(context: QuestionContext, answer: SpokenAnswer) -> bool:
    """Whether something else that was heard in the same recording would have the point."""
    others = (dataclasses.replace(answer, text=text, words=(), alternatives=()) for text in answer.alternatives)
    return any(score_trial(context, other, rule=RULE).values.get("points") for other in others)
