"""The questions and measures of the rules of `naming`: a point for each right name, and how long it took to come."""

from __future__ import annotations

import dataclasses
import functools
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.instruments.word_files import read_groups, read_words
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import InstrumentResult, Measure, Score
from cognitive_assessment.scoring.answered import AnsweredQuestion, newest_attempts, result_of, scores_of, sum_of
from cognitive_assessment.scoring.spoken_name import Named, named
from cognitive_assessment.scoring.spoken_point import Judgement, spoken_point
from cognitive_assessment.speech.spoken_text import tokens_of

Planned = Mapping[str, Any]


def score_question(
    context: QuestionContext, answer: SpokenAnswer, *, rule: str, is_kind_doubted: bool, knows_others: bool = False
) -> Score:
    """Score one thing; raises `InvalidInput` if its names, parted by `|`, are not known.

    `is_kind_doubted` says whether a word before another right name ("a hair brush") makes it doubtful, `knows_others`
    whether `other_things.txt` does ("a chain saw"), and "on the tip of my tongue" is no answer.
    """
    names = [name.strip() for name in (context.expected or "").split("|") if name.strip()]
    if not names:
        raise InvalidInput("The right names of this item are not known.", field="expected")
    name_in = functools.partial(_named, names=names, is_kind_doubted=is_kind_doubted, knows_others=knows_others)
    found = name_in(answer.text)
    judgement = Judgement(
        answer=found.name or found.said,
        is_right=found.name is not None,
        spans=((found.first, found.last),) if found.last else (),
        is_doubtful=found.is_doubtful,
        expected=names[0],
    )
    readings = [name_in(text) for text in answer.alternatives]
    other_readings = {one.name for one in readings} - {found.name}
    differing = [name is not None for name in other_readings if (name is None) != (found.name is None)]
    score = spoken_point(
        context, answer, judgement, rule=rule, alternatives_right=differing, searches_in_vain=knows_others
    )
    return score if found.name is None else _with_what_it_was(score, answer, is_synonym=found.name != names[0])


def _named(text: str, names: Sequence[str], *, is_kind_doubted: bool, knows_others: bool) -> Named:
    return named(
        tokens_of(text),
        names,
        sounds_like=_sounds_like(),
        comments=_comments(),
        is_kind_doubted=is_kind_doubted,
        other_things=_other_things() if knows_others else None,
    )


def _with_what_it_was(score: Score, answer: SpokenAnswer, *, is_synonym: bool) -> Score:
    """Add whether it was another right name, and the time from the picture or the end of the question to the name."""
    values = {**score.values, "synonym": float(is_synonym)}
    onset_s = score.evidence[0].onset_s
    if onset_s is not None and answer.recording_onset_s is not None:
        values["latency_s"] = round(onset_s + answer.recording_onset_s, 3)
    label = "synonym" if is_synonym else "right"
    return dataclasses.replace(
        score, values=values, evidence=(dataclasses.replace(score.evidence[0], label=label), *score.evidence[1:])
    )


def score_instrument(answered: Sequence[AnsweredQuestion], part: Planned, *, rule: str) -> InstrumentResult:
    """Add up pictures and questions apart; the times are those of pictures that were named rightly."""
    newest = newest_attempts(answered)
    pictures = [q for q in part["questions"] if q["stimulus"] is not None]
    questions = [q for q in part["questions"] if q["stimulus"] is None]
    measures = [sum_of("points", pictures, newest, name="pictures_right", unit="pictures")]
    if questions:
        measures.append(sum_of("points", questions, newest, name="questions_right", unit="questions"))
    measures.append(sum_of("synonym", part["questions"], newest, name="synonyms", unit="answers"))
    latencies_s = [
        score.values["latency_s"]
        for score in scores_of(pictures, newest)
        if score.values.get("points") and "latency_s" in score.values
    ]
    if latencies_s:
        measures.append(_median(latencies_s, measures[0]))
    return result_of(part["instrument"], rule, measures)


def _median(latencies_s: Sequence[float], pictures: Measure) -> Measure:
    """The middle time; it is as open as the pictures it was taken from."""
    value = round(statistics.median(latencies_s), 3)
    is_open = pictures.status != "scored"
    return Measure(
        "median_latency", value, "s", "needs_review" if is_open else "scored", pictures.reason if is_open else None
    )


@functools.cache
def _sounds_like() -> dict[str, str]:
    return read_groups(Path(__file__).parent / "sounds_like.txt")


@functools.cache
def _comments() -> frozenset[str]:
    return read_words(Path(__file__).parent / "comments.txt")


@functools.cache
def _other_things() -> dict[str, str]:
    groups = read_groups(Path(__file__).parent / "other_things.txt")
    return {phrase: name for phrase, name in groups.items() if phrase != name}
