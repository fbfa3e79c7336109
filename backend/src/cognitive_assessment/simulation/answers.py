"""What a simulated participant says to each question, as words."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator
from typing import Any

from cognitive_assessment.simulation.profiles import Profile, misremember, remembers

UNITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_MONTHS = """
january february march april may june july august september october november december
""".split()  # noqa: SIM905  # as it is read
_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_SEASONS = ("winter", "spring", "summer", "autumn")

# the first names that come to people's minds; a voice says those that it can
_ANIMALS = """
dog cat horse cow pig sheep lion tiger elephant bird fish mouse rabbit bear giraffe zebra monkey goat chicken duck snake
wolf fox deer frog eagle kangaroo whale dolphin shark
"""
_FRUITS_AND_VEGETABLES = """
apple banana orange pear grape strawberry cherry lemon peach plum carrot potato tomato onion pea bean cabbage lettuce
cucumber broccoli
"""
THINGS = {"animals": _ANIMALS.split(), "fruits_and_vegetables": _FRUITS_AND_VEGETABLES.split()}

Phrase = list[str]


def digits_said(question: dict[str, Any], profile: Profile, rng: random.Random) -> str:
    """The digits that come back: right, or with one mistake."""
    digits: str = question["stimulus"]["digits"]
    is_backward = question["block"] == "backward"
    right = digits[::-1] if is_backward else digits
    is_right = question["is_practice"] or remembers(profile, rng, length=len(digits), is_backward=is_backward)
    return right if is_right else misremember(rng, right)


def number_words(number: int) -> Phrase:
    """A number below 100 in words."""
    if number < 20:
        return [(*UNITS, *_TEENS)[number]]
    return [_TENS[number // 10], *([UNITS[number % 10]] if number % 10 else [])]


def orientation_phrases(item_id: str, now: dt.datetime, profile: Profile, rng: random.Random) -> list[Phrase]:
    """Ways to say the answer, the most natural first; none for what no date answers."""
    if rng.random() < profile.orientation_error_fraction:
        now -= dt.timedelta(days=rng.choice((1, 2, 40, 400)), hours=rng.choice((0, 6)))
    ways: dict[str, Callable[[], Iterator[Phrase]]] = {
        "year": lambda: _year(now.year),
        "month": lambda: _named(_MONTHS[now.month - 1], now.month),
        "day_of_month": lambda: _named(None, now.day),
        "weekday": lambda: iter([[_WEEKDAYS[now.weekday()]]]),
        "season": lambda: iter([[_SEASONS[now.month % 12 // 3]]]),
        "part_of_day": lambda: iter([[_part_of_day(now.hour)]]),
    }
    return list(ways[item_id]()) if item_id in ways else []


def _year(year: int) -> Iterator[Phrase]:
    yield [*number_words(year // 100), *number_words(year % 100)]
    yield [UNITS[int(digit)] for digit in str(year)]


def _named(name: str | None, number: int) -> Iterator[Phrase]:
    if name is not None:
        yield [name]
    yield number_words(number)
    yield [UNITS[int(digit)] for digit in str(number)]


def _part_of_day(hour: int) -> str:
    if 5 <= hour < 12:
        return "morning"
    if 12 <= hour < 18:
        return "afternoon"
    return "evening" if 18 <= hour < 22 else "night"


def things_said(item_id: str, profile: Profile, rng: random.Random, can_say: Callable[[str], bool]) -> Phrase:
    """Things of one kind in the order in which they come, some of them twice; none if the voice knows none."""
    known = [thing for thing in THINGS.get(item_id, ()) if can_say(thing)]
    wanted = round(profile.words_per_minute * rng.uniform(0.85, 1.15))
    said: Phrase = []
    for thing in known[:wanted]:
        said.append(thing)
        if rng.random() < profile.repetition_fraction:
            said.append(rng.choice(said))
    return said
