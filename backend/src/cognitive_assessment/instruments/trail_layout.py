"""Circles on a board and the path through them, from a seed: nothing overlaps, the path crosses itself nowhere.

Whole pixels and whole squares of distances alone decide, so that every machine lays the same board.
"""

from __future__ import annotations

import itertools
import math
import random
from dataclasses import dataclass

from cognitive_assessment.instruments import generate

Point = tuple[int, int]

_TRIES_PER_CIRCLE = 400
_TRIES = 200  # fewer than ten have been enough for every board of ours


@dataclass(frozen=True, slots=True)
class Board:
    """A board's size and what lies on it, in CSS pixels; `apart` is the least distance between two centres."""

    width: int
    height: int
    radius: int
    apart: int


def path_length(path: list[Point]) -> float:
    """From the first centre to the last, in pixels."""
    return sum(math.sqrt(_square(a, b)) for a, b in itertools.pairwise(path))


def lay(rng: random.Random, board: Board, count: int, *, shortest: float, longest: float) -> list[Point]:
    """The centres in the order of the path, whose length lies between the two given."""
    for _ in range(_TRIES):
        centres = _scatter(rng, board, count)
        if centres is None:
            continue
        path = _uncrossed([centres[at] for at in generate.shuffled(rng, count)])
        if shortest <= path_length(path) <= longest:
            return path
    raise ValueError(f"a way of {shortest:g} to {longest:g} px through {count} circles: none was found")


def turned(path: list[Point], board: Board) -> list[Point]:
    """The same path on the board turned upside down: as long, with the same distances, and met as another one."""
    return [(board.width - x, board.height - y) for x, y in path]


def crosses(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether the lines from a to b and from c to d cross or touch, ends that they share apart."""
    return _side(a, b, c) * _side(a, b, d) <= 0 and _side(c, d, a) * _side(c, d, b) <= 0


def _scatter(rng: random.Random, board: Board, count: int) -> list[Point] | None:
    """Centres thrown one after the other wherever there is room; nothing where there is none left."""
    edge = board.radius + 2
    centres: list[Point] = []
    for _ in range(count):
        for _ in range(_TRIES_PER_CIRCLE):
            x = edge + generate.below(rng, board.width - 2 * edge + 1)
            y = edge + generate.below(rng, board.height - 2 * edge + 1)
            if all(_square((x, y), other) >= board.apart**2 for other in centres):
                centres.append((x, y))
                break
        else:
            return None
    return centres


def _uncrossed(path: list[Point]) -> list[Point]:
    """Turn pieces of the path round until no two of its lines cross; each turn makes it shorter, so it ends."""
    has_changed = True
    while has_changed:
        has_changed = False
        for first, last in itertools.combinations(range(len(path) - 1), 2):
            if last - first > 1 and crosses(path[first], path[first + 1], path[last], path[last + 1]):
                path = path[: first + 1] + path[first + 1 : last + 1][::-1] + path[last + 1 :]
                has_changed = True
    return path


def _square(a: Point, b: Point) -> int:
    return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2


def _side(a: Point, b: Point, c: Point) -> int:
    """On which side of the line from a to b the point c lies: 1, -1, or 0 on it."""
    area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (area > 0) - (area < 0)
