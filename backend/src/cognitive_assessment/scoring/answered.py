"""The questions of one instrument as they were answered: what a whole instrument's measures are made from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cognitive_assessment.records.scores import InstrumentResult, Measure, Score, ScoreStatus
from cognitive_assessment.scoring.uncertainty import distribution_of_count, expected_value, interval_90

# Two clocks that were set to the server's agree about so well.
DELAY_TOLERANCE_S = 2.0


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """One question with its score, or with the reason why it was skipped; `attempt` counts from 1.

    `presented_at` and `answered_at` are on the server's clock; None where nobody looked at one.
    """

    item_id: str
    attempt: int
    is_practice: bool
    parameters: Mapping[str, Any]
    score: Score | None
    skipped_reason: str | None
    presented_at: dt.datetime | None = None
    answered_at: dt.datetime | None = None


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
        words = {
            "participant": "it was passed over",
            "microphone": "the microphone was not there",
            "examiner": "the examiner left it out",
        }
        return f"{title}: {words.get(question.skipped_reason, 'it was not given')}."
    if question.score is None:
        return f"{title}: the answer has not been scored."
    if question.score.status == "not_scorable":
        return f"{title}: {question.score.reason}"
    return None


def sum_of(
    value: str, planned: Sequence[Mapping[str, Any]], newest: Mapping[str, AnsweredQuestion], *, name: str, unit: str
) -> Measure:
    """Add up one value of several questions, such as their points.

    Parameters
    ----------
    value : str
        Of each score; one that has no such value adds nothing.
    planned : sequence of mapping
        The questions of the session's plan.
    newest : mapping of str to AnsweredQuestion
        As `newest_attempts` gives them.
    name, unit : str
        Of the measure.

    Returns
    -------
    Measure
        `not_scorable`, with every reason, if one of them has no score. Points have an expected value and an interval,
        of answers that are right or wrong independently of each other.
    """
    missing = [missing_reason(newest.get(question["item_id"]), question["title"]) for question in planned]
    reasons = [reason for reason in missing if reason is not None]
    if reasons:
        return Measure(name, None, unit, "not_scorable", " ".join(reasons))
    scores = scores_of(planned, newest)
    total = sum(score.values.get(value, 0.0) for score in scores)
    is_open = any(score.status == "needs_review" for score in scores)
    status: ScoreStatus = "needs_review" if is_open else "scored"
    reason = "At least one answer has to be reviewed." if is_open else None
    if value != "points":
        return Measure(name, total, unit, status, reason)
    chances = [score.values["points"] if score.expected is None else score.expected for score in scores]
    counts = distribution_of_count(chances)
    return Measure(name, total, unit, status, reason, round(expected_value(counts), 3), interval_90(counts))


def scores_of(planned: Sequence[Mapping[str, Any]], newest: Mapping[str, AnsweredQuestion]) -> list[Score]:
    """Give the scores of those questions that have one.

    Parameters
    ----------
    planned : sequence of mapping
        The questions of the session's plan.
    newest : mapping of str to AnsweredQuestion
        As `newest_attempts` gives them.

    Returns
    -------
    list of Score
        In the order of the plan.
    """
    found = [newest.get(question["item_id"]) for question in planned]
    return [one.score for one in found if one is not None and one.score is not None]


def summed_uncertainty(scores: Sequence[Score]) -> tuple[float | None, tuple[float, float] | None]:
    """Add up expected values, and the ends of intervals.

    Parameters
    ----------
    scores : sequence of Score
        Of recordings whose words are misheard together, so that they are not taken as independent.

    Returns
    -------
    tuple
        Expected value and interval; None for both if one of the scores has none.
    """
    expected = [score.expected for score in scores if score.expected is not None]
    intervals = [score.interval_90 for score in scores if score.interval_90 is not None]
    if len(expected) < len(scores) or len(intervals) < len(scores):
        return None, None
    return round(sum(expected), 2), (sum(low for low, _ in intervals), sum(high for _, high in intervals))


@dataclass(frozen=True, slots=True)
class Delay:
    """How long after another question one was put, and whether that was the delay that was planned."""

    passed_s: float
    reason: str | None


def delay_of(planned: Mapping[str, Any], answered: Sequence[AnsweredQuestion]) -> Delay | None:
    """Measure the delay before a planned question, from the last answer to the one that it has to wait for.

    Parameters
    ----------
    planned : mapping
        The question in the session's plan, with `not_before`.
    answered : sequence of AnsweredQuestion
        Of the same instrument.

    Returns
    -------
    Delay or None
        With a reason if it was shorter than `delay_s` or longer than `longest_s`; None if the question has no delay, or
        if it is not known when the two were put.
    """
    rule = planned.get("not_before")
    own = [q for q in answered if q.item_id == planned["item_id"] and q.skipped_reason is None]
    put = [q.presented_at for q in own if q.presented_at is not None]
    before = [q.answered_at for q in answered if rule and q.item_id == rule["after"] and q.answered_at is not None]
    if not rule or not put or not before:
        return None
    passed_s = (min(put) - max(before)).total_seconds()
    reason = None
    if passed_s < rule["delay_s"] - DELAY_TOLERANCE_S:
        reason = f"put after {passed_s / 60:.1f} min instead of at least {rule['delay_s'] / 60:g} min."
    elif rule.get("longest_s") and passed_s > rule["longest_s"]:
        reason = f"put after {passed_s / 60:.0f} min instead of at most {rule['longest_s'] / 60:g} min."
    return Delay(passed_s, None if reason is None else f"{planned['title']}: {reason}")


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
    optional: Collection[str] = (),
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
    optional : collection of str
        Measures that are left out where the score has values, but none for them.

    Returns
    -------
    InstrumentResult
        A measure that the score has no value for is `not_scorable`, and so is every one where there is no score.
    """
    planned = next(question for question in part["questions"] if not question["is_practice"])
    question = newest_attempts(answered).get(planned["item_id"])
    reason = missing_reason(question, planned["title"])
    score = question.score if question is not None and reason is None else None
    given = question.score.values if question is not None and question.score is not None else {}
    measures = []
    for name, unit in units.items():
        if given and name in optional and name not in given:
            continue
        if score is None or name not in score.values:
            why = reason if score is None else "It could not be measured in this answer."
            measures.append(Measure(name, None, unit, "not_scorable", why))
            continue
        expected, interval = (score.expected, score.interval_90) if name == main else (None, None)
        measures.append(Measure(name, score.values[name], unit, score.status, score.reason, expected, interval))
    return result_of(part["instrument"], rule, measures)
