"""Which simulated hand answers which kind of touch question."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from cognitive_assessment.simulation import recognition_trials, symbol_trials
from cognitive_assessment.simulation.profiles import Profile

# parameters (with the words that were `heard` in this instrument), profile and chance -> the response, what to print of
# it, and how long a person takes, in seconds
Hand = Callable[[dict[str, Any], Profile, random.Random], tuple[dict[str, Any], str, float]]

HANDS: dict[str, Hand] = {
    "symbol_digit": symbol_trials.respond,
    "word_recognition": recognition_trials.respond,
}
