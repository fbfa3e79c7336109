"""What a simulated participant says and presses, by profile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cognitive_assessment.simulation.profiles import ANIMALS, Profile
from cognitive_assessment.simulation.voice import Voice

_NUMBERS = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_TENS = {2: "twenty", 3: "thirty"}
_SPREAD_OF_TIMES = 0.25


class Answers:
    """Words for the questions of a plan.

    Parameters
    ----------
    profile : Profile
        How well and how fast.
    voice : Voice
        What can be said at all.
    now : datetime
        The session's local time.
    rng : numpy.random.Generator
        Of everything that varies.
    """

    def __init__(self, profile: Profile, voice: Voice, now: dt.datetime, rng: np.random.Generator) -> None:
        self.profile = profile
        self._voice = voice
        self._now = now
        self._rng = rng

    def words(self, instrument: str, question: Mapping[str, Any]) -> list[str] | None:
        """Give the words of an answer, or None where the voice has no recording of them."""
        if instrument == "digit_span":
            words = self._digits(question)
        elif instrument == "orientation":
            words = self._today(question["item_id"])
        else:
            words = self._animals()
        return words if words and all(self._voice.can_say(word) for word in words) else None

    def trials(self, parameters: Mapping[str, Any]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """Give the presses of a symbol-digit block, and its summary."""
        trials: list[dict[str, Any]] = []
        for is_practice, symbols in ((True, parameters["practice"]), (False, parameters["sequence"])):
            limit_ms = np.inf if is_practice else parameters["duration_s"] * 1000
            trials += self._block(symbols, parameters["key"], limit_ms, is_practice=is_practice)
        summary = {
            "duration_ms": parameters["duration_s"] * 1000,
            "completed": True,
            "refresh_rate_hz": 60.0,
            "interruption_count": 0,
        }
        return trials, summary

    def _digits(self, question: Mapping[str, Any]) -> list[str]:
        right = question["stimulus"]["digits"]
        is_backward = question["block"] == "backward"
        if is_backward:
            right = right[::-1]
        span = self.profile.backward_span if is_backward else self.profile.forward_span
        if len(right) > span:
            place = int(self._rng.integers(len(right)))
            other = str((int(right[place]) + int(self._rng.integers(1, 10))) % 10)
            right = right[:place] + other + right[place + 1 :]
        return [f"digit_{digit}" for digit in right]

    def _today(self, item_id: str) -> list[str]:
        is_wrong = self._rng.random() < self.profile.day_error_probability
        day = self._now + dt.timedelta(days=-int(self._rng.integers(40, 400)) if is_wrong else 0)
        season = ("winter", "spring", "summer", "autumn")[day.month % 12 // 3]
        part = "morning" if day.hour < 12 else "afternoon" if day.hour < 18 else "evening"
        said = {
            "year": ["twenty", *_number(day.year % 100)],
            "month": [f"{day:%B}".lower()],
            "day_of_month": _number(day.day),
            "weekday": [f"{day:%A}".lower()],
            "season": [season],
            "part_of_day": [part],
        }
        return said.get(item_id, [])

    def _animals(self) -> list[str]:
        known = [animal for animal in ANIMALS if self._voice.can_say(animal)]
        said = [str(word) for word in self._rng.permutation(known)][: self.profile.animal_count]
        return said + said[: self.profile.repetition_count]

    def _block(
        self, symbols: Sequence[int], key: Sequence[int], limit_ms: float, *, is_practice: bool
    ) -> list[dict[str, Any]]:
        trials: list[dict[str, Any]] = []
        onset_ms = 0.0
        for position, symbol in enumerate(symbols):
            time_ms = self.profile.reaction_time_ms * float(self._rng.lognormal(0, _SPREAD_OF_TIMES))
            if onset_ms + time_ms > limit_ms:
                break
            is_wrong = self._rng.random() < self.profile.symbol_error_probability
            right = list(key).index(symbol) + 1
            trials.append(
                {
                    "position": position,
                    "symbol": symbol,
                    "response": right % len(key) + 1 if is_wrong else right,
                    "onset_ms": round(onset_ms, 1),
                    "reaction_time_ms": round(time_ms, 1),
                    "is_practice": is_practice,
                    "input": "touch",
                }
            )
            onset_ms += time_ms
        return trials


def _number(value: int) -> list[str]:
    """A number below forty in words of which there may be recordings."""
    if value < len(_NUMBERS):
        return [_NUMBERS[value]]
    tens, ones = divmod(value, 10)
    return [_TENS.get(tens, ""), *([_NUMBERS[ones]] if ones else [])]
