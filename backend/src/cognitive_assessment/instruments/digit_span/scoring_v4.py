"""Rule `digit_span@4`: as `digit_span@2`, and a miss that another hearing makes right counts as right until reviewed.

A right answer that is misheard becomes anything; a wrong one seldom becomes exactly the digits that were asked for. So
where the recording was heard in both ways, that it was right is the likelier. A person listens in any case.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from cognitive_assessment.instruments.digit_span.trial_v1 import score_trial
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import InstrumentResult, Score
from cognitive_assessment.scoring.answered import AnsweredQuestion
from cognitive_assessment.scoring.span_blocks import score_span
from cognitive_assessment.scoring.uncertainty import SHARE_UNKNOWN

RULE = "digit_span@4"


def score_question(context: QuestionContext, answer: SpokenAnswer) -> Score:
    """Score one trial; `context.expected` holds the digits as they have to be said."""
    score = score_trial(context, answer, rule=RULE)
    if score.status == "not_scorable" or score.values["points"] or not _is_right_elsewhere(context, answer):
        return score
    reason = (
        f'Heard as "{score.answer or answer.text}", and in another hearing as "{context.expected}", which was asked '
        "for and counts until somebody has listened."
    )
    return dataclasses.replace(
        score,
        status="needs_review",
        values={"points": 1.0},
        evidence=tuple(dataclasses.replace(one, label="right_elsewhere", points=1.0) for one in score.evidence),
        reason=" ".join([reason, *([answer.reason] if answer.needs_review and answer.reason else [])]),
        expected=SHARE_UNKNOWN,
        interval_90=(0.0, 1.0),
    )


def score_instrument(answered: Sequence[AnsweredQuestion], part: Mapping[str, Any]) -> InstrumentResult:
    """Make the spans of both directions; whether a trial passed over would have been right is not known."""
    return score_span(answered, part, rule=RULE, unit="digits", is_passed_missed=False)


def _is_right_elsewhere(context: QuestionContext, answer: SpokenAnswer) -> bool:
    """Whether something else that was heard in the same recording would have the point."""
    others = (dataclasses.replace(answer, text=text, words=(), alternatives=()) for text in answer.alternatives)
    return any(score_trial(context, other, rule=RULE).values.get("points") for other in others)
