"""One trial of digits: right if those of the last clear answer are exactly the right ones, in order."""

from __future__ import annotations

from collections.abc import Sequence

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import Score
from cognitive_assessment.scoring.spoken_point import Judgement, spoken_point
from cognitive_assessment.speech.spoken_numbers import DigitReading, read_digits
from cognitive_assessment.speech.spoken_text import Token, tokens_of

_FILLERS = frozenset({"um", "uh", "er", "erm", "and", "then", "hm", "hmm", "mm", "oh", "ah", "well", "so", "okay"})
ASCII_DIGITS = frozenset("0123456789")


def score_trial(context: QuestionContext, answer: SpokenAnswer, *, rule: str) -> Score:
    """Score one trial; `context.expected` holds the digits as they have to be said."""
    expected = context.expected or ""
    if not expected or not set(expected) <= ASCII_DIGITS:
        raise InvalidInput("The right digits of this trial are not known.", field="expected")
    tokens = tokens_of(answer.text)
    reading = read_digits(tokens, length=len(expected))
    said = _once(reading.digits, len(expected))
    others = {
        _once(read_digits(tokens_of(text), length=len(expected)).digits, len(expected)) for text in answer.alternatives
    }
    judgement = Judgement(
        answer=said or None,
        is_right=said == expected,
        spans=tuple((first, last) for _, first, last in reading.pieces),
        is_doubtful=reading.is_doubtful or said != reading.digits or _is_left_open(tokens, reading, len(expected)),
        expected=expected,
    )
    differing = [text == expected for text in sorted(others - {said, ""})]
    return spoken_point(context, answer, judgement, rule=rule, alternatives_right=differing)


def _is_left_open(tokens: Sequence[Token], reading: DigitReading, length: int) -> bool:
    """Two answers joined by "or", or one digit too few beside one word that may be the missing one, misheard."""
    words = [at for at, token in enumerate(tokens) if token.kind == "word"]
    said = {at for _, first, last in reading.pieces for at in range(first, last)}
    ors = [at for at in words if tokens[at].text == "or"]
    if any(read_digits(tokens[:at]).digits and read_digits(tokens[at + 1 :]).digits for at in ors):
        return True
    others = [at for at in words if at not in said and tokens[at].text not in _FILLERS]
    return len(reading.digits) == length - 1 and len(others) == 1


def _once(digits: str, length: int) -> str:
    """An answer of the asked length that was said twice is that answer; a reviewer is shown it."""
    return digits[:length] if digits == 2 * digits[:length] else digits
