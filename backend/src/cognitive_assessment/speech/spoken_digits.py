"""Sequences of spoken digits: cut into groups, with what stood between the groups and what it means for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from cognitive_assessment.speech.spoken_cardinals import NUMERAL_LENGTH_MAX, TEENS, TENS, UNITS, ZEROS, cardinal_at
from cognitive_assessment.speech.spoken_phrases import PHRASES
from cognitive_assessment.speech.spoken_text import BREAKING_MARKS, Token, words_of

# Homophones of digits, and what stands for zero: words in their own right, digits only among digits.
HOMOPHONES = {
    "to": "2",
    "too": "2",
    "tu": "2",
    "for": "4",
    "fore": "4",
    "ate": "8",
    "won": "1",
    "wan": "1",
    "tree": "3",
    "free": "3",
    "sex": "6",
    "sicks": "6",
    "nein": "9",
    "oh": "0",
    "o": "0",
    "ought": "0",
}
_PLURALS = {f"{word}s" if word != "six" else "sixes": str(value) for word, value in UNITS.items()} | {
    "zeros": "0",
    "zeroes": "0",
    "noughts": "0",
    "oughts": "0",
}
ORDINAL_ENDINGS = frozenset({"st", "nd", "rd", "th"})
_NEIGHBOURHOOD = 12
_HOMOPHONES_ALONE_MAX = 40
_REPEATERS = {"double": 2, "treble": 3, "triple": 3, "quadruple": 4}
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "2": 2, "3": 3, "4": 4, "5": 5}


class Between(IntEnum):
    """What stands between two groups of digits; the strongest counts."""

    NOTHING = 0
    PAUSE = 1
    ASIDE = 2
    CONCLUSION = 3
    HESITATION = 4
    REPLACEMENT = 5
    RESTART = 6


# After these a digit word counts or names other things: "three numbers", "two of them".
_COUNTED = words_of(
    """
    numbers digits seconds minutes times moments things years more figures items left o'clock sec secs
    """
)
# After these a digit word belongs to what is talked about: "the first two", "that one", "a hard one".
_POINTING = words_of(
    """
    first last other those these another each which that this any every long hard tough easy tricky difficult
    short good bad big new nice same only longer shorter harder easier my
    """
)
# A digit may follow these although they are words: "it was two, five".
_CARRIERS = words_of(
    """
    was were is are be said say says think guess believe 's it it's that that's heard hear remember got have had
    answer them they call me with i'd i'll i'm starts
    """
)


@dataclass(slots=True)
class Group:
    """Digits said in one go; `between` is what came before them."""

    digits: str
    first: int
    last: int
    between: Between
    is_question: bool = False
    is_negated: bool = False
    is_wondered: bool = False
    pieces: list[tuple[str, int, int]] = field(default_factory=list)


@dataclass(slots=True)
class _Gap:
    """What has been heard since the last digit."""

    between: Between = Between.NOTHING
    is_question: bool = False
    is_negated: bool = False
    has_other_words: bool = False

    def note(self, meaning: str) -> None:
        """Take one phrase into account."""
        if meaning == "QUESTION":
            self.is_question = True
            self.between = max(self.between, Between.ASIDE)
        elif meaning == "NEGATION":
            self.is_negated = True
            self.between = max(self.between, Between.ASIDE)
        elif meaning == "NOTHING":
            self.between = max(self.between, Between.PAUSE)
        else:
            self.between = max(self.between, Between[meaning])


def groups_of(tokens: Sequence[Token]) -> tuple[list[Group], Between]:
    """Cut an answer into groups of digits.

    Parameters
    ----------
    tokens : sequence of Token
        The whole answer.

    Returns
    -------
    groups : list of Group
        In order, each with what stood before it.
    after : Between
        What followed the last group.
    """
    groups: list[Group] = []
    gap = _Gap()
    position = 0
    while position < len(tokens):
        piece = _piece_at(tokens, position)
        if piece is None:
            position += _take_other(tokens, position, gap, groups)
            continue
        digits, last = piece
        if not groups or gap.between > Between.NOTHING or gap.is_negated:
            groups.append(Group("", position, last, gap.between, gap.is_question, gap.is_negated))
        group = groups[-1]
        group.digits += digits
        group.last = last
        group.pieces.append((digits, position, last))
        gap, position = _Gap(), last
    return groups, gap.between


def _take_other(tokens: Sequence[Token], position: int, gap: _Gap, groups: list[Group]) -> int:
    """Note what a token that is no digit means, and say how many tokens it took."""
    token = tokens[position]
    if token.kind == "mark":
        if token.text in BREAKING_MARKS:
            if token.text == "?" and groups and not gap.has_other_words:
                groups[-1].is_wondered = True
            # A negation or a question does not reach beyond its own sentence.
            gap.is_negated = gap.is_question = False
            gap.between = max(gap.between, Between.PAUSE)
        elif groups and groups[-1].is_negated:
            gap.between = max(gap.between, Between.PAUSE)
        return 1
    phrase = PHRASES.at(tokens, position)
    if phrase is not None:
        gap.note(phrase[0])
        return phrase[1]
    gap.between = max(gap.between, Between.ASIDE)
    gap.has_other_words = True
    return 1


def _piece_at(tokens: Sequence[Token], position: int) -> tuple[str, int] | None:
    """Give the digits that start at a token, and where they end; None where no digit is meant."""
    token = tokens[position]
    if token.text in HOMOPHONES:
        return (HOMOPHONES[token.text], position + 1) if _stands_among_digits(tokens, position) else None
    repeated = _repeated_at(tokens, position)
    if repeated is not None or _is_other(tokens, position):
        return repeated
    if token.kind == "number" and len(token.text) > NUMERAL_LENGTH_MAX:
        return token.text, position + 1
    if token.text in _PLURALS:
        return _PLURALS[token.text], position + 1
    cardinal = cardinal_at(tokens, position)
    if cardinal is None or _is_talked_about(tokens, cardinal.first, cardinal.last):
        return None
    return cardinal.digits, cardinal.last


def _is_other(tokens: Sequence[Token], position: int) -> bool:
    """Tell marks, ordinals, fixed phrases such as "one moment" and a lone "a" from digits."""
    token = tokens[position]
    if token.text == "a":
        return position + 1 >= len(tokens) or tokens[position + 1].text not in ("hundred", "thousand")
    phrase = PHRASES.at(tokens, position)
    return token.kind == "mark" or token.suffix in ORDINAL_ENDINGS or (phrase is not None and phrase[1] > 1)


def _repeated_at(tokens: Sequence[Token], position: int) -> tuple[str, int] | None:
    """Read `double seven`, `triple two` and `two nines`."""
    if position + 1 >= len(tokens):
        return None
    text, following = tokens[position].text, tokens[position + 1].text
    if text in _COUNTS and following in _PLURALS:
        return _PLURALS[following] * _COUNTS[text], position + 2
    if text not in _REPEATERS:
        return None
    digit = "0" if following in ZEROS else _single_digit(following)
    return None if digit is None else (digit * _REPEATERS[text], position + 2)


def _single_digit(text: str) -> str | None:
    if text in UNITS:
        return str(UNITS[text])
    if text in HOMOPHONES:
        return HOMOPHONES[text]
    if text in _PLURALS:
        return _PLURALS[text]
    return text if len(text) == 1 and text.isdigit() else None


def _is_talked_about(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Tell whether a number word counts or points instead of being recited."""
    following = tokens[last] if last < len(tokens) else None
    after_that = tokens[last + 1].text if last + 1 < len(tokens) else ""
    is_part = following is not None and following.text == "of" and after_that in ("them", "those", "these", "us", "my")
    if is_part or (following is not None and following.text in _COUNTED):
        return True
    if first == 0 or tokens[first - 1].text not in _POINTING:
        return False
    is_recited = "then" in (following.text if following else "", after_that)
    return following is None or not (_is_plain_digit(following) or is_recited)


def _is_plain_digit(token: Token) -> bool:
    return (
        token.text in UNITS
        or token.text in ZEROS
        or token.text in TENS
        or token.text in TEENS
        or token.text in _PLURALS
        or (token.kind == "number" and not token.suffix)
    )


def _stands_among_digits(tokens: Sequence[Token], position: int) -> bool:
    """Tell whether a homophone is meant as a digit: digits, or the edge of what is said, on both sides."""
    if PHRASES.at(tokens, position) is not None and tokens[position].text not in ("o",):
        return False
    before, strong_before = _neighbour(tokens, position, -1)
    after, strong_after = _neighbour(tokens, position, +1)
    if not before or not after:
        return False
    if strong_before or strong_after:
        return not (tokens[position].text == "oh" and not strong_before and _has_comma_alone(tokens, position))
    # Nothing but homophones was said: "to for ate" is an answer, a lone "for" or "oh" is none.
    if len(tokens) > _HOMOPHONES_ALONE_MAX:
        return False
    others = [one for at, one in enumerate(tokens) if one.kind != "mark" and PHRASES.at(tokens, at) is None]
    return len(others) > 1 and all(token.text in HOMOPHONES for token in others)


def _neighbour(tokens: Sequence[Token], position: int, step: int) -> tuple[bool, bool]:
    """Look past fillers and marks: is it a digit or an edge, and is it surely a digit?"""
    place = position + step
    while 0 <= place < len(tokens) and abs(place - position) <= _NEIGHBOURHOOD:
        token = tokens[place]
        if token.kind == "mark":
            if token.text in BREAKING_MARKS and token.text != "...":
                return True, False
            place += step
            continue
        if _is_plain_digit(token) or token.text in _REPEATERS:
            return True, True
        if token.text in HOMOPHONES:
            place += step
            continue
        phrase = PHRASES.at(tokens, place)
        if phrase is None:
            return step < 0 and token.text in _CARRIERS, False
        if phrase[0] != "NOTHING":
            return True, False
        place += step
    return True, False


def _has_comma_alone(tokens: Sequence[Token], position: int) -> bool:
    """Tell "Oh, five eight two" from "oh, five, eight, two": an exclamation has the only comma."""
    commas = [index for index, token in enumerate(tokens) if token.text == ","]
    return (
        bool(commas) and commas[0] == position + 1 and (len(commas) == 1 or len(tokens) - len(commas) > 2 * len(commas))
    )
