"""Times that are named as coming or past ("it'll be December soon"): beside another answer they are none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from cognitive_assessment.speech.spoken_calendar import CLAUSE_WORDS, PARTS_OF_DAY, SEASONS
from cognitive_assessment.speech.spoken_mentions import Reading
from cognitive_assessment.speech.spoken_phrases import phrases_of
from cognitive_assessment.speech.spoken_text import BREAKING_MARKS, Token, plain, tokens_of, words_of

_LONGEST = 5
_BETWEEN = words_of("the be")
_PARTS = words_of("morning midday afternoon evening night")
_BEFORE = phrases_of(
    {
        "coming": """
        nearly | almost | soon | not quite | not yet | getting on for | going on for | close to | near to | nearing |
        coming up to | coming up for | coming to | coming into | approaching | going into | heading into |
        heading for | heading towards | next is | next comes | next up is | up next is
        """,
        "past": "just had | after | just past | past | out of",
    }
)
_AFTER = phrases_of(
    {
        "coming": """
        soon | is coming | 's coming | is next | 's next | comes next | will be here | will be next |
        will be soon | will soon be | will come | is nearly here | 's nearly here | is almost here | 's almost here |
        is on its way | 's on its way | is around the corner | 's around the corner | is just around the corner |
        's just around the corner | is about to | starts soon | is approaching | before long
        """,
        "past": """
        has gone | 's gone | is gone | has just gone | 's just gone | just gone | has been | 's been | has passed |
        has just passed | just passed | has finished | has just finished | just finished | has ended | has just ended |
        just ended | is over | 's over | is just over | is behind us | was last | was before | came before
        """,
    }
)
# By themselves they may well mean now ("that'll be November", "it was Monday, I think"), so only a miss is doubted.
_MAYBE = words_of("was were it'll that'll this'll we'll will going gonna used")
_MAYBE_AFTER = words_of("was will")


def read_what_is_now(read: Callable[[str], Reading], text: str, accepted: Sequence[str | int]) -> Reading:
    """Read an answer without what is named as coming or past; where nothing else was named, that is doubtful.

    Parameters
    ----------
    read : callable
        Of the item, such as `read_month`.
    text : str
        What was heard.
    accepted : sequence
        The right answers: "it'll be" and "was" make only a miss doubtful.

    Returns
    -------
    Reading
        Its tokens are those of the whole text.
    """
    tokens = tokens_of(text)
    whole = read(text)
    if whole.value is None:
        return whole
    clauses = list(_clauses(tokens, range(whole.first, whole.last)))
    moved = [one for one in clauses if _is_moved(tokens, _read_some(read, text, tokens, one))]
    kept = sorted({*range(len(tokens))} - {at for one in moved for at in one})
    rest = _read_some(read, text, tokens, kept)
    if moved and rest.value is not None:
        return rest
    is_sure = whole.value in accepted and (whole.value in _PARTS or not _is_moved(tokens, whole))
    is_other = _is_moved(tokens, whole) or _may_be_moved(tokens, whole, clauses)
    return replace(whole, is_doubtful=whole.is_doubtful or (is_other and not is_sure))


def _clauses(tokens: Sequence[Token], answer: range) -> Iterator[range]:
    """The clauses, none of which parts the answer ("two thousand and twenty-six")."""
    start = 0
    for at, token in enumerate(tokens):
        is_end = token.text in BREAKING_MARKS or token.text == "," or token.text in CLAUSE_WORDS
        if is_end and at not in answer:
            yield range(start, at)
            start = at + 1
    yield range(start, len(tokens))


def _read_some(read: Callable[[str], Reading], text: str, tokens: Sequence[Token], kept: Sequence[int]) -> Reading:
    """Read some of the tokens, with spaces in the place of the others; its places are those of the whole text."""
    whole = plain(text)
    said = [" "] * len(whole)
    for at in kept:
        start = tokens[at - 1].end if at - 1 in kept else tokens[at].start  # with a hyphen before it
        said[start : tokens[at].end] = whole[start : tokens[at].end]
    reading = read("".join(said))
    if reading.value is None:
        return reading
    return replace(reading, first=kept[reading.first], last=kept[reading.last - 1] + 1)


def _is_moved(tokens: Sequence[Token], reading: Reading) -> bool:
    """Whether a phrase of another time stands right before or right after what was read."""
    if reading.value is None or _is_read_so(tokens, reading):
        return False
    first = reading.first
    while True:
        starts = range(max(0, first - _LONGEST), first)
        if any(_ends(tokens, at) == first for at in starts):
            return True
        if first == 0 or tokens[first - 1].text not in _BETWEEN:
            break
        first -= 1
    return reading.last < len(tokens) and _AFTER.at(tokens, reading.last) is not None


def _ends(tokens: Sequence[Token], at: int) -> int | None:
    found = _BEFORE.at(tokens, at)
    return None if found is None else at + found[1]


def _is_read_so(tokens: Sequence[Token], reading: Reading) -> bool:
    """Whether the reader has moved it already ("nearly winter" is autumn), or it is a time of the clock or a meal."""
    if reading.value in _PARTS:
        return PARTS_OF_DAY.at(tokens, reading.first) is None
    season = SEASONS.get(tokens[reading.first].text)
    return season is not None and season != reading.value


def _may_be_moved(tokens: Sequence[Token], reading: Reading, clauses: Sequence[range]) -> bool:
    clause = next(one for one in clauses if reading.first in one)
    before = {tokens[at].text for at in range(clause.start, reading.first)}
    after = tokens[reading.last].text if reading.last < len(tokens) else ""
    return not _is_read_so(tokens, reading) and (not _MAYBE.isdisjoint(before) or after in _MAYBE_AFTER)
