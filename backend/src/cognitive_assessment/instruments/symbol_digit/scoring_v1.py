"""Rule `symbol_digit@1`: how many symbols were given their right number within the time, from the trials themselves.

A trial's `response` is the number that was pressed, 1 to 9; it is right if the key has the trial's symbol above it.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.records.answers import QuestionContext, TouchResponse
from cognitive_assessment.records.scores import Evidence, InstrumentResult, Score
from cognitive_assessment.scoring.answered import AnsweredQuestion, result_of_one_question
from cognitive_assessment.scoring.trial_times import TrialTime, impossible

RULE = "symbol_digit@1"
QUARTERS = 4
# A block that a slow frame ended a moment early is whole.
DURATION_TOLERANCE_MS = 250.0
# What nobody does who works on: a person looks.
_LONG_PAUSE_S = 15.0
_MANY_ALIKE = 6
_ENOUGH_TO_JUDGE = 10
UNITS = {
    "right": "symbols",
    "errors": "symbols",
    "right_first_quarter": "symbols",
    "right_second_quarter": "symbols",
    "right_third_quarter": "symbols",
    "right_fourth_quarter": "symbols",
    "right_per_minute": "symbols/min",
    "median_reaction_time": "ms",
    "too_fast": "symbols",
}


def score_question(context: QuestionContext, answer: TouchResponse) -> Score:
    """Score the block; `not_scorable` if it was broken off or does not belong to this plan."""
    parameters = context.parameters or {}
    if not {"key", "sequence", "duration_s", "fastest_possible_ms"} <= set(parameters):
        raise InvalidInput("The key and the sequence of this block are not known.", field="parameters")
    try:
        trials = sorted(
            (t for t in answer.trials if not t.get("is_practice")), key=lambda trial: int(trial["position"])
        )
        reason = _fault(trials, answer.summary, parameters)
        if reason is not None:
            return Score("not_scorable", context.instrument, context.item_id, RULE, reason=reason)
        counted = [trial for trial in trials if _ends_ms(trial) <= parameters["duration_s"] * 1000]
        values = _values(counted, parameters)
    except (KeyError, TypeError, ValueError, OverflowError):
        reason = "The trials of this block are not complete."
        return Score("not_scorable", context.instrument, context.item_id, RULE, reason=reason)
    problems = _problems(values, answer.summary) + _odd_ways(counted, values)
    return Score(
        "needs_review" if problems else "scored",
        context.instrument,
        context.item_id,
        RULE,
        values=values,
        evidence=tuple(_evidence(trial, parameters) for trial in counted),
        reason=" ".join(problems) or None,
        expected=values["right"],
        interval_90=(values["right"], values["right"]),
    )


def _ends_ms(trial: Mapping[str, Any]) -> float:
    return float(trial["onset_ms"]) + float(trial["reaction_time_ms"])


def _is_right(trial: Mapping[str, Any], parameters: Mapping[str, Any]) -> bool:
    key = parameters["key"]
    response = int(trial["response"])
    return 1 <= response <= len(key) and bool(key[response - 1] == trial["symbol"])


def _is_too_fast(trial: Mapping[str, Any], parameters: Mapping[str, Any]) -> bool:
    return bool(trial["reaction_time_ms"] < parameters["fastest_possible_ms"])


def _fault(
    trials: Sequence[Mapping[str, Any]], summary: Mapping[str, Any], parameters: Mapping[str, Any]
) -> str | None:
    """Say why a block cannot be scored."""
    sequence = parameters["sequence"]
    given = [(int(trial["position"]), trial["symbol"]) for trial in trials]
    if not trials:
        return "No symbol was answered."
    if [position for position, _ in given] != list(range(len(given))) or len(given) > len(sequence):
        return "Some trials of this block are missing or doubled."
    if any(symbol != sequence[position] for position, symbol in given):
        return "The symbols are not those of this session's plan."
    duration_ms = float(summary["duration_ms"])
    if not summary["completed"] or duration_ms < parameters["duration_s"] * 1000 - DURATION_TOLERANCE_MS:
        return f"The block was broken off after {duration_ms / 1000:.0f} of {parameters['duration_s']} seconds."
    return impossible([TrialTime(float(t["onset_ms"]), float(t["reaction_time_ms"])) for t in trials])


def _values(trials: Sequence[Mapping[str, Any]], parameters: Mapping[str, Any]) -> dict[str, float]:
    """Count; an answer faster than anybody can see and press is no right answer."""
    right = [t for t in trials if _is_right(t, parameters) and not _is_too_fast(t, parameters)]
    too_fast = [t for t in trials if _is_too_fast(t, parameters)]
    quarter_ms = parameters["duration_s"] * 1000 / QUARTERS
    counts = [0] * QUARTERS
    for trial in right:
        counts[min(int(_ends_ms(trial) // quarter_ms), QUARTERS - 1)] += 1
    values = {
        "right": float(len(right)),
        "errors": float(len(trials) - len(right) - len(too_fast)),
        "right_first_quarter": float(counts[0]),
        "right_second_quarter": float(counts[1]),
        "right_third_quarter": float(counts[2]),
        "right_fourth_quarter": float(counts[3]),
        "right_per_minute": round(len(right) * 60 / parameters["duration_s"], 2),
        "too_fast": float(len(too_fast)),
    }
    if right:
        values["median_reaction_time"] = round(statistics.median(float(t["reaction_time_ms"]) for t in right), 1)
    return values


def _problems(values: Mapping[str, float], summary: Mapping[str, Any]) -> list[str]:
    problems = []
    if values["too_fast"]:
        problems.append(f"{values['too_fast']:.0f} answers came faster than possible and do not count.")
    if summary.get("interruption_count"):
        problems.append(f"The block was interrupted {summary['interruption_count']} times.")
    return problems


def _odd_ways(trials: Sequence[Mapping[str, Any]], values: Mapping[str, float]) -> list[str]:
    """Say what looks as if somebody had stopped, leant on a key, or read the key wrongly."""
    problems = []
    alike = max((len(list(run)) for _, run in itertools.groupby(int(t["response"]) for t in trials)), default=0)
    if alike >= _MANY_ALIKE:
        problems.append(f"The same number was pressed {alike} times running.")
    if values["errors"] > values["right"] and len(trials) >= _ENOUGH_TO_JUDGE:
        problems.append("More answers were wrong than right, so that the key may not have been understood or seen.")
    longest_s = max((float(t["reaction_time_ms"]) for t in trials), default=0.0) / 1000
    if longest_s >= _LONG_PAUSE_S:
        problems.append(f"Nothing was pressed for {longest_s:.0f} seconds.")
    return problems


def _evidence(trial: Mapping[str, Any], parameters: Mapping[str, Any]) -> Evidence:
    is_too_fast = _is_too_fast(trial, parameters)
    is_right = _is_right(trial, parameters) and not is_too_fast
    label = "ignored" if is_too_fast else "right" if is_right else "wrong"
    onset_s = float(trial["onset_ms"]) / 1000
    text = f"symbol {trial['symbol']}: {trial['response']}"
    return Evidence(text, label, float(is_right), RULE, round(onset_s, 4), round(_ends_ms(trial) / 1000, 4))


def score_instrument(answered: Sequence[AnsweredQuestion], part: Mapping[str, Any]) -> InstrumentResult:
    """Take the block's values as the measures; where no answer was right there is no middle reaction time."""
    return result_of_one_question(answered, part, rule=RULE, units=UNITS, main="right", optional=UNITS)
