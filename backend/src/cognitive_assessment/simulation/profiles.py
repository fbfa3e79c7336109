"""Kinds of simulated participants: synthetic figures that look plausible, taken from no person and no norm."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of participant.

    `forward_span` and `backward_span` are the lengths of which half are right; `recalled` the words that come back of
    ten after each learning trial and after the delay; `recognised` the probabilities of "yes" to a word of the list and
    to another one; fractions lie between 0 and 1.
    """

    name: str
    forward_span: float
    backward_span: float
    onset_latency_ms: float
    gap_between_digits_s: float
    orientation_error_fraction: float
    words_per_minute: float
    repetition_fraction: float
    intrusion_fraction: float
    symbol_ms: float
    symbol_error_fraction: float
    recalled: tuple[float, float, float, float]
    recognised: tuple[float, float]


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("typical", 6.6, 5.2, 800, 0.30, 0.0, 20, 0.03, 0.0, 1900, 0.01, (5.6, 7.4, 8.4, 7.6), (0.97, 0.03)),
        Profile("slow", 5.6, 4.2, 1700, 0.55, 0.02, 13, 0.05, 0.02, 3200, 0.02, (4.4, 6.0, 6.8, 5.8), (0.92, 0.08)),
        Profile("impaired", 4.2, 2.6, 2300, 0.70, 0.45, 7, 0.25, 0.2, 5200, 0.10, (3.0, 3.8, 4.2, 1.4), (0.70, 0.30)),
    )
}

_SPAN_SLOPE = 1.6


def remembers(profile: Profile, rng: random.Random, *, length: int, is_backward: bool) -> bool:
    """Whether a sequence of this length comes back right: a logistic function of length around the span."""
    span = profile.backward_span if is_backward else profile.forward_span
    return rng.random() < 1 / (1 + math.exp(_SPAN_SLOPE * (length - span - 0.5)))


def misremember(rng: random.Random, digits: str) -> str:
    """The sequence with the mistake that people make most: two digits exchanged, one left out, or another one."""
    kind = rng.choice(("exchange", "exchange", "omit", "replace"))
    place = rng.randrange(len(digits) - 1) if len(digits) > 1 else 0
    if kind == "exchange" and len(digits) > 1:
        changed = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
        if changed != digits:
            return changed
    if kind == "omit" and len(digits) > 2:
        return digits[:place] + digits[place + 1 :]
    other = rng.choice([digit for digit in "123456789" if digit != digits[place]])
    return digits[:place] + other + digits[place + 1 :]


def latency_ms(rng: random.Random, mean_ms: float) -> float:
    """A time that varies as people's do: log-normal, a quarter of its mean wide."""
    return mean_ms * math.exp(rng.gauss(-0.03, 0.25))
