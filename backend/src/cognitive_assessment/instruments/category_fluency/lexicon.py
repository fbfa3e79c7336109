"""The words of each category, as files beside this one; see README.md for where they come from."""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterator
from pathlib import Path

from cognitive_assessment.errors import NotFound
from cognitive_assessment.scoring.fluency import Lexicon

WORDS = Path(__file__).parent / "words"


@functools.cache
def lexicon_of(item_id: str, locale: str) -> Lexicon:
    """The lexicon of a category in a language; raises `NotFound` where there is none."""
    if not locale.lower().startswith("en") or item_id not in _LOADERS:
        raise NotFound(f"There are no words of {item_id} in the language {locale}.")
    return _LOADERS[item_id]()


def read_groups(path: Path) -> dict[str, str]:
    """Read lines `name: synonym, synonym`: every name and synonym to its name."""
    names: dict[str, str] = {}
    for line in _lines(path):
        name, _, synonyms = line.partition(":")
        for one in [name, *synonyms.split(",")]:
            if one.strip():
                names[one.strip().lower()] = name.strip()
    return names


def read_words(path: Path) -> frozenset[str]:
    """Read words and phrases that are parted by commas."""
    return frozenset(word.strip().lower() for line in _lines(path) for word in line.split(",") if word.strip())


def _lines(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines():
        text = line.partition("#")[0].strip()
        if text:
            yield text


def _animals() -> Lexicon:
    with (WORDS / "animals.csv").open(encoding="utf-8", newline="") as file:
        names = {row["name"]: row["canonical"] for row in csv.DictReader(file)}
    return Lexicon(
        names=names,
        heard_as=read_groups(WORDS / "heard_as.txt"),
        others=read_words(WORDS / "animals_not.txt"),
        comments=read_words(WORDS / "comments.txt"),
    )


def _fruits_and_vegetables() -> Lexicon:
    names = read_groups(WORDS / "fruits_and_vegetables.txt")
    return Lexicon(
        names=names,
        heard_as={},
        others=frozenset(),
        comments=read_words(WORDS / "comments.txt"),
    )


_LOADERS = {"animals": _animals, "fruits_and_vegetables": _fruits_and_vegetables}
