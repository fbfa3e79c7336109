"""The words of each category, as files beside this one; see README.md for where they come from."""

from __future__ import annotations

import csv
import functools
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from cognitive_assessment.errors import NotFound
from cognitive_assessment.instruments.word_files import read_groups, read_sets, read_words
from cognitive_assessment.scoring.fluency import Lexicon

WORDS = Path(__file__).parent / "words"


@functools.cache
def lexicon_of(item_id: str, locale: str, *, parts_kinds: bool = False) -> Lexicon:
    """The lexicon of a category in a language; `parts_kinds` reads `*_apart.txt`.

    Raises `NotFound` where there is none.
    """
    if not locale.lower().startswith("en") or item_id not in _LOADERS:
        raise NotFound(f"There are no words of {item_id} in the language {locale}.")
    lexicon = _LOADERS[item_id]()
    return replace(lexicon, names={**lexicon.names, **_apart(item_id)}) if parts_kinds else lexicon


@functools.cache
def subcategories_of(item_id: str, locale: str, *, parts_kinds: bool = False) -> Mapping[str, frozenset[str]]:
    """The subcategories of each thing of a category, by its canonical name; a kind apart has those of its thing."""
    lexicon = lexicon_of(item_id, locale)
    names = {**lexicon.borderline, **lexicon.names}
    found: dict[str, set[str]] = defaultdict(set)
    for path in [*WORDS.glob(f"{item_id}_families.txt"), WORDS / f"{item_id}_subcategories.txt"]:
        for subcategory, members in read_sets(path).items():
            for member in members:
                found[names.get(member, member)].add(subcategory)
    for name in set(_apart(item_id).values()) if parts_kinds else ():
        found[name] |= found[names.get(name, name)]
    return {name: frozenset(own) for name, own in found.items()}


def _apart(item_id: str) -> dict[str, str]:
    """Names that are things of their own from the second version of the rule on."""
    return read_groups(WORDS / f"{item_id}_apart.txt")


def _animals() -> Lexicon:
    with (WORDS / "animals.csv").open(encoding="utf-8", newline="") as file:
        names = {row["name"]: row["canonical"] for row in csv.DictReader(file)}
    return _lexicon(names, "animals")


def _fruits_and_vegetables() -> Lexicon:
    names = read_groups(WORDS / "fruits_and_vegetables.txt")
    return _lexicon(names, "fruits_and_vegetables")


def _lexicon(names: dict[str, str], item_id: str) -> Lexicon:
    return Lexicon(
        names=names,
        heard_as=read_groups(WORDS / f"{item_id}_heard_as.txt"),
        others=read_words(WORDS / f"{item_id}_not.txt"),
        comments=read_words(WORDS / "comments.txt"),
        borderline=read_groups(WORDS / f"{item_id}_borderline.txt"),
    )


_LOADERS = {"animals": _animals, "fruits_and_vegetables": _fruits_and_vegetables}
