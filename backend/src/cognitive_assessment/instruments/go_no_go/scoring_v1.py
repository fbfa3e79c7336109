"""Rule `go_no_go@1`: shapes pressed and left, what that tells of telling them apart, and how soon they were pressed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.records.answers import QuestionContext, TouchResponse
from cognitive_assessment.records.scores import Evidence, InstrumentResult, Score
from cognitive_assessment.scoring.answered import AnsweredQuestion, result_of_one_question
from cognitive_assessment.scoring.presses import Press, UnusableBlock, problems_of, read_presses
from cognitive_assessment.scoring.reaction_times import summarise
from cognitive_assessment.scoring.signal_detection import Detection, detect

RULE = "go_no_go@1"
GO = 1
UNITS = {
    "d_prime": "SD",
    "criterion": "SD",
    "hits": "trials",
    "misses": "trials",
    "false_alarms": "trials",
    "correct_rejections": "trials",
    "median_hit_time": "ms",
    "mean_hit_time": "ms",
    "sd_hit_time": "ms",
    "iqr_hit_time": "ms",
    "premature": "trials",
}
_LABELS = {
    (True, True): "hit",
    (True, False): "miss",
    (False, True): "false_alarm",
    (False, False): "correct_rejection",
}
_ENOUGH = 0.5


def score_question(context: QuestionContext, answer: TouchResponse) -> Score:
    """Score the block; `not_scorable` if it was broken off or does not belong to this plan."""
    parameters = context.parameters or {}
    if not {"trials", "slowest_ms"} <= set(parameters):
        raise InvalidInput("The trials of this block are not known.", field="parameters")
    try:
        presses = read_presses(answer.trials, answer.summary, parameters["trials"], slowest_ms=parameters["slowest_ms"])
    except UnusableBlock as error:
        return Score("not_scorable", context.instrument, context.item_id, RULE, reason=str(error))
    values = _counts(presses)
    detection = _detection(values, presses)
    problems = problems_of(presses, answer.summary) + _problems(values, detection)
    if detection is not None:
        values |= {"d_prime": round(detection.d_prime, 3), "criterion": round(detection.criterion, 3)}
    return Score(
        "needs_review" if problems else "scored",
        context.instrument,
        context.item_id,
        RULE,
        values=values | _times(presses),
        evidence=tuple(_evidence(press) for press in presses),
        reason=" ".join(problems) or None,
        expected=None if detection is None else round(detection.d_prime, 3),
        interval_90=None if detection is None else _rounded(detection.interval_90),
    )


def _label(press: Press) -> str:
    if press.is_anticipated:
        return "too_soon"
    return _LABELS[press.stimulus == GO, press.response is not None]


def _counts(presses: Sequence[Press]) -> dict[str, float]:
    labels = [_label(press) for press in presses]
    names = {"hits": "hit", "misses": "miss", "false_alarms": "false_alarm", "correct_rejections": "correct_rejection"}
    return {name: float(labels.count(label)) for name, label in (names | {"premature": "too_soon"}).items()}


def _detection(values: Mapping[str, float], presses: Sequence[Press]) -> Detection | None:
    """What is left after premature presses, if it is half of each kind at least."""
    signals, noises = values["hits"] + values["misses"], values["false_alarms"] + values["correct_rejections"]
    planned = sum(press.stimulus == GO for press in presses)
    if signals < _ENOUGH * planned or noises < _ENOUGH * (len(presses) - planned) or not signals or not noises:
        return None
    return detect(
        hits=int(values["hits"]), signals=int(signals), false_alarms=int(values["false_alarms"]), noises=int(noises)
    )


def _problems(values: Mapping[str, float], detection: Detection | None) -> list[str]:
    found = []
    if detection is None:
        found.append("So much was pressed too soon that circles and diamonds cannot be compared.")
    elif values["hits"] == 0:
        found.append("No circle was pressed; perhaps the task was not understood.")
    elif values["correct_rejections"] == 0:
        found.append("Every diamond was pressed; perhaps the task was not understood.")
    return found


def _times(presses: Sequence[Press]) -> dict[str, float]:
    hits = [p.reaction_time_ms for p in presses if _label(p) == "hit" and p.reaction_time_ms is not None]
    times = summarise(hits)
    if times is None:
        return {}
    return {
        "median_hit_time": round(times.median_ms, 1),
        "mean_hit_time": round(times.mean_ms, 1),
        "sd_hit_time": round(times.sd_ms, 1),
        "iqr_hit_time": round(times.iqr_ms, 1),
    }


def _rounded(interval: tuple[float, float]) -> tuple[float, float]:
    return round(interval[0], 3), round(interval[1], 3)


def _evidence(press: Press) -> Evidence:
    shape = "circle" if press.stimulus == GO else "diamond"
    label = _label(press)
    points = float(label in {"hit", "correct_rejection"})
    onset_s = round(press.onset_ms / 1000, 4)
    if press.reaction_time_ms is None:
        return Evidence(f"{shape}: not pressed", label, points, RULE, onset_s, None)
    end_s = round((press.onset_ms + press.reaction_time_ms) / 1000, 4)
    return Evidence(f"{shape}: pressed after {press.reaction_time_ms:.0f} ms", label, points, RULE, onset_s, end_s)


def score_instrument(answered: Sequence[AnsweredQuestion], part: Mapping[str, Any]) -> InstrumentResult:
    """Take the block's values as the measures; the interval is that of d'."""
    return result_of_one_question(answered, part, rule=RULE, units=UNITS, main="d_prime")
