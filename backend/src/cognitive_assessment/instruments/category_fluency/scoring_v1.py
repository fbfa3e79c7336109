"""Rule `category_fluency@1`: how many different things of the category were named in the time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cognitive_assessment.instruments.category_fluency.lexicon import lexicon_of
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import Evidence, InstrumentResult, Measure, Score
from cognitive_assessment.records.speech import Word
from cognitive_assessment.scoring.answered import AnsweredQuestion, missing_reason, newest_attempts, result_of
from cognitive_assessment.scoring.fluency import Thing, things_in
from cognitive_assessment.scoring.spoken_minute import QUARTERS, confidence_of, evidence_of, in_time, valid_by_quarter
from cognitive_assessment.scoring.spoken_point import no_words, words_of_tokens
from cognitive_assessment.scoring.uncertainty import distribution_of_count, expected_value, interval_90
from cognitive_assessment.speech.spoken_refusals import says_nothing
from cognitive_assessment.speech.spoken_text import tokens_of
from cognitive_assessment.speech.word_times import pauses_before

RULE = "category_fluency@1"
_UNSURE = 0.5  # a word that was heard with less is shown to a reviewer


def score_question(context: QuestionContext, answer: SpokenAnswer) -> Score:
    """Count what was named within the limit; a written answer has no times and so no limit and no quarters."""
    lexicon = lexicon_of(context.item_id, context.locale)
    tokens = tokens_of(answer.text)
    if says_nothing(tokens):
        return no_words(context, answer, rule=RULE, nothing={"valid": 0.0, "repetitions": 0.0, "intrusions": 0.0})
    words = words_of_tokens(answer, tokens)
    things = in_time(things_in(tokens, lexicon, pauses_before(words) if words else frozenset()), words)
    evidence = tuple(evidence_of(thing, tokens, words, rule=RULE) for thing in things)
    valid = [thing for thing in things if thing.label == "valid"]
    # of what was counted, how much was heard right; what was missed or misheard as something else is not in it
    is_known = words is not None or not answer.words
    chances = distribution_of_count([confidence_of(thing, words) for thing in valid]) if is_known else None
    reasons = _reasons(answer, things, words)
    return Score(
        status="needs_review" if reasons else "scored",
        instrument=context.instrument,
        item_id=context.item_id,
        rule=RULE,
        values=_values(things, evidence),
        answer=", ".join(thing.canonical or "" for thing in valid) or None,
        evidence=evidence,
        reason=" ".join(reasons) or None,
        probability_right=answer.probability_right,
        expected=None if chances is None else round(expected_value(chances), 2),
        interval_90=None if chances is None else interval_90(chances),
    )


def score_instrument(answered: Sequence[AnsweredQuestion], part: Mapping[str, Any]) -> InstrumentResult:
    """Give the counts of the one question of this form."""
    newest = newest_attempts(answered)
    planned = next(question for question in part["questions"] if not question["is_practice"])
    question = newest.get(planned["item_id"])
    reason = missing_reason(question, planned["title"])
    names = ("valid", "repetitions", "intrusions", *QUARTERS)
    if reason is not None or question is None or question.score is None:
        measures = [Measure(name, None, "words", "not_scorable", reason) for name in names]
        return result_of(part["instrument"], RULE, measures)
    score = question.score
    measures = [
        Measure(
            name,
            score.values.get(name),
            "words",
            score.status if name in score.values else "not_scorable",
            score.reason if name in score.values else "The words have no times.",
            expected=score.expected if name == "valid" else None,
            interval_90=score.interval_90 if name == "valid" else None,
        )
        for name in names
    ]
    return result_of(part["instrument"], RULE, measures)


def _values(things: Sequence[Thing], evidence: Sequence[Evidence]) -> dict[str, float]:
    labels = [thing.label for thing in things]
    return {
        "valid": float(labels.count("valid")),
        "repetitions": float(labels.count("repetition")),
        "intrusions": float(labels.count("intrusion")),
        **valid_by_quarter(evidence),
    }


def _reasons(answer: SpokenAnswer, things: Sequence[Thing], words: Sequence[Word] | None) -> list[str]:
    reasons = []
    if answer.needs_review:
        reasons.append(answer.reason or "The answer may have been misheard.")
    if any(thing.is_doubtful and thing.label == "valid" for thing in things):
        reasons.append("Some names were recognised by their sound or with a letter changed.")
    if any(thing.is_doubtful and thing.label == "ignored" for thing in things):
        reasons.append("Some names were left out because something was denied of them.")
    if words is not None:
        if any(thing.label == "valid" and confidence_of(thing, words) < _UNSURE for thing in things):
            reasons.append("Some names were not heard surely.")
        if any(thing.label == "intrusion" for thing in things):
            reasons.append("Some words do not belong, or may have been misheard.")
    return reasons
