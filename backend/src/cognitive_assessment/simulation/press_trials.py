"""Trials in which one waits, sees something and presses, as a participant of a profile would press them."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

from cognitive_assessment.simulation.pace import Pace, pace_of
from cognitive_assessment.simulation.profiles import Profile

_FRAME_MS = 1000 / 60
_FASTEST_MS = 180.0
_SLOWED = 3.0
_GO = 1

Response = dict[str, Any]
# what was shown -> what was pressed and after how many ms, or nothing
Pressed = Callable[[int], tuple[int, float] | None]


def react(parameters: dict[str, Any], profile: Profile, rng: random.Random) -> tuple[Response, str, float]:
    """The response to squares that turn dark, what to print of it, and the seconds that it takes."""
    pace, targets = pace_of(profile), parameters["targets"]
    middle_ms = pace.one_ms + pace.choice_ms * math.log2(targets)

    def pressed(target: int) -> tuple[int, float] | None:
        if rng.random() < pace.missed_fraction:
            return None
        is_slip = targets > 1 and rng.random() < pace.slip_fraction
        square = rng.choice([other for other in range(targets) if other != target]) if is_slip else target
        return square, _time_ms(pace, middle_ms, rng)

    return _block(parameters, pace, rng, pressed)


def go_or_not(parameters: dict[str, Any], profile: Profile, rng: random.Random) -> tuple[Response, str, float]:
    """The response to circles and diamonds, what to print of it, and the seconds that it takes."""
    pace = pace_of(profile)

    def pressed(shape: int) -> tuple[int, float] | None:
        is_pressed = rng.random() >= pace.missed_fraction if shape == _GO else rng.random() < pace.impulse_fraction
        return (1, _time_ms(pace, pace.one_ms + pace.choice_ms, rng)) if is_pressed else None

    return _block(parameters, pace, rng, pressed)


def _time_ms(pace: Pace, middle_ms: float, rng: random.Random) -> float:
    slowed = _SLOWED if rng.random() < pace.lapse_fraction else 1.0
    return max(_FASTEST_MS, middle_ms * slowed * math.exp(rng.gauss(0, pace.spread)))


def _block(parameters: dict[str, Any], pace: Pace, rng: random.Random, pressed: Pressed) -> tuple[Response, str, float]:
    """All trials one after the other, practice first, each block on a clock of its own."""
    trials: list[dict[str, Any]] = []
    duration_ms = 0.0
    for is_practice in (True, False):
        at_ms = 0.0
        for position, planned in enumerate(parameters["practice" if is_practice else "trials"]):
            waited_ms = math.ceil(planned["wait_ms"] / _FRAME_MS) * _FRAME_MS
            answer = pressed(planned["stimulus"])
            if answer is not None and answer[1] > parameters["slowest_ms"]:
                answer = None
            trials.append(
                {
                    "position": position,
                    "stimulus": planned["stimulus"],
                    "response": None if answer is None else answer[0],
                    "waited_ms": round(waited_ms, 1),
                    "onset_ms": round(at_ms + waited_ms, 1),
                    "reaction_time_ms": None if answer is None else round(answer[1], 1),
                    "premature_count": int(rng.random() < pace.early_fraction),
                    "is_practice": is_practice,
                    "input": None if answer is None else "touch",
                }
            )
            at_ms += waited_ms + (parameters["slowest_ms"] if answer is None else answer[1]) + _FRAME_MS
        duration_ms += at_ms
    summary = {
        "duration_ms": round(at_ms, 1),
        "completed": True,
        "refresh_rate_hz": 60.0,
        "interruption_count": 0,
    }
    count = sum(trial["response"] is not None for trial in trials if not trial["is_practice"])
    said = f"{count} of {len(parameters['trials'])} pressed"
    return {"kind": "trials", "trials": trials, "summary": summary}, said, duration_ms / 1000
