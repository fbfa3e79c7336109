"""What the hearings of one recording say of a miss: whether another is right, and whether it was taken back."""

from __future__ import annotations

import dataclasses

from cognitive_assessment.instruments.digit_span.trial_v1 import score_trial
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import Score
from cognitive_assessment.speech.spoken_mentions import correction_before
from cognitive_assessment.speech.spoken_refusals import gives_up
from cognitive_assessment.speech.spoken_text import tokens_of


def is_right_in_another(context: QuestionContext, answer: SpokenAnswer, *, rule: str) -> bool:
    """Whether the words of another hearing would have the point, and nobody would have to look at them."""
    scores = (score_trial(context, SpokenAnswer(text), rule=rule) for text in answer.alternatives)
    return any(score.status == "scored" and bool(score.values["points"]) for score in scores)


def is_taken_back(answer: SpokenAnswer) -> bool:
    """Whether somebody corrects himself or gives up in any hearing, so that words before the last are no answer."""
    return any(_takes_back(text) for text in (answer.text, *answer.alternatives))


def as_a_sure_miss(context: QuestionContext, answer: SpokenAnswer, *, rule: str, expected: float = 0.0) -> Score:
    """The score of a miss that is none of hearing; what could be meant otherwise still goes to a reviewer."""
    score = score_trial(context, dataclasses.replace(answer, needs_review=False, reason=None), rule=rule)
    if score.expected is None:
        return score
    return dataclasses.replace(score, expected=expected, interval_90=(0.0, 0.0))


def credited(score: Score, *, reason: str, expected: float | None, interval_90: tuple[float, float] | None) -> Score:
    """The score of a miss that counts as right until somebody has listened."""
    return dataclasses.replace(
        score,
        status="needs_review",
        values={"points": 1.0},
        evidence=tuple(dataclasses.replace(one, label="may_be_right", points=1.0) for one in score.evidence),
        reason=reason,
        expected=expected,
        interval_90=interval_90,
    )


def joined(*reasons: str | None) -> str:
    """The reasons that there are, as one text."""
    return " ".join(reason for reason in reasons if reason)


def _takes_back(text: str) -> bool:
    tokens = tokens_of(text)
    return gives_up(tokens) or correction_before(tokens, len(tokens), 0)
