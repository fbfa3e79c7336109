"""Rule `picture_description@1`: which units were told in 90 seconds, in how many words, and how fluently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cognitive_assessment.instruments.picture_description import description_v1
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import InstrumentResult, Score
from cognitive_assessment.scoring.answered import AnsweredQuestion

RULE = "picture_description@1"


def score_question(context: QuestionContext, answer: SpokenAnswer) -> Score:
    """Count the units within the limit; a written answer has no times, and so no limit, rates, pauses or latency."""
    return description_v1.score_question(context, answer, rule=RULE)


def score_instrument(answered: Sequence[AnsweredQuestion], part: Mapping[str, Any]) -> InstrumentResult:
    """Give the measures of the one question; those that it had no basis for are left out."""
    return description_v1.score_instrument(answered, part, rule=RULE)
