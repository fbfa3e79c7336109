"""Rule `category_fluency@2`: as `category_fluency@1`, with every name of sex, young, breed and kind apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cognitive_assessment.instruments.category_fluency import count_v1
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import InstrumentResult, Score
from cognitive_assessment.scoring.answered import AnsweredQuestion

RULE = "category_fluency@2"


def score_question(context: QuestionContext, answer: SpokenAnswer) -> Score:
    """Count what was named within the limit."""
    return count_v1.score_question(context, answer, rule=RULE, parts_kinds=True)


def score_instrument(answered: Sequence[AnsweredQuestion], part: Mapping[str, Any]) -> InstrumentResult:
    """Give the counts of the one question of this form."""
    return count_v1.score_instrument(answered, part, rule=RULE)
