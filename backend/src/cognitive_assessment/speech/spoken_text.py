"""Text as a recogniser or a typist gave it, made plain and cut into tokens that keep their place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_PLAIN_MARKS = str.maketrans(
    {
        "\u2019": "'",
        "\u2018": "'",
        "\u02bc": "'",
        "`": "'",
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "\u2013": " - ",
        "\u2014": " - ",
        "\u2026": "...",
        "\u061f": "?",
        "\u060c": ",",
        "\u3002": ".",
        "\u3001": ",",
    }
)
_TOKEN = re.compile(
    r"(?P<number>\d+)(?P<suffix>st|nd|rd|th|s)?(?![^\W\d_])"
    r"|(?P<digits>\d+)"
    r"|(?P<word>[^\W\d_]+(?:'(?!s\b)[^\W\d_]+)*)"
    r"|(?P<copula>'s\b)"
    r"|(?P<mark>\.{2,}|[.,;:?!/])"
    r"|(?P<dash>(?<=\s)-+(?=\s|$))"
)
BREAKING_MARKS = frozenset({".", "...", "?", "!", ";", "-"})


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or mark; `start` and `end` are its place in the plain text, `suffix` an ordinal ending."""

    text: str
    kind: str
    start: int
    end: int
    suffix: str = ""


def plain(text: str) -> str:
    """Give the same text in lower case without invisible characters and with one kind of digit, dash and apostrophe.

    Parameters
    ----------
    text : str
        Anything: control characters, direction marks and the digits of every script are allowed.

    Returns
    -------
    str
        Text in which every decimal digit is one of 0 to 9; control characters have become spaces, formatting
        characters are gone.
    """
    kept: list[str] = []
    for character in text:
        decimal = unicodedata.decimal(character, None)
        if decimal is not None:
            kept.append(str(decimal))
            continue
        category = unicodedata.category(character)
        if category == "Cf":
            continue
        kept.append(" " if category in ("Cc", "Cs", "Co", "Cn") else character)
    folded = unicodedata.normalize("NFKC", "".join(kept).translate(_PLAIN_MARKS))
    return folded.lower()


def tokens_of(text: str) -> tuple[Token, ...]:
    """Cut text into words, numbers and marks; a hyphen inside a word separates, a dash between spaces is a mark.

    Parameters
    ----------
    text : str
        Text as it was transcribed or typed.

    Returns
    -------
    tuple of Token
        In order; `kind` is `word`, `number` or `mark`. A final `'s` is a word of its own.
    """
    return tuple(_token(match) for match in _TOKEN.finditer(plain(text)))


def _token(match: re.Match[str]) -> Token:
    start, end = match.span()
    number = match["number"] or match["digits"]
    if number:
        return Token(number, "number", start, end, match["suffix"] or "")
    if match["mark"] or match["dash"]:
        mark = match.group()
        return Token("..." if mark.startswith("..") else mark[0], "mark", start, end)
    return Token(match.group(), "word", start, end)


def words_of(text: str) -> frozenset[str]:
    """Make a set of the words of a text: a table that is easy to read and to mend."""
    return frozenset(text.split())


class Phrases:
    """Fixed phrases, each with what it stands for, found at a place in the tokens; the longest wins."""

    def __init__(self, meanings: Iterable[tuple[str, Iterable[str]]]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for meaning, phrases in meanings:
            for phrase in phrases:
                words = tuple(token.text for token in tokens_of(phrase))
                self._by_first.setdefault(words[0], []).append((words, meaning))
        for entries in self._by_first.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def at(self, tokens: Sequence[Token], position: int) -> tuple[str, int] | None:
        """Name what stands at `position` and say how many tokens it takes, or give None."""
        for words, meaning in self._by_first.get(tokens[position].text, ()):
            end = position + len(words)
            if end <= len(tokens) and all(tokens[position + k].text == words[k] for k in range(1, len(words))):
                return meaning, len(words)
        return None
