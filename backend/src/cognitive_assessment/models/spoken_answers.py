"""Read a transcript for the kind of answer that was asked for."""

from __future__ import annotations

import re
from typing import Literal, get_args

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.speech import spoken_dates, spoken_numbers

AnswerKind = Literal["digits", "number", "date", "words", "free"]
KINDS: tuple[AnswerKind, ...] = get_args(AnswerKind)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+")
_NUMERIC = re.compile(
    r"zero|oh?|one|two|too|to|three|four|for|five|six|seven|eight|ate|nine|ten|double|triple|\w*teen|\w+ty|\d+|eleven|twelve"
)

_MARKERS = frozenset({"no", "not", "sorry", "wait", "mean", "actually", "rather", "again", "and", "then", "or", "backwards"})


def read(text: str, kind: AnswerKind) -> str:
    """The answer in its plain form; empty if there is none of this kind.

    Digits as a string of digits; a number in figures; a date as `year=2026 month=11 day=23 weekday=monday ...` with what
    was said of it; words in lower case without punctuation; free text as it is.
    """
    if kind == "digits":
        return spoken_numbers.digits_in(text)
    if kind == "number":
        number = spoken_numbers.number_in(text)
        return "" if number is None else str(number)
    if kind == "date":
        return _date(text)
    if kind == "words":
        return " ".join(word.lower() for word in _WORD.findall(text))
    if kind == "free":
        return text.strip()
    raise InvalidInput(f"There is no kind of answer {kind}; there are {', '.join(KINDS)}.", field="answer")


def _date(text: str) -> str:
    found = {
        "year": spoken_dates.year_in(text),
        "month": spoken_dates.month_in(text),
        "day": spoken_dates.day_of_month_in(text),
        "weekday": spoken_dates.weekday_in(text),
        "season": spoken_dates.season_in(text),
        "part_of_day": spoken_dates.part_of_day_in(text),
    }
    said = [f"{name}={value}" for name, value in found.items() if value is not None]
    return " ".join(said) if said else read(text, "words")


def has_aside_words(text: str) -> bool:
    """Whether more was said than numbers: a correction, a question, a remark.

    One unknown word alone is more often a digit that was misheard.
    """
    others = [word.lower() for word in _WORD.findall(text) if not _NUMERIC.fullmatch(word.lower())]
    return len(others) > 1 or bool(_MARKERS.intersection(others))
