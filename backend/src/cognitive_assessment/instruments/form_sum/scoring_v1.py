"""Rule `form_sum@1`: the points of a questionnaire's answers added up as published; a missing item is no zero.

The session's plan holds items, scales and sums (`kinds/form.py`), so that a questionnaire scored by this rule is data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.records.answers import QuestionContext, TouchResponse
from cognitive_assessment.records.scores import Evidence, InstrumentResult, Measure, Score
from cognitive_assessment.scoring.answered import AnsweredQuestion, missing_reason, newest_attempts, result_of

RULE = "form_sum@1"
ANSWERED = "answered"
# Nobody reads a question and chooses an answer in less.
FASTEST_POSSIBLE_MS = 300.0

Parameters = Mapping[str, Any]


def score_question(context: QuestionContext, answer: TouchResponse) -> Score:
    """Add up every sum that its answers allow; `not_scorable` where none is left, with what is missing."""
    parameters = context.parameters or {}
    if not {"items", "scales", "sums"} <= set(parameters):
        raise InvalidInput("The items of this form are not known.", field="parameters")
    reason = _fault(answer.trials, parameters)
    if reason is not None:
        return Score("not_scorable", context.instrument, context.item_id, RULE, reason=reason)
    chosen = _chosen(answer.trials, parameters)
    values, reasons = _values(chosen, parameters)
    evidence = tuple(_evidence(item, chosen, parameters) for item in parameters["items"])
    if not values:
        reason = " ".join(reasons) or "No question was answered."
        return Score("not_scorable", context.instrument, context.item_id, RULE, evidence=evidence, reason=reason)
    reasons += _doubts(answer.trials)
    main = values.get(parameters["sums"][0]["measure"]) if parameters["sums"] else None
    return Score(
        "needs_review" if reasons else "scored",
        context.instrument,
        context.item_id,
        RULE,
        values=values,
        evidence=evidence,
        reason=" ".join(reasons) or None,
        expected=main,
        interval_90=None if main is None else (main, main),
    )


def _fault(trials: Sequence[Mapping[str, Any]], parameters: Parameters) -> str | None:
    """Say why these are no answers to this form."""
    known = {item["id"]: _options(item, parameters) for item in parameters["items"]}
    counts = Counter(trial.get("item") for trial in trials)
    if any(item not in known for item in counts):
        return "There are answers to questions that are not in this form."
    if any(count > 1 for count in counts.values()):
        return "A question has two answers."
    if any(t.get("option") is not None and t["option"] not in known[t["item"]] for t in trials):
        return "An answer is none of those that could be chosen."
    return None


def _options(item: Mapping[str, Any], parameters: Parameters) -> dict[str, float | None]:
    """The options of an item with their points."""
    return {option["id"]: option["points"] for option in parameters["scales"][item["scale"]]["options"]}


def _chosen(trials: Sequence[Mapping[str, Any]], parameters: Parameters) -> dict[str, str]:
    """Item -> option; an item that is put only after points counts for nothing where there are none."""
    chosen = {str(trial["item"]): str(trial["option"]) for trial in trials if trial.get("option") is not None}
    asked = [item for item in parameters["items"] if not item["only_after_points"]]
    if any(_points(item, chosen, parameters) for item in asked):
        return chosen
    return {item["id"]: chosen[item["id"]] for item in asked if item["id"] in chosen}


def _points(item: Mapping[str, Any], chosen: Mapping[str, str], parameters: Parameters) -> float | None:
    """What the answer to an item adds; None where it has no answer, or one that does not count."""
    option = chosen.get(item["id"])
    return None if option is None else _options(item, parameters)[option]


def _values(chosen: Mapping[str, str], parameters: Parameters) -> tuple[dict[str, float], list[str]]:
    """The sums that can be had, and why any cannot or was filled up."""
    if not parameters["sums"]:
        return ({ANSWERED: float(len(chosen))} if chosen else {}), []
    items = {item["id"]: item for item in parameters["items"]}
    numbers = {item["id"]: number for number, item in enumerate(parameters["items"], start=1)}
    values, reasons = {}, []
    for one in parameters["sums"]:
        points = {item: _points(items[item], chosen, parameters) for item in one["items"]}
        there = [found for found in points.values() if found is not None]
        missing = [numbers[item] for item, found in points.items() if found is None]
        if missing:
            reasons.append(_missing_words(one, missing))
        if there and len(missing) <= one["most_missing"]:
            values[str(one["measure"])] = round(sum(there) * len(points) / len(there), 2)
    return values, reasons


def _missing_words(one: Mapping[str, Any], missing: Sequence[int]) -> str:
    count = len(missing)
    questions = f"question{'s' if count > 1 else ''} {', '.join(map(str, missing))}"
    if count > one["most_missing"]:
        return f"{one['title']}: there is no sum, because {questions} {'have' if count > 1 else 'has'} no answer."
    return f"{one['title']}: {questions} without an answer counted as the mean of the others."


def _doubts(trials: Sequence[Mapping[str, Any]]) -> list[str]:
    quick = sum(
        t.get("option") is not None and float(t.get("reaction_time_ms") or 0) < FASTEST_POSSIBLE_MS for t in trials
    )
    if not quick:
        return []
    return [f"{quick} answer{'s' if quick > 1 else ''} came faster than anybody can read."]


def _evidence(item: Mapping[str, Any], chosen: Mapping[str, str], parameters: Parameters) -> Evidence:
    """The question with the words of its answer, and what it added."""
    option = chosen.get(item["id"])
    if option is None:
        label = "not_asked" if item["only_after_points"] and not _has_points(chosen, parameters) else "missing"
        return Evidence(f"{item['text']}: no answer", label, 0.0, RULE)
    words = next(one["text"] for one in parameters["scales"][item["scale"]]["options"] if one["id"] == option)
    points = _points(item, chosen, parameters)
    label = "not_counted" if points is None else "answered"
    return Evidence(f"{item['text']}: {words}", label, points or 0.0, RULE)


def _has_points(chosen: Mapping[str, str], parameters: Parameters) -> bool:
    return any(_points(item, chosen, parameters) for item in parameters["items"])


def score_instrument(answered: Sequence[AnsweredQuestion], part: Mapping[str, Any]) -> InstrumentResult:
    """Take the form's sums as the measures, each with the published band in which it lies."""
    planned = part["questions"][0]
    question = newest_attempts(answered).get(planned["item_id"])
    reason = missing_reason(question, planned["title"])
    score = question.score if question is not None and reason is None else None
    sums = planned["parameters"]["sums"]
    units = {one["measure"]: "points" for one in sums} or {ANSWERED: "answers"}
    bands = {one["measure"]: one["bands"] for one in sums}
    measures = []
    for name, unit in units.items():
        value = None if score is None else score.values.get(name)
        if score is None or value is None:
            why = reason if score is None else score.reason
            measures.append(Measure(name, None, unit, "not_scorable", why))
            continue
        band = _band(value, bands.get(name, ()))
        measures.append(Measure(name, value, unit, score.status, score.reason, value, (value, value), band))
    return result_of(part["instrument"], RULE, measures)


def _band(value: float, bands: Sequence[Mapping[str, Any]]) -> str | None:
    """The words of the highest band that begins at or below a sum."""
    reached = [str(band["text"]) for band in bands if band["lowest"] <= value]
    return reached[-1] if reached else None
