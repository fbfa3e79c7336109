"""Rule `trail_making@1`: how long the way through the circles took, and which wrong ones were pressed on it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.records.answers import QuestionContext, TouchResponse
from cognitive_assessment.records.scores import Evidence, InstrumentResult, Measure, Score, ScoreStatus
from cognitive_assessment.scoring.answered import AnsweredQuestion, missing_reason, newest_attempts, result_of
from cognitive_assessment.scoring.presses import UnusableBlock
from cognitive_assessment.scoring.reaction_times import ANTICIPATION_MS
from cognitive_assessment.scoring.taps import Tap, read_taps

RULE = "trail_making@1"
UNITS = {"time": "s", "errors": "errors", "reached": "circles", "time_per_move": "ms"}
PARTS = {"part_a": "a", "part_b": "b"}
# Of the ways from circle to circle; more that no hand can go so fast, and the times are no times.
_MOST_TOO_FAST = 0.5
# A block that a slow frame ended a moment early had its whole time.
LIMIT_TOLERANCE_MS = 250.0


@dataclass(frozen=True, slots=True)
class Step:
    """A tap and what it was: `right`, `wrong`, or `repeated` (the circle that was just reached)."""

    tap: Tap
    label: str
    reached: int


def score_question(context: QuestionContext, answer: TouchResponse) -> Score:
    """Score one part; `not_scorable` if it was broken off or does not belong to this board."""
    parameters = context.parameters or {}
    if not {"trail", "limit_s"} <= set(parameters):
        raise InvalidInput("The circles of this part are not known.", field="parameters")
    labels: list[str] = parameters["trail"]["labels"]
    limit_ms = parameters["limit_s"] * 1000.0
    try:
        taps = [tap for tap in read_taps(answer.trials, places=len(labels)) if tap.at_ms <= limit_ms]
        steps = follow(taps)
        has_ended = bool(steps) and steps[-1].reached == len(labels)
        if not has_ended and _duration_ms(answer.summary) < limit_ms - LIMIT_TOLERANCE_MS:
            reached = steps[-1].reached if steps else 0
            raise UnusableBlock(f"The task was broken off after {reached} of {len(labels)} circles.")
        _require_a_hand(steps)
    except UnusableBlock as error:
        return Score("not_scorable", context.instrument, context.item_id, RULE, reason=str(error))
    problems = _problems(steps, answer.summary)
    return Score(
        "needs_review" if problems else "scored",
        context.instrument,
        context.item_id,
        RULE,
        values=_values(steps, has_ended=has_ended),
        evidence=tuple(_evidence(steps, labels)),
        reason=" ".join(problems) or None,
    )


def follow(taps: Sequence[Tap]) -> list[Step]:
    """Take each tap for what it is, given those before it."""
    steps: list[Step] = []
    reached = 0
    for tap in taps:
        label = "right" if tap.place == reached else "repeated" if tap.place == reached - 1 else "wrong"
        reached += label == "right"
        steps.append(Step(tap, label, reached))
    return steps


def _moves_ms(steps: Sequence[Step]) -> list[float]:
    """How long each way from one circle to the next took."""
    right_ms = [step.tap.at_ms for step in steps if step.label == "right"]
    return [after - before for before, after in itertools.pairwise(right_ms)]


def _require_a_hand(steps: Sequence[Step]) -> None:
    moves_ms = _moves_ms(steps)
    too_fast = sum(move_ms < ANTICIPATION_MS for move_ms in moves_ms)
    if too_fast > _MOST_TOO_FAST * len(moves_ms):
        raise UnusableBlock(
            f"{too_fast} of {len(moves_ms)} ways took less than {ANTICIPATION_MS:g} ms each: no hand does."
        )


def _duration_ms(summary: Mapping[str, Any]) -> float:
    try:
        return float(summary["duration_ms"])
    except (KeyError, TypeError, ValueError) as error:
        raise UnusableBlock("How long this part took is not known.") from error


def _values(steps: Sequence[Step], *, has_ended: bool) -> dict[str, float]:
    right_ms = [step.tap.at_ms for step in steps if step.label == "right"]
    values = {
        "errors": float(sum(step.label == "wrong" for step in steps)),
        "reached": float(len(right_ms)),
    }
    if has_ended:
        values["time"] = round(right_ms[-1] / 1000, 2)
    if len(right_ms) > 1:
        values["time_per_move"] = round((right_ms[-1] - right_ms[0]) / (len(right_ms) - 1), 1)
    return values


def _problems(steps: Sequence[Step], summary: Mapping[str, Any]) -> list[str]:
    found = []
    if summary.get("interruption_count"):
        found.append(f"The part was interrupted {summary['interruption_count']} times.")
    by_key = sum(step.tap.input == "key" for step in steps)
    if by_key:
        found.append(f"{by_key} circles were pressed by keys, which takes longer.")
    if any(move_ms < ANTICIPATION_MS for move_ms in _moves_ms(steps)):
        found.append("Two circles were pressed within less than 100 ms.")
    return found


def _evidence(steps: Sequence[Step], labels: Sequence[str]) -> list[Evidence]:
    """Every press: from which circle to which, and how long after the press before."""
    found = []
    before_ms = 0.0
    for step in steps:
        came_from = step.reached - (step.label == "right") - 1
        start = labels[came_from] if came_from >= 0 else "start"
        text = f"{start} to {labels[step.tap.place]}: {(step.tap.at_ms - before_ms) / 1000:.2f} s"
        points = float(step.label == "right")
        times = (round(before_ms / 1000, 4), round(step.tap.at_ms / 1000, 4))
        found.append(Evidence(text, step.label, points, RULE, *times))
        before_ms = step.tap.at_ms
    return found


def score_instrument(answered: Sequence[AnsweredQuestion], part: Mapping[str, Any]) -> InstrumentResult:
    """Take both parts' values as the measures, and compare their times."""
    newest = newest_attempts(answered)
    measures = []
    for planned in part["questions"]:
        measures += _measures(newest.get(planned["item_id"]), planned)
    times = {m.name: m for m in measures if m.name in {"time_a", "time_b"}}
    measures += _comparisons(times["time_a"], times["time_b"])
    return result_of(part["instrument"], RULE, measures)


def _measures(question: AnsweredQuestion | None, planned: Mapping[str, Any]) -> list[Measure]:
    title, suffix = planned["title"], PARTS[planned["item_id"]]
    reason = missing_reason(question, title)
    score = question.score if question is not None and reason is None else None
    measures = []
    for name, unit in UNITS.items():
        if score is None or name not in score.values:
            why = reason if score is None else _why_absent(name, score, planned)
            measures.append(Measure(f"{name}_{suffix}", None, unit, "not_scorable", why))
        else:
            measures.append(Measure(f"{name}_{suffix}", score.values[name], unit, score.status, score.reason))
    return measures


def _why_absent(name: str, score: Score, planned: Mapping[str, Any]) -> str:
    if name == "time_per_move":
        return f"{planned['title']}: fewer than two circles were reached."
    count, limit_s = len(planned["parameters"]["trail"]["labels"]), planned["parameters"]["limit_s"]
    return f"{planned['title']}: the {limit_s} s were over at circle {score.values['reached']:.0f} of {count}."


def _comparisons(a: Measure, b: Measure) -> list[Measure]:
    """B minus A and B over A, of times that are both there."""
    units = {"b_minus_a": "s", "b_over_a": "ratio"}
    if a.value is None or b.value is None:
        reason = " ".join(one.reason for one in (a, b) if one.value is None and one.reason)
        return [Measure(name, None, unit, "not_scorable", reason) for name, unit in units.items()]
    status: ScoreStatus = "needs_review" if "needs_review" in {a.status, b.status} else "scored"
    why = " ".join(dict.fromkeys(one.reason for one in (a, b) if one.reason)) or None
    difference = Measure("b_minus_a", round(b.value - a.value, 2), units["b_minus_a"], status, why)
    if a.value <= 0:  # only a score by hand can say so
        reason = "There is no ratio to a part A that took no time."
        return [difference, Measure("b_over_a", None, units["b_over_a"], "not_scorable", reason)]
    return [difference, Measure("b_over_a", round(b.value / a.value, 3), units["b_over_a"], status, why)]
