"""Remarks beside a sentence that is said again: "I forget the rest" brings back no "the"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cognitive_assessment.scoring.said_again import SaidWord
from cognitive_assessment.speech.spoken_text import Token, words_of

# Words that come in any talk, so that one of them by itself is no sign of the sentence.
_SMALL = words_of(
    """
    a an the and but or so as if than that this these those it its he she they we you i me him her his my your our us
    their them who which what when where is was were are am be been had has have do did does not no of in on at to for
    from by with all every never
    """
)
# Words that speak of the task, as long as the sentence does not hold them.
_OF_THE_TASK = words_of(
    """
    i you remember forget forgot forgotten know think thinking lost missed sorry please repeat again what how why
    something else hard difficult easy long longer quick fast right wrong done finished heard hear hearing listen
    listening
    """
)
_PARTS = words_of("rest sentence sentences word words end last part bit")  # the same, where "the" belongs to them
_THAT_IS_ALL = {("that", verb, word) for verb in ("is", "was") for word in ("all", "it")}
_LEADS_TO_IT = words_of("the that is was can could")  # "the rest", "that was long", "could you"
_ASKED_FROM = 3  # words: "his?" is an unsure answer, "who was that at the door?" is none


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Words `[first, last)` between marks and solid words; what it lies between."""

    first: int
    last: int
    after_mark: bool
    before_mark: bool
    end: str


def without_remarks(
    words: Sequence[str], spoken: Sequence[SaidWord], places: Mapping[int, int], said: Sequence[Token]
) -> tuple[list[SaidWord], bool]:
    """Leave out what was said about the task or to somebody.

    Parameters
    ----------
    words : sequence of str
        Of the sentence, in their plain form.
    spoken : sequence of SaidWord
        What was said, in the same form.
    places : mapping of int to int
        For each place in `spoken` that holds a word of the sentence, that word's place in `words`.
    said : sequence of Token
        All that was said, with its marks.

    Returns
    -------
    list of SaidWord, bool
        Without the stretches that speak of the task ("I forget the rest", "can you say that again?") before the first
        or after the last words that surely are the sentence's, or between two marks. Surely are words of some meaning,
        and small ones beside another as in the sentence. What goes on with the sentence without a mark stays. True if
        a word of the sentence was left out of a stretch that no mark parts from the rest.
    """
    solid = {place for place, at in places.items() if _is_solid(words, places, place, at)}
    left_out: set[int] = set()
    is_doubtful = False
    for one in _stretches(spoken, solid, said):
        is_outside = not solid or one.first < min(solid) or one.last > max(solid)
        if is_outside or (one.after_mark and one.before_mark):
            next_at = places[one.first - 1] + 1 if one.first - 1 in solid else 0
            remark = _remark(one, words[next_at:], [word.text for word in spoken], frozenset(words))
            left_out.update(remark)
            is_apart = one.after_mark and one.before_mark and len(remark) == one.last - one.first
            is_doubtful = is_doubtful or not (is_apart or places.keys().isdisjoint(remark))
    return [word for place, word in enumerate(spoken) if place not in left_out], is_doubtful


def _is_solid(words: Sequence[str], places: Mapping[int, int], place: int, at: int) -> bool:
    return words[at] not in _SMALL or places.get(place - 1) == at - 1 or places.get(place + 1) == at + 1


def _stretches(spoken: Sequence[SaidWord], solid: set[int], said: Sequence[Token]) -> Iterator[_Stretch]:
    first, after_mark = 0, True
    for place, word in enumerate(spoken):
        next_first = spoken[place + 1].first if place + 1 < len(spoken) else len(said)
        marks = [token.text for token in said[word.last : next_first] if token.kind == "mark"]
        is_last = bool(marks) or place + 1 == len(spoken)
        if place in solid:
            first, after_mark = place + 1, is_last
        elif is_last or place + 1 in solid:
            yield _Stretch(first, place + 1, after_mark, is_last, marks[0] if marks else "")
            first, after_mark = place + 1, is_last


def _remark(one: _Stretch, to_come: Sequence[str], spoken: Sequence[str], wanted: frozenset[str]) -> range:
    """The places of a stretch that are a remark; what goes on with the sentence before or after it is none."""
    places = range(one.first, one.last)
    signs = [place for place in places if _is_sign(spoken, place, wanted)]
    if not signs:
        is_asked = one.end == "?" and len(places) >= _ASKED_FROM
        return places if is_asked else range(0)
    first, last = one.first, one.last
    if not one.after_mark:  # it begins with what speaks of the task
        first = signs[0]
        while first > one.first and spoken[first - 1] in _LEADS_TO_IT:
            first -= 1
    if not one.after_mark or one.first == 0:
        own = signs[0] - (spoken[signs[0]] in _PARTS)
        first = max(first, one.first + _alike_at(to_come, spoken[one.first : own]))
    if _alike_at(to_come, spoken[signs[-1] + 1 : last]) == last - signs[-1] - 1:
        last = signs[-1] + 1
    return range(first, last)


def _is_sign(spoken: Sequence[str], place: int, wanted: frozenset[str]) -> bool:
    """Whether a word speaks of the task and stands nowhere in the sentence, or ends "that's all"."""
    is_all = tuple(spoken[place - 2 : place + 1]) in _THAT_IS_ALL if place > 1 else False
    return is_all or (spoken[place] in _OF_THE_TASK | _PARTS and spoken[place] not in wanted)


def _alike_at(to_come: Sequence[str], said: Sequence[str]) -> int:
    """How many words at the beginning of both are the same."""
    return next(
        (at for at, pair in enumerate(zip(to_come, said, strict=False)) if pair[0] != pair[1]),
        min(len(to_come), len(said)),
    )
