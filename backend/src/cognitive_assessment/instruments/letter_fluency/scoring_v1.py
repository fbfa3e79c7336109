"""Rule `letter_fluency@1`: how many different words were said in the time that begin with the letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.instruments.letter_fluency.lexicon import asides, lexicon_of, names_too
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import Evidence, InstrumentResult, Score
from cognitive_assessment.records.speech import Word
from cognitive_assessment.scoring.answered import AnsweredQuestion, result_of_one_question
from cognitive_assessment.scoring.fluency import Lexicon, Thing, things_in
from cognitive_assessment.scoring.spoken_minute import (
    QUARTERS,
    UNSURE,
    confidence_of,
    evidence_of,
    in_time,
    valid_by_quarter,
)
from cognitive_assessment.scoring.spoken_point import no_words, words_of_tokens
from cognitive_assessment.scoring.uncertainty import distribution_of_count, expected_value, interval_90
from cognitive_assessment.speech.spoken_refusals import says_nothing
from cognitive_assessment.speech.spoken_text import Token, tokens_of
from cognitive_assessment.speech.word_times import pauses_before

RULE = "letter_fluency@1"
MEASURES = ("valid", "repetitions", "variants", "intrusions", *QUARTERS)


@dataclass(frozen=True, slots=True)
class _Said:
    """One thing with the label that this rule gives it."""

    thing: Thing
    label: str
    is_aside: bool = False


def score_question(context: QuestionContext, answer: SpokenAnswer) -> Score:
    """Count the words within the limit; a written answer has no times and so no limit and no quarters."""
    letter = (context.parameters or {}).get("letter")
    if not isinstance(letter, str):
        raise InvalidInput("The item does not say which letter.", field="parameters.letter")
    tokens = tokens_of(answer.text)
    if says_nothing(tokens):
        return no_words(context, answer, rule=RULE, nothing=dict.fromkeys(MEASURES[:4], 0.0))
    words = words_of_tokens(answer, tokens)
    pauses = pauses_before(words) if words else frozenset[int]()
    things = _things(tokens, lexicon_of(letter, context.locale), pauses)
    said = [_labelled(thing, things[:at], tokens) for at, thing in enumerate(in_time(things, words))]
    evidence = tuple(evidence_of(one.thing, tokens, words, rule=RULE, label=one.label) for one in said)
    valid = [one.thing for one in said if one.label == "valid"]
    # of what was counted, how much was heard right; what was missed or misheard as something else is not in it
    is_known = words is not None or not answer.words
    chances = distribution_of_count([confidence_of(thing, words) for thing in valid]) if is_known else None
    reasons = _reasons(answer, said, tokens, words)
    return Score(
        status="needs_review" if reasons else "scored",
        instrument=context.instrument,
        item_id=context.item_id,
        rule=RULE,
        values=_values(evidence),
        answer=", ".join(_text(thing, tokens) for thing in valid) or None,
        evidence=evidence,
        reason=" ".join(reasons) or None,
        probability_right=answer.probability_right,
        expected=None if chances is None else round(expected_value(chances), 2),
        interval_90=None if chances is None else interval_90(chances),
    )


def score_instrument(answered: Sequence[AnsweredQuestion], part: Mapping[str, Any]) -> InstrumentResult:
    """Give the counts of the one question of this form."""
    return result_of_one_question(answered, part, rule=RULE, units=dict.fromkeys(MEASURES, "words"), main="valid")


def _things(tokens: Sequence[Token], lexicon: Lexicon, pauses: frozenset[int]) -> list[Thing]:
    """Everything that was said; an aside that hangs on a comment ("but I can't") is no word of the letter."""
    remarks = {at for thing in things_in(tokens, lexicon, pauses) if _is_comment(thing) for at in _places(thing)}
    hanging: set[int] = set()
    for steps in (range(1, len(tokens)), range(len(tokens) - 2, -1, -1)):
        for at in steps:
            neighbour, border = (at - 1, at) if steps.step > 0 else (at + 1, at + 1)
            hangs = neighbour in remarks | hanging and border not in pauses
            if hangs and tokens[at].text in asides() and at not in remarks:
                hanging.add(at)
    rest = [replace(token, kind="mark") if at in hanging else token for at, token in enumerate(tokens)]
    left_out = [Thing(at, at + 1, "ignored", None) for at in hanging]
    return sorted([*things_in(rest, lexicon, pauses), *left_out], key=lambda thing: thing.first)


def _is_comment(thing: Thing) -> bool:
    return thing.label == "ignored" and thing.canonical is None


def _places(thing: Thing) -> range:
    return range(thing.first, thing.last)


def _labelled(thing: Thing, before: Sequence[Thing], tokens: Sequence[Token]) -> _Said:
    """Tell the same word from the same word with another ending."""
    is_aside = thing.label == "valid" and _text(thing, tokens) in asides()
    if thing.label != "repetition":
        return _Said(thing, thing.label, is_aside)
    is_same = any(_text(one, tokens) == _text(thing, tokens) for one in before)
    return _Said(thing, "repetition" if is_same else "variant")


def _text(thing: Thing, tokens: Sequence[Token]) -> str:
    return " ".join(token.text for token in tokens[thing.first : thing.last])


def _values(evidence: Sequence[Evidence]) -> dict[str, float]:
    labels = [one.label for one in evidence]
    counted = {"valid": "valid", "repetitions": "repetition", "variants": "variant", "intrusions": "intrusion"}
    return {**{name: float(labels.count(label)) for name, label in counted.items()}, **valid_by_quarter(evidence)}


def _reasons(
    answer: SpokenAnswer, said: Sequence[_Said], tokens: Sequence[Token], words: Sequence[Word] | None
) -> list[str]:
    valid = [one for one in said if one.label == "valid"]
    reasons = []
    if answer.needs_review:
        reasons.append(answer.reason or "The answer may have been misheard.")
    if any(one.thing.is_doubtful for one in valid):
        reasons.append("Some words were recognised with a letter changed, or may be part of others.")
    if any(one.thing.is_denied for one in said):
        reasons.append("Some words were left out because something was denied of them.")
    if any(one.is_aside for one in valid):
        reasons.append("Some words may have been said about the task only.")
    if any(_text(one.thing, tokens) in names_too() for one in valid):
        reasons.append("Some words may have been meant as names of people or places.")
    if words is not None and any(confidence_of(one.thing, words) < UNSURE for one in valid):
        reasons.append("Some words were not heard surely.")
    if any(one.label == "intrusion" for one in said):
        reasons.append("Some words are names, are not in the list, or may have been misheard.")
    return reasons
