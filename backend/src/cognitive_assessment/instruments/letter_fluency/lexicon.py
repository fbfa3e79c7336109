"""The words of each letter, as files beside this one; see README.md for where they come from."""

from __future__ import annotations

import csv
import functools
from pathlib import Path

from cognitive_assessment.errors import NotFound
from cognitive_assessment.instruments.word_files import read_words
from cognitive_assessment.scoring.fluency import Lexicon

WORDS = Path(__file__).parent / "words"
LETTERS = "bdmp"


@functools.cache
def lexicon_of(letter: str, locale: str) -> Lexicon:
    """The words that begin with a letter in a language; raises `NotFound` where there are none."""
    if not locale.lower().startswith("en") or letter not in LETTERS:
        raise NotFound(f"There are no words with the letter {letter} in the language {locale}.")
    with (WORDS / f"{letter}.csv").open(encoding="utf-8", newline="") as file:
        families = {row["word"]: row["family"] for row in csv.DictReader(file)}
    names = frozenset(name for name in read_words(WORDS / "names.txt") if name.startswith(letter))
    return Lexicon(names=families, heard_as={}, others=names, comments=read_words(WORDS / "comments.txt"))


@functools.cache
def asides() -> frozenset[str]:
    """Words that are as likely said about the task as meant as an answer."""
    return read_words(WORDS / "asides.txt")


@functools.cache
def names_too() -> frozenset[str]:
    """Words that are as well names of people or places."""
    return read_words(WORDS / "names_too.txt")
