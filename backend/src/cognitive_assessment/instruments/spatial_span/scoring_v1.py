"""Rule `spatial_span@1`: one point a right trial, spans by block; a trial that was passed over is a miss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cognitive_assessment.instruments.spatial_span.trial_v1 import score_trial
from cognitive_assessment.records.answers import QuestionContext, TouchResponse
from cognitive_assessment.records.scores import InstrumentResult, Score
from cognitive_assessment.scoring.answered import AnsweredQuestion
from cognitive_assessment.scoring.span_blocks import score_span

RULE = "spatial_span@1"


def score_question(context: QuestionContext, answer: TouchResponse) -> Score:
    """Score one trial; `context.expected` holds the blocks as they have to be pressed."""
    return score_trial(context, answer, rule=RULE)


def score_instrument(answered: Sequence[AnsweredQuestion], part: Mapping[str, Any]) -> InstrumentResult:
    """Make the spans of both directions; a trial passed over is missed."""
    return score_span(answered, part, rule=RULE, unit="blocks", is_passed_missed=True)
