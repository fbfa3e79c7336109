"""Rule `naming@1`: one point for each thing that is given one of its names, and how long it took to come."""

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
from cognitive_assessment.scoring.answered import AnsweredQuestion, missing_reason, newest_attempts, result_of
from cognitive_assessment.scoring.spoken_name import Named, named
from cognitive_assessment.scoring.spoken_point import Judgement, spoken_point
from cognitive_assessment.scoring.uncertainty import distribution_of_count, expected_value, interval_90
from cognitive_assessment.speech.spoken_text import tokens_of

RULE = "naming@1"
Planned = Mapping[str, Any]
Newest = Mapping[str, AnsweredQuestion]


def score_question(context: QuestionContext, answer: SpokenAnswer) -> Score:
    """Score one thing; raises `InvalidInput` if its names, parted by `|`, are not known."""
    names = [name.strip() for name in (context.expected or "").split("|") if name.strip()]
    if not names:
        raise InvalidInput("The right names of this item are not known.", field="expected")
    found = _named(answer.text, names)
    judgement = Judgement(
        answer=found.name or found.said,
        is_right=found.name is not None,
        spans=((found.first, found.last),) if found.last else (),
        is_doubtful=found.is_doubtful,
        expected=names[0],
    )
    other_readings = {_named(text, names).name for text in answer.alternatives} - {found.name}
    differing = [name is not None for name in other_readings if (name is None) != (found.name is None)]
    score = spoken_point(context, answer, judgement, rule=RULE, alternatives_right=differing)
    return score if found.name is None else _with_what_it_was(score, answer, is_synonym=found.name != names[0])


def _named(text: str, names: Sequence[str]) -> Named:
    return named(tokens_of(text), names, sounds_like=_sounds_like(), comments=_comments())


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


def score_instrument(answered: Sequence[AnsweredQuestion], part: Planned) -> InstrumentResult:
    """Add up pictures and questions apart; the times are those of pictures that were named rightly."""
    newest = newest_attempts(answered)
    pictures = [q for q in part["questions"] if q["stimulus"] is not None]
    questions = [q for q in part["questions"] if q["stimulus"] is None]
    measures = [_sum("pictures_right", "pictures", pictures, newest, "points")]
    if questions:
        measures.append(_sum("questions_right", "questions", questions, newest, "points"))
    measures.append(_sum("synonyms", "answers", part["questions"], newest, "synonym"))
    latencies_s = [
        score.values["latency_s"]
        for score in _scores(pictures, newest)
        if score.values.get("points") and "latency_s" in score.values
    ]
    if latencies_s:
        measures.append(_median(latencies_s, measures[0]))
    return result_of(part["instrument"], RULE, measures)


def _scores(planned: Sequence[Planned], newest: Newest) -> list[Score]:
    found = [newest.get(question["item_id"]) for question in planned]
    return [one.score for one in found if one is not None and one.score is not None]


def _sum(name: str, unit: str, planned: Sequence[Planned], newest: Newest, value: str) -> Measure:
    missing = [missing_reason(newest.get(question["item_id"]), question["title"]) for question in planned]
    reasons = [reason for reason in missing if reason is not None]
    if reasons:
        return Measure(name, None, unit, "not_scorable", " ".join(reasons))
    scores = _scores(planned, newest)
    total = sum(score.values.get(value, 0.0) for score in scores)
    is_open = any(score.status == "needs_review" for score in scores)
    reason = "At least one answer has to be reviewed." if is_open else None
    if value != "points":
        return Measure(name, total, unit, "needs_review" if is_open else "scored", reason)
    chances = [score.values["points"] if score.expected is None else score.expected for score in scores]
    counts = distribution_of_count(chances)
    expected = round(expected_value(counts), 3)
    return Measure(name, total, unit, "needs_review" if is_open else "scored", reason, expected, interval_90(counts))


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
