"""Whether an answer is one of several names: found among remarks, corrections and descriptions."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cognitive_assessment.scoring.fluency import Lexicon, Thing, singulars, things_in
from cognitive_assessment.speech.spoken_phrases import PHRASES
from cognitive_assessment.speech.spoken_refusals import gives_up
from cognitive_assessment.speech.spoken_text import Token

ALIKE = 0.75  # share of letters in their order from which another word may be the name, misspelt by the recogniser
_TAKES_BACK = frozenset({"REPLACEMENT", "RESTART"})
_DOERS = frozenset({"i", "you", "we", "they", "he", "she", "who", "to"})  # before these words a name may be a verb
_OF_IT_AT_MOST = 2  # "of" or "'s", and an article
_NO = frozenset({"no", "nope", "nah"})


@dataclass(frozen=True, slots=True)
class Named:
    """What an answer was taken for.

    `name` is the accepted name that was given, None if none was; `said` what was named instead; `first` and `last`
    bound the tokens of either. `is_doubtful` says that the words could be meant otherwise.
    """

    name: str | None
    said: str | None
    first: int = 0
    last: int = 0
    is_doubtful: bool = False


def named(
    tokens: Sequence[Token],
    accepted: Sequence[str],
    *,
    sounds_like: Mapping[str, str],
    comments: frozenset[str],
    is_kind_doubted: bool = False,
    other_things: Mapping[str, str] | None = None,
) -> Named:
    """Find the name that is given as the answer.

    Parameters
    ----------
    tokens : sequence of Token
        Everything that was said.
    accepted : sequence of str
        The right names.
    sounds_like : mapping of str to str
        Words that sound the same as a name, to that name.
    comments : frozenset of str
        Words and phrases that name nothing.
    is_kind_doubted : bool, optional
        Whether a word right before a name other than the first makes it doubtful: a brush is a broom, but "a hair
        brush" is none.

    Returns
    -------
    Named
        The last accepted name that is neither denied nor taken back for something else. A name within a description
        ("a thing for rain, an umbrella") counts, also if more is said about it ("scissors, for paper"). It is doubtful
        beside another thing with "or", if the next word makes it another thing ("a butterfly net", "a spider's web",
        "a pair of socks"), if it may be a verb ("I saw"), if a "no" follows, if it was recognised by a near spelling,
        where a right name was taken back, and where what was said instead is spelt much like one.
    """
    one_of = {name: next(one for one in accepted if {*singulars(one)} & {*singulars(name)}) for name in accepted}
    same_sound = {sound: name for sound, name in sounds_like.items() if name in accepted}
    lexicon = Lexicon({**one_of, **same_sound}, {}, frozenset(), comments)
    things = [thing for thing in things_in(tokens, lexicon) if not _is_remark(thing)]
    right = [thing for thing in things if thing.canonical is not None and thing.label != "ignored"]
    others = [thing for thing in things if thing.canonical is None]
    if not right:
        is_doubtful = len(things) > len(others) or any(_is_alike(tokens, one, accepted) for one in others)
        return _other(tokens, others[-1] if others else None, is_doubtful=is_doubtful, or_searches=bool(other_things))
    chosen = right[-1]
    taken_back = next((one for one in others if one.first >= chosen.last and _is_taken_back(tokens, chosen, one)), None)
    if taken_back is not None:
        return _other(tokens, taken_back, is_doubtful=True, or_searches=bool(other_things))
    is_doubtful = chosen.is_doubtful or any(_is_beside(tokens, chosen, one) for one in others)
    if is_kind_doubted and chosen.canonical != one_of[accepted[0]]:
        is_doubtful = is_doubtful or any(_is_kind_of(tokens, one, chosen) for one in others)
    is_doubtful = is_doubtful or _ends_another_thing(tokens, chosen, other_things or {})
    is_verb = chosen.first > 0 and tokens[chosen.first - 1].text in _DOERS
    is_denied_after = any(token.text in _NO for token in tokens[chosen.last :])
    return Named(chosen.canonical, None, chosen.first, chosen.last, is_doubtful or is_verb or is_denied_after)


def _is_remark(thing: Thing) -> bool:
    return thing.canonical is None and thing.label == "ignored"


def _other(tokens: Sequence[Token], thing: Thing | None, *, is_doubtful: bool, or_searches: bool) -> Named:
    """Another thing was named, or none; who says that they do not know has named nothing by the words around that."""
    if thing is None or gives_up(tokens, or_searches=or_searches):
        return Named(None, None, is_doubtful=is_doubtful)
    said = " ".join(token.text for token in tokens[thing.first : thing.last] if token.kind != "mark")
    return Named(None, said, thing.first, thing.last, is_doubtful)


def _is_alike(tokens: Sequence[Token], thing: Thing, accepted: Sequence[str]) -> bool:
    said = "".join(token.text for token in tokens[thing.first : thing.last])
    return any(difflib.SequenceMatcher(None, said, name.replace(" ", "")).ratio() >= ALIKE for name in accepted)


def _is_taken_back(tokens: Sequence[Token], name: Thing, other: Thing) -> bool:
    """Whether a correction leads from the name to the other thing: "a harp, no, a violin"."""
    between = range(name.last, other.first)
    found = [PHRASES.at(tokens, at) for at in between if tokens[at].text != "or"]
    return any(one is not None and one[0] in _TAKES_BACK for one in found)


def _is_kind_of(tokens: Sequence[Token], other: Thing, name: Thing) -> bool:
    """Whether the other word says which kind of the name is meant: "a hair brush", "a ship's captain"."""
    is_before = other.last <= name.first
    return is_before and [token.text for token in tokens[other.last : name.first]] in ([], ["'s"])


def _ends_another_thing(tokens: Sequence[Token], name: Thing, other_things: Mapping[str, str]) -> bool:
    """Whether the name with the words before it is the longer name of another thing: "a chain saw"."""
    longest = max((phrase.count(" ") + phrase.count("'") + 1 for phrase in other_things), default=0)
    for first in range(max(0, name.last - longest), name.first):
        *before, last = [token.text for token in tokens[first : name.last]]
        if any(" ".join([*before, form]).replace(" 's", "'s") in other_things for form in singulars(last)):
            return True
    return False


def _is_beside(tokens: Sequence[Token], name: Thing, other: Thing) -> bool:
    """Whether the other thing could be meant as well, or makes one thing with the name."""
    if other.first == name.last:
        return True
    first, last = (name.last, other.first) if other.first > name.first else (other.last, name.first)
    between = [token.text for token in tokens[first:last]]
    is_part_of_it = first == name.last and between[:1] in (["of"], ["'s"]) and len(between) <= _OF_IT_AT_MOST
    return is_part_of_it or "or" in between[:3]
