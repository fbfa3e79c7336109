"""The answers to a questionnaire as a participant of a profile would choose them."""

from __future__ import annotations

import random
from typing import Any

from cognitive_assessment.simulation.profiles import Profile, latency_ms

# how far up the options of a scale an answer lies on average, from 0 to 1
_BURDEN = {"typical": 0.08, "slow": 0.22, "impaired": 0.45}
_READING_MS = 2500.0
_GOING_ON_MS = 700.0
_CHANGES_MIND = 0.04


def respond(parameters: dict[str, Any], profile: Profile, rng: random.Random) -> tuple[dict[str, Any], str, float]:
    """The response, what to print of it, and the seconds that it takes."""
    response = make(parameters, profile, rng)
    answered = sum(trial["option"] is not None for trial in response["trials"])
    return response, f"{answered} answers chosen", response["summary"]["duration_ms"] / 1000


def make(parameters: dict[str, Any], profile: Profile, rng: random.Random) -> dict[str, Any]:
    """The response of one form, as the API expects it; what is put only after points needs some."""
    trials: list[dict[str, Any]] = []
    has_points = False
    at_ms = 0.0
    for position, item in enumerate(parameters["items"]):
        options = parameters["scales"][item["scale"]]["options"]
        if item["only_after_points"] and not has_points:
            continue
        option = _choice(options, profile, rng)
        has_points = has_points or bool(option["points"])
        taken_ms = _READING_MS + latency_ms(rng, profile.symbol_ms)
        spent_ms = taken_ms + latency_ms(rng, _GOING_ON_MS)
        trials.append(
            {
                "position": position,
                "item": item["id"],
                "option": option["id"],
                "onset_ms": round(at_ms, 1),
                "reaction_time_ms": round(taken_ms, 1),
                "time_ms": round(spent_ms, 1),
                "change_count": int(rng.random() < _CHANGES_MIND),
                "input": "touch",
            }
        )
        at_ms += spent_ms
    summary = {"duration_ms": round(at_ms, 1), "completed": True, "interruption_count": 0}
    return {"kind": "trials", "trials": trials, "summary": summary}


def _choice(options: list[dict[str, Any]], profile: Profile, rng: random.Random) -> dict[str, Any]:
    """An option; where options have points, the one that says more comes as often as the profile is burdened."""
    burden = _BURDEN[profile.name]
    ranked = sorted(options, key=lambda option: option["points"] or 0)
    steps = len(ranked) - 1
    return ranked[sum(rng.random() < burden for _ in range(steps))]
