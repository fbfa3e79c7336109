"""Taps on circles and blocks as a participant of a profile would make them."""

from __future__ import annotations

import math
import random
from typing import Any

from cognitive_assessment.simulation.pace import pace_of
from cognitive_assessment.simulation.profiles import Profile, latency_ms, misremember, remembers

_FASTEST_MS = 250.0
_PRACTICE_SLOWNESS = 1.3

Response = dict[str, Any]


def follow_trail(parameters: dict[str, Any], profile: Profile, rng: random.Random) -> tuple[Response, str, float]:
    """The response to circles in an order, what to print of it, and the seconds that it takes."""
    limit_ms = parameters["limit_s"] * 1000.0
    practice, practice_ms = _trail(parameters["practice"]["labels"], profile, rng, limit_ms, is_practice=True)
    taps, end_ms = _trail(parameters["trail"]["labels"], profile, rng, limit_ms, is_practice=False)
    is_whole = end_ms < limit_ms
    summary = _summary(end_ms, completed=is_whole)
    said = f"{len(taps)} circles pressed in {end_ms / 1000:.0f} s"
    response = {"kind": "trials", "trials": [*practice, *taps], "summary": summary}
    return response, said, (practice_ms + end_ms) / 1000


def _trail(
    labels: list[str], profile: Profile, rng: random.Random, limit_ms: float, *, is_practice: bool
) -> tuple[list[dict[str, Any]], float]:
    """The taps until the last circle or the end of the time, and when that was."""
    pace = pace_of(profile)
    move_ms = pace.move_ms + (pace.switch_ms if any(label.isalpha() for label in labels) else 0.0)
    taps: list[dict[str, Any]] = []
    at_ms, reached = 0.0, 0
    while reached < len(labels):
        is_stray = rng.random() < pace.stray_fraction
        others = [place for place in range(len(labels)) if place not in {reached, reached - 1}]
        slowness = _PRACTICE_SLOWNESS if is_practice else 1.0
        at_ms += max(_FASTEST_MS, latency_ms(rng, move_ms * slowness))
        if at_ms >= limit_ms:
            return taps, limit_ms
        taps.append(_tap(len(taps), rng.choice(others) if is_stray else reached, at_ms, is_practice=is_practice))
        reached += not is_stray
    return taps, at_ms


def repeat_blocks(parameters: dict[str, Any], profile: Profile, rng: random.Random) -> tuple[Response, str, float]:
    """The response to blocks that lit up, what to print of it, and the seconds that it takes."""
    sequence: list[int] = parameters["sequence"]
    is_backward, is_practice = parameters["direction"] == "backward", parameters["trial"] == 0
    right = "".join(str(place + 1) for place in (sequence[::-1] if is_backward else sequence))
    is_right = is_practice or remembers(profile, rng, length=len(right), is_backward=is_backward)
    pressed = right if is_right else misremember(rng, right)
    interval_ms = float(parameters["interval_ms"])
    onsets_ms = [round(interval_ms * (at + 1), 1) for at in range(len(sequence))]
    at_ms = onsets_ms[-1] + interval_ms
    taps: list[dict[str, Any]] = []
    for digit in pressed:
        at_ms += max(_FASTEST_MS, latency_ms(rng, pace_of(profile).block_ms))
        taps.append(_tap(len(taps), int(digit) - 1, at_ms, is_practice=is_practice))
    summary = _summary(at_ms, completed=len(pressed) == len(right)) | {"onsets_ms": onsets_ms}
    summary |= {"tap_count": len(taps), "gave_up": len(taps) < len(right)}
    return {"kind": "trials", "trials": taps, "summary": summary}, " ".join(pressed), at_ms / 1000


def _tap(position: int, place: int, at_ms: float, *, is_practice: bool) -> dict[str, Any]:
    at = math.floor(at_ms * 10) / 10
    return {"position": position, "place": place, "at_ms": at, "is_practice": is_practice, "input": "touch"}


def _summary(duration_ms: float, *, completed: bool) -> dict[str, Any]:
    return {
        "duration_ms": round(duration_ms, 1),
        "completed": completed,
        "refresh_rate_hz": 60.0,
        "interruption_count": 0,
    }
