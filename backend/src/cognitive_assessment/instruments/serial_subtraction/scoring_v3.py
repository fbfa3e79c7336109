"""Rule `serial_subtraction@3`: as `serial_subtraction@2`, but who takes a number back may go back to the one before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cognitive_assessment.instruments.serial_subtraction import steps_v1
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import InstrumentResult, Score
from cognitive_assessment.scoring.answered import AnsweredQuestion, result_of_one_question
from cognitive_assessment.scoring.serial_numbers import AROUND

RULE = "serial_subtraction@3"
UNITS = {"correct_steps": "steps"}


def score_question(context: QuestionContext, answer: SpokenAnswer) -> Score:
    """Score the steps; a wrong one does not make the next wrong, and what was not reached earns nothing."""
    return steps_v1.score_question(context, answer, rule=RULE, operators=AROUND, may_go_back=True)


def score_instrument(answered: Sequence[AnsweredQuestion], part: Mapping[str, Any]) -> InstrumentResult:
    """Give the count of the one question."""
    return result_of_one_question(answered, part, rule=RULE, units=UNITS, main="correct_steps")
