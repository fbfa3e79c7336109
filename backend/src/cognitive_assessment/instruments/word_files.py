"""Lists of words as plain text files: one entry or several a line, `#` begins a comment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path


def read_groups(path: Path) -> dict[str, str]:
    """Read lines `name: synonym, synonym`: every name and synonym to its name."""
    names: dict[str, str] = {}
    for line in _lines(path):
        name, _, synonyms = line.partition(":")
        for one in [name, *synonyms.split(",")]:
            if one.strip():
                names[one.strip().lower()] = name.strip()
    return names


def read_sets(path: Path) -> dict[str, frozenset[str]]:
    """Read lines `name: word, word`: every name to its words, which may stand with several names."""
    found: dict[str, frozenset[str]] = {}
    for line in _lines(path):
        name, _, words = line.partition(":")
        found[name.strip()] = frozenset(word.strip().lower() for word in words.split(",") if word.strip())
    return found


def read_words(path: Path) -> frozenset[str]:
    """Read words and phrases that are parted by commas."""
    return frozenset(word.strip().lower() for line in _lines(path) for word in line.split(",") if word.strip())


def _lines(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines():
        text = line.partition("#")[0].strip()
        if text:
            yield text
