"""One trial whose miss is weighed by its sound, for the versions of the rule from the fifth on."""

from __future__ import annotations

import dataclasses

from cognitive_assessment.instruments.digit_span.hearing_v1 import (
    as_a_sure_miss,
    is_right_in_another,
    is_taken_back,
    joined,
)
from cognitive_assessment.instruments.digit_span.odds_v1 import probability_right
from cognitive_assessment.instruments.digit_span.trial_v1 import score_trial
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import Score
from cognitive_assessment.scoring.uncertainty import SHARE_UNKNOWN
from cognitive_assessment.speech.spoken_numbers import read_digits
from cognitive_assessment.speech.spoken_text import tokens_of

SURE = 0.05  # the probability of being wrong with which a miss is taken for one without a reviewer


def score_question(context: QuestionContext, answer: SpokenAnswer, *, rule: str) -> Score:
    """Score one trial; `context.expected` holds the digits as they have to be said."""
    score = score_trial(context, answer, rule=rule)
    if score.status == "not_scorable" or score.values["points"]:
        return score
    is_other = is_right_in_another(context, answer, rule=rule)
    chance = _chance(context, answer)
    if is_other or (chance is not None and chance >= SURE):
        return _in_doubt(score, answer, chance, is_other=is_other)
    if chance is None or is_taken_back(answer):
        return score
    return as_a_sure_miss(context, answer, rule=rule)


def _chance(context: QuestionContext, answer: SpokenAnswer) -> float | None:
    """How probably the answer is right by its sound; None where the stretches of voice need not be one digit each."""
    expected, sounds = context.expected or "", answer.digit_sounds
    most_heard = max(len(read_digits(tokens_of(text)).digits) for text in (answer.text, *answer.alternatives))
    if len(sounds) < len(expected) and most_heard > len(sounds):
        return None
    return probability_right(expected, sounds, block=(context.parameters or {}).get("block"))


def _in_doubt(score: Score, answer: SpokenAnswer, chance: float | None, *, is_other: bool) -> Score:
    """The score of a miss that may be none: with the point if it is more probably right, and reviewed in any case."""
    doubt = "In another hearing the answer is right" if is_other else "By its sound the answer may be right"
    likely = max(chance or 0.0, score.expected or 0.0, SHARE_UNKNOWN) if is_other else chance or 0.0
    if is_taken_back(answer):
        return dataclasses.replace(score, status="needs_review", reason=joined(f"{doubt}.", score.reason))
    if score.expected is not None:
        score = dataclasses.replace(score, expected=likely, interval_90=(0.0, 1.0))
    if likely < SHARE_UNKNOWN:
        return dataclasses.replace(score, status="needs_review", reason=joined(f"{doubt}.", score.reason))
    return dataclasses.replace(
        score,
        status="needs_review",
        values={"points": 1.0},
        evidence=tuple(dataclasses.replace(one, label="may_be_right", points=1.0) for one in score.evidence),
        reason=joined(f"{doubt}: it counts as right until somebody has listened.", score.reason),
    )
