"""Rule `naming@3`: as `naming@2`, but a longer name of another thing ("a chain saw") is doubtful."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cognitive_assessment.instruments.naming import questions_v1
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import InstrumentResult, Score
from cognitive_assessment.scoring.answered import AnsweredQuestion

RULE = "naming@3"


def score_question(context: QuestionContext, answer: SpokenAnswer) -> Score:
    """Score one thing; raises `InvalidInput` if its names, parted by `|`, are not known."""
    return questions_v1.score_question(context, answer, rule=RULE, is_kind_doubted=True, knows_others=True)


def score_instrument(answered: Sequence[AnsweredQuestion], part: Mapping[str, Any]) -> InstrumentResult:
    """Add up pictures and questions apart; the times are those of pictures that were named rightly."""
    return questions_v1.score_instrument(answered, part, rule=RULE)
