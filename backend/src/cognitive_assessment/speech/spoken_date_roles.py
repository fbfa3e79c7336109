"""Which number of a spoken date is the year, the month or the day, by what stands next to it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from cognitive_assessment.speech.spoken_mentions import correction_before
from cognitive_assessment.speech.spoken_phrases import PHRASES
from cognitive_assessment.speech.spoken_text import Token

_CENTURIES = frozenset({18, 19, 20, 21})


class Role(Enum):
    """What a number stands for in a date."""

    NONE = "none"
    YEAR = "year"
    MONTH = "month"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class DateNumber:
    """A number said with the tokens `[first, last)`, and what it stands for."""

    value: int
    digits: str
    first: int
    last: int
    role: Role = Role.NONE
    is_ordinal: bool = False
    is_doubtful: bool = False


def full_year(two_digits: int) -> int:
    """Give a year of two digits its century."""
    return two_digits + (2000 if two_digits < 70 else 1900)


def with_years(
    written: str, tokens: Sequence[Token], numbers: Sequence[DateNumber], *, is_year_asked: bool
) -> list[DateNumber]:
    """Find years, from the right, so that "November twenty twenty twenty-six" is a day and a year.

    Parameters
    ----------
    written : str
        What was said, as plain text.
    tokens : sequence of Token
        The tokens of `written`.
    numbers : sequence of DateNumber
        Every number of it, in order.
    is_year_asked : bool
        Whether a pause may stand inside a year ("twenty ... twenty-six").

    Returns
    -------
    list of DateNumber
        The same numbers, with the parts of a year joined into one.
    """
    found: list[DateNumber] = []
    at = len(numbers) - 1
    while at >= 0:
        before = numbers[at - 1] if at else None
        joined = _joined_year(tokens, before, numbers[at], is_year_asked=is_year_asked) if before else None
        found.append(joined or _as_year(written, tokens, numbers[at]))
        at -= 2 if joined else 1
    return found[::-1]


def _as_year(written: str, tokens: Sequence[Token], number: DateNumber) -> DateNumber:
    """Take "2026" and "'26" for years."""
    has_apostrophe = written.endswith("'", 0, tokens[number.first].start) and number.value < 100
    is_year = 1000 <= number.value <= 2999 and not number.is_ordinal
    return _year(number) if is_year or has_apostrophe else number


def _year(number: DateNumber) -> DateNumber:
    value = full_year(number.value) if number.value < 100 else number.value
    return replace(number, value=value, role=Role.YEAR)


def _joined_year(
    tokens: Sequence[Token], before: DateNumber, number: DateNumber, *, is_year_asked: bool
) -> DateNumber | None:
    """Join "twenty" and "twenty-six", "2000 and 26", "2,026"."""
    gap = [token.text for token in tokens[before.last : number.first]]
    if before.is_ordinal or number.is_ordinal:
        return None
    is_close = not gap or (is_year_asked and is_hesitation(tokens, before.last, number.first))
    is_thousand = before.value in (1000, 2000) and number.value < 100
    value: int | None = None
    if before.value in _CENTURIES and len(number.digits) == 2 and is_close:
        value = before.value * 100 + number.value
    elif is_thousand and (gap == ["and"] or is_close):
        value = before.value + number.value
    elif gap == [","] and before.value in (1, 2) and len(number.digits) == 3:
        value = before.value * 1000 + number.value
    return None if value is None else DateNumber(value, str(value), before.first, number.last, Role.YEAR)


def is_hesitation(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Tell whether nothing but a pause or fillers stands between two places."""
    return all(
        token.text in ("...", ",", "-") or ((phrase := PHRASES.at(tokens, at)) is not None and phrase[0] == "NOTHING")
        for at, token in enumerate(tokens[:last])
        if at >= first
    )


def with_roles(
    tokens: Sequence[Token], numbers: Sequence[DateNumber], months: Mapping[int, int], *, is_year_asked: bool
) -> list[DateNumber]:
    """Say of each number whether it is a day, a month or a year.

    Parameters
    ----------
    tokens : sequence of Token
        What was said.
    numbers : sequence of DateNumber
        Its numbers, years found already.
    months : mapping of int to int
        Token places at which a month is named.
    is_year_asked : bool
        Whether a lone number of two digits is a year.

    Returns
    -------
    list of DateNumber
        The same numbers with their roles; a short correction ("twenty twenty-five, no, six") is made whole.
    """
    found: list[DateNumber] = []
    for number in _with_day_and_month(tokens, numbers):
        role = _role(tokens, number, months, found)
        found.append(_year(number) if role == Role.YEAR else replace(number, role=role))
    return _repaired(tokens, _short_years(tokens, found) if is_year_asked else found)


def _with_day_and_month(tokens: Sequence[Token], numbers: Sequence[DateNumber]) -> list[DateNumber]:
    """Find a day and a month given as numbers: "23/11", "23.11.", "23 of 11", "23rd 11th", "23 11 2026"."""
    found = list(numbers)
    for at, (one, two) in enumerate(itertools.pairwise(numbers)):
        gap = [token.text for token in tokens[one.last : two.first]]
        third = numbers[at + 2] if at + 2 < len(numbers) else None
        has_year = third is not None and third.first == two.last and (third.role == Role.YEAR or len(third.digits) == 2)
        is_open_pair = gap == ["/"] or (not gap and has_year and not one.is_ordinal)
        is_day_first = one.value > 12 and len(two.digits) == 2 and third is None
        is_dotted = gap == ["."] and tokens[one.last - 1].end == tokens[one.last].start == tokens[two.first].start - 1
        is_said_pair = gap == ["of"] or (not gap and ((one.is_ordinal and two.is_ordinal) or is_day_first)) or is_dotted
        is_free = Role.YEAR not in (one.role, two.role) and found[at].role != Role.MONTH
        day, month = (at, at + 1) if is_said_pair or one.value > 12 else (at + 1, at)
        is_possible = 1 <= numbers[month].value <= 12 and 1 <= numbers[day].value <= 31
        if not (is_free and is_possible and (is_open_pair or is_said_pair)):
            continue
        is_open = (is_dotted or not is_said_pair) and max(one.value, two.value) <= 12 and one.value != two.value
        found[day] = replace(numbers[day], role=Role.DAY, is_doubtful=is_open)
        found[month] = replace(numbers[month], role=Role.MONTH, is_doubtful=is_open)
        if third is not None and has_year:
            found[at + 2] = _year(third)
    return found


def _role(tokens: Sequence[Token], number: DateNumber, months: Mapping[int, int], found: Sequence[DateNumber]) -> Role:
    before = [token.text for token in tokens[max(0, number.first - 3) : number.first]]
    after = tokens[number.last].text if number.last < len(tokens) else ""
    last_day = found[-1] if found and found[-1].role == Role.DAY else None
    is_month_said = (
        (after == "month" and number.is_ordinal)
        or "month" in before[-1:]
        or before[-2:] in (["month", "number"], ["month", "is"])
    )
    is_second_of_two = last_day is not None and last_day.last == number.first - 2 and before[-2:] == ["of", "the"]
    role = number.role
    if role not in (Role.YEAR, Role.MONTH) and (is_month_said or is_second_of_two):
        role = Role.MONTH
    elif before[-1:] == ["year"]:
        role = Role.YEAR
    elif role == Role.NONE and _is_beside_month(tokens, number, months):
        role = Role.DAY if number.value <= 31 and not _has_day_at_month(found, number) else Role.YEAR
    elif role == Role.NONE and last_day is not None and last_day.last == number.first and number.value < 100:
        role = Role.YEAR
    return role


def _is_beside_month(tokens: Sequence[Token], number: DateNumber, months: Mapping[int, int]) -> bool:
    """Tell "November 23", "November the 23" and "23 of November" from numbers further away."""
    first, last = number.first, number.last
    if first - 1 in months or last in months:
        return True
    before = [token.text for token in tokens[max(0, first - 2) : first]]
    after = [token.text for token in tokens[last : last + 2]]
    return (first - 2 in months and before[-1] in ("the", ",")) or (last + 1 in months and after[0] in ("of", "day"))


def _has_day_at_month(found: Sequence[DateNumber], number: DateNumber) -> bool:
    """Tell whether the month before a number has its day already: "23 November 26"."""
    return any(one.role == Role.DAY and 0 < number.first - one.last <= 3 for one in found)


def _short_years(tokens: Sequence[Token], numbers: list[DateNumber]) -> list[DateNumber]:
    """Where a year was asked for, take a lone number of two digits for one; go on after "twenty twenty ... six"."""
    years: list[DateNumber] = []
    for number in numbers:
        before = years[-1] if years else None
        is_open = before is not None and before.role == Role.YEAR and before.value % 10 == 0
        is_unit = number.role == Role.NONE and 1 <= number.value <= 9
        if before is not None and is_open and is_unit and is_hesitation(tokens, before.last, number.first):
            years[-1] = replace(before, value=before.value + number.value, last=number.last)
        else:
            years.append(_year(number) if number.role == Role.NONE and len(number.digits) == 2 else number)
    return years


def _repaired(tokens: Sequence[Token], numbers: Sequence[DateNumber]) -> list[DateNumber]:
    """Let a short correction change the last digit: "twenty twenty-five, no, six", "the twenty-second or third"."""
    repaired: list[DateNumber] = []
    for number in numbers:
        before = repaired[-1] if repaired else None
        is_short = len(number.digits) == 1 and number.role in (Role.NONE, Role.DAY)
        if before is not None and is_short and before.value > 20 and _is_repair(tokens, before, number):
            value = before.value // 10 * 10 + number.value
            whole = replace(number, value=value, digits=str(value), role=before.role, is_doubtful=True)
            repaired.append(whole)
        else:
            repaired.append(number)
    return repaired


def _is_repair(tokens: Sequence[Token], before: DateNumber, number: DateNumber) -> bool:
    gap = [token.text for token in tokens[before.last : number.first]]
    is_close = "the" not in gap and len(gap) <= 5 and correction_before(tokens, number.first, before.last)
    is_same_kind = before.role == Role.YEAR or (number.is_ordinal == before.is_ordinal and number.value < 10)
    return is_close and is_same_kind and (before.role == Role.YEAR or before.value // 10 * 10 + number.value <= 31)
