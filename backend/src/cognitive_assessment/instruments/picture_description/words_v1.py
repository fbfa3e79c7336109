"""What each word of a description is: told, a filler, a remark, said again at once, denied or taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cognitive_assessment.instruments.picture_description.lexicon import remarks
from cognitive_assessment.speech.lexical_measures import FILLERS, immediate_repetitions
from cognitive_assessment.speech.spoken_text import Token

_DENIALS = frozenset({"no", "not", "isn't", "aren't", "wasn't", "without", "never", "don't", "doesn't"})
_CORRECTIONS = (
    ("no",),
    ("nope",),
    ("sorry",),
    ("i", "mean"),
    ("i", "meant"),
    ("or", "rather"),
    ("rather",),
    ("actually",),
)
_BEGINNINGS = frozenset({"a", "an", "the", "it", "it's", "two", "some", "his", "her", "that", "another"})
_SMALL = frozenset(
    "a an the any of in on at to is are was were be being been and or with he she they it his her".split()  # noqa: SIM905
)
_DENIED_AT_MOST = 2


@dataclass(frozen=True, slots=True)
class Told:
    """Positions of tokens by what they are; `told` holds all words of the description itself, in order."""

    told: tuple[int, ...]
    denied: frozenset[int]
    taken_back: frozenset[int]
    fillers: tuple[int, ...]
    repetitions: tuple[tuple[int, ...], ...]
    remarks: tuple[tuple[int, ...], ...]
    is_unseen: bool


def words_told(tokens: Sequence[Token]) -> Told:
    """Part the words of the description from what does not count among its words.

    Words that are denied or taken back are words of the description all the same; only no unit is found in them.
    """
    spans, not_seen = _remarks_in(tokens)
    remarked = {at for span in spans for at in span}
    fillers = tuple(at for at, token in enumerate(tokens) if token.text in FILLERS and at not in remarked)
    rest = [at for at in range(len(tokens)) if _is_word(tokens[at]) and at not in remarked and at not in fillers]
    repeated = immediate_repetitions([tokens[at].text for at in rest])
    again = {rest[k] for span in repeated for k in span}
    return Told(
        told=tuple(at for at in rest if at not in again),
        denied=_denied(tokens, remarked, not_seen),
        taken_back=_taken_back(tokens),
        fillers=fillers,
        repetitions=tuple(tuple(rest[k] for k in span) for span in repeated),
        remarks=tuple(spans),
        is_unseen=bool(not_seen),
    )


def _is_word(token: Token) -> bool:
    return token.kind != "mark" and token.text != "'s"


def _remarks_in(tokens: Sequence[Token]) -> tuple[list[tuple[int, ...]], frozenset[int]]:
    """The stretches that speak about the task, and where one ends that says what is not seen."""
    spans: list[tuple[int, ...]] = []
    not_seen: set[int] = set()
    at = 0
    while at < len(tokens):
        found = remarks().at(tokens, at)
        if found is None:
            at += 1
            continue
        kind, size = found
        if kind == "not_seen":
            not_seen.add(at + size - 1)
        spans.append(tuple(k for k in range(at, at + size) if _is_word(tokens[k])))
        at += size
    return spans, frozenset(not_seen)


def _denied(tokens: Sequence[Token], remarked: set[int], not_seen: frozenset[int]) -> frozenset[int]:
    """The one or two words that follow a "no", "not" or "I can't see" in the same breath.

    "No, a dog" and "no a dog" deny nothing.
    """
    denied: set[int] = set()
    for at, token in enumerate(tokens):
        is_correction = token.text == "no" and at + 1 < len(tokens) and tokens[at + 1].text in _BEGINNINGS
        is_denial = token.text in _DENIALS and at not in remarked and not is_correction
        if not is_denial and at not in not_seen:
            continue
        left = _DENIED_AT_MOST
        for k in range(at + 1, len(tokens)):
            if tokens[k].kind == "mark" or tokens[k].text in {"and", "but"} or left == 0:
                break
            if tokens[k].text not in _SMALL:
                denied.add(k)
                left -= 1
    return frozenset(denied)


def _taken_back(tokens: Sequence[Token]) -> frozenset[int]:
    """The word before a correction: "a cat, no, a dog" and "the cat, I mean the dog" take the cat back."""
    plain = [at for at, token in enumerate(tokens) if _is_word(token) and token.text not in FILLERS]
    texts = [tokens[at].text for at in plain]
    taken: set[int] = set()
    for k in range(1, len(plain)):
        for words in _CORRECTIONS:
            after = k + len(words)
            is_here = tuple(texts[k:after]) == words and after < len(texts) and texts[after] in _BEGINNINGS
            is_exclamation = words == ("no",) and texts[k - 1] == "oh"
            if is_here and not is_exclamation and texts[k - 1] not in _SMALL:
                taken.add(plain[k - 1])
    return frozenset(taken)
