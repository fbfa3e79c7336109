"""Spoken digits for tests: the system's own stimuli, put together as a participant would say them."""

from __future__ import annotations

import random
from pathlib import Path

from cognitive_assessment.simulation import sound, voice
from cognitive_assessment.simulation.vocabulary import UNITS

DIGITS = Path(__file__).parents[2] / "frontend" / "public" / "stimuli" / "en" / "digits"


def spoken_digits(digits: str) -> bytes:
    """Opus in WebM, as a browser records it."""
    speaker = voice.Voice(voice.find_clips(DIGITS), random.Random(1))
    words = [speaker.say(UNITS[int(digit)], random.Random(1)) for digit in digits]
    return sound.encode(sound.compose(words, [0.6] + [0.3] * (len(words) - 1), rng=random.Random(1)))
