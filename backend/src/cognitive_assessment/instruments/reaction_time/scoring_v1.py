"""Rule `reaction_time@1`: how soon a target was pressed, how evenly, and what was too soon, too late or wrong."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.records.answers import QuestionContext, TouchResponse
from cognitive_assessment.records.scores import Evidence, InstrumentResult, Measure, Score
from cognitive_assessment.scoring.answered import AnsweredQuestion, missing_reason, newest_attempts, result_of
from cognitive_assessment.scoring.presses import Press, UnusableBlock, problems_of, read_presses
from cognitive_assessment.scoring.reaction_times import FEWEST, ReactionTimes, far_out_limit_ms, summarise

RULE = "reaction_time@1"
UNITS = {
    "median": "ms",
    "mean": "ms",
    "sd": "ms",
    "iqr": "ms",
    "lapses": "trials",
    "anticipations": "trials",
    "errors": "trials",
    "accuracy": "%",
}
OF_CHOICE_ALONE = frozenset({"errors", "accuracy"})
TOO_FEW = f"Fewer than {FEWEST} presses were right and in time, which tell no reaction time."


def score_question(context: QuestionContext, answer: TouchResponse) -> Score:
    """Score one block; `not_scorable` if it was broken off or does not belong to this plan."""
    parameters = context.parameters or {}
    if not {"trials", "targets", "slowest_ms"} <= set(parameters):
        raise InvalidInput("The trials of this block are not known.", field="parameters")
    try:
        presses = read_presses(answer.trials, answer.summary, parameters["trials"], slowest_ms=parameters["slowest_ms"])
    except UnusableBlock as error:
        return Score("not_scorable", context.instrument, context.item_id, RULE, reason=str(error))
    used = [press for press in presses if _is_used(press)]
    times = summarise([_time(press) for press in used])
    limit_ms = _lapse_limit_ms(used, parameters)
    problems = problems_of(presses, answer.summary)
    if times is None:
        problems.append(TOO_FEW)
    elif len(used) < len(presses) / 2:
        problems.append(f"Only {len(used)} of {len(presses)} presses could be used.")
    return Score(
        "needs_review" if problems else "scored",
        context.instrument,
        context.item_id,
        RULE,
        values=_values(presses, times, limit_ms),
        evidence=tuple(_evidence(press, limit_ms) for press in presses),
        reason=" ".join(problems) or None,
        expected=None if times is None else round(times.median_ms, 1),
        interval_90=None if times is None else times.interval_90,
    )


def _is_used(press: Press) -> bool:
    return press.response == press.stimulus and not press.is_anticipated


def _time(press: Press) -> float:
    if press.reaction_time_ms is None:
        raise ValueError("nothing was pressed")
    return press.reaction_time_ms


def _lapse_limit_ms(used: Sequence[Press], parameters: Mapping[str, Any]) -> float | None:
    """From where a press is a lapse: a fixed time for one target, the person's own far-out limit for several."""
    if "lapse_ms" in parameters:
        return float(parameters["lapse_ms"])
    if len(used) < FEWEST:
        return None
    return math.nextafter(
        far_out_limit_ms([_time(press) for press in used]), math.inf
    )  # the limit itself is not beyond


def _is_lapse(press: Press, limit_ms: float | None) -> bool:
    """Nothing pressed, or pressed very late; what was pressed too soon is something else."""
    if press.is_anticipated:
        return False
    if press.response is None:
        return True
    return limit_ms is not None and _is_used(press) and _time(press) >= limit_ms


def _values(presses: Sequence[Press], times: ReactionTimes | None, limit_ms: float | None) -> dict[str, float]:
    seen = [press for press in presses if not press.is_anticipated]
    values = {
        "lapses": float(sum(_is_lapse(press, limit_ms) for press in presses)),
        "anticipations": float(len(presses) - len(seen)),
        "errors": float(sum(press.response not in {None, press.stimulus} for press in seen)),
    }
    if seen:
        values["accuracy"] = round(100 * sum(_is_used(press) for press in seen) / len(seen), 1)
    if times is not None:
        values["median"] = round(times.median_ms, 1)
        values["mean"] = round(times.mean_ms, 1)
        values["sd"] = round(times.sd_ms, 1)
        values["iqr"] = round(times.iqr_ms, 1)
    return values


def _evidence(press: Press, limit_ms: float | None) -> Evidence:
    onset_s = round(press.onset_ms / 1000, 4)
    if press.reaction_time_ms is None:
        label = "too_soon" if press.is_anticipated else "no_answer"
        return Evidence(f"square {press.stimulus + 1}: nothing", label, 0.0, RULE, onset_s, None)
    end_s = round((press.onset_ms + press.reaction_time_ms) / 1000, 4)
    text = f"square {press.stimulus + 1}: {(press.response or 0) + 1} after {press.reaction_time_ms:.0f} ms"
    if press.is_anticipated:
        label = "too_soon"
    elif not _is_used(press):
        label = "wrong"
    else:
        label = "lapse" if _is_lapse(press, limit_ms) else "right"
    return Evidence(text, label, float(_is_used(press)), RULE, onset_s, end_s)


def score_instrument(answered: Sequence[AnsweredQuestion], part: Mapping[str, Any]) -> InstrumentResult:
    """Take both blocks' values as the measures."""
    newest = newest_attempts(answered)
    measures = [
        measure
        for planned in part["questions"]
        for measure in _measures(newest.get(planned["item_id"]), planned["item_id"], planned["title"])
    ]
    return result_of(part["instrument"], RULE, measures)


def _measures(question: AnsweredQuestion | None, block: str, title: str) -> list[Measure]:
    reason = missing_reason(question, title)
    score = question.score if question is not None and reason is None else None
    measures = []
    for name, unit in UNITS.items():
        if block == "simple" and name in OF_CHOICE_ALONE:
            continue
        if score is None or name not in score.values:
            why = reason if score is None else f"{title}: {TOO_FEW}"
            measures.append(Measure(f"{block}_{name}", None, unit, "not_scorable", why))
            continue
        expected, interval = (score.expected, score.interval_90) if name == "median" else (None, None)
        values = (score.values[name], unit, score.status, score.reason, expected, interval)
        measures.append(Measure(f"{block}_{name}", *values))
    return measures
