"""Inflected English words made plain: good enough to find a known word again, no linguistics."""

from __future__ import annotations

from collections.abc import Mapping

_VOWELS = frozenset("aeiouy")
_KEPT_DOUBLE = frozenset({"ll", "ss", "ff", "zz", "ee", "oo"})
_SHORTEST = 4


def plain_stem(word: str, irregular: Mapping[str, str]) -> str:
    """Give the stem by which singular and plural, present and past are found as one word.

    Parameters
    ----------
    word : str
        In lower case, without marks.
    irregular : mapping of str to str
        Forms that no rule leads to, with their plain word (`stole` to `steal`); looked up before anything else.

    Returns
    -------
    str
        Not always a word. Words of three letters stay as they are. Of longer ones, in this order: `-ies` and `-ied`
        become `y`; `-es` goes after s, x, z, ch and sh, and `-s` unless after s; `-ing` and `-ed` go where two letters
        or more with a vowel stay, and a double consonant that they leave becomes one (but for ll, ss, ff and zz); a
        final `e` goes.
    """
    known = irregular.get(word)
    text = word if known is None else known
    if len(text) < _SHORTEST:
        return text
    text = _without_verb_ending(_without_plural(text))
    return text[:-1] if len(text) >= _SHORTEST and text.endswith("e") else text


def _without_plural(text: str) -> str:
    if text.endswith(("ies", "ied")) and len(text) > _SHORTEST:
        return text[:-3] + "y"
    if text.endswith(("sses", "xes", "zes", "ches", "shes")):
        return text[:-2]
    return text[:-1] if text.endswith("s") and not text.endswith("ss") else text


def _without_verb_ending(text: str) -> str:
    for ending in ("ing", "ed"):
        rest = text.removesuffix(ending)
        if rest == text or len(rest) < 2 or not _VOWELS & set(rest) or rest.endswith("e"):
            continue
        is_doubled = len(rest) > 2 and rest[-1] == rest[-2] and rest[-2:] not in _KEPT_DOUBLE
        return rest[:-1] if is_doubled else rest
    return text
