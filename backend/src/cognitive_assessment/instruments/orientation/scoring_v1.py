"""Rule `orientation@1`: one point for each right answer, about the session's own local time and its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cognitive_assessment.instruments.orientation import points_v1
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import InstrumentResult, Score
from cognitive_assessment.scoring.answered import AnsweredQuestion

RULE = "orientation@1"


def score_question(context: QuestionContext, answer: SpokenAnswer) -> Score:
    """Score one question; raises `InvalidInput` if the item is unknown or the session's time or place is not given."""
    return points_v1.score_question(context, answer, rule=RULE)


def score_instrument(answered: Sequence[AnsweredQuestion], part: Mapping[str, Any]) -> InstrumentResult:
    """Add up the points for time, and those for place if the session had a place."""
    return points_v1.score_instrument(answered, part, rule=RULE)
