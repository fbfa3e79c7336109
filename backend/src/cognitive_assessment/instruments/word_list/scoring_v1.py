"""Rule `word_list@1`: words recalled after each trial and after the delay, intrusions by kind, and recognition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cognitive_assessment.instruments.word_list import measures_v1, questions_v1
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer, TouchResponse
from cognitive_assessment.records.scores import InstrumentResult, Score
from cognitive_assessment.scoring.answered import AnsweredQuestion
from cognitive_assessment.scoring.word_recall import recalled_in

RULE = "word_list@1"


def score_question(context: QuestionContext, answer: SpokenAnswer | TouchResponse) -> Score:
    """Score a recall, or the recognition."""
    return questions_v1.score_question(context, answer, rule=RULE, recall=recalled_in)


def score_instrument(answered: Sequence[AnsweredQuestion], part: Mapping[str, Any]) -> InstrumentResult:
    """Make the measures of the whole from its recalls, its delay and its recognition."""
    return measures_v1.measures(answered, part, rule=RULE)
