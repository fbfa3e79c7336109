"""How many different things of the category were named in the time, for every version of the rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cognitive_assessment.instruments.category_fluency.lexicon import lexicon_of, subcategories_of
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import Evidence, InstrumentResult, Score
from cognitive_assessment.records.speech import Word
from cognitive_assessment.scoring.answered import AnsweredQuestion, result_of_one_question
from cognitive_assessment.scoring.clusters import Cluster, clusters_in, count_switches, mean_cluster_size
from cognitive_assessment.scoring.fluency import Thing, things_in
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
from cognitive_assessment.speech.spoken_text import tokens_of
from cognitive_assessment.speech.word_times import pauses_before

OF_CLUSTERS = {"mean_cluster_size": "words", "switches": "switches"}
UNITS = {
    **dict.fromkeys(("valid", "repetitions", "intrusions", *QUARTERS), "words"),
    **OF_CLUSTERS,
}


def score_question(context: QuestionContext, answer: SpokenAnswer, *, rule: str, parts_kinds: bool = False) -> Score:
    """Count what was named within the limit; a written answer has no times and so no limit and no quarters."""
    lexicon = lexicon_of(context.item_id, context.locale, parts_kinds=parts_kinds)
    tokens = tokens_of(answer.text)
    if says_nothing(tokens):
        return no_words(context, answer, rule=rule, nothing={"valid": 0.0, "repetitions": 0.0, "intrusions": 0.0})
    words = words_of_tokens(answer, tokens)
    things = in_time(things_in(tokens, lexicon, pauses_before(words) if words else frozenset()), words)
    own = subcategories_of(context.item_id, context.locale, parts_kinds=parts_kinds)
    said = [thing for thing in things if thing.label != "ignored"]
    clusters = clusters_in([_subcategories(thing, own) for thing in said])
    notes = {thing: _note(at, clusters, _subcategories(thing, own)) for at, thing in enumerate(said)}
    evidence = tuple(evidence_of(thing, tokens, words, rule=rule, note=notes.get(thing)) for thing in things)
    valid = [thing for thing in things if thing.label == "valid"]
    # of what was counted, how much was heard right; what was missed or misheard as something else is not in it
    is_known = words is not None or not answer.words
    chances = distribution_of_count([confidence_of(thing, words) for thing in valid]) if is_known else None
    reasons = _reasons(answer, things, words)
    return Score(
        status="needs_review" if reasons else "scored",
        instrument=context.instrument,
        item_id=context.item_id,
        rule=rule,
        values=_values(things, evidence, clusters),
        answer=", ".join(thing.canonical or "" for thing in valid) or None,
        evidence=evidence,
        reason=" ".join(reasons) or None,
        probability_right=answer.probability_right,
        expected=None if chances is None else round(expected_value(chances), 2),
        interval_90=None if chances is None else interval_90(chances),
    )


def score_instrument(answered: Sequence[AnsweredQuestion], part: Mapping[str, Any], *, rule: str) -> InstrumentResult:
    """Give the counts of the one question of this form; where nothing was named there are no clusters to speak of."""
    return result_of_one_question(answered, part, rule=rule, units=UNITS, main="valid", optional=OF_CLUSTERS)


def _subcategories(thing: Thing, own: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Those of a name; of one that is not in the scheme, those of its last word ("spotted owl")."""
    name = thing.canonical or ""
    return own.get(name) or own.get(name.rpartition(" ")[2], frozenset())


def _note(at: int, clusters: Sequence[Cluster], own: frozenset[str]) -> str:
    """In which cluster a word is, and to which subcategories it belongs."""
    numbers = [str(number) for number, one in enumerate(clusters, 1) if one.first <= at < one.last]
    belongs = ", ".join(sorted(own)) or "no subcategory"
    return f"cluster {' and '.join(numbers)} ({belongs})"


def _values(things: Sequence[Thing], evidence: Sequence[Evidence], clusters: Sequence[Cluster]) -> dict[str, float]:
    labels = [thing.label for thing in things]
    return {
        "valid": float(labels.count("valid")),
        "repetitions": float(labels.count("repetition")),
        "intrusions": float(labels.count("intrusion")),
        **valid_by_quarter(evidence),
        **_of_clusters(clusters),
    }


def _of_clusters(clusters: Sequence[Cluster]) -> dict[str, float]:
    """None where nothing was named."""
    if not clusters:
        return {}
    return {"mean_cluster_size": round(mean_cluster_size(clusters), 3), "switches": float(count_switches(clusters))}


def _reasons(answer: SpokenAnswer, things: Sequence[Thing], words: Sequence[Word] | None) -> list[str]:
    reasons = []
    if answer.needs_review:
        reasons.append(answer.reason or "The answer may have been misheard.")
    if any(thing.is_doubtful and thing.label == "valid" for thing in things):
        reasons.append("Some names were recognised by their sound or with a letter changed, or may not belong.")
    if any(thing.is_denied for thing in things):
        reasons.append("Some names were left out because something was denied of them.")
    if words is not None and any(thing.label == "valid" and confidence_of(thing, words) < UNSURE for thing in things):
        reasons.append("Some names were not heard surely.")
    # a word that is not known may belong, whoever wrote it down; one that is known not to may have been misheard
    if any(thing.label == "intrusion" and (thing.is_doubtful or words is not None) for thing in things):
        reasons.append("Some words do not belong, or may have been misheard.")
    return reasons
