"""Numbers said one after another while somebody counts on or down: which are answers, and which are thinking aloud."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from cognitive_assessment.speech.spoken_cardinals import Cardinal
from cognitive_assessment.speech.spoken_numbers import cardinals_in
from cognitive_assessment.speech.spoken_phrases import PHRASES
from cognitive_assessment.speech.spoken_text import Token, words_of

_REMARKS_ON_LENGTH = frozenset({"numbers", "times", "more", "steps", "left"})
_CUT_IN_TWO = 2  # a recogniser may write "ninety-three eighty-six" as 9386


@dataclass(frozen=True, slots=True)
class SaidNumber:
    """One number, said with the tokens `[first, last)`: an answer, or something that does not count."""

    value: int
    first: int
    last: int
    label: Literal["answer", "ignored"] = "answer"
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Operators:
    """Words before and after a number that is taken away, and small words that may stand between."""

    before: frozenset[str]
    after: frozenset[str]
    between: frozenset[str] = frozenset()


BEFORE = Operators(words_of("minus less away subtract subtracting off deduct take taking takeaway"), words_of("from"))
AROUND = Operators(
    BEFORE.before | words_of("takes deducting remove removing knock knocking drop dropping down"),
    words_of("from off of away less fewer lower down gone"),
    words_of("a the another"),
)


def numbers_said(
    tokens: Sequence[Token],
    *,
    start: int,
    subtrahend: int,
    operators: Operators = BEFORE,
    may_go_back: bool = False,
) -> list[SaidNumber]:
    """List the numbers that were said, in order.

    Parameters
    ----------
    tokens : sequence of Token
        What was said.
    start : int
        From which was counted; it does not count where it comes before any answer.
    subtrahend : int
        What is taken away; it does not count where it is said as such ("minus seven", "seven from").
    operators : Operators, optional
        The words that say so.
    may_go_back : bool, optional
        Whether who takes a number back may say the one before it once more ("93, 94, no, 93, 86").

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
        if _is_operand(tokens, number, subtrahend, operators) or "NEGATION" in between:
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
            still_before = said[answers[-2]].value if len(answers) > 1 else start
            if may_go_back and number.value == still_before:
                said.append(replace(number, label="ignored"))
                continue
            said.append(replace(number, is_doubtful=number.is_doubtful or may_go_on))
            continue
        said.append(number)
    return said


def _cut(tokens: Sequence[Token]) -> list[SaidNumber]:
    """Every number; two that a recogniser ran together or tore apart are what they were said as, to be looked at."""
    found: list[SaidNumber] = []
    for one in cardinals_in(tokens):
        before = found[-1] if found else None
        joined = _joined(before, one) if before is not None and before.last == one.first else None
        if before is not None and joined is not None:
            found[-1] = SaidNumber(joined, before.first, one.last, is_doubtful=True)
            continue
        is_run = one.last == one.first + 1 and len(one.digits) == 2 * _CUT_IN_TWO and one.value > 1000
        values = [int(one.digits[:_CUT_IN_TWO]), int(one.digits[_CUT_IN_TWO:])] if is_run else [one.value]
        found += [SaidNumber(value, one.first, one.last, is_doubtful=is_run) for value in values]
    return found


def _joined(before: SaidNumber, one: Cardinal) -> int | None:
    """Two numbers side by side that are one: its halves with a breath between ("70 9"), or digit by digit ("9 3")."""
    if before.value in range(20, 100, 10) and one.value in range(1, 10):
        return before.value + one.value
    is_digit_by_digit = before.value in range(1, 10) and len(one.digits) == 1
    return 10 * before.value + one.value if is_digit_by_digit else None


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


def _is_operand(tokens: Sequence[Token], number: SaidNumber, subtrahend: int, operators: Operators) -> bool:
    """Whether it is what is taken away, or how many numbers there shall be, and no answer."""
    words = [token.text for token in tokens]
    after = words[number.last] if number.last < len(words) else ""
    if after in _REMARKS_ON_LENGTH or words[number.last : number.last + 2] == ["to", "go"]:
        return True
    if number.value != subtrahend:
        return False
    before = [word for word in words[: number.first] if word not in operators.between]
    return after in operators.after or (before != [] and before[-1] in operators.before)
