"""Words of a list said from memory: which came back, which came twice, and what was said that is not in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from cognitive_assessment.scoring.fluency import Lexicon, Thing, things_in
from cognitive_assessment.scoring.talk import TALK, talk_in
from cognitive_assessment.speech.spoken_text import Token

IntrusionKind = Literal["related", "other_list", "foil", "unrelated"]
RecallLabel = Literal["right", "repetition", "related", "other_list", "foil", "unrelated", "corrected", "ignored"]
INTRUSIONS: tuple[IntrusionKind, ...] = ("related", "other_list", "foil", "unrelated")

_TAKING_BACK = frozenset("no nope sorry mean meant rather actually wrong oops whoops correction".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class RecalledWord:
    """Something that was said in the tokens `[first, last)`: the word that it stands for, and how it counts.

    `is_doubtful` says that it was recognised by its sound or with a letter changed, or that the speaker may have taken
    it back; `is_in_talk` that it was said in talk or in a question, and may not have been meant as an answer.
    """

    first: int
    last: int
    label: RecallLabel
    word: str | None
    is_doubtful: bool = False
    is_in_talk: bool = False


@dataclass(frozen=True, slots=True)
class WordsToRecall:
    """A list with everything that may be said instead of it.

    Parameters
    ----------
    words : tuple of str
        The words of the list.
    strangers : mapping of str to str
        Words that are known not to be in it, to their kind: `related`, `other_list` or `foil`.
    heard_as : mapping of str to str
        What a recogniser writes for a word of the list that sounds alike, to that word.
    comments : frozenset of str
        Words and phrases that link, think aloud and comment.
    compounds : mapping of str to str, optional
        Names that hold a word and are the same thing ("step ladder"), to that word.
    """

    words: tuple[str, ...]
    strangers: Mapping[str, IntrusionKind]
    heard_as: Mapping[str, str]
    comments: frozenset[str]
    compounds: Mapping[str, str] = field(default_factory=dict)

    @property
    def lexicon(self) -> Lexicon:
        """All these words, in singular and plural."""
        known = {word: word for word in [*self.strangers, *self.words]}
        return Lexicon(names=known, heard_as=self.heard_as, others=frozenset(), comments=self.comments)

    @property
    def wider_lexicon(self) -> Lexicon:
        """The same with compounds, and with plurals that were cut in two."""
        plain = self.lexicon
        return replace(plain, names={**self.compounds, **plain.names}, joins_names=True)


def recalled_in(tokens: Sequence[Token], wanted: WordsToRecall) -> list[RecalledWord]:
    """Find the words of a list in what was said, in the order in which they came.

    Parameters
    ----------
    tokens : sequence of Token
        Of the transcript.
    wanted : WordsToRecall
        The list.

    Returns
    -------
    list of RecalledWord
        Everything that was said. A word said again is a `repetition`, one of the list or not. An unknown word is
        `unrelated`, but `ignored` in a clause that is talk and holds no known word. What is not in the list and is
        taken back at once ("the boat, no, the ferry") is `corrected`; a word of the list before a "no" counts, and is
        doubtful.
    """
    return _recalled(_things(tokens, wanted.lexicon), tokens, wanted)


def recalled_among_talk(tokens: Sequence[Token], wanted: WordsToRecall) -> list[RecalledWord]:
    """Find the words of a list as `recalled_in` does, and doubt those that may have been said to somebody.

    Parameters
    ----------
    tokens : sequence of Token
        Of the transcript.
    wanted : WordsToRecall
        The list.

    Returns
    -------
    list of RecalledWord
        As from `recalled_in`, but compounds ("step ladder") and plurals that were cut in two ("light houses") are the
        word; what was said in talk ("Can you hear me, nurse?") is `is_in_talk`, and unknown words of a clause that asks
        or speaks to somebody are `ignored`. A word that came both in talk and by itself counts where it came by itself.
    """
    things = _things(tokens, wanted.wider_lexicon)
    talk = talk_in(tokens, things)
    found = _recalled(things, tokens, wanted)
    alone: dict[str | None, int] = {}  # where a word was first said again by itself
    for at, one in enumerate(found):
        if one.label == "repetition" and one.first not in talk.possible:
            alone.setdefault(one.word, at)
    changed = list(found)
    for at, one in enumerate(found):
        if one.word is None and one.first in talk.spoken:
            changed[at] = replace(one, label="ignored")
        if one.word is None or one.first not in talk.possible or one.label in {"ignored", "corrected"}:
            continue
        again = alone.get(one.word)
        if one.label == "repetition" or again is None:
            changed[at] = replace(one, is_in_talk=True)
        else:
            changed[at] = replace(one, label="ignored", is_doubtful=False)
            changed[again] = replace(found[again], label=one.label)
    return changed


def _things(tokens: Sequence[Token], lexicon: Lexicon) -> list[Thing]:
    return [one for thing in things_in(tokens, lexicon) for one in _apart(thing, tokens)]


def _recalled(things: Sequence[Thing], tokens: Sequence[Token], wanted: WordsToRecall) -> list[RecalledWord]:
    talk = _talk(tokens, things)
    found = [_labelled(thing, wanted, is_talk=thing.first in talk) for thing in things]
    return _taken_back(_said_twice(found, tokens), tokens)


def _apart(thing: Thing, tokens: Sequence[Token]) -> Iterator[Thing]:
    """Unknown words that were said in one breath are several words."""
    if thing.label != "intrusion" or thing.canonical is not None:
        yield thing
        return
    for at in range(thing.first, thing.last):
        if tokens[at].kind != "mark":
            yield replace(thing, first=at, last=at + 1)


def _talk(tokens: Sequence[Token], things: Sequence[Thing]) -> frozenset[int]:
    """The tokens of clauses that are talk and name nothing that is known."""
    known = {at for thing in things if thing.canonical is not None for at in range(thing.first, thing.last)}
    talk: set[int] = set()
    clause: list[int] = []
    for at in range(len(tokens) + 1):
        if at < len(tokens) and tokens[at].kind != "mark":
            clause.append(at)
            continue
        if any(tokens[one].text in TALK for one in clause) and not known.intersection(clause):
            talk.update(clause)
        clause = []
    return frozenset(talk)


def _labelled(thing: Thing, wanted: WordsToRecall, *, is_talk: bool) -> RecalledWord:
    label: RecallLabel
    if thing.label in {"repetition", "ignored"}:
        label = "repetition" if thing.label == "repetition" else "ignored"
    elif thing.canonical is None:
        label = "ignored" if is_talk else "unrelated"
    else:
        label = wanted.strangers.get(thing.canonical, "right")
    return RecalledWord(thing.first, thing.last, label, thing.canonical, thing.is_doubtful or thing.is_denied)


def _said_twice(found: Sequence[RecalledWord], tokens: Sequence[Token]) -> list[RecalledWord]:
    """An unknown word that is said again is a repetition, as a known one is."""
    said: set[str] = set()
    changed = []
    for one in found:
        text = tokens[one.first].text
        is_again = one.label == "unrelated" and text in said
        changed.append(replace(one, label="repetition") if is_again else one)
        if one.label == "unrelated":
            said.add(text)
    return changed


def _taken_back(found: Sequence[RecalledWord], tokens: Sequence[Token]) -> list[RecalledWord]:
    """What comes before "no", "I mean" or the like and another word was a slip, or may have been one."""
    changed = list(found)
    for at, one in enumerate(found):
        said, after = _until_next(found[at + 1 :], tokens)
        if not said & _TAKING_BACK or after is None or after.label == "repetition":
            continue
        if one.label in INTRUSIONS:
            changed[at] = replace(one, label="corrected")
        elif one.label == "right":
            changed[at] = replace(one, is_doubtful=True)
    return changed


def _until_next(found: Sequence[RecalledWord], tokens: Sequence[Token]) -> tuple[set[str], RecalledWord | None]:
    """The comments up to the next word, and that word."""
    said: set[str] = set()
    for one in found:
        if one.label != "ignored" or one.word is not None:
            return said, one
        said.update(token.text for token in tokens[one.first : one.last])
    return said, None
