"""Lists that are kept in two places, line by line: whichever of the two is lost, the other remembers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from cognitive_assessment.errors import InvalidSettings
from cognitive_assessment.private_files import append_private, read_private

T = TypeVar("T")
ERASURES, RECORDINGS = NAMES = ("erasures.jsonl", "erased-recordings.jsonl")


def add(places: Iterable[Path], told: Iterable[dict[str, Any]]) -> None:
    """Add a line for each; they are safely on every disk when this returns."""
    lines = "".join(json.dumps(one, default=str) + "\n" for one in told)
    for path in places:
        append_private(path, lines)


def read(places: Sequence[Path], parse: Callable[[dict[str, Any]], T]) -> list[T]:
    """What every line says, in the order of the places.

    A line that a killed process left torn is passed over if it is whole in the other place; raises `InvalidSettings`
    for one that nowhere is.
    """
    found, whole, torn = list[T](), list[str](), list[tuple[Path, int, str]]()
    for path in places:
        for number, line in enumerate((read_private(path) or "").splitlines(), start=1):
            if not line.strip():
                continue
            try:
                found.append(parse(json.loads(line)))
                whole.append(line)
            except (ValueError, KeyError, TypeError, AttributeError):
                torn.append((path, number, line))
    for path, number, line in torn:
        if not any(other.startswith(line) for other in whole):
            raise InvalidSettings(
                f"{path}, line {number}, is not whole, and neither is it in the other copy of this list.",
                remedy="It was being written when the system was killed, and nothing was erased for it yet: "
                "remove that line, then erase again what was to be erased.",
            )
    return found
