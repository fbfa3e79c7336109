"""Number words and numerals, as they stand next to each other, taken together as one number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cognitive_assessment.speech.spoken_text import Token

UNITS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "fife": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "niner": 9,
}
ZEROS = frozenset({"zero", "nought", "naught", "nil", "aught"})
TEENS = {
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
}
TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fourty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
    "ninty": 90,
}
NUMERAL_LENGTH_MAX = 12


@dataclass(frozen=True, slots=True)
class Cardinal:
    """A number as it was said: its value, its digits as said, and the tokens `[first, last)` it was said with."""

    value: int
    digits: str
    first: int
    last: int


def cardinal_at(tokens: Sequence[Token], position: int) -> Cardinal | None:
    """Take the longest number that starts at a token.

    Parameters
    ----------
    tokens : sequence of Token
        The whole answer.
    position : int
        Where the number has to start.

    Returns
    -------
    Cardinal or None
        `five hundred and eighty-two` is one number, `thirty-seven nineteen` is two, of which this is the first;
        None if no number starts here.
    """
    if position >= len(tokens):
        return None
    if tokens[position].text in ZEROS:
        return Cardinal(0, "0", position, position + 1)
    thousands = _with_multiplier(tokens, position, "thousand", 1000)
    found = thousands or _below_thousand(tokens, position)
    if found is None:
        return None
    value, last = found
    digits = tokens[position].text if last == position + 1 and tokens[position].kind == "number" else str(value)
    return Cardinal(value, digits, position, last)


def _with_multiplier(tokens: Sequence[Token], position: int, word: str, factor: int) -> tuple[int, int] | None:
    """Read `<number> hundred|thousand [and] [rest]` at a place."""
    below = _below_thousand if factor == 1000 else _below_hundred
    head = below(tokens, position)
    if head is None and tokens[position].text in ("a", word):
        head = (1, position + (tokens[position].text == "a"))
    if head is None or head[1] >= len(tokens) or tokens[head[1]].text != word:
        return None
    value, last = head[0] * factor, head[1] + 1
    after_and = last + (last < len(tokens) and tokens[last].text == "and")
    rest = below(tokens, after_and)
    if rest is None or rest[0] == 0:
        return value, last
    # A rest as large as the factor belongs to another number: "two thousand, two thousand and six".
    return (value + rest[0], rest[1]) if rest[0] < factor else (value, last)


def _below_thousand(tokens: Sequence[Token], position: int) -> tuple[int, int] | None:
    if position >= len(tokens):
        return None
    return _with_multiplier(tokens, position, "hundred", 100) or _below_hundred(tokens, position)


def _below_hundred(tokens: Sequence[Token], position: int) -> tuple[int, int] | None:
    if position >= len(tokens):
        return None
    token = tokens[position]
    if token.kind == "number" and not token.suffix and len(token.text) <= NUMERAL_LENGTH_MAX:
        return int(token.text), position + 1
    if token.text in TENS:
        following = tokens[position + 1].text if position + 1 < len(tokens) else ""
        if following in UNITS:
            return TENS[token.text] + UNITS[following], position + 2
        return TENS[token.text], position + 1
    single = UNITS.get(token.text, TEENS.get(token.text))
    return None if single is None else (single, position + 1)
