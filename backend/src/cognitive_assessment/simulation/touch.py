"""Which simulated hand answers which kind of touch question."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from cognitive_assessment.simulation import (
    clock_strokes,
    form_trials,
    press_trials,
    recognition_trials,
    symbol_trials,
    tap_trials,
)
from cognitive_assessment.simulation.profiles import Profile

# parameters (with the words that were `heard` in this instrument), profile and chance -> the response, what to print of
# it, and how long a person takes, in seconds
Hand = Callable[[dict[str, Any], Profile, random.Random], tuple[dict[str, Any], str, float]]

HANDS: dict[str, Hand] = {
    "clock_drawing": clock_strokes.respond,
    "form": form_trials.respond,
    "go_no_go": press_trials.go_or_not,
    "reaction_time": press_trials.react,
    "spatial_span": tap_trials.repeat_blocks,
    "symbol_digit": symbol_trials.respond,
    "trail_making": tap_trials.follow_trail,
    "word_recognition": recognition_trials.respond,
}
