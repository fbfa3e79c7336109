"""What a transcript answers, by the kind of answer that was asked for: digits, a number, a date, words, anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.speech import spoken_dates, spoken_numbers
from cognitive_assessment.speech.spoken_cardinals import cardinal_at
from cognitive_assessment.speech.spoken_text import tokens_of

AnswerKind = Literal["digits", "number", "date", "words", "free"]


def answer_in(text: str, answer_kind: str) -> str:
    """Read the answer out of a transcript.

    Parameters
    ----------
    text : str
        What was heard.
    answer_kind : str
        `digits`, `number`, `date`, `words` or `free`.

    Returns
    -------
    str
        Digits for `digits` and `number`; for `date` what was said of it, such as `2026-11-23`, `--11-23` (no year),
        `---23` (only the day), a weekday, a season, a part of the day, with spaces between; else the words in lower
        case without marks. Empty if there is no answer of that kind.

    Raises
    ------
    InvalidInput
        For another kind.
    """
    return require_kind(answer_kind)(text)


def require_kind(answer_kind: str) -> Callable[[str], str]:
    """Give the reader of one kind of answer; raises `InvalidInput` for a kind that there is not."""
    if answer_kind not in _READERS:
        raise InvalidInput(
            f"There is no answer kind {answer_kind!r}.", field="answer_kind", remedy=f"One of {', '.join(_READERS)}."
        )
    return _READERS[answer_kind]


def _number_in(text: str) -> str:
    number = spoken_numbers.number_in(text)
    return "" if number is None else str(number)


def _words_in(text: str) -> str:
    return " ".join(token.text + token.suffix for token in tokens_of(text) if token.kind != "mark")


def _date_in(text: str) -> str:
    parts = [_calendar_date_in(text), spoken_dates.weekday_in(text), spoken_dates.season_in(text)]
    return " ".join(part for part in [*parts, spoken_dates.part_of_day_in(text)] if part)


def _calendar_date_in(text: str) -> str:
    """What was said of year, month and day, in the truncated forms of ISO 8601:2000."""
    year, month, day = (
        spoken_dates.year_in(text),
        spoken_dates.month_in(text),
        spoken_dates.day_of_month_in(text),
    )
    if _is_bare_number(text):
        return _number_in(text)
    if year is None and month is None:
        return "" if day is None else f"---{day:02d}"
    whole = "-" if year is None else f"{year:04d}"
    if month is not None:
        whole += f"-{month:02d}"
    if day is not None:
        whole += f"-{day:02d}" if month is not None else f"---{day:02d}"
    return whole


def _is_bare_number(text: str) -> bool:
    """Whether nothing but one number was said, which may be a day, a month or a year."""
    tokens = [token for token in tokens_of(text) if token.kind != "mark" and not token.suffix]
    number = cardinal_at(tokens, 0)
    return number is not None and number.last == len(tokens) == len(_words_in(text).split())


_READERS: dict[str, Callable[[str], str]] = {
    "digits": spoken_numbers.digits_in,
    "number": _number_in,
    "date": _date_in,
    "words": _words_in,
    "free": _words_in,
}
