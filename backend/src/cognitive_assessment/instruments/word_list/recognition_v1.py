"""The recognition of the rules of `word_list`: yes or no to each word of the list and to as many foils."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.records.answers import QuestionContext, TouchResponse
from cognitive_assessment.records.scores import Evidence, Score
from cognitive_assessment.scoring.signal_detection import detect
from cognitive_assessment.scoring.trial_times import TrialTime, impossible


def score_recognition(context: QuestionContext, answer: TouchResponse, related: frozenset[str], *, rule: str) -> Score:
    """Score the whole block; `not_scorable` if a word has no answer or is not of this session's plan."""
    parameters = context.parameters or {}
    if not {"words", "fastest_possible_ms"} <= set(parameters):
        raise InvalidInput("The words of this block are not known.", field="parameters")
    old = {word.strip() for word in (context.expected or "").split(",")}
    try:
        trials = sorted(answer.trials, key=lambda trial: int(trial["position"]))
        reason = _fault(trials, parameters["words"])
        if reason is None:
            values = _values(trials, old, related, parameters["fastest_possible_ms"])
            evidence = tuple(_evidence(trial, old, related, rule) for trial in trials)
    except (KeyError, TypeError, ValueError):
        reason = "The answers of this block are not complete."
    if reason is not None:
        return Score("not_scorable", context.instrument, context.item_id, rule, reason=reason)
    problems = _problems(trials, values, answer.summary)
    return Score(
        "needs_review" if problems else "scored",
        context.instrument,
        context.item_id,
        rule,
        values=values,
        evidence=evidence,
        reason=" ".join(problems) or None,
        expected=values["hits"],
        interval_90=(values["hits"], values["hits"]),
    )


def _fault(trials: Sequence[Mapping[str, Any]], words: Sequence[str]) -> str | None:
    if [int(trial["position"]) for trial in trials] != list(range(len(words))):
        return f"{len(trials)} of {len(words)} words were answered."
    if [trial["word"] for trial in trials] != list(words):
        return "The words are not those of this session's plan."
    return impossible([TrialTime(float(t["onset_ms"]), float(t["reaction_time_ms"])) for t in trials])


def _values(
    trials: Sequence[Mapping[str, Any]], old: set[str], related: frozenset[str], fastest_ms: float
) -> dict[str, float]:
    yes = [trial["word"] for trial in trials if trial["response"]]
    hits = sum(word in old for word in yes)
    false_alarms = len(yes) - hits
    asked_old = sum(trial["word"] in old for trial in trials)
    told = detect(hits=hits, signals=asked_old, false_alarms=false_alarms, noises=len(trials) - asked_old)
    times_ms = [float(trial["reaction_time_ms"]) for trial in trials]
    return {
        "hits": float(hits),
        "false_alarms": float(false_alarms),
        "false_alarms_related": float(sum(word in related for word in yes)),
        "d_prime": round(told.d_prime, 3),
        "criterion": round(told.criterion, 3),
        "median_reaction_time": round(statistics.median(times_ms), 1),
        "too_fast": float(sum(time_ms < fastest_ms for time_ms in times_ms)),
    }


def _problems(
    trials: Sequence[Mapping[str, Any]], values: Mapping[str, float], summary: Mapping[str, Any]
) -> list[str]:
    problems = []
    if values["too_fast"]:
        problems.append(f"{values['too_fast']:.0f} answers came faster than a word can be read.")
    if len({bool(trial["response"]) for trial in trials}) == 1:
        problems.append("Every word was given the same answer.")
    if summary.get("interruption_count"):
        problems.append(f"The block was interrupted {summary['interruption_count']} times.")
    return problems


def _evidence(trial: Mapping[str, Any], old: set[str], related: frozenset[str], rule: str) -> Evidence:
    word, said_yes = str(trial["word"]), bool(trial["response"])
    kind = "of the list" if word in old else "related foil" if word in related else "foil"
    label = ("hit" if said_yes else "miss") if word in old else ("false_alarm" if said_yes else "correct_rejection")
    onset_s = float(trial["onset_ms"]) / 1000
    end_s = onset_s + float(trial["reaction_time_ms"]) / 1000
    text = f"{word} ({kind}): {'yes' if said_yes else 'no'}"
    return Evidence(text, label, float(label in {"hit", "correct_rejection"}), rule, round(onset_s, 4), round(end_s, 4))
