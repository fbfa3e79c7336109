"""The units of each scene and the remarks about the task, from the files beside this one."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import yaml

from cognitive_assessment.errors import NotFound
from cognitive_assessment.instruments.word_files import read_words
from cognitive_assessment.scoring.information_units import Pattern, Unit, UnitLexicon
from cognitive_assessment.speech.plain_stem import plain_stem
from cognitive_assessment.speech.spoken_text import Phrases

_FOLDER = Path(__file__).parent
_PERSON = "PERSON"


@functools.cache
def units_of(form: str, locale: str, *, has_more: bool = False) -> UnitLexicon:
    """The units of a form's scene in a language; raises `NotFound` where there are none.

    `has_more` reads the words of `units/*_more.yaml`, too.
    """
    language = locale.lower().partition("-")[0]
    data = _data(language)
    more = _data(f"{language}_more") if has_more else {"classes": {}, "forms": {}}
    if form not in data["forms"]:
        raise NotFound(f"There are no information units of the form {form} in the language {locale}.")
    irregular = {form_: word for word, forms in data["irregular"].items() for form_ in forms}
    classes = {
        name: _stems("/".join([words, *more["classes"].get(name, "").split()]), irregular)
        for name, words in data["classes"].items()
    }
    own = more["forms"].get(form, {})
    units = tuple(
        Unit(
            one["id"],
            one["title"],
            tuple(_pattern(text, classes, irregular) for text in [*one["any"], *own.get(one["id"], [])]),
        )
        for one in data["forms"][form]
    )
    compounds = {}
    for compound in data["compounds"]:
        first, second = compound.split()
        compounds[first, plain_stem(second, irregular)] = plain_stem(first + second, irregular)
    return UnitLexicon(units, irregular, compounds, classes[_PERSON], data["window"])


@functools.cache
def _data(language: str) -> dict[str, Any]:
    path = _FOLDER / "units" / f"{language}.yaml"
    if not path.is_file():
        raise NotFound(f"There are no information units in the language {language}.")
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return data


def _pattern(text: str, classes: dict[str, frozenset[str]], irregular: dict[str, str]) -> Pattern:
    """`PERSON row/boat`: a set of stems for each word."""
    return tuple(
        frozenset().union(*(classes[one] if one in classes else _stems(one, irregular) for one in words.split("/")))
        for words in text.split()
    )


def _stems(words: str, irregular: dict[str, str]) -> frozenset[str]:
    return frozenset(plain_stem(word, irregular) for word in words.split("/"))


@functools.cache
def remarks() -> Phrases:
    """What is said about the task, about the picture as a picture, or about not seeing it."""
    kinds = ("remarks", "not_seen")
    return Phrases((kind, sorted(read_words(_FOLDER / f"{kind}.txt"))) for kind in kinds)
