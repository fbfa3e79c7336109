"""The numbers of a spoken date, and which of them is a year, a month or a day."""

from __future__ import annotations

import bisect
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from cognitive_assessment.speech.spoken_calendar import NOT_A_DATE_AFTER, ORDINAL_UNITS, ORDINALS
from cognitive_assessment.speech.spoken_cardinals import TENS
from cognitive_assessment.speech.spoken_date_roles import DateNumber, Role, full_year, with_roles, with_years
from cognitive_assessment.speech.spoken_digits import ORDINAL_ENDINGS
from cognitive_assessment.speech.spoken_mentions import correction_before
from cognitive_assessment.speech.spoken_numbers import cardinals_in
from cognitive_assessment.speech.spoken_text import Token, plain

_NUMERIC_DATE = re.compile(
    r"(?<![\d])(?:(?P<iso_year>\d{4})-(?P<iso_month>\d{1,2})-(?P<iso_day>\d{1,2})"
    r"|(?P<one>\d{1,2})(?P<between>[/.-])(?P<two>\d{1,2})(?P=between)(?P<year>\d{4}|\d{2}))(?!\d)"
)
_CLOCK = re.compile(
    r"(?<![\d:])(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s*(?P<half>[ap])\.?\s?m\b|\b(?P<hour24>\d{1,2}):[0-5]\d\b"
)
_UNITS_AFTER = frozenset(
    {
        "o'clock",
        "years",
        "year",
        "days",
        "weeks",
        "months",
        "times",
        "degrees",
        "am",
        "pm",
        "minutes",
        "hours",
        "percent",
    }
)
_AGES_BEFORE = frozenset({"i'm", "am", "aged", "age", "turned", "turning", "i've"})
_SMALL_ANSWER_TOKENS = 3
_PAUSES = frozenset({"...", "um", "uh", "er", "erm", "-"})
_PAUSE_TOKENS_MAX = 3
# Tens as words and as numerals: a recogniser may write "20 third".
_TENS_AS_SAID = TENS | {"20": 20, "30": 30}


def date_numbers_in(
    text: str, tokens: Sequence[Token], months: Mapping[int, int], *, is_year_asked: bool = False
) -> list[DateNumber]:
    """List the numbers of what was said, each with what it stands for.

    Parameters
    ----------
    text : str
        What was said.
    tokens : sequence of Token
        The tokens of `text`.
    months : mapping of int to int
        Token places at which a month is named.
    is_year_asked : bool, optional
        Whether a lone "twenty-six" may be a year and "twenty ... twenty-six" one number.

    Returns
    -------
    list of DateNumber
        In order.
    """
    written = plain(text)
    numeric = _numeric_dates(written, tokens)
    clock_spans = [] if numeric else [match.span() for match in _CLOCK.finditer(written)]
    of_clock = {at for span in clock_spans for at in _places(tokens, *span)}
    taken = {at for number in numeric for at in range(number.first, number.last)}
    ordinals = [one for one in _ordinals_in(tokens, months) if one.first not in taken]
    taken |= of_clock | {at for number in ordinals for at in range(number.first, number.last)}
    cardinals = [
        DateNumber(one.value, one.digits, one.first, one.last)
        for one in cardinals_in(_with_zeros(tokens))
        if not taken & set(range(one.first, one.last)) and not _counts_something(tokens, one.first, one.last)
    ]
    numbers = sorted(ordinals + cardinals, key=lambda number: number.first)
    numbers = with_years(written, tokens, _with_small_parts(tokens, numbers), is_year_asked=is_year_asked)
    numbers = with_roles(tokens, numbers, months, is_year_asked=is_year_asked)
    return sorted(numbers + numeric, key=lambda number: (number.first, number.role.value))


def _with_zeros(tokens: Sequence[Token]) -> list[Token]:
    """Take "oh" for a zero where it stands between number words: "two oh two six", "nineteen oh five"."""
    return [replace(token, text="zero") if token.text in ("oh", "o") else token for token in tokens]


def _numeric_dates(written: str, tokens: Sequence[Token]) -> list[DateNumber]:
    """Read "23/11/2026", "11/23/26" and "2026-11-23"; where day and month could be either, the month comes first."""
    found = []
    for match in _NUMERIC_DATE.finditer(written):
        places = _places(tokens, *match.span())
        if match["iso_year"]:
            parts = (int(match["iso_year"]), int(match["iso_month"]), int(match["iso_day"]))
            is_open = False
        else:
            one, two, year = int(match["one"]), int(match["two"]), int(match["year"])
            month, day = (two, one) if one > 12 else (one, two)
            parts = (year if year > 99 else full_year(year), month, day)
            is_open = one <= 12 and two <= 12 and one != two
        if 1 <= parts[1] <= 12 and 1 <= parts[2] <= 31:
            for role, value in zip((Role.YEAR, Role.MONTH, Role.DAY), parts, strict=True):
                is_doubtful = is_open and role != Role.YEAR
                found.append(DateNumber(value, str(value), places.start, places.stop, role, is_doubtful=is_doubtful))
    return found


def _ordinals_in(tokens: Sequence[Token], months: Mapping[int, int]) -> list[DateNumber]:
    found = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        unit_at = _after_pause(tokens, at + 1)
        is_plural = False
        if token.text in _TENS_AS_SAID and not token.suffix and (unit := _ordinal_unit(tokens, unit_at)):
            value, last = _TENS_AS_SAID[token.text] + unit, unit_at + 1
            is_plural = tokens[unit_at].text.endswith("s")
        elif token.kind == "number" and token.suffix in ORDINAL_ENDINGS:
            value, last = int(token.text[:6]), at + 1
        elif token.text in ORDINALS and _is_date_word(tokens, at, months):
            value, last = ORDINALS[token.text], at + 1
        else:
            at += 1
            continue
        found.append(DateNumber(value, str(value), at, last, Role.DAY, is_ordinal=True, is_doubtful=is_plural))
        at = last
    return found


def _after_pause(tokens: Sequence[Token], at: int) -> int:
    """Step over an audible pause: "the twenty ... third"."""
    place = at
    while place < len(tokens) and place - at < _PAUSE_TOKENS_MAX and tokens[place].text in _PAUSES:
        place += 1
    return place


def _ordinal_unit(tokens: Sequence[Token], at: int) -> int | None:
    """Read "third", "3rd", or "thirds", which a recogniser may write for either, at a place."""
    if at >= len(tokens):
        return None
    token = tokens[at]
    if token.kind == "number" and token.suffix in ORDINAL_ENDINGS and len(token.text) == 1:
        return int(token.text)
    return ORDINAL_UNITS.get(token.text.removesuffix("s"))


def _is_date_word(tokens: Sequence[Token], at: int, months: Mapping[int, int]) -> bool:
    """Tell the "second" of a date from "wait a second" and "first I thought"."""
    before = tokens[at - 1].text if at else ""
    after = tokens[at + 1].text if at + 1 < len(tokens) else ""
    if after in NOT_A_DATE_AFTER or before == "a":
        return False
    if ORDINALS[tokens[at].text] > 2:
        return True
    is_corrected = correction_before(tokens, at, max(0, at - 2))
    near_month = at - 1 in months or at + 1 in months
    words = sum(token.kind != "mark" for token in tokens)
    return (
        before in ("the", "or", "of")
        or after in ("of", "day")
        or near_month
        or is_corrected
        or words <= _SMALL_ANSWER_TOKENS
    )


def _counts_something(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Tell ages, times and amounts from the numbers of a date."""
    after = tokens[last].text if last < len(tokens) else ""
    before = tokens[first - 1].text if first else ""
    return after in _UNITS_AFTER or before in _AGES_BEFORE


def _places(tokens: Sequence[Token], start: int, end: int) -> range:
    """Give the tokens that lie in a stretch of the plain text."""
    first = bisect.bisect_left(tokens, start, key=lambda token: token.end - 1)
    return range(first, bisect.bisect_left(tokens, end, key=lambda token: token.start))


def _with_small_parts(tokens: Sequence[Token], numbers: list[DateNumber]) -> list[DateNumber]:
    """Join "three and twenty"; digits said one by one are joined to a year, or to a number of two digits."""
    joined: list[DateNumber] = []
    at = 0
    while at < len(numbers):
        run = _run_of_digits(tokens, numbers, at)
        here = numbers[at]
        following = numbers[at + 1] if at + 1 < len(numbers) else None
        if len(run) in (2, 4):
            digits = "".join(number.digits for number in run)
            joined.append(DateNumber(int(digits), digits, here.first, run[-1].last))
            at += len(run)
        elif following is not None and _is_parted(tokens, here, following):
            value = here.value + following.value
            joined.append(replace(here, value=value, digits=str(value), last=following.last))
            at += 2
        elif following is not None and _is_inverted(tokens, here, following):
            value = here.value + following.value
            joined.append(replace(following, value=value, digits=str(value), first=here.first))
            at += 2
        else:
            joined.append(here)
            at += 1
    return joined


def _run_of_digits(tokens: Sequence[Token], numbers: Sequence[DateNumber], at: int) -> list[DateNumber]:
    run: list[DateNumber] = []
    for number in numbers[at:]:
        is_next = not run or all(token.text == "," for token in tokens[run[-1].last : number.first])
        if len(number.digits) != 1 or number.is_ordinal or not is_next:
            break
        run.append(number)
    return run


def _is_parted(tokens: Sequence[Token], here: DateNumber, following: DateNumber) -> bool:
    """Tell "twenty ... three" and "twenty and three" from two numbers."""
    if here.value not in (20, 30) or here.is_ordinal or following.is_ordinal or len(following.digits) != 1:
        return False
    is_paused = here.last < following.first and _after_pause(tokens, here.last) == following.first
    return following.value > 0 and (is_paused or (tokens[here.last].text == "and" and here.last + 1 == following.first))


def _is_inverted(tokens: Sequence[Token], here: DateNumber, following: DateNumber) -> bool:
    between = [token.text for token in tokens[here.last : following.first]]
    return between == ["and"] and 1 <= here.value <= 9 and not here.is_ordinal and following.value in (20, 30)


def clock_hours_in(text: str, tokens: Sequence[Token]) -> list[tuple[int, int, int]]:
    """List times of the clock that say which half of the day they are in.

    Parameters
    ----------
    text : str
        What was said.
    tokens : sequence of Token
        The tokens of `text`.

    Returns
    -------
    list of tuple
        Hour from 0 to 23, and the tokens `[first, last)`.
    """
    found = []
    for match in _CLOCK.finditer(plain(text)):
        hour = int(match["hour"] or match["hour24"])
        if match["half"]:
            hour = hour % 12 + (12 if match["half"] == "p" else 0)
        if hour < 24 and (match["half"] or hour > 12):
            places = _places(tokens, *match.span())
            found.append((hour, places.start, places.stop))
    for one in cardinals_in(tokens):
        after = "".join(token.text for token in tokens[one.last : one.last + 3] if token.text != "o'clock")
        if tokens[one.first].kind == "word" and 1 <= one.value <= 12 and after[:3] in ("am", "pm", "a.m", "p.m"):
            found.append((one.value % 12 + (12 if after[0] == "p" else 0), one.first, one.last + 1))
    return found
