"""Numbers said one after another while somebody counts on or down: which are answers, and which are thinking aloud."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from cognitive_assessment.speech.spoken_numbers import cardinals_in
from cognitive_assessment.speech.spoken_phrases import PHRASES
from cognitive_assessment.speech.spoken_text import Token

_OPERATORS = frozenset({"minus", "less", "away", "subtract", "subtracting", "off", "deduct"})
_REMARKS_ON_LENGTH = frozenset({"numbers", "times", "more", "steps", "left", "to"})
_CUT_IN_TWO = 2  # a recogniser may write "ninety-three eighty-six" as 9386


@dataclass(frozen=True, slots=True)
class SaidNumber:
    """One number, said with the tokens `[first, last)`: an answer, or something that does not count."""

    value: int
    first: int
    last: int
    label: Literal["answer", "ignored"] = "answer"
    is_doubtful: bool = False


def numbers_said(tokens: Sequence[Token], *, start: int, subtrahend: int) -> list[SaidNumber]:
    """List the numbers that were said, in order.

    Parameters
    ----------
    tokens : sequence of Token
        What was said.
    start : int
        From which was counted; it does not count where it comes before any answer.
    subtrahend : int
        What is taken away; it does not count where it is said as such ("minus seven", "seven from").

    Returns
    -------
    list of SaidNumber
        `ignored` is the start, the number taken away, what was denied ("not 86"), taken back ("86, no, 85"), begun
        anew ("let me start again"), and the answer before said once more ("93 ... 93 less 7 is 86").
    """
    said: list[SaidNumber] = []
    for number in _cut(tokens):
        between = _meanings(tokens, said[-1].last if said else 0, number.first)
        answers = [at for at, one in enumerate(said) if one.label == "answer"]
        if _is_operand(tokens, number, subtrahend) or "NEGATION" in between:
            said.append(replace(number, label="ignored"))
            continue
        if "RESTART" in between:
            said = [replace(one, label="ignored") for one in said]
            answers = []
        before = said[answers[-1]].value if answers else start
        if number.value == before:
            said.append(replace(number, label="ignored"))
            continue
        if "REPLACEMENT" in between and answers:
            # "93, no, 86" may go on as well as correct: where it would go on rightly, a person should look.
            may_go_on = number.value == before - subtrahend
            said[answers[-1]] = replace(said[answers[-1]], label="ignored")
            said.append(replace(number, is_doubtful=number.is_doubtful or may_go_on))
            continue
        said.append(number)
    return said


def _cut(tokens: Sequence[Token]) -> list[SaidNumber]:
    """Every number; four digits that no pause cut are two numbers of two digits, to be looked at."""
    found = []
    for one in cardinals_in(tokens):
        is_run = one.last == one.first + 1 and len(one.digits) == 2 * _CUT_IN_TWO and one.value > 1000
        values = [int(one.digits[:_CUT_IN_TWO]), int(one.digits[_CUT_IN_TWO:])] if is_run else [one.value]
        found += [SaidNumber(value, one.first, one.last, is_doubtful=is_run) for value in values]
    return found


def _meanings(tokens: Sequence[Token], first: int, last: int) -> set[str]:
    """What the words between two numbers mean for the second."""
    meanings = set()
    at = first
    while at < last:
        found = PHRASES.at(tokens, at)
        if found is not None:
            meanings.add(found[0])
        at += found[1] if found else 1
    return meanings


def _is_operand(tokens: Sequence[Token], number: SaidNumber, subtrahend: int) -> bool:
    """Whether it is what is taken away, or how many numbers there shall be, and no answer."""
    words = [token.text for token in tokens]
    after = words[number.last] if number.last < len(words) else ""
    if after in _REMARKS_ON_LENGTH:
        return True
    if number.value != subtrahend:
        return False
    return after == "from" or (number.first > 0 and words[number.first - 1] in _OPERATORS)
