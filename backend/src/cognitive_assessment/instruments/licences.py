"""The licence registry: who made each instrument, item, word list, sound, model, font and picture, and its page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from cognitive_assessment.config import REPOSITORY_ROOT
from cognitive_assessment.errors import InvalidDefinition
from cognitive_assessment.instruments.catalogue import FOLDER, Catalogue
from cognitive_assessment.instruments.schema import Data, Definition, Said
from cognitive_assessment.instruments.yaml_file import YamlFile

REGISTRY = Path(__file__).parent / "licences.yaml"
PAGE = REPOSITORY_ROOT / "docs" / "reference" / "licences.md"
HEAD = """# Licences

Who made what is given, heard and shown here, under which licence, and from what. Instruments and items say it in their
`definition.yaml`, everything else in `backend/src/cognitive_assessment/instruments/licences.yaml`; a test fails for
what has no entry. The programs themselves are under the Apache License 2.0 (`LICENSE`); the licences of packages are
in the packages.

No protected wording is shipped: `protected.yaml` beside the registry holds names and fingerprints of works that are not
free, and who holds each; a test looks for them in every text.

This page is written by `.venv/bin/python -m cognitive_assessment.instruments.licences`.
"""


class Entry(Data):
    """One thing, or several of one origin: files of this repository (as patterns), or what a package brings."""

    kind: Literal["word list", "sound", "recording", "model", "font", "picture"]
    title: Said
    author: Said
    licence: Said
    origin: Said
    files: list[Said] = Field(default_factory=list)
    package: Said | None = None

    @model_validator(mode="after")
    def _is_somewhere(self) -> Entry:
        if bool(self.files) == (self.package is not None):
            raise ValueError("either files or a package")
        return self


class Registry(Data):
    """All entries; the first that fits a file is its own."""

    entries: Annotated[list[Entry], Field(min_length=1)]


def registry() -> list[Entry]:
    """Read the registry; raises `InvalidDefinition` with file and line."""
    file = YamlFile(REGISTRY)
    found = file.as_model(Registry)
    if found is None:
        raise InvalidDefinition("\n".join(map(str, file.faults)))
    return found.entries


def entry_of(path: str, entries: Sequence[Entry]) -> Entry | None:
    """The entry of a file, by its path in the repository."""
    return next((entry for entry in entries if any(_fits(path, pattern) for pattern in entry.files)), None)


def _fits(path: str, pattern: str) -> bool:
    if pattern.endswith("/**"):
        return path.startswith(pattern.removesuffix("**"))
    return path.count("/") == pattern.count("/") and Path(path).match(pattern)


def page() -> str:
    """The page for people."""
    ours = Catalogue(FOLDER)
    parts = [HEAD, "## Instruments\n\n| instrument | author | licence | origin |\n| --- | --- | --- | --- |\n"]
    parts += [row for slug in sorted(ours.instruments) for row in _rows(ours.instruments[slug])]
    kinds = list(dict.fromkeys(entry.kind for entry in registry()))
    for kind in kinds:
        parts.append(f"\n## {kind.capitalize()}s\n\n| what | author | licence | origin | where |\n")
        parts.append("| --- | --- | --- | --- | --- |\n")
        parts += [
            f"| {one.title} | {one.author} | {one.licence} | {one.origin} | {_where(one)} |\n"
            for one in registry()
            if one.kind == kind
        ]
    return "".join(parts)


def _rows(definition: Definition) -> Iterator[str]:
    one = definition.licence
    yield f"| `{definition.slug}` | {one.author} | {one.name} | {one.origin} |\n"
    for item in definition.items:
        if item.licence is not None:
            own = item.licence
            yield f"| `{definition.slug}`, item `{item.id}` | {own.author} | {own.name} | {own.origin} |\n"


def _where(entry: Entry) -> str:
    return f"package `{entry.package}`" if entry.package else ", ".join(f"`{pattern}`" for pattern in entry.files)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
