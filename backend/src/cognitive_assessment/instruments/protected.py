"""Wording that belongs to others and must not occur in ours: names, and fingerprints in place of the words."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field

from cognitive_assessment.errors import InvalidDefinition
from cognitive_assessment.instruments.schema import Data, Said
from cognitive_assessment.instruments.yaml_file import YamlFile

LIST = Path(__file__).parent / "protected.yaml"
Fingerprint = Annotated[str, Field(pattern=r"^[1-9][0-9]*:[0-9a-f]{16}$")]


class Protected(Data):
    """One work that is protected: its names, and fingerprints of what is its own in it."""

    work: Said
    holder: Said
    names: list[Said] = Field(default_factory=list)
    fingerprints: list[Fingerprint] = Field(default_factory=list)


class ProtectedWorks(Data):
    """All of them."""

    works: Annotated[list[Protected], Field(min_length=1)]


@functools.cache
def works() -> tuple[Protected, ...]:
    """The list of protected works."""
    file = YamlFile(LIST)
    found = file.as_model(ProtectedWorks)
    if found is None:
        raise InvalidDefinition("\n".join(map(str, file.faults)))
    return tuple(found.works)


def fingerprint(phrase: str) -> str:
    """Number of words and hash of the words of a phrase, in whatever order they stand."""
    words = _words(phrase)
    return f"{len(words)}:{_hash(words)}"


def names_in(text: str) -> Iterator[str]:
    """The works that a text names."""
    for work in works():
        for name in work.names:
            if re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE):
                yield f"{work.work} ({name})"


def wording_in(text: str, known: tuple[Protected, ...] | None = None) -> Iterator[str]:
    """The works whose wording a text holds, with the place as the count of words before it."""
    owners = {one: work.work for work in known or works() for one in work.fingerprints}
    lengths = sorted({int(one.partition(":")[0]) for one in owners})
    words = _words(text)
    for length in lengths:
        for start in range(len(words) - length + 1):
            found = f"{length}:{_hash(words[start : start + length])}"
            if found in owners:
                yield f"{owners[found]}, after {start} words"


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", re.sub(r"['\u2019]", "", text.lower()))


def _hash(words: list[str]) -> str:
    return hashlib.sha256(" ".join(sorted(words)).encode()).hexdigest()[:16]
