"""A sentence said again: which of its words came back, which of them in their order, and what was added."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cognitive_assessment.scoring.fluency import is_one_edit_apart
from cognitive_assessment.speech.spoken_phrases import PHRASES, phrases_of
from cognitive_assessment.speech.spoken_text import Token

_FILLERS = frozenset("um umm uh uhm er erm ah eh oh hmm hm mm mmm".split())  # noqa: SIM905
_CONTRACTED = {"can't": ("can", "not"), "cannot": ("can", "not"), "won't": ("will", "not"), "'s": ("is",)}
_ENDINGS = {"n't": "not", "'ll": "will", "'re": "are", "'ve": "have", "'m": "am", "'d": "had"}
_AMBIGUOUS = ("'d", "'s")  # had or would; is, has, or whose it is
_ALIKE = 0.65  # share of letters in their order from which a word in a missing one's place may be that one, misheard
_INFLECTIONS = ("s", "es", "d", "ed", "ing", "ly", "er")
_RESTARTS = phrases_of(
    {
        "restart": """
        let me start again | let me start over | let me try again | let me try that again | let me say that again |
        let me begin again | i'll start again | i'll try again | i'll say it again | can i start again | start again |
        start over | starting again | try again | once more | one more time | scratch that | forget that
        """
    }
)


@dataclass(frozen=True, slots=True)
class SaidWord:
    """A word in its plain form, with the tokens `[first, last)` in which it was said."""

    text: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class SaidAgain:
    """How a sentence came back.

    `found` holds for each of its words the word that was said, or None; `in_order` those places of it that came in
    their order; `added` what was said between them and is in the sentence neither there nor as a slip that was mended;
    `is_doubtful` that a word is missing while one was said that only a letter or an ending parts from it, or one much
    like it in its place; or that a "'d" or "'s" was said that stands for no word of the sentence; `is_unsure_remark`
    that a word of the sentence was left out as part of a remark, and may have been none.
    """

    words: tuple[str, ...]
    found: tuple[SaidWord | None, ...]
    in_order: frozenset[int]
    added: tuple[SaidWord, ...]
    is_doubtful: bool
    is_unsure_remark: bool = False

    @property
    def is_whole(self) -> bool:
        """Every word, in its order, and nothing besides."""
        return len(self.in_order) == len(self.words) and not self.added


LeaveOut = Callable[
    [Sequence[str], Sequence[SaidWord], Mapping[int, int], Sequence[Token]], tuple[list[SaidWord], bool]
]


def said_again(
    sentence: Sequence[Token], said: Sequence[Token], alike: Mapping[str, str], leave_out: LeaveOut | None = None
) -> SaidAgain:
    """Compare what was said with the sentence that was heard.

    Parameters
    ----------
    sentence : sequence of Token
        What was to be said.
    said : sequence of Token
        What was said. After "let me start again" only what follows counts, if it holds a word of the sentence.
    alike : mapping of str to str
        Words that sound alike or are spelt in two ways, to one of them.
    leave_out : callable, optional
        Leaves out what was said besides the sentence (`said_besides.without_remarks`).

    Returns
    -------
    SaidAgain
        A word of the sentence counts as often as it stands there. Additions before the first and after the last word
        that came back are talk about the task and do not count; neither do fillers, a word that is said twice running,
        and what is mended in the same breath ("the red, no, the green cup").
    """
    words = [word.text for word in plain_words(sentence, alike)]
    spoken = _last_attempt(said, words, alike)
    pairs, places = _places(words, spoken)
    is_unsure_remark = False
    if leave_out is not None:
        spoken, is_unsure_remark = leave_out(words, spoken, places, said)
        pairs, places = _places(words, spoken)
    found: list[SaidWord | None] = [None] * len(words)
    for place, at in places.items():
        found[at] = spoken[place]
    used = {*places}
    added = _added(spoken, sorted(place for _, place in pairs), used, said)
    missing = [word for word, one in zip(words, found, strict=True) if one is None]
    is_doubtful = any(_is_near(word, one.text) for word in missing for one in spoken if one.text not in words)
    is_doubtful = is_doubtful or _is_alike_in_place(words, spoken, pairs)
    unused = [one for place, one in enumerate(spoken) if place not in used]
    is_doubtful = is_doubtful or any(said[one.first].text.endswith(_AMBIGUOUS) for one in unused)
    return SaidAgain(
        tuple(words), tuple(found), frozenset(at for at, _ in pairs), tuple(added), is_doubtful, is_unsure_remark
    )


def _places(words: Sequence[str], spoken: Sequence[SaidWord]) -> tuple[list[tuple[int, int]], dict[int, int]]:
    """The words in their order, and for every place in what was said the place in the sentence, in order or not."""
    pairs = _longest_in_order(words, [word.text for word in spoken])
    places = {place: at for at, place in pairs}
    for at, word in enumerate(words):
        free = [place for place, one in enumerate(spoken) if place not in places and one.text == word]
        if at not in places.values() and free:
            places[free[0]] = at
    return pairs, places


def plain_words(
    tokens: Sequence[Token], alike: Mapping[str, str], wanted: frozenset[str] = frozenset()
) -> list[SaidWord]:
    """Give words without marks and fillers, contractions in full, and each in the spelling that stands for its sound.

    Parameters
    ----------
    tokens : sequence of Token
        What was said.
    alike : mapping of str to str
        Words that sound alike or are spelt in two ways, to one of them.
    wanted : frozenset of str, optional
        Words that a recogniser may have cut in two ("up stairs"), to be joined.

    Returns
    -------
    list of SaidWord
        In order.
    """
    found: list[SaidWord] = []
    for at, token in enumerate(tokens):
        if token.kind == "mark" or token.text in _FILLERS:
            continue
        for part in _in_full(token.text):
            found.append(SaidWord(alike.get(part, part), at, at + 1))
    joined: list[SaidWord] = []
    for word in found:
        before = joined[-1] if joined else None
        if before is not None and before.last == word.first and before.text + word.text in wanted:
            joined[-1] = SaidWord(before.text + word.text, before.first, word.last)
        else:
            joined.append(word)
    return joined


def _in_full(text: str) -> tuple[str, ...]:
    if text in _CONTRACTED:
        return _CONTRACTED[text]
    for ending, meaning in _ENDINGS.items():
        if text.endswith(ending) and len(text) > len(ending):
            return text.removesuffix(ending), meaning
    return (text,)


def _last_attempt(said: Sequence[Token], words: Sequence[str], alike: Mapping[str, str]) -> list[SaidWord]:
    """What was said after the last "let me start again" that was followed by something of the sentence."""
    wanted = frozenset(words)
    starts = [0]
    for at in range(len(said)):
        found = _RESTARTS.at(said, at)
        if found is not None:
            starts.append(at + found[1])
    for start in reversed(starts):
        attempt = [word for word in plain_words(said, alike, wanted) if word.first >= start]
        if start == 0 or sum(word.text in wanted for word in attempt) > 1:
            return attempt
    return []


def _longest_in_order(words: Sequence[str], spoken: Sequence[str]) -> list[tuple[int, int]]:
    """The longest common subsequence; of several the one that was said last, so that a false start is not in it."""

    length = [[0] * (len(spoken) + 1) for _ in range(len(words) + 1)]
    for at, word in enumerate(words, 1):
        for place, one in enumerate(spoken, 1):
            is_same = word == one
            length[at][place] = (
                1 + length[at - 1][place - 1] if is_same else max(length[at - 1][place], length[at][place - 1])
            )
    pairs = []
    at, place = len(words), len(spoken)
    while length[at][place]:
        if words[at - 1] == spoken[place - 1]:
            at, place = at - 1, place - 1
            pairs.append((at, place))
        elif length[at - 1][place] == length[at][place]:
            at -= 1
        else:
            place -= 1
    return pairs[::-1]


def _added(spoken: Sequence[SaidWord], places: Sequence[int], used: set[int], said: Sequence[Token]) -> list[SaidWord]:
    added: list[SaidWord] = []
    for before, after in pairwise(places):
        gap = [spoken[place] for place in range(before + 1, after) if place not in used]
        if gap and not _is_mended(gap, spoken, before, after, said):
            added += gap
    return added


def _is_mended(
    gap: Sequence[SaidWord], spoken: Sequence[SaidWord], before: int, after: int, said: Sequence[Token]
) -> bool:
    """Whether words within the sentence are a stumble: taken back, or said once more right away."""
    texts = [word.text for word in gap]
    if texts == [word.text for word in spoken[after : after + len(gap)]]:
        return True
    if texts == [word.text for word in spoken[max(0, before + 1 - len(gap)) : before + 1]]:
        return True
    meanings = {found[0] for at in range(gap[0].first, gap[-1].last) if (found := PHRASES.at(said, at)) is not None}
    return "REPLACEMENT" in meanings or "HESITATION" in meanings


def _is_alike_in_place(words: Sequence[str], spoken: Sequence[SaidWord], pairs: Sequence[tuple[int, int]]) -> bool:
    """Whether a missing word and one said between the same neighbours are spelt much alike: "grin" for "green"."""
    borders = [(-1, -1), *pairs, (len(words), len(spoken))]
    return any(
        len(word) > 2 and difflib.SequenceMatcher(None, word, one.text).ratio() >= _ALIKE
        for (at, place), (next_at, next_place) in pairwise(borders)
        for word in words[at + 1 : next_at]
        for one in spoken[place + 1 : next_place]
        if len(one.text) > 2
    )


def _is_near(word: str, other: str) -> bool:
    """Whether a letter or an ending parts two words, so that a recogniser may have misheard one as the other."""
    shorter, longer = sorted((word, other), key=len)
    if len(shorter) > 2 and any(longer == shorter + ending for ending in _INFLECTIONS):
        return True
    return len(shorter) > 2 and is_one_edit_apart(word, other)
