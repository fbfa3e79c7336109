"""One trial of blocks: right if those that were lit were pressed, all of them, in the right order."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.records.answers import QuestionContext, TouchResponse
from cognitive_assessment.records.scores import Evidence, Score
from cognitive_assessment.scoring.presses import UnusableBlock
from cognitive_assessment.scoring.taps import Tap, read_taps

PACE_TOLERANCE_MS = 100.0


def score_trial(context: QuestionContext, answer: TouchResponse, *, rule: str) -> Score:
    """Score one trial; `context.expected` holds the blocks, counted from 1, as they have to be pressed."""
    parameters = context.parameters or {}
    if not context.expected or not {"blocks", "interval_ms", "length"} <= set(parameters):
        raise InvalidInput("The right blocks of this trial are not known.", field="expected")
    right = [int(one) - 1 for one in context.expected.split()]
    try:
        taps = read_taps(answer.trials, places=len(parameters["blocks"]), with_practice=True)
        _require_all(taps, right, answer.summary)
        problems = _problems(answer.summary, parameters)
    except UnusableBlock as error:
        return Score("not_scorable", context.instrument, context.item_id, rule, reason=str(error))
    points = float([tap.place for tap in taps] == right)
    return Score(
        "needs_review" if problems else "scored",
        context.instrument,
        context.item_id,
        rule,
        values={"points": points},
        answer=" ".join(str(tap.place + 1) for tap in taps) or None,
        evidence=tuple(_evidence(taps, right, rule)),
        reason=" ".join(problems) or None,
        expected=points,
        interval_90=(points, points),
    )


def _require_all(taps: Sequence[Tap], right: Sequence[int], summary: Mapping[str, Any]) -> None:
    """Presses that got lost on their way are no wrong answer: it takes the word that nothing more was remembered."""
    try:
        told, has_given_up = int(summary["tap_count"]), bool(summary["gave_up"])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise UnusableBlock("How many blocks were pressed is not known.") from error
    if len(taps) != told:
        raise UnusableBlock(f"{len(taps)} of {told} presses have arrived.")
    if len(taps) > len(right):
        raise UnusableBlock(f"There are {len(taps)} presses where {len(right)} were taken.")
    if len(taps) < len(right) and not has_given_up:
        raise UnusableBlock(f"The trial was broken off after {len(taps)} of {len(right)} presses.")


def _problems(summary: Mapping[str, Any], parameters: Mapping[str, Any]) -> list[str]:
    """An interruption, or blocks that were not lit one each interval."""
    found = []
    if summary.get("interruption_count"):
        found.append(f"The trial was interrupted {summary['interruption_count']} times.")
    try:
        onsets_ms = [float(one) for one in summary["onsets_ms"]]
    except (KeyError, TypeError, ValueError) as error:
        raise UnusableBlock("When the blocks were lit is not known.") from error
    if len(onsets_ms) != parameters["length"]:
        raise UnusableBlock(f"{len(onsets_ms)} of {parameters['length']} blocks were lit.")
    interval_ms = parameters["interval_ms"]
    if any(abs(b - a - interval_ms) > PACE_TOLERANCE_MS for a, b in itertools.pairwise(onsets_ms)):
        found.append("The device did not light the blocks at an even pace.")
    return found


def _evidence(taps: Sequence[Tap], right: Sequence[int], rule: str) -> list[Evidence]:
    """Every press; the one that makes the trial right, its last, adds the point."""
    is_whole = [tap.place for tap in taps] == list(right)
    found = []
    for at, (place, tap) in enumerate(zip(right, taps, strict=False), 1):
        is_right = tap.place == place
        text = f"block {tap.place + 1}" + ("" if is_right else f" instead of {place + 1}")
        points = float(is_whole and at == len(right))
        at_s = round(tap.at_ms / 1000, 4)
        found.append(Evidence(text, "right" if is_right else "wrong", points, rule, at_s, at_s))
    missing = right[len(taps) :]
    return found + [Evidence(f"block {place + 1}", "missing", 0.0, rule) for place in missing]
