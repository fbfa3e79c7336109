"""Rule `orientation@2`: as `orientation@1`, but a time that is named as coming or past is no sure answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cognitive_assessment.instruments.orientation import points_v1
from cognitive_assessment.instruments.orientation.other_times_v1 import read_what_is_now
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import InstrumentResult, Score
from cognitive_assessment.scoring.answered import AnsweredQuestion

RULE = "orientation@2"


def score_question(context: QuestionContext, answer: SpokenAnswer) -> Score:
    """Score one question; raises `InvalidInput` if the item is unknown or the session's time or place is not given."""
    return points_v1.score_question(context, answer, rule=RULE, reread=read_what_is_now)


def score_instrument(answered: Sequence[AnsweredQuestion], part: Mapping[str, Any]) -> InstrumentResult:
    """Add up the points for time, and those for place if the session had a place."""
    return points_v1.score_instrument(answered, part, rule=RULE)
