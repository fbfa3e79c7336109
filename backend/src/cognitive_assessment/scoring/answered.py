"""The questions of one instrument as they were answered: what a whole instrument's measures are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cognitive_assessment.records.scores import InstrumentResult, Measure, Score, ScoreStatus


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """One question with its score, or with the reason why it was skipped; `attempt` counts from 1."""

    item_id: str
    attempt: int
    is_practice: bool
    parameters: Mapping[str, Any]
    score: Score | None
    skipped_reason: str | None


def newest_attempts(answered: Sequence[AnsweredQuestion]) -> dict[str, AnsweredQuestion]:
    """Give the last attempt of every item that counts; practice is left out.

    Parameters
    ----------
    answered : sequence of AnsweredQuestion
        In any order; an item may have been asked twice because the first recording could not be read.

    Returns
    -------
    dict of str to AnsweredQuestion
        By item id.
    """
    newest: dict[str, AnsweredQuestion] = {}
    for question in answered:
        known = newest.get(question.item_id)
        if not question.is_practice and (known is None or question.attempt > known.attempt):
            newest[question.item_id] = question
    return newest


def missing_reason(question: AnsweredQuestion | None, title: str) -> str | None:
    """Say why a question has no score that can be used, or give None if it has one.

    Parameters
    ----------
    question : AnsweredQuestion or None
        The question's last attempt; None if it was never answered.
    title : str
        What to call it.

    Returns
    -------
    str or None
        A sentence.
    """
    if question is None:
        return f"{title}: there is no answer."
    if question.skipped_reason is not None:
        words = {"participant": "it was passed over", "microphone": "the microphone was not there"}
        return f"{title}: {words.get(question.skipped_reason, 'it was not given')}."
    if question.score is None:
        return f"{title}: the answer has not been scored."
    if question.score.status == "not_scorable":
        return f"{title}: {question.score.reason}"
    return None


def result_of(slug: str, rule: str, measures: Sequence[Measure]) -> InstrumentResult:
    """Gather measures; the result is only as good as its worst measure.

    Parameters
    ----------
    slug : str
        The instrument.
    rule : str
        The rule's name with its version.
    measures : sequence of Measure
        All measures of the instrument.

    Returns
    -------
    InstrumentResult
        `not_scorable` if any measure is, with the reasons of all of them; else `needs_review` if any needs it.
    """
    order: tuple[ScoreStatus, ...] = ("scored", "needs_review", "not_scorable")
    found = {measure.status for measure in measures} or {"not_scorable"}
    status = next(one for one in reversed(order) if one in found)
    reasons = dict.fromkeys(m.reason for m in measures if m.status == status and m.reason is not None)
    return InstrumentResult(slug, status, rule, tuple(measures), " ".join(reasons) or None)


def result_of_one_question(
    answered: Sequence[AnsweredQuestion],
    part: Mapping[str, Any],
    *,
    rule: str,
    units: Mapping[str, str],
    main: str,
) -> InstrumentResult:
    """Take the values of an instrument's one question as its measures.

    Parameters
    ----------
    answered : sequence of AnsweredQuestion
        In any order.
    part : mapping
        The instrument's part of the session's plan.
    rule : str
        The rule's name with its version.
    units : mapping of str to str
        Measure -> its unit.
    main : str
        The measure to which the score's expected value and interval belong.

    Returns
    -------
    InstrumentResult
        A measure that the score has no value for is `not_scorable`, and so is every one where there is no score.
    """
    planned = next(question for question in part["questions"] if not question["is_practice"])
    question = newest_attempts(answered).get(planned["item_id"])
    reason = missing_reason(question, planned["title"])
    score = question.score if question is not None and reason is None else None
    measures = []
    for name, unit in units.items():
        if score is None or name not in score.values:
            why = reason if score is None else "It could not be measured in this answer."
            measures.append(Measure(name, None, unit, "not_scorable", why))
            continue
        expected, interval = (score.expected, score.interval_90) if name == main else (None, None)
        measures.append(Measure(name, score.values[name], unit, score.status, score.reason, expected, interval))
    return result_of(part["instrument"], rule, measures)
