"""What a simulated participant says to each question, as words."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

from cognitive_assessment.simulation.profiles import Profile, misremember, remembers
from cognitive_assessment.simulation.vocabulary import (
    MONTHS,
    NAMED,
    OTHER_THINGS,
    PARTS_OF_DAY,
    SEASONS,
    TEENS,
    TENS,
    THINGS,
    UNITS,
    WEEKDAYS,
)

_ASIDE = 12  # how many places a thing may come to mind before its turn
_SHORTEST_GAP_S = 0.35
_LAST_S = 0.6  # a word that would end later than this before the end is not said any more
_LENGTH_LIKE_A_SUBTRACTION = 2  # as hard as so many digits backwards
_WORDS_LIKE_A_DIGIT = 2.2  # so many words of a sentence are as hard as one digit of a sequence
_DECLINE = 0.6  # time constant of the coming of things, as a part of the time allowed

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
        return [(*UNITS, *TEENS)[number]]
    return [TENS[number // 10 - 2], *([UNITS[number % 10]] if number % 10 else [])]


def subtraction_phrases(question: dict[str, Any], profile: Profile, rng: random.Random) -> list[Phrase]:
    """The numbers that are said while something is taken away again and again; a slip is one too many or too few."""
    task = question["parameters"]
    value: int = task["start"]
    said = []
    for step in range(task["steps"]):
        is_right = remembers(profile, rng, length=_LENGTH_LIKE_A_SUBTRACTION + step // 2, is_backward=True)
        value -= task["subtrahend"] if is_right else task["subtrahend"] + rng.choice((-1, 1, 3))
        said.append(number_words(value))
    return said


def sentence_fraction(word_count: int, profile: Profile, rng: random.Random) -> float:
    """How much of a sentence comes back: all of it, or a beginning."""
    is_whole = remembers(profile, rng, length=round(word_count / _WORDS_LIKE_A_DIGIT), is_backward=False)
    return 1.0 if is_whole else round(rng.uniform(0.4, 0.8), 2)


def orientation_phrase(question: dict[str, Any], now: dt.datetime, profile: Profile, rng: random.Random) -> Phrase:
    """The answer to a question about the time, right or astray; nothing for what no date answers."""
    if rng.random() < profile.orientation_error_fraction:
        now += dt.timedelta(days=rng.choice((-400, -100, -32, -2, 1)), hours=rng.choice((-9, 0, 6)))
    ways: dict[str, Callable[[], Phrase]] = {
        "year": lambda: number_words(now.year // 100) + number_words(now.year % 100),
        "month": lambda: [MONTHS[now.month - 1]],
        "day_of_month": lambda: number_words(now.day),
        "weekday": lambda: [WEEKDAYS[now.weekday()]],
        "season": lambda: [_season(now, question["parameters"])],
        "part_of_day": lambda: [_part_of_day(now.hour)],
    }
    way = ways.get(question["item_id"])
    return [] if way is None else way()


def _season(now: dt.datetime, parameters: dict[str, Any]) -> str:
    """The meteorological season; the question names the time zones of the south."""
    zone = str(getattr(now.tzinfo, "key", ""))
    is_south = any(zone.startswith(prefix) for prefix in parameters.get("southern_time_zones", ()))
    return SEASONS[(now.month % 12 // 3 + 2 * is_south) % 4]


def _part_of_day(hour: int) -> str:
    morning, afternoon, evening, night = PARTS_OF_DAY
    if 5 <= hour < 12:
        return morning
    if 12 <= hour < 18:
        return afternoon
    return evening if 18 <= hour < 22 else night


def things_said(item_id: str, profile: Profile, rng: random.Random) -> Phrase:
    """Things of one kind in the order in which they come, some twice, some of no such kind; none of an unknown kind."""
    ranked = [(rank + rng.uniform(0, _ASIDE), thing) for rank, thing in enumerate(THINGS.get(item_id, ()))]
    wanted = round(profile.words_per_minute * rng.uniform(0.85, 1.15))
    others = rng.sample(OTHER_THINGS, len(OTHER_THINGS))
    said: Phrase = []
    for _, thing in sorted(ranked)[:wanted]:
        said.append(thing)
        if rng.random() < profile.repetition_fraction:
            said.append(rng.choice(said))
        if others and rng.random() < profile.intrusion_fraction:
            said.append(others.pop())
    return said


def name_said(item_id: str, profile: Profile, rng: random.Random) -> Phrase:
    """The name of a thing that is seen or asked for, or of another one, by whoever loses the thread."""
    return [rng.choice(OTHER_THINGS) if rng.random() < profile.intrusion_fraction else NAMED[item_id]]


def words_recalled(heard: list[list[str]], profile: Profile, rng: random.Random, *, strengths: random.Random) -> Phrase:
    """The words of a list that come back after the trials in which they were `heard`; after a delay, the last is [].

    Each word has a strength of its own in one session, which chance changes a little; what was heard last is stronger.
    """
    strength = {word: strengths.random() for word in sorted(heard[0])}
    last = heard[-1]
    for place, word in enumerate(last):
        strength[word] += 0.4 * (place >= len(last) - 3) + rng.uniform(-0.2, 0.2)
    wanted = round(profile.recalled[min(len(heard), 4) - 1] * rng.uniform(0.85, 1.15))
    ranked = sorted(strength, key=lambda word: -strength[word])[: min(wanted, len(strength))]
    rng.shuffle(ranked)
    others = rng.sample(OTHER_THINGS, len(OTHER_THINGS))
    said: Phrase = []
    for word in ranked:
        said.append(word)
        if rng.random() < profile.repetition_fraction:
            said.append(rng.choice(said))
        if rng.random() < profile.intrusion_fraction:
            said.append(others.pop())
    return said


def gaps_before_things_s(durations_s: list[float], first_s: float, limit_s: float, rng: random.Random) -> list[float]:
    """The silence before each thing: they come ever more slowly; shorter than the list where time runs out.

    Bousfield and Sedgewick (1944): what is recalled approaches its sum exponentially.
    """
    scale_s = limit_s * _DECLINE
    # an exponential time, taken round the end of the time left, is one that is known to lie within it
    onsets_s = sorted(first_s + rng.expovariate(1 / scale_s) % (limit_s - first_s) for _ in durations_s[1:])
    gaps_s, end_s = [first_s], first_s + durations_s[0]
    for onset_s, duration_s in zip(onsets_s, durations_s[1:], strict=True):
        gap_s = max(_SHORTEST_GAP_S, onset_s - end_s)
        end_s += gap_s + duration_s
        if end_s > limit_s - _LAST_S:
            break
        gaps_s.append(gap_s)
    return gaps_s
