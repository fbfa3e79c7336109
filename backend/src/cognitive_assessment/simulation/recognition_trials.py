"""The answers of the recognition task as a participant of a profile would press them."""

from __future__ import annotations

import random
from typing import Any

from cognitive_assessment.simulation.profiles import Profile, latency_ms

_FASTEST_MS = 400.0
_BETWEEN_MS = 30.0


def respond(parameters: dict[str, Any], profile: Profile, rng: random.Random) -> tuple[dict[str, Any], str, float]:
    """Yes or no to each word, by what was `heard`; the response, what to print of it, and the seconds it takes."""
    at_ms, trials = 0.0, []
    for position, word in enumerate(parameters["words"]):
        chance = profile.recognised[0 if word in parameters["heard"] else 1]
        reaction_time_ms = max(_FASTEST_MS, latency_ms(rng, profile.symbol_ms * 0.7))
        trials.append(
            {
                "position": position,
                "word": word,
                "response": rng.random() < chance,
                "onset_ms": round(at_ms, 1),
                "reaction_time_ms": round(reaction_time_ms, 1),
                "input": "touch",
            }
        )
        at_ms += reaction_time_ms + _BETWEEN_MS
    summary = {"duration_ms": round(at_ms, 1), "completed": True, "refresh_rate_hz": 60.0, "interruption_count": 0}
    said = f"yes to {sum(trial['response'] for trial in trials)} of {len(trials)} words"
    return {"kind": "trials", "trials": trials, "summary": summary}, said, at_ms / 1000
