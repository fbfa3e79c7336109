"""Things said in a stream of words, found by a lexicon: names, what only sounds like one, comments, the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from cognitive_assessment.speech.spoken_text import Token, tokens_of, words_of

Kind = Literal["name", "borderline", "heard_as", "near", "other", "unknown", "comment"]
Label = Literal["valid", "repetition", "intrusion", "ignored"]

_NEAR_LENGTH = 6  # shorter words have neighbours by chance
_IRREGULAR = {
    "mice": "mouse", "lice": "louse", "geese": "goose", "oxen": "ox", "wolves": "wolf", "calves": "calf",
    "leaves": "leaf", "octopi": "octopus", "hippopotami": "hippopotamus", "men": "man", "teeth": "tooth",
    "feet": "foot", "children": "child", "mongeese": "mongoose", "meese": "moose", "platypi": "platypus",
    "cacti": "cactus", "fungi": "fungus", "larvae": "larva", "rhinoceri": "rhinoceros",
}  # fmt: skip
_DENIALS = words_of("not isn't wasn't aren't")
_HAVING = words_of("is are was were be 's there's have has had got see")  # before "no" they deny: "there was no dog"
_NEGATED = words_of("don't doesn't didn't haven't hasn't never")
_THINKING = words_of("know knew think remember recall forget mind say mean care want get")  # "I don't know, a dog"
_LINKS = words_of("and or")
_LOOKING_BACK = frozenset({"said", "say", "already", "mentioned", "mention", "named", "did", "had"})


@dataclass(frozen=True, slots=True)
class Found:
    """What the tokens `[first, last)` are; `canonical` is the name that all of its synonyms share."""

    first: int
    last: int
    kind: Kind
    canonical: str | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that was said, and how it counts.

    `is_doubtful` says that it was recognised by its sound or near spelling, is on the border of the category, may be
    part of another thing, or is not known at all; `is_denied` that something was denied of it.
    """

    first: int
    last: int
    label: Label
    canonical: str | None
    is_doubtful: bool = False
    is_denied: bool = False


@dataclass(frozen=True)
class Lexicon:
    """Names of one category.

    Parameters
    ----------
    names : mapping of str to str
        Every name and synonym to the canonical name.
    heard_as : mapping of str to str
        What a recogniser writes for a name that sounds alike, to the canonical name.
    others : frozenset of str
        Things outside the category that must not be taken for a part or a near miss of a name.
    comments : frozenset of str
        Words and phrases that name nothing.
    borderline : mapping of str to str, optional
        Names of which people differ whether they belong, to the canonical name: they count, and are doubtful.
    joins_names : bool, optional
        Whether a name of two words written as one, its plural, and that of one that was cut in two ("light houses") are
        as surely the name as itself.
    """

    names: Mapping[str, str]
    heard_as: Mapping[str, str]
    others: frozenset[str]
    comments: frozenset[str]
    borderline: Mapping[str, str] = field(default_factory=dict)
    joins_names: bool = False

    def find(self, words: Sequence[str]) -> tuple[Kind, str | None] | None:
        """Tell what a phrase is, in singular or plural, or None if it is not known.

        Parameters
        ----------
        words : sequence of str
            Lower case.

        Returns
        -------
        tuple of kind and canonical name, or None
            Names before the rest, so that a name that is also another thing counts; but what was said before what it
            may be the plural of ("does" is no "doe", "Mars" no "mar").
        """
        for form in singulars(words[-1]):
            phrase = " ".join([*words[:-1], form])
            for kind, table in self._tables:
                if phrase in table:
                    return kind, table[phrase]
        joined = ["".join([*words[:-1], form]) for form in singulars(words[-1])]
        if not self.joins_names:
            joined = joined[:1] if len(words) > 1 else []
        return next((("name", self._joined[one]) for one in joined if one in self._joined), None)

    def near(self, word: str) -> str | None:
        """Give the one name that differs from a word by a letter, or by where it is cut in two; None if none does.

        Parameters
        ----------
        word : str
            Lower case.

        Returns
        -------
        str or None
            Canonical name.
        """
        for form in singulars(word):
            if form in self._joined:
                return self._joined[form]
        if len(word) < _NEAR_LENGTH:
            return None
        found = {
            self._phrases[name]
            for form in singulars(word)
            for name in self._by_initial.get(form[:1], ())
            if is_near_spelling(form, name)
        }
        return found.pop() if len(found) == 1 else None

    @cached_property
    def longest(self) -> int:
        """Words of the longest phrase."""
        phrases = [*self._phrases, *self.borderline, *self.heard_as, *self.others, *self.comments]
        return max((len(phrase.split()) for phrase in phrases), default=1)

    @property
    def spaced(self) -> Mapping[str, str]:
        """Every name with spaces between its words, to the canonical name."""
        return self._phrases

    @cached_property
    def _phrases(self) -> dict[str, str]:
        return {_spaced(name): canonical for name, canonical in self.names.items()}

    @cached_property
    def _joined(self) -> dict[str, str]:
        """Names of several words, written as one: `polarbear`; and names of one word that may be written as two."""
        return {name.replace(" ", ""): canonical for name, canonical in self._phrases.items()}

    @cached_property
    def _tables(self) -> tuple[tuple[Kind, Mapping[str, str | None]], ...]:
        return (
            ("name", self._phrases),
            ("borderline", {_spaced(one): canonical for one, canonical in self.borderline.items()}),
            ("other", {_spaced(one): None for one in self.others}),
            ("heard_as", {_spaced(one): canonical for one, canonical in self.heard_as.items()}),
            ("comment", {_spaced(one): None for one in self.comments}),
        )

    @cached_property
    def _by_initial(self) -> dict[str, list[str]]:
        groups: dict[str, list[str]] = {}
        for name in self._phrases:
            if " " not in name and len(name) >= _NEAR_LENGTH:
                groups.setdefault(name[0], []).append(name)
        return groups


def things_in(tokens: Sequence[Token], lexicon: Lexicon, pauses: frozenset[int] = frozenset()) -> list[Thing]:
    """Find everything that was said, in order, and count it once.

    Parameters
    ----------
    tokens : sequence of Token
        Of the transcript.
    lexicon : Lexicon
        Of the category.
    pauses : frozenset of int, optional
        Tokens before which the speaker paused: no name runs over a pause. Without times it is not known, and a name
        that could as well be two ("cat bird") is doubtful.

    Returns
    -------
    list of Thing
        Together they cover every word. A name said again, or by a synonym, is a repetition; a name that the speaker
        takes back ("no, not dog") or only looks back at ("I said dog") is ignored; so is one of which something is
        denied ("we have no dog", "I don't like spiders"). One with an unknown word right after it is doubtful, for the
        two may be one thing ("chicken stew").
    """
    things: list[Thing] = []
    said: dict[str, int] = {}
    found = list(_found(tokens, lexicon, pauses))
    for number, one in enumerate(found):
        if one.canonical is None:
            label: Label = "ignored" if one.kind == "comment" else "intrusion"
            things.append(Thing(one.first, one.last, label, None, one.kind == "unknown"))
            continue
        before = _words_before(tokens, found, number)
        known = said.get(one.canonical)
        denial = _denial(before)
        if denial is not None:
            if known is not None and not _is_other_name_between(things, known):
                things[known] = replace(things[known], label="ignored")
                del said[one.canonical]
            label = "ignored"
        elif known is not None:
            label = "ignored" if _LOOKING_BACK.intersection(before) else "repetition"
        else:
            label = "valid"
            said[one.canonical] = len(things)
        is_doubtful = one.kind != "name" or (not pauses and _may_be_several(one, tokens, lexicon))
        is_doubtful = is_doubtful or _goes_on(found, number, pauses)
        things.append(Thing(one.first, one.last, label, one.canonical, is_doubtful, denial == "said of it"))
    return things


def singulars(word: str) -> list[str]:
    """Give a word and what it may be the plural of.

    Parameters
    ----------
    word : str
        Lower case.

    Returns
    -------
    list of str
        The word itself first.
    """
    forms = [word]
    if word in _IRREGULAR:
        forms.append(_IRREGULAR[word])
    if word.endswith("s") and not word.endswith("ss") and len(word) > 3:
        forms.append(word[:-1])
        if word.endswith("es"):
            forms.append(word[:-2])
        if word.endswith("ies"):
            forms.append(f"{word[:-3]}y")
        if word.endswith("ves"):
            forms += [f"{word[:-3]}f", f"{word[:-3]}fe"]
    return forms


def is_one_edit_apart(one: str, other: str) -> bool:
    """Tell whether two words differ by one letter more, less, changed, or by two neighbours exchanged.

    Parameters
    ----------
    one, other : str
        Words.

    Returns
    -------
    bool
        False for equal words.
    """
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[start:], other[start:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
    return a[1:] == b or a == b[1:]


def is_near_spelling(said: str, name: str) -> bool:
    """Tell whether a word is one letter away from a name that is long enough not to have neighbours by chance.

    Parameters
    ----------
    said, name : str
        Words.

    Returns
    -------
    bool
        False for equal words, and for names of fewer than six letters.
    """
    return min(len(said), len(name)) >= _NEAR_LENGTH and is_one_edit_apart(said, name)


def _may_be_several(one: Found, tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether every word of a name is a name by itself, and the whole is commonly written as one word."""
    words = [token.text for token in tokens[one.first : one.last]]
    forms = singulars(words[-1]) if lexicon.joins_names else words[-1:]
    if len(words) < 2 or any(" ".join([*words[:-1], form]) in lexicon.spaced for form in forms):
        return False
    kinds = [lexicon.find([word]) for word in words]
    return all(kind is not None and kind[0] == "name" for kind in kinds)


def _goes_on(found: Sequence[Found], number: int, pauses: frozenset[int]) -> bool:
    """Whether an unknown word follows a name in the same breath."""
    one, after = found[number], found[number + 1] if number + 1 < len(found) else None
    return after is not None and after.kind == "unknown" and after.first == one.last and after.first not in pauses


def _found(tokens: Sequence[Token], lexicon: Lexicon, pauses: frozenset[int]) -> Iterator[Found]:
    """Cut the tokens into known phrases, the longest first; what is not known is an intrusion of its own."""
    at = 0
    waiting: Found | None = None
    while at < len(tokens):
        if tokens[at].kind == "mark":
            if waiting is not None:
                yield waiting
                waiting = None
            at += 1
            continue
        one = _at(tokens, at, lexicon, pauses)
        at = one.last
        if waiting is not None and _belongs_together(waiting, one):
            waiting = replace(waiting, last=one.last)
            continue
        if waiting is not None:
            yield waiting
        waiting = one
    if waiting is not None:
        yield waiting


def _belongs_together(before: Found, one: Found) -> bool:
    """Comments run together; an unknown word goes with the unknown or foreign thing before it: "oak tree"."""
    return one.kind == before.kind == "comment" or (one.kind == "unknown" and before.kind in ("other", "unknown"))


def _at(tokens: Sequence[Token], at: int, lexicon: Lexicon, pauses: frozenset[int]) -> Found:
    if tokens[at].kind == "number" or tokens[at].text.startswith("'"):
        return Found(at, at + 1, "comment")
    for length in range(min(lexicon.longest, len(tokens) - at), 0, -1):
        phrase = tokens[at : at + length]
        if any(token.kind != "word" for token in phrase) or pauses.intersection(range(at + 1, at + length)):
            continue
        found = lexicon.find([token.text for token in phrase])
        if found is not None and found[0] == "heard_as" and _leads_on(tokens, at, at + length, lexicon):
            return Found(at, at + length, "comment")
        if found is not None:
            return Found(at, at + length, *found)
    near = lexicon.near(tokens[at].text)
    return Found(at, at + 1, "unknown") if near is None else Found(at, at + 1, "near", near)


def _leads_on(tokens: Sequence[Token], first: int, last: int, lexicon: Lexicon) -> bool:
    """Whether words that sound like a name, and are comments too, go on as a comment: "come on" is no comb."""
    is_comment = " ".join(token.text for token in tokens[first:last]) in lexicon.comments
    following = tokens[last].text if last < len(tokens) else ""
    return is_comment and following in lexicon.comments - _LINKS


def _words_before(tokens: Sequence[Token], found: Sequence[Found], number: int) -> list[str]:
    """The comment that leads to a name, within the same breath."""
    if number == 0 or found[number - 1].kind != "comment" or found[number - 1].last != found[number].first:
        return []
    before = found[number - 1]
    return [token.text for token in tokens[before.first : before.last]]


def _denial(before: Sequence[str]) -> Literal["itself", "said of it"] | None:
    """Whether the comment before a name denies it ("not dog"), or something of it ("no dog", "don't like dogs")."""
    if _DENIALS.intersection(before):
        return "itself"
    for at, word in enumerate(before):
        is_none = word == "no" and at > 0 and before[at - 1] in _HAVING
        is_negated = word in _NEGATED and at + 1 < len(before) and _THINKING.isdisjoint(before[at + 1 :])
        if is_none or is_negated:
            return "said of it"
    return None


def _is_other_name_between(things: Sequence[Thing], known: int) -> bool:
    return any(thing.canonical is not None and thing.label == "valid" for thing in things[known + 1 :])


def _spaced(name: str) -> str:
    """A name as tokens are cut: lower case, hyphens as spaces."""
    return " ".join(token.text for token in tokens_of(name))
