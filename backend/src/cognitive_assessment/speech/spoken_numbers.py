"""Spoken digits and numbers, in every common way of saying them; the last clear answer counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cognitive_assessment.speech.spoken_cardinals import Cardinal, cardinal_at
from cognitive_assessment.speech.spoken_digits import Between, Group, groups_of
from cognitive_assessment.speech.spoken_text import Token, tokens_of

_HYPOTHESES_MAX = 8
# After a pause for thought so few digits are more likely gone on with than begun anew.
_SHORT_START = 2


@dataclass(frozen=True, slots=True)
class DigitReading:
    """Digits as they are meant.

    `pieces` are the digits that count with the tokens `[first, last)` that said them; `is_doubtful` says that the text
    could well be meant otherwise, so that a person should look.
    """

    digits: str
    pieces: tuple[tuple[str, int, int], ...]
    is_doubtful: bool


@dataclass(frozen=True, slots=True)
class _Hypothesis:
    pieces: tuple[tuple[str, int, int], ...]
    is_doubtful: bool

    @property
    def digits(self) -> str:
        return "".join(piece[0] for piece in self.pieces)


def digits_in(text: str) -> str:
    """Read a sequence of digits out of what was said.

    Parameters
    ----------
    text : str
        A transcript: digit words, numerals, `double seven`, `thirty-seven nineteen`, homophones among digits, fillers,
        asides and self-corrections.

    Returns
    -------
    str
        The digits of the last clear answer, such as `"3719"`; empty if no digit was said.
    """
    return read_digits(tokens_of(text)).digits


def read_digits(tokens: Sequence[Token], *, length: int | None = None) -> DigitReading:
    """Read a sequence of digits, and say which tokens said it.

    Parameters
    ----------
    tokens : sequence of Token
        What was said.
    length : int, optional
        How many digits were asked for. It decides only where a correction can be taken in several ways
        ("five eight, no, nine two"); which digits are right plays no part.

    Returns
    -------
    DigitReading
        The last clear answer, empty if there is none.
    """
    groups, after = groups_of(tokens)
    groups = _clear_groups(groups)
    hypotheses = [_Hypothesis((), False)]
    for group in groups:
        hypotheses = _continued(hypotheses, group)
    chosen = hypotheses[0]
    if length is not None and len(chosen.digits) != length:
        without_exclamation = [
            _Hypothesis(one.pieces[1:], True)
            for one in hypotheses
            if one.pieces and tokens[one.pieces[0][1]].text in ("oh", "o")
        ]
        fitting = [one for one in hypotheses + without_exclamation if len(one.digits) == length]
        # Where the length alone decides between several ways to take it, a person should look.
        chosen = _Hypothesis(fitting[0].pieces, True) if fitting else chosen
    withdrawn = after >= Between.RESTART and bool(chosen.pieces)
    return DigitReading(chosen.digits, chosen.pieces, chosen.is_doubtful or withdrawn)


def _clear_groups(groups: list[Group]) -> list[Group]:
    """Leave out what was denied, and what was only asked if something was said plainly too."""
    affirmed = [group for group in groups if not group.is_negated]
    plain = [group for group in affirmed if not group.is_question] or affirmed
    return [
        group
        for place, group in enumerate(plain)
        if not (group.is_wondered and any(len(later.digits) >= len(group.digits) for later in plain[place + 1 :]))
    ]


def _continued(hypotheses: list[_Hypothesis], group: Group) -> list[_Hypothesis]:
    """Take one more group into every hypothesis, the likeliest way first."""
    grown: dict[str, _Hypothesis] = {}
    for hypothesis in hypotheses:
        for option in _options(hypothesis, group):
            grown.setdefault(option.digits, option)
    return list(grown.values())[:_HYPOTHESES_MAX]


def _options(before: _Hypothesis, group: Group) -> list[_Hypothesis]:
    """List how a group can be meant after what came before it, the likeliest first."""
    new = _Hypothesis(tuple(group.pieces), before.is_doubtful)
    if not before.pieces:
        return [new]
    joined = _Hypothesis(before.pieces + new.pieces, before.is_doubtful)
    is_whole_again = len(new.digits) >= len(before.digits)
    starts_alike = new.digits[0] == before.digits[0]
    if group.between == Between.RESTART:
        options = [new]
    elif group.between == Between.REPLACEMENT:
        repaired = _repaired(before, new)
        options = [new, *repaired, joined] if is_whole_again or starts_alike else [*repaired, new, joined]
    elif group.between == Between.HESITATION:
        is_begun_anew = is_whole_again and (starts_alike or len(before.digits) > _SHORT_START)
        options = [new, joined] if is_begun_anew else [joined, *_repaired(before, new), new]
    elif group.between >= Between.ASIDE:
        is_concluded = group.between == Between.CONCLUSION and len(before.digits) > 1
        options = [new, joined] if is_whole_again and (starts_alike or is_concluded) else [joined, new]
    else:
        is_said_twice = new.digits == before.digits and len(new.digits) > 1
        options = [new, joined] if is_said_twice else [joined, new]
    return options


def _repaired(before: _Hypothesis, new: _Hypothesis) -> list[_Hypothesis]:
    """Put a short correction in place of the end of what came before it.

    "Three seven one, no, two nine" takes the one back; "five eight three, no, eight two" goes back to the eight.
    """
    repaired = []
    digits = before.digits
    meeting = digits.rfind(new.digits[0], 1)
    if meeting > 0 and len(new.digits) > 1:
        repaired.append(_Hypothesis(_cut(before.pieces, meeting) + new.pieces, before.is_doubtful))
    repaired.append(_Hypothesis(_cut(before.pieces, len(digits) - 1) + new.pieces, before.is_doubtful))
    kept = len(digits) - len(new.digits)
    if len(new.digits) > 1 and kept > 0:
        is_reordered = sorted(digits[kept:]) == sorted(new.digits)
        whole_tail = _Hypothesis(_cut(before.pieces, kept) + new.pieces, before.is_doubtful)
        repaired.insert(0 if is_reordered else len(repaired), whole_tail)
    return repaired


def _cut(pieces: tuple[tuple[str, int, int], ...], count: int) -> tuple[tuple[str, int, int], ...]:
    """Keep the first `count` digits of pieces."""
    kept: list[tuple[str, int, int]] = []
    for digits, first, last in pieces:
        if count <= 0:
            break
        kept.append((digits[:count], first, last))
        count -= len(digits)
    return tuple(kept)


def number_in(text: str) -> int | None:
    """Read one whole number out of what was said.

    Parameters
    ----------
    text : str
        A transcript, such as "ninety three", "a hundred and two" or "86, no, 85".

    Returns
    -------
    int or None
        The last clear number; None if none was said, or only a fraction.
    """
    tokens = tokens_of(text)
    numbers = [found for found in cardinals_in(tokens) if not _is_denied(tokens, found)]
    if not numbers:
        return None
    last = numbers[-1]
    if _is_fraction(tokens, last):
        return None
    value = _spelled_value(tokens, numbers)
    before = tokens[last.first - 1].text if last.first else ""
    return -value if before in ("minus", "negative") and _is_sign(numbers, last) else value


def cardinals_in(tokens: Sequence[Token]) -> list[Cardinal]:
    """List every number that is said, in order, leaving out words such as the "one" of "a hard one"."""
    groups, _ = groups_of(tokens)
    inside = {place for group in groups for _, first, last in group.pieces for place in range(first, last)}
    found: list[Cardinal] = []
    position = 0
    while position < len(tokens):
        cardinal = cardinal_at(tokens, position) if position in inside and tokens[position].kind != "mark" else None
        if cardinal is not None:
            found.append(cardinal)
        position = cardinal.last if cardinal else position + 1
    return found


def _is_denied(tokens: Sequence[Token], number: Cardinal) -> bool:
    return number.first > 0 and tokens[number.first - 1].text in ("not", "isn't", "wasn't")


def _is_fraction(tokens: Sequence[Token], number: Cardinal) -> bool:
    """Tell "3.5" and "three point five" from whole numbers, by what stands right before the last part."""
    if number.first == 0:
        return False
    before = tokens[number.first - 1]
    if before.text == "point":
        return True
    is_tight = before.text == "." and before.end == tokens[number.first].start
    return is_tight and number.first > 1 and tokens[number.first - 2].end == before.start


def _is_sign(numbers: Sequence[Cardinal], last: Cardinal) -> bool:
    """Tell "minus five" from "one hundred minus seven": a sign has no number right before it."""
    return not any(number.last == last.first - 1 for number in numbers)


def _spelled_value(tokens: Sequence[Token], numbers: Sequence[Cardinal]) -> int:
    """Join digits said one by one ("nine three"), and thousands written with a comma ("1,002")."""
    last = numbers[-1]
    digits, first = last.digits, last.first
    for number in reversed(numbers[:-1]):
        gap = tokens[number.last : first]
        is_thousands = len(gap) == 1 and gap[0].text == "," and len(digits) % 3 == 0
        is_thousands = is_thousands and number.last == number.first + 1 and gap[0].end == tokens[first].start
        is_spelled = not gap and len(number.digits) == 1 and len(last.digits) == 1
        if not (is_thousands or is_spelled):
            break
        digits, first = number.digits + digits, number.first
    return int(digits)
