"""Talk among the words of an answer: what is said to somebody, or asked, and the names that may belong to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cognitive_assessment.scoring.fluency import Thing
from cognitive_assessment.speech.spoken_text import BREAKING_MARKS, Token, words_of

# Whoever says one of these talks about the task, or about themselves.
TALK = words_of(
    """
    i i'm i've i'd i'll me my myself you your you're we us it it's that's this there there's what what's who why how
    is was were are am do did does don't didn't doesn't can can't could couldn't have haven't had know remember think
    thought forget forgot said say ask asked should must let let's please can't because if when
    """
)
_TO_SOMEBODY = words_of("you your yours you're you've you'll want need please tell get bring help stop repeat hear")
_GREETING = words_of("hello hi hey excuse thank thanks")
_KNOWING = words_of("know see")  # "you know", "you see" are said to nobody
_ASKING = words_of(
    "who what what's where when why how which whose can could do does did is was were are am have has will would may"
)
_LEADING = words_of("and but so then well oh um uh er erm")
# Asked of oneself.
_MUSING = (["what", "else"], ["what", "was"], ["what", "were"], ["what", "do", "you", "call"])


@dataclass(frozen=True, slots=True)
class _Clause:
    """Tokens between two marks: the one thing that they name, whether they are talk, and what ends their sentence."""

    tokens: tuple[int, ...]
    name: str | None
    is_talk: bool
    is_spoken: bool
    is_first: bool
    end: str


@dataclass(frozen=True, slots=True)
class Talk:
    """Which tokens are possibly talk and no answer, and which of them ask or speak to somebody."""

    possible: frozenset[int]
    spoken: frozenset[int]


def talk_in(tokens: Sequence[Token], things: Sequence[Thing]) -> Talk:
    """Find the words that may have been said to somebody, or asked, and not as an answer.

    Parameters
    ----------
    tokens : sequence of Token
        Of the transcript.
    things : sequence of Thing
        What was found in them; together they cover every word.

    Returns
    -------
    Talk
        A clause that asks ("was it the comb?") or speaks to somebody ("I need the nurse", "thank you, nurse") is
        spoken. Possible is that; a clause that tells of something else ("I saw a nurse yesterday"); and a single name
        beside either, at the beginning or the end of its sentence ("Can you hear me, nurse?"), or called out or asked
        by itself. What only leads to a word ("I think it was a comb", "there was a comb") is no talk.
    """
    clauses = list(_clauses(tokens, things))
    possible = [one for at, one in enumerate(clauses) if one.is_talk or _is_beside_talk(clauses, at)]
    return Talk(
        possible=frozenset(at for one in possible for at in one.tokens),
        spoken=frozenset(at for one in possible if one.is_spoken for at in one.tokens),
    )


def _is_beside_talk(clauses: Sequence[_Clause], at: int) -> bool:
    """Whether a single name, said once or again and again, was said with the talk before or after it."""
    one = clauses[at]
    if one.name is None:
        return False
    first, last = at, at + 1
    while not clauses[first].is_first and clauses[first - 1].name == one.name:
        first -= 1
    while last < len(clauses) and not clauses[last].is_first and clauses[last].name == one.name:
        last += 1
    before = first > 0 and clauses[first - 1].is_talk
    after = last < len(clauses) and clauses[last].is_talk
    is_last = last == len(clauses) or clauses[last].is_first
    if clauses[first].is_first and is_last:
        return one.end in {"?", "!"} and (before or after)
    return (clauses[first].is_first and after) or (is_last and before)


def _clauses(tokens: Sequence[Token], things: Sequence[Thing]) -> Iterator[_Clause]:
    names = {thing.first: thing.canonical for thing in things if thing.canonical is not None}
    unknown = {
        at
        for thing in things
        if thing.canonical is None and thing.label == "intrusion"
        for at in range(thing.first, thing.last)
    }
    is_first, first = True, 0
    for at in range(len(tokens) + 1):
        if at < len(tokens) and tokens[at].kind != "mark":
            continue
        clause = tuple(range(first, at))
        mark = tokens[at].text if at < len(tokens) else "."
        if clause:
            end = next((one.text for one in tokens[at:] if one.text in BREAKING_MARKS), ".")
            words = [tokens[one].text for one in clause]
            is_spoken = _is_spoken(words, is_asked=end == "?")
            is_talk = is_spoken or not (unknown.isdisjoint(clause) or TALK.isdisjoint(words))
            named = [names[one] for one in clause if one in names]
            yield _Clause(clause, named[0] if len(named) == 1 else None, is_talk, is_spoken, is_first, end)
            is_first = False
        is_first = is_first or mark in BREAKING_MARKS
        first = at + 1


def _is_spoken(words: Sequence[str], *, is_asked: bool) -> bool:
    """Whether a clause asks, or speaks to somebody."""
    if not _GREETING.isdisjoint(words):
        return True
    while words and words[0] in _LEADING:
        words = words[1:]
    if TALK.isdisjoint(words) or any(list(words[: len(one)]) == one for one in _MUSING):
        return False
    is_to_somebody = any(
        word in _TO_SOMEBODY and not (word == "you" and words[at + 1 : at + 2] and words[at + 1] in _KNOWING)
        for at, word in enumerate(words)
    )
    return is_asked or is_to_somebody or words[0] in _ASKING
