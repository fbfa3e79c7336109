"""Rule `sentence_repetition@1`: how many words of the sentences came back, and how many in their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cognitive_assessment.instruments.sentence_repetition import sentence_v1
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import InstrumentResult, Score
from cognitive_assessment.scoring.answered import AnsweredQuestion

RULE = "sentence_repetition@1"


def score_question(context: QuestionContext, answer: SpokenAnswer) -> Score:
    """Compare one answer with its sentence, which `context.expected` holds."""
    return sentence_v1.score_question(context, answer, rule=RULE)


def score_instrument(answered: Sequence[AnsweredQuestion], part: Mapping[str, Any]) -> InstrumentResult:
    """Add up the sentences of this form; with one of them missing there is no sum."""
    return sentence_v1.score_instrument(answered, part, rule=RULE)
