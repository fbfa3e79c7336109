"""Rule `digit_span@5`: as `digit_span@2`, but what single digits sound like says how probably a miss is one.

`odds_v1` gives the probability that what was asked for was said. A miss that is more probably right counts as right
until somebody has listened; one that is hardly right is a miss, however unsure its very digits are, and nobody has to
listen; what lies between has no point until somebody has. Where nothing is known of the sounds, a miss counts as right
only if another hearing of it clearly is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cognitive_assessment.instruments.digit_span import weighed_v1
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import InstrumentResult, Score
from cognitive_assessment.scoring.answered import AnsweredQuestion
from cognitive_assessment.scoring.span_blocks import score_span

RULE = "digit_span@5"


def score_question(context: QuestionContext, answer: SpokenAnswer) -> Score:
    """Score one trial; `context.expected` holds the digits as they have to be said."""
    return weighed_v1.score_question(context, answer, rule=RULE)


def score_instrument(answered: Sequence[AnsweredQuestion], part: Mapping[str, Any]) -> InstrumentResult:
    """Make the spans of both directions; a block ends where two trials of a length more probably were missed."""
    return score_span(answered, part, rule=RULE, unit="digits", is_passed_missed=False, is_doubt_missed=True)
