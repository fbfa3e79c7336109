"""Blocks of trials in which one waits, sees something and presses, or does not: read and checked against their plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cognitive_assessment.scoring.reaction_times import ANTICIPATION_MS
from cognitive_assessment.scoring.trial_times import TrialTime, impossible

# A wait that differs more from its plan than three frames of a slow screen was held up.
WAIT_TOLERANCE_MS = 50.0
_MOST_HELD_UP = 0.1
_MOST_ANTICIPATED = 0.2


@dataclass(frozen=True, slots=True)
class Press:
    """One trial; `response` and `reaction_time_ms` are None where nothing was pressed in time.

    `is_anticipated` says that it was pressed before anything could be seen; `is_held_up` that the device showed it
    later or sooner than planned.
    """

    position: int
    stimulus: int
    response: int | None
    onset_ms: float
    reaction_time_ms: float | None
    is_anticipated: bool
    is_held_up: bool


class UnusableBlock(Exception):
    """The trials cannot be scored; the message says why, in words for a person."""


def read_presses(
    trials: Sequence[Mapping[str, Any]],
    summary: Mapping[str, Any],
    planned: Sequence[Mapping[str, Any]],
    *,
    slowest_ms: float,
) -> list[Press]:
    """Read a block's trials, practice left out.

    Parameters
    ----------
    trials : sequence of mapping
        As the task reported them, in any order.
    summary : mapping
        `completed` says whether the block came to its end.
    planned : sequence of mapping
        `stimulus` and `wait_ms` of every trial, in order.
    slowest_ms : float
        How long a press is waited for.

    Returns
    -------
    list of Press
        As many as were planned, in order.

    Raises
    ------
    UnusableBlock
        If the block was broken off, a trial is missing, doubled or of another plan, or its times cannot be.
    """
    try:
        found = sorted((t for t in trials if not t.get("is_practice")), key=lambda trial: int(trial["position"]))
        if not summary["completed"]:
            raise UnusableBlock(f"The block was broken off after {len(found)} of {len(planned)} trials.")
        if [trial["position"] for trial in found] != list(range(len(planned))):
            raise UnusableBlock("Some trials of this block are missing or doubled.")
        if any(trial["stimulus"] != plan["stimulus"] for trial, plan in zip(found, planned, strict=True)):
            raise UnusableBlock("The trials are not those of this session's plan.")
        times = [_times(trial) for trial in found]
        if reason := impossible(times, slowest_ms=slowest_ms):
            raise UnusableBlock(reason)
        return [_press(trial, time, plan) for trial, time, plan in zip(found, times, planned, strict=True)]
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise UnusableBlock("The trials of this block are not complete.") from error


def _times(trial: Mapping[str, Any]) -> TrialTime:
    reaction_time_ms = None if trial["response"] is None else float(trial["reaction_time_ms"])
    return TrialTime(float(trial["onset_ms"]), reaction_time_ms, float(trial["waited_ms"]))


def _press(trial: Mapping[str, Any], time: TrialTime, plan: Mapping[str, Any]) -> Press:
    reaction_time_ms = time.reaction_time_ms
    is_too_fast = reaction_time_ms is not None and reaction_time_ms < ANTICIPATION_MS
    return Press(
        position=int(trial["position"]),
        stimulus=int(trial["stimulus"]),
        response=None if trial["response"] is None else int(trial["response"]),
        onset_ms=time.onset_ms,
        reaction_time_ms=reaction_time_ms,
        is_anticipated=is_too_fast or int(trial["premature_count"]) > 0,
        is_held_up=abs(time.waited_ms - float(plan["wait_ms"])) > WAIT_TOLERANCE_MS,
    )


def problems_of(presses: Sequence[Press], summary: Mapping[str, Any]) -> list[str]:
    """Say what about a whole block a reviewer should see.

    Parameters
    ----------
    presses : sequence of Press
        Every trial.
    summary : mapping
        `interruption_count` says how often the page was left.

    Returns
    -------
    list of str
        Sentences; empty where there is nothing.
    """
    found = []
    if summary.get("interruption_count"):
        found.append(f"The block was interrupted {summary['interruption_count']} times.")
    held_up = sum(press.is_held_up for press in presses)
    if held_up > _MOST_HELD_UP * len(presses):
        found.append(f"The device showed {held_up} of {len(presses)} trials later than planned.")
    anticipated = sum(press.is_anticipated for press in presses)
    if anticipated > _MOST_ANTICIPATED * len(presses):
        found.append(f"{anticipated} of {len(presses)} trials were pressed before anything could be seen.")
    return found
