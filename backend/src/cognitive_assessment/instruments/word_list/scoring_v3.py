"""Rule `word_list@3`: as `word_list@2`, with more compounds that are the word, and more comments that name nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cognitive_assessment.instruments.word_list import measures_v1, questions_v1
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer, TouchResponse
from cognitive_assessment.records.scores import InstrumentResult, Score
from cognitive_assessment.scoring.answered import AnsweredQuestion
from cognitive_assessment.scoring.word_recall import recalled_among_talk

RULE = "word_list@3"


def score_question(context: QuestionContext, answer: SpokenAnswer | TouchResponse) -> Score:
    """Score a recall, or the recognition."""
    return questions_v1.score_question(context, answer, rule=RULE, recall=recalled_among_talk, has_more=True)


def score_instrument(answered: Sequence[AnsweredQuestion], part: Mapping[str, Any]) -> InstrumentResult:
    """Make the measures of the whole from its recalls, its delay and its recognition."""
    return measures_v1.measures(answered, part, rule=RULE)
