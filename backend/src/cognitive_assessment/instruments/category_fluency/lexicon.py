"""The words of each category, as files beside this one; see README.md for where they come from."""

from __future__ import annotations

import csv
import functools
from pathlib import Path

from cognitive_assessment.errors import NotFound
from cognitive_assessment.instruments.word_files import read_groups, read_words
from cognitive_assessment.scoring.fluency import Lexicon

WORDS = Path(__file__).parent / "words"


@functools.cache
def lexicon_of(item_id: str, locale: str) -> Lexicon:
    """The lexicon of a category in a language; raises `NotFound` where there is none."""
    if not locale.lower().startswith("en") or item_id not in _LOADERS:
        raise NotFound(f"There are no words of {item_id} in the language {locale}.")
    return _LOADERS[item_id]()


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
