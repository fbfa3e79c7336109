"""Which units were told in 90 seconds, in how many words, and how fluently, for every version of the rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import fmean
from typing import Any

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.instruments.picture_description.lexicon import units_of
from cognitive_assessment.instruments.picture_description.words_v1 import Told, words_told
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import Evidence, InstrumentResult, Score
from cognitive_assessment.records.speech import Word
from cognitive_assessment.scoring.answered import AnsweredQuestion, result_of_one_question
from cognitive_assessment.scoring.information_units import Mention, UnitLexicon, mentions_of_units
from cognitive_assessment.scoring.spoken_point import no_words, words_of_tokens
from cognitive_assessment.scoring.uncertainty import distribution_of_count, expected_value, interval_90
from cognitive_assessment.speech.lexical_measures import count_of_types, moving_average_type_token_ratio
from cognitive_assessment.speech.speech_tempo import pauses_s, rate_per_minute, spoken_span_s
from cognitive_assessment.speech.spoken_refusals import says_nothing
from cognitive_assessment.speech.spoken_text import Token, tokens_of
from cognitive_assessment.speech.utterances import (
    mean_length_of_utterance,
    subordinators_per_utterance,
    utterances_in,
)

UNITS = {
    "units": "units",
    "units_per_minute": "units/min",
    "words": "words",
    "words_per_minute": "words/min",
    "types": "words",
    "mattr": "ratio",
    "mean_utterance_length": "words",
    "subordinators_per_utterance": "words",
    "pauses": "pauses",
    "mean_pause": "s",
    "fillers": "words",
    "repetitions": "repetitions",
    "latency": "s",
}
LIMIT_S = 90.0
MATTR_WINDOW = 50
_FEWEST_WORDS = 10  # with fewer there is no basis for a rate, and a person looks
_UNSURE = 0.5  # a unit that was heard with less is shown to a reviewer
_NOTHING = {"units": 0.0, "words": 0.0}
_Words = Sequence[Word] | None
_Found = Mapping[str, Sequence[Mention]]


def score_question(context: QuestionContext, answer: SpokenAnswer, *, rule: str, has_more: bool = False) -> Score:
    """Count the units within the limit; a written answer has no times, and so no limit, rates, pauses or latency."""
    form = (context.parameters or {}).get("form")
    if not isinstance(form, str):
        raise InvalidInput("The item does not say which form it belongs to.", field="parameters.form")
    lexicon = units_of(form, context.locale, has_more=has_more)
    tokens, words = _in_time(answer)
    if says_nothing(tokens):
        return no_words(context, answer, rule=rule, nothing=_NOTHING)
    told = words_told(tokens)
    found = _units_in(tokens, told, lexicon)
    chances = {name: max(_confidence(mention, words) for mention in mentions) for name, mentions in found.items()}
    is_known = words is not None or not answer.words
    counts = distribution_of_count(list(chances.values())) if is_known else None
    values = _values(answer, tokens, words, told, found)
    reasons = _reasons(answer, told, values, chances)
    return Score(
        status="needs_review" if reasons else "scored",
        instrument=context.instrument,
        item_id=context.item_id,
        rule=rule,
        values=values,
        answer=", ".join(unit.title for unit in lexicon.units if unit.id in found) or None,
        evidence=_evidence(tokens, words, told, found, lexicon, rule=rule),
        reason=" ".join(reasons) or None,
        probability_right=answer.probability_right,
        expected=None if counts is None else round(expected_value(counts), 2),
        interval_90=None if counts is None else interval_90(counts),
    )


def score_instrument(answered: Sequence[AnsweredQuestion], part: Mapping[str, Any], *, rule: str) -> InstrumentResult:
    """Give the measures of the one question; those that it had no basis for are left out."""
    return result_of_one_question(answered, part, rule=rule, units=UNITS, main="units", optional=UNITS)


def _in_time(answer: SpokenAnswer) -> tuple[tuple[Token, ...], _Words]:
    """The tokens that were begun within the limit, each with its word where text and words agree."""
    tokens = tokens_of(answer.text)
    words = words_of_tokens(answer, tokens)
    if words is None:
        return tokens, None
    kept = [at for at, word in enumerate(words) if word.onset_s < LIMIT_S]
    return tuple(tokens[at] for at in kept), [words[at] for at in kept]


def _units_in(tokens: Sequence[Token], told: Told, lexicon: UnitLexicon) -> dict[str, list[Mention]]:
    """The units with the places of their tokens."""
    unusable = told.denied | told.taken_back
    texts = ["" if at in unusable else tokens[at].text for at in told.told]
    return {
        name: [Mention(name, tuple(told.told[k] for k in one.places)) for one in mentions]
        for name, mentions in mentions_of_units(texts, lexicon).items()
    }


def _confidence(mention: Mention, words: _Words) -> float:
    return 1.0 if words is None else min(words[at].confidence for at in mention.places)


def _values(
    answer: SpokenAnswer, tokens: Sequence[Token], words: _Words, told: Told, found: _Found
) -> dict[str, float]:
    """Every measure that there is a basis for."""
    texts = [tokens[at].text for at in told.told]
    mattr = moving_average_type_token_ratio(texts, window=MATTR_WINDOW)
    values: dict[str, float | None] = {
        "units": float(len(found)),
        "words": float(len(texts)),
        "types": float(count_of_types(texts)),
        "mattr": None if mattr is None else round(mattr, 3),
        "fillers": float(len(told.fillers)),
        "repetitions": float(len(told.repetitions)),
        "latency": _latency_s(answer, words, told),
    }
    utterances = utterances_in(tokens, told.told, words)
    if utterances is not None and len(texts) >= _FEWEST_WORDS:
        values["mean_utterance_length"] = round(mean_length_of_utterance(utterances), 2)
        values["subordinators_per_utterance"] = round(subordinators_per_utterance(tokens, utterances), 3)
    if words is not None and len(texts) >= _FEWEST_WORDS:
        values |= _tempo(words, len(texts), len(found))
    return {name: values[name] for name in UNITS if values.get(name) is not None}  # type: ignore[misc]


def _tempo(words: Sequence[Word], word_count: int, unit_count: int) -> dict[str, float | None]:
    span_s = spoken_span_s(words)
    pauses = pauses_s(words)
    rates = {
        "units_per_minute": rate_per_minute(unit_count, span_s),
        "words_per_minute": rate_per_minute(word_count, span_s),
    }
    return {
        **{name: None if rate is None else round(rate, 1) for name, rate in rates.items()},
        "pauses": float(len(pauses)),
        "mean_pause": round(fmean(pauses), 3) if pauses else None,
    }


def _latency_s(answer: SpokenAnswer, words: _Words, told: Told) -> float | None:
    """From the picture to the first word of the description; None where either time is not known."""
    if words is None or answer.recording_onset_s is None or not told.told:
        return None
    return round(words[told.told[0]].onset_s + answer.recording_onset_s, 3)


def _reasons(answer: SpokenAnswer, told: Told, values: Mapping[str, float], chances: Mapping[str, float]) -> list[str]:
    reasons = []
    if answer.needs_review:
        reasons.append(answer.reason or "The answer may have been misheard.")
    if any(chance < _UNSURE for chance in chances.values()):
        reasons.append("Some units were not heard surely.")
    if values["words"] < _FEWEST_WORDS:
        reasons.append("Hardly anything was said.")
    if told.is_unseen:
        reasons.append("The person may not have seen the picture.")
    return reasons


def _evidence(
    tokens: Sequence[Token], words: _Words, told: Told, found: _Found, lexicon: UnitLexicon, *, rule: str
) -> tuple[Evidence, ...]:
    """Every unit at its first mention, what was left out of the words, and at the end the units that were not told."""

    def shown(places: Sequence[int], label: str, title: str = "") -> Evidence:
        text = _quoted(tokens, places)
        own = [words[at] for at in places] if words else []
        return Evidence(
            f"{title} ({text})" if title else text,
            label,
            float(label == "unit"),
            rule,
            min((word.onset_s for word in own), default=None),
            max((word.offset_s for word in own), default=None),
        )

    titles = {unit.id: unit.title for unit in lexicon.units}
    said = [(mentions[0].places, "unit", titles[name]) for name, mentions in found.items()]
    others = [
        *((places, "filler", "") for places in ((at,) for at in told.fillers)),
        *((places, "repetition", "") for places in told.repetitions),
        *((places, "ignored", "") for places in told.remarks if places),
        *(((at,), "taken_back", "") for at in told.taken_back),
    ]
    every = sorted([*said, *others], key=lambda one: (one[0], one[2]))
    missing = [Evidence(unit.title, "missing", 0.0, rule) for unit in lexicon.units if unit.id not in found]
    return (*(shown(*one) for one in every), *missing)


def _quoted(tokens: Sequence[Token], places: Sequence[int]) -> str:
    """The words at these places, with dots where others stand between them."""
    parts = [tokens[places[0]].text]
    for before, at in pairwise(places):
        parts += [*([] if at == before + 1 else ["\u2026"]), tokens[at].text]
    return " ".join(parts)
