"""Of several things that were mentioned, the one that is meant: not what is denied, wondered, or of another time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from cognitive_assessment.speech.spoken_calendar import (
    CLAUSE_WORDS,
    COPULAS,
    DOUBTS,
    EVENT_VERBS,
    NEGATIONS,
    NOT_A_NEGATION_BEFORE,
    NOT_YET,
    OTHER_TIMES_BEFORE,
    TIMES,
)
from cognitive_assessment.speech.spoken_phrases import PHRASES
from cognitive_assessment.speech.spoken_text import BREAKING_MARKS, Token

_CORRECTIONS = frozenset({"REPLACEMENT", "RESTART", "HESITATION"})
_REACH = 6
_MANY = 3


class Rank(IntEnum):
    """How clearly something is given as the answer."""

    CLEAR = 0
    DOUBTED = 1
    DERIVED = 2
    EXCLUDED = 3


@dataclass(frozen=True, slots=True)
class Mention:
    """Something said with the tokens `[first, last)` that could be the answer."""

    value: str | int
    first: int
    last: int
    rank: Rank = Rank.CLEAR
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """The answer that is meant, with the tokens `[first, last)` that gave it.

    `value` is None if nothing was given as an answer; `is_doubtful` says that the words could well be meant otherwise,
    so that a person should look.
    """

    value: str | int | None
    first: int = 0
    last: int = 0
    is_doubtful: bool = False


def choose(tokens: Sequence[Token], mentions: Sequence[Mention]) -> Reading:
    """Give the last clear answer.

    Parameters
    ----------
    tokens : sequence of Token
        Everything that was said.
    mentions : sequence of Mention
        Everything in it that could be the answer, in order.

    Returns
    -------
    Reading
        The last of the clearest mentions; no value where all of them are denied or belong to another time.
    """
    ranked = _ranked(tokens, mentions)
    possible = [mention for mention in ranked if mention.rank < Rank.EXCLUDED]
    if not possible:
        return Reading(None, is_doubtful=bool(mentions))
    best = min(mention.rank for mention in possible)
    candidates = [mention for mention in possible if mention.rank == best]
    chosen = candidates[-1]
    is_doubtful = chosen.is_doubtful or _is_left_open(tokens, candidates, possible)
    return Reading(chosen.value, chosen.first, chosen.last, is_doubtful)


def correction_before(tokens: Sequence[Token], first: int, start: int) -> bool:
    """Tell whether a correction stands between two places."""
    return any(_is_correction(tokens, at) for at in range(start, first))


def _is_correction(tokens: Sequence[Token], at: int) -> bool:
    found = PHRASES.at(tokens, at)
    return found is not None and found[0] in _CORRECTIONS


def _is_left_open(tokens: Sequence[Token], candidates: Sequence[Mention], possible: Sequence[Mention]) -> bool:
    """Tell "Monday or Tuesday", a list of many, an answer taken back, and one that was wondered about afterwards."""
    chosen = candidates[-1]
    if len(candidates) > 1:
        before = candidates[-2]
        between = [token.text for token in tokens[before.last : chosen.first]]
        if before.value != chosen.value and ("or" in between or between == ["and"]):
            return True
        is_corrected = correction_before(tokens, chosen.first, candidates[0].last)
        if len({mention.value for mention in candidates}) >= _MANY and not is_corrected:
            return True
    wondered = any(mention.first > chosen.first and mention.value != chosen.value for mention in possible)
    after = [token.text for token in tokens[chosen.last :]]
    return wondered or after[-1:] == ["no"] or "wrong" in after[-3:] or "scratch" in after


def _ranked(tokens: Sequence[Token], mentions: Sequence[Mention]) -> list[Mention]:
    times = _times_of(tokens, mentions)
    ranked: list[Mention] = []
    previous_end = 0
    for mention, time in zip(mentions, times, strict=True):
        start = _clause_start(tokens, mention.first, previous_end)
        rank = mention.rank
        if _is_denied(tokens, mention, start) or _is_at_other_time(tokens, mention, time):
            rank = Rank.EXCLUDED
        elif rank == Rank.CLEAR and _is_doubted(tokens, mention, start):
            rank = Rank.DOUBTED
        ranked.append(replace(mention, rank=rank))
        previous_end = mention.last
    return ranked


def _clause_start(tokens: Sequence[Token], first: int, limit: int) -> int:
    start = first
    while start > limit and tokens[start - 1].text not in BREAKING_MARKS and tokens[start - 1].text not in CLAUSE_WORDS:
        start -= 1
    return start


def _is_denied(tokens: Sequence[Token], mention: Mention, start: int) -> bool:
    if mention.rank == Rank.DERIVED:
        return False
    for at in range(max(start, mention.first - _REACH), mention.first):
        if tokens[at].text in NEGATIONS:
            is_open = not any(token.text == "," for token in tokens[at : mention.first])
            return is_open and tokens[at + 1].text not in NOT_A_NEGATION_BEFORE
        if tokens[at].text == "no" and tokens[at + 1].text in ("longer", "more"):
            return True
    following = [token.text for token in tokens[mention.last : mention.last + 2]]
    return len(following) == 2 and following[0] in ("it", "that") and following[1] in ("isn't", "wasn't", "can't")


def _is_at_other_time(tokens: Sequence[Token], mention: Mention, time: str | None) -> bool:
    if time == "elsewhen":
        return True
    if mention.first == 0 or mention.rank == Rank.DERIVED:
        return False
    at = mention.first - 1
    if tokens[at].text == "the" and at > 0:
        at -= 1
    is_of = mention.last < len(tokens) and tokens[mention.last].text in ("of", "in")
    return tokens[at].text in OTHER_TIMES_BEFORE and not (tokens[at].text == "last" and is_of)


def _is_doubted(tokens: Sequence[Token], mention: Mention, start: int) -> bool:
    nearby = range(max(start, mention.first - _REACH), mention.first)
    if any(_is_correction(tokens, at) and tokens[at].text != "or" for at in nearby):
        return False
    if any(DOUBTS.at(tokens, at) for at in nearby) or (mention.first and tokens[mention.first - 1].text in NOT_YET):
        return True
    clause = [token.text for token in tokens[start : mention.first]]
    is_of_event = clause[-1:] in (["in"], ["on"]) and not EVENT_VERBS.isdisjoint(clause)
    return is_of_event or (mention.last < len(tokens) and tokens[mention.last].text == "?")


def _times_of(tokens: Sequence[Token], mentions: Sequence[Mention]) -> list[str | None]:
    """Give each mention the word of time that belongs to it ("yesterday was Sunday", "it was Sunday yesterday")."""
    times: list[str | None] = [None] * len(mentions)
    inside = {at for mention in mentions for at in range(mention.first, mention.last)}
    at = 0
    while at < len(tokens):
        found = TIMES.at(tokens, at) if at not in inside else None
        if found is None:
            at += 1
            continue
        time, length = found
        owner = _owner(tokens, mentions, times, at, at + length)
        if owner is not None:
            times[owner] = time
        at += length
    return times


def _owner(
    tokens: Sequence[Token], mentions: Sequence[Mention], times: Sequence[str | None], first: int, last: int
) -> int | None:
    """Find the mention that a word of time belongs to: the one before it, unless the sentence goes on with "is"."""
    goes_on = last < len(tokens) and tokens[last].text in COPULAS
    before = [index for index, mention in enumerate(mentions) if mention.last <= first]
    after = [index for index, mention in enumerate(mentions) if mention.first >= last]
    if before and not goes_on and times[before[-1]] is None:
        gap = [token.text for token in tokens[mentions[before[-1]].last : first]]
        if len(gap) <= 3 and not any(text in BREAKING_MARKS or text == "," or text in CLAUSE_WORDS for text in gap):
            return before[-1]
    if after:
        gap = [token.text for token in tokens[last : mentions[after[0]].first]]
        is_new_clause = gap[:1] == [","] and len(gap) > 1
        if not is_new_clause and len(gap) <= _REACH and not any(t in BREAKING_MARKS or t in CLAUSE_WORDS for t in gap):
            return after[0]
    return None
