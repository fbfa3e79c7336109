"""The trials of the symbol digit task as a participant of a profile would press them."""

from __future__ import annotations

import random
from typing import Any

from cognitive_assessment.simulation.profiles import Profile, latency_ms

_FASTEST_MS = 350.0
_BETWEEN_MS = 20.0


def respond(parameters: dict[str, Any], profile: Profile, rng: random.Random) -> tuple[dict[str, Any], str, float]:
    """The response, what to print of it, and the seconds that it takes."""
    response = make(parameters, profile, rng)
    duration_s = parameters["duration_s"] + 3.0 * len(parameters["practice"])
    return response, f"{len(response['trials'])} symbols", duration_s


def make(parameters: dict[str, Any], profile: Profile, rng: random.Random) -> dict[str, Any]:
    """The response of one block, practice first, as the API expects it."""
    key: list[int] = parameters["key"]
    limit_ms = parameters["duration_s"] * 1000.0
    trials = [
        _trial(position, symbol, key, _clock_ms, profile, rng, is_practice=True)
        for position, symbol in enumerate(parameters["practice"])
        for _clock_ms in [position * 3000.0]
    ]
    at_ms = 0.0
    for position, symbol in enumerate(parameters["sequence"]):
        trial = _trial(position, symbol, key, at_ms, profile, rng, is_practice=False)
        at_ms = trial["onset_ms"] + trial["reaction_time_ms"] + _BETWEEN_MS
        if at_ms > limit_ms:
            break
        trials.append(trial)
    summary = {"duration_ms": limit_ms, "completed": True, "refresh_rate_hz": 60.0, "interruption_count": 0}
    return {"kind": "trials", "trials": trials, "summary": summary}


def _trial(
    position: int,
    symbol: int,
    key: list[int],
    onset_ms: float,
    profile: Profile,
    rng: random.Random,
    *,
    is_practice: bool,
) -> dict[str, Any]:
    right = key.index(symbol) + 1
    is_error = rng.random() < profile.symbol_error_fraction
    pressed = rng.choice([number for number in range(1, len(key) + 1) if number != right]) if is_error else right
    return {
        "position": position,
        "symbol": symbol,
        "response": pressed,
        "onset_ms": round(onset_ms, 1),
        "reaction_time_ms": round(max(_FASTEST_MS, latency_ms(rng, profile.symbol_ms)), 1),
        "is_practice": is_practice,
        "input": "touch",
    }
