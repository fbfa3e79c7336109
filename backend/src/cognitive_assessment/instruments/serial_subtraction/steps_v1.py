"""The answer of the rules of `serial_subtraction`: a step is right if it is the number before, less the subtrahend."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import Evidence, Score
from cognitive_assessment.scoring.serial_numbers import Operators, SaidNumber, numbers_said
from cognitive_assessment.scoring.spoken_point import no_words, times_of, words_of_tokens
from cognitive_assessment.scoring.uncertainty import (
    distribution_of_count,
    expected_value,
    interval_90,
    probability_of_point,
)
from cognitive_assessment.speech.spoken_refusals import gives_up, says_nothing
from cognitive_assessment.speech.spoken_text import tokens_of

_LEAST = 10  # smaller numbers are said of parts of a number: "carry the one"


def score_question(
    context: QuestionContext, answer: SpokenAnswer, *, rule: str, operators: Operators, may_go_back: bool = False
) -> Score:
    """Score the steps; a wrong one does not make the next wrong, and what was not reached earns nothing."""
    start, subtrahend, steps = _task(context)
    tokens = tokens_of(answer.text)
    if says_nothing(tokens):
        return no_words(context, answer, rule=rule, nothing={"correct_steps": 0.0})
    said = numbers_said(tokens, start=start, subtrahend=subtrahend, operators=operators, may_go_back=may_go_back)
    counted = [one for one in said if one.label == "answer"][:steps]
    values = [start, *(one.value for one in counted)]
    are_right = [after == before - subtrahend for before, after in pairwise(values)]
    evidence = _evidence(answer, said, counted, are_right, rule)
    chances = [
        probability_of_point(is_right, confidence)
        for is_right, confidence in zip(are_right, _confidences(answer, counted), strict=True)
    ]
    distribution = distribution_of_count(chances)
    reasons = _reasons(answer, said, values, subtrahend)
    if len(counted) < steps and not gives_up(tokens):
        reasons.append(f"Only {len(counted)} of {steps} numbers were found in what was said.")
    is_known = not answer.words or words_of_tokens(answer, tokens) is not None
    return Score(
        status="needs_review" if reasons else "scored",
        instrument=context.instrument,
        item_id=context.item_id,
        rule=rule,
        values={"correct_steps": float(sum(are_right))},
        answer=", ".join(str(one.value) for one in counted) or None,
        evidence=evidence,
        reason=" ".join(reasons) or None,
        probability_right=answer.probability_right,
        expected=round(expected_value(distribution), 2) if is_known else None,
        interval_90=interval_90(distribution) if is_known else None,
    )


def _task(context: QuestionContext) -> tuple[int, int, int]:
    parameters = context.parameters or {}
    try:
        return int(parameters["start"]), int(parameters["subtrahend"]), int(parameters["steps"])
    except KeyError as error:
        raise InvalidInput(f"This item has no {error.args[0]}.", field="parameters") from error


def _evidence(
    answer: SpokenAnswer,
    said: Sequence[SaidNumber],
    counted: Sequence[SaidNumber],
    are_right: Sequence[bool],
    rule: str,
) -> tuple[Evidence, ...]:
    tokens = tokens_of(answer.text)
    verdicts = dict(zip(counted, are_right, strict=True))
    found = []
    for one in said:
        is_right = verdicts.get(one)
        label = "ignored" if is_right is None else "right" if is_right else "wrong"
        text = " ".join(token.text for token in tokens[one.first : one.last])
        onset_s, offset_s = times_of(answer, tokens, [(one.first, one.last)])
        found.append(Evidence(text, label, float(bool(is_right)), rule, onset_s, offset_s))
    return tuple(found)


def _confidences(answer: SpokenAnswer, counted: Sequence[SaidNumber]) -> list[float | None]:
    """How surely each number was heard: as its least sure word; a written answer is certain."""
    words = words_of_tokens(answer, tokens_of(answer.text))
    if words is None:
        return [None] * len(counted)
    return [min(word.confidence for word in words[one.first : one.last]) for one in counted]


def _reasons(answer: SpokenAnswer, said: Sequence[SaidNumber], values: Sequence[int], subtrahend: int) -> list[str]:
    reasons = []
    if answer.needs_review:
        reasons.append(answer.reason or "The answer may have been misheard.")
    if any(one.is_doubtful for one in said):
        reasons.append("What was said could be meant in another way.")
    for before, after in pairwise(values):
        if after < _LEAST or after > before:
            reasons.append(f"{after} after {before} may be thinking aloud and no answer.")
    for before, odd, after in zip(values, values[1:], values[2:], strict=False):
        if odd != before - subtrahend and after == before - 2 * subtrahend:
            reasons.append(f"{odd} does not fit between {before} and {after}, and may have been misheard.")
    return reasons
