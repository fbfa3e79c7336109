"""Spoken years, months, days, weekdays, seasons and parts of the day; the last clear answer counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cognitive_assessment.speech.spoken_calendar import (
    AMBIGUOUS_WEEKDAYS,
    MEALS,
    MONTHS,
    NOT_YET,
    PARTS_OF_DAY,
    SEASON_AFTER,
    SEASON_BEFORE,
    SEASON_ORDER,
    SEASONS,
    WEEKDAYS,
)
from cognitive_assessment.speech.spoken_date_numbers import clock_hours_in, date_numbers_in
from cognitive_assessment.speech.spoken_date_roles import DateNumber, Role
from cognitive_assessment.speech.spoken_mentions import Mention, Rank, Reading, choose, correction_before
from cognitive_assessment.speech.spoken_text import Phrases, Token, tokens_of

_BEFORE_LENGTH_MAX = 5
# Words that look like a weekday's or month's short form but are not, by what stands before or after them.
_NO_SHORT_FORM_AFTER = frozenset({"the", "i", "we", "he", "she", "a", "in", "they", "got", "my"})
_NO_MAY_BEFORE = frozenset({"be", "have", "not", "i", "well", "need", "just", "say", "as", "know"})
_PRONOUNS = frozenset({"i", "we", "he", "she", "they", "you"})


def year_in(text: str) -> int | None:
    """Read a year, such as "twenty twenty-six", "two thousand and twenty six" or "it's 26".

    Parameters
    ----------
    text : str
        A transcript.

    Returns
    -------
    int or None
        The year with its century (00 to 69 are of the 2000s, 70 to 99 of the 1900s); None if none was given.
    """
    return _whole_number(read_year(text))


def month_in(text: str) -> int | None:
    """Read a month from its name, a short form or its number.

    Parameters
    ----------
    text : str
        A transcript, such as "November", "the eleventh month" or "Monday the 23rd of November".

    Returns
    -------
    int or None
        1 to 12; None if none was given.
    """
    return _whole_number(read_month(text))


def day_of_month_in(text: str) -> int | None:
    """Read the day of the month.

    Parameters
    ----------
    text : str
        A transcript, such as "the twenty-third", "November 23" or "I think it's the 22nd or 23rd... 23rd".

    Returns
    -------
    int or None
        1 to 31; None if none was given.
    """
    return _whole_number(read_day_of_month(text))


def weekday_in(text: str) -> str | None:
    """Read a weekday.

    Parameters
    ----------
    text : str
        A transcript, such as "it was Tuesday yesterday so it's Wednesday".

    Returns
    -------
    str or None
        `monday` to `sunday`; None if none was given, or only one of another day than today.
    """
    return _word(read_weekday(text))


def season_in(text: str) -> str | None:
    """Read a season; "just before winter" is autumn.

    Parameters
    ----------
    text : str
        A transcript.

    Returns
    -------
    str or None
        `spring`, `summer`, `autumn` or `winter`; None if none was given.
    """
    return _word(read_season(text))


def part_of_day_in(text: str) -> str | None:
    """Read the part of the day.

    Parameters
    ----------
    text : str
        A transcript, such as "late afternoon", "lunchtime" or "3 pm".

    Returns
    -------
    str or None
        `morning`, `midday`, `afternoon`, `evening` or `night`; None if none was given.
    """
    return _word(read_part_of_day(text))


def _whole_number(reading: Reading) -> int | None:
    return None if reading.value is None else int(reading.value)


def _word(reading: Reading) -> str | None:
    return None if reading.value is None else str(reading.value)


def read_year(text: str) -> Reading:
    """Read a year and say which tokens gave it; see `year_in`."""
    tokens = tokens_of(text)
    numbers = date_numbers_in(text, tokens, _month_places(tokens), is_year_asked=True)
    years = [number for number in numbers if number.role == Role.YEAR]
    return choose(tokens, [_of_number(number) for number in years])


def read_month(text: str) -> Reading:
    """Read a month and say which tokens gave it; see `month_in`."""
    tokens = tokens_of(text)
    places = _month_places(tokens)
    numbers = date_numbers_in(text, tokens, places)
    named = [Mention(month, at, at + 1) for at, month in places.items()]
    bare = [number for number in numbers if number.role != Role.YEAR]
    are_many = not named and len(bare) > 2  # more than a day and a month: which is meant is anybody's guess
    numbered = [
        replace(mention, is_doubtful=mention.is_doubtful or are_many)
        for mention in (_of_number(n) for n in numbers if n.role == Role.MONTH and n.value in range(1, 13))
    ]
    if not named and not numbered:
        numbered = [
            Mention(number.value, number.first, number.last, is_doubtful=number.role == Role.DAY or len(bare) > 1)
            for number in bare
            if 1 <= number.value <= 12
        ]
    return choose(tokens, sorted(named + numbered, key=lambda mention: mention.first))


def read_day_of_month(text: str) -> Reading:
    """Read a day of the month and say which tokens gave it; see `day_of_month_in`."""
    tokens = tokens_of(text)
    numbers = date_numbers_in(text, tokens, _month_places(tokens))
    days = [number for number in numbers if number.role in (Role.DAY, Role.NONE) and 1 <= number.value <= 31]
    if any(number.role == Role.MONTH for number in days):
        days = [number for number in days if number.role == Role.DAY]
    given = [day.last for day in days if day.role == Role.DAY]
    # a bare number after a day that was given as one may be a time of the clock, unless it corrects that day
    clear = [d for d in days if given and (d.role == Role.DAY or correction_before(tokens, d.first, min(given)))]
    reading = choose(tokens, [_of_number(day) for day in clear])
    if reading.value is not None:
        return reading
    is_corrected = bool(days) and correction_before(tokens, days[-1].first, days[0].last)
    are_many = not given and len({day.value for day in days}) > 1 and not is_corrected
    reading = choose(tokens, [_of_number(day) for day in days])
    return replace(reading, is_doubtful=reading.is_doubtful or are_many)


def _of_number(number: DateNumber) -> Mention:
    return Mention(number.value, number.first, number.last, is_doubtful=number.is_doubtful)


def _month_places(tokens: Sequence[Token]) -> dict[int, int]:
    """Say where months are named; "it may be" and "a march" name none."""
    places = {}
    for at, token in enumerate(tokens):
        if token.kind != "word" or token.text not in MONTHS:
            continue
        before = tokens[at - 1].text if at else ""
        after = tokens[at + 1].text if at + 1 < len(tokens) else ""
        is_may = token.text == "may" and (after in _NO_MAY_BEFORE or before in _PRONOUNS)
        is_march = token.text in ("march", "mar") and before in {"to", "a", "we", "they"}
        if not is_may and not is_march:
            places[at] = MONTHS[token.text]
    return places


def read_weekday(text: str) -> Reading:
    """Read a weekday and say which tokens gave it; see `weekday_in`."""
    tokens = tokens_of(text)
    mentions = []
    for at, token in enumerate(tokens):
        # "Mondays" is a habit rather than a day, unless nothing else is said.
        name = token.text if token.text in WEEKDAYS else token.text.removesuffix("s")
        if token.kind != "word" or name not in WEEKDAYS:
            continue
        before = tokens[at - 1].text if at else ""
        if token.text in AMBIGUOUS_WEEKDAYS and before in _NO_SHORT_FORM_AFTER:
            continue
        rank = Rank.DOUBTED if before == "on" or name != token.text else Rank.CLEAR
        mentions.append(Mention(WEEKDAYS[name], at, at + 1, rank))
    in_full = [mention for mention in mentions if tokens[mention.first].text not in AMBIGUOUS_WEEKDAYS]
    return choose(tokens, in_full or mentions)


def read_season(text: str) -> Reading:
    """Read a season and say which tokens gave it; see `season_in`."""
    tokens = tokens_of(text)
    mentions = []
    for at, token in enumerate(tokens):
        before = tokens[at - 1].text if at else ""
        after = tokens[at + 1].text if at + 1 < len(tokens) else ""
        is_other_word = (
            token.text == "fall" and (before in ("a", "i", "to") or after in ("over", "down", "asleep"))
        ) or (token.text == "spring" and before in ("a", "to") and after in ("mattress", "water"))
        if token.text in SEASONS and not is_other_word:
            mentions.append(_season_mention(tokens, at))
    reading = choose(tokens, mentions)
    is_between = any(token.text in ("between", "betwixt") for token in tokens) and len(mentions) > 1
    return Reading(reading.value, reading.first, reading.last, reading.is_doubtful or is_between)


def _season_mention(tokens: Sequence[Token], at: int) -> Mention:
    season = SEASONS[tokens[at].text]
    moved = _phrase_before(SEASON_BEFORE, tokens, at)
    if moved is None and at + 1 < len(tokens):
        found = SEASON_AFTER.at(tokens, at + 1)
        moved = found[0] if found else None
    if moved is None:
        return Mention(season, at, at + 1)
    step = -1 if moved == "previous" else 1
    return Mention(SEASON_ORDER[(SEASON_ORDER.index(season) + step) % 4], at, at + 1, Rank.DERIVED)


def _phrase_before(phrases: Phrases, tokens: Sequence[Token], at: int) -> str | None:
    """Name the phrase that ends right before a place."""
    for start in range(max(0, at - _BEFORE_LENGTH_MAX), at):
        found = phrases.at(tokens, start)
        if found is not None and start + found[1] == at:
            return found[0]
    return None


def read_part_of_day(text: str) -> Reading:
    """Read a part of the day and say which tokens gave it; see `part_of_day_in`."""
    tokens = tokens_of(text)
    mentions = [
        Mention(_part_of_hour(hour), first, last, Rank.DERIVED) for hour, first, last in clock_hours_in(text, tokens)
    ]
    at = 0
    while at < len(tokens):
        meal = MEALS.at(tokens, at)
        part = None if meal else PARTS_OF_DAY.at(tokens, at)
        found = meal or part
        if found is None:
            at += 1
            continue
        before = tokens[at - 1].text if at else ""
        is_near = meal is not None or before in NOT_YET
        rank = Rank.DERIVED if is_near else Rank.DOUBTED if before in ("good", "this") else Rank.CLEAR
        mentions.append(Mention(found[0], at, at + found[1], rank))
        at += found[1]
    return choose(tokens, sorted(mentions, key=lambda mention: mention.first))


def _part_of_hour(hour: int) -> str:
    """Name the part of the day of an hour from 0 to 23."""
    ends: Mapping[int, str] = {5: "night", 12: "morning", 13: "midday", 18: "afternoon", 22: "evening", 24: "night"}
    return next(part for end, part in ends.items() if hour < end)
