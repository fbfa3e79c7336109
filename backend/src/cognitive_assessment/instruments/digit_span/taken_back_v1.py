"""Digits that are taken back at the end of a right answer: "three nine one seven, two? no"."""

from __future__ import annotations

import dataclasses

from cognitive_assessment.instruments.digit_span.hearing_v1 import credited, joined
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import Score
from cognitive_assessment.scoring.uncertainty import SHARE_UNKNOWN
from cognitive_assessment.speech.spoken_numbers import read_digits
from cognitive_assessment.speech.spoken_text import tokens_of, words_of

_TAKES_BACK = words_of("no nope nah not isn't wasn't wrong scratch forget ignore without sorry oops whoops delete")
_DENIES = words_of("no nope nah wrong scratch forget ignore delete")  # "sorry" after a right answer is good manners


def looked_at(score: Score, context: QuestionContext, answer: SpokenAnswer) -> Score:
    """Send a trial to a reviewer where what follows the right digits takes something back.

    With more digits than were asked for, of which the first are right, it counts as right until somebody has listened;
    a right answer keeps its point.
    """
    if score.status == "not_scorable":
        return score
    expected = context.expected or ""
    rest, is_longer = _after_the_right_digits(expected, answer.text)
    taken_back = rest & (_TAKES_BACK if is_longer else _DENIES)
    if not taken_back:
        return score
    if not is_longer or score.values["points"]:
        reason = joined("Something was taken back after the digits.", score.reason)
        return dataclasses.replace(score, status="needs_review", reason=reason)
    doubt = "A digit after the right ones was taken back: it counts as right until somebody has listened."
    is_known = score.expected is not None
    return credited(
        score,
        reason=joined(doubt, score.reason),
        expected=max(score.expected or 0.0, SHARE_UNKNOWN) if is_known else None,
        interval_90=(0.0, 1.0) if is_known else None,
    )


def _after_the_right_digits(expected: str, text: str) -> tuple[frozenset[str], bool]:
    """The words after the right digits, if the answer begins with these, and whether more digits are among them."""
    tokens = tokens_of(text)
    reading = read_digits(tokens, length=len(expected))
    if not reading.digits.startswith(expected):
        return frozenset(), False
    count = 0
    end = 0
    for digits, first, last in reading.pieces:
        count += len(digits)
        if count > len(expected):
            return frozenset(token.text for token in tokens[first:]), True
        end = last
    return frozenset(token.text for token in tokens[end:]), False
