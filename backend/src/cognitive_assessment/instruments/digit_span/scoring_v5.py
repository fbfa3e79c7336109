"""Rule `digit_span@5`: as `digit_span@2`, but what single digits sound like says how probably a miss is one.

`odds_v1` gives the probability that what was asked for was said. A miss that is more probably right counts as right
until somebody has listened; one that is hardly right is a miss, however unsure its very digits are, and nobody has to
listen, if it was read as one digit a stretch; what lies between has no point until somebody has. Where nothing is known
of the sounds, a miss counts as right only if another hearing of it clearly is.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from cognitive_assessment.instruments.digit_span.hearing_v1 import (
    as_a_sure_miss,
    credited,
    is_right_in_another,
    is_taken_back,
    joined,
)
from cognitive_assessment.instruments.digit_span.odds_v1 import probability_right
from cognitive_assessment.instruments.digit_span.taken_back_v1 import looked_at
from cognitive_assessment.instruments.digit_span.trial_v1 import score_trial
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import InstrumentResult, Score
from cognitive_assessment.scoring.answered import AnsweredQuestion
from cognitive_assessment.scoring.span_blocks import score_span
from cognitive_assessment.scoring.uncertainty import SHARE_UNKNOWN
from cognitive_assessment.speech.spoken_numbers import digits_in

RULE = "digit_span@5"
SURE = 0.05  # the probability of being wrong with which a miss is taken for one without a reviewer


def score_question(context: QuestionContext, answer: SpokenAnswer) -> Score:
    """Score one trial; `context.expected` holds the digits as they have to be said."""
    return looked_at(_weighed(context, answer), context, answer)


def score_instrument(answered: Sequence[AnsweredQuestion], part: Mapping[str, Any]) -> InstrumentResult:
    """Make the spans of both directions; a block ends where two trials of a length have no point."""
    return score_span(answered, part, rule=RULE, unit="digits", is_passed_missed=False, is_doubt_missed=True)


def _weighed(context: QuestionContext, answer: SpokenAnswer) -> Score:
    score = score_trial(context, answer, rule=RULE)
    if score.status == "not_scorable" or score.values["points"]:
        return score
    is_other = is_right_in_another(context, answer, rule=RULE)
    chance = _chance(context, answer)
    if is_other or (chance is not None and chance >= SURE):
        return _in_doubt(score, answer, chance, is_other=is_other)
    is_one_a_stretch = len(digits_in(answer.text)) == len(answer.digit_sounds)
    if chance is None or not is_one_a_stretch or is_taken_back(answer):
        return score
    return as_a_sure_miss(context, answer, rule=RULE, expected=round(chance, 4))


def _chance(context: QuestionContext, answer: SpokenAnswer) -> float | None:
    """How probably the answer is right by its sound; None where the stretches of voice need not be one digit each.

    Words in which nobody hears a digit have a sound, too, which says nothing of digits.
    """
    expected, sounds = context.expected or "", answer.digit_sounds
    most_heard = max(len(digits_in(text)) for text in (answer.text, *answer.alternatives))
    if most_heard == 0 or (len(sounds) < len(expected) and most_heard > len(sounds)):
        return None
    return probability_right(expected, sounds, block=(context.parameters or {}).get("block"))


def _in_doubt(score: Score, answer: SpokenAnswer, chance: float | None, *, is_other: bool) -> Score:
    """The score of a miss that may be none: with the point if it is more probably right, and reviewed in any case."""
    by_sound = f"By its sound the answer may be right, with a probability of {chance or 0.0:.2f}"
    doubt = "In another hearing the answer is right" if is_other else by_sound
    likely = max(chance or 0.0, score.expected or 0.0, SHARE_UNKNOWN) if is_other else chance or 0.0
    if is_taken_back(answer):
        return dataclasses.replace(score, status="needs_review", reason=joined(f"{doubt}.", score.reason))
    if score.expected is not None:
        score = dataclasses.replace(score, expected=round(likely, 4), interval_90=(0.0, 1.0))
    if likely < SHARE_UNKNOWN:
        return dataclasses.replace(score, status="needs_review", reason=joined(f"{doubt}.", score.reason))
    return credited(
        score,
        reason=joined(f"{doubt}: it counts as right until somebody has listened.", score.reason),
        expected=score.expected,
        interval_90=score.interval_90,
    )
