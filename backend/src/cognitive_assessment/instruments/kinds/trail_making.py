"""Circles on a board that are pressed in their order: numbers, or numbers and letters by turns."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from cognitive_assessment.instruments import trail_layout
from cognitive_assessment.instruments.kinds.given import Fault, Given, Kind, PlannedQuestion, planned
from cognitive_assessment.instruments.kinds.trials import LengthPx, TapTrial
from cognitive_assessment.instruments.schema import Data, Definition, Practice
from cognitive_assessment.instruments.trail_layout import Board, Point

PARTS = ("part_a", "part_b")  # the measures carry their letters
# Circles that are thrown one after the other fill about 0.55 of a plane at most (Rényi parking in two dimensions).
_FULLEST = 0.5
Count = Annotated[int, Field(ge=2, le=40)]


class TrailParameters(Data):
    """How many circles lie how far apart on which board, how long their way is, and the time that there is."""

    circle_count: Count
    practice_count: Count
    width: Annotated[int, Field(ge=100, le=2000)]
    height: Annotated[int, Field(ge=100, le=2000)]
    radius: Annotated[int, Field(ge=15, le=100)]
    apart: Annotated[int, Field(ge=30, le=400)]
    path_px: LengthPx
    practice_path_px: LengthPx
    limit_s: Annotated[int, Field(ge=10, le=1800)]

    @model_validator(mode="after")
    def _has_room(self) -> TrailParameters:
        if self.apart < 2 * self.radius:
            raise ValueError("circles that are less than two radii apart overlap")
        edge = 2 * (self.radius + 2) - self.apart
        room = (self.width - edge) * (self.height - edge)
        if max(self.circle_count, self.practice_count) * math.pi / 4 * self.apart**2 > _FULLEST * room:
            raise ValueError(f"the board has no room for {self.circle_count} circles that are {self.apart} px apart")
        return self


class TrailPart(Data):
    """What the circles are labelled with."""

    labels: Literal["numbers", "numbers_and_letters"]


def _questions(given: Given) -> list[PlannedQuestion]:
    rng, parameters = given.chance(), given.definition.parameters
    board = Board(*(parameters[name] for name in ("width", "height", "radius", "apart")))
    paths = {
        name: trail_layout.lay(rng, board, parameters[count], shortest=limits[0], longest=limits[1])
        for name, count, limits in (
            ("practice", "practice_count", parameters["practice_path_px"]),
            ("trail", "circle_count", parameters["path_px"]),
        )
    }
    questions = []
    for item in given.definition.items:
        title = given.texts.item_titles[item.id]
        boards = {name: _board(path, item.parameters["labels"]) for name, path in paths.items()}
        fields = parameters | boards
        questions.append(
            planned(item.id, kind="trail_making", block=item.id, title=title, asked=title, parameters=fields)
        )
        paths = {name: trail_layout.turned(path, board) for name, path in paths.items()}
    return questions


def _board(path: list[Point], labels: str) -> Mapping[str, Any]:
    """Centres and labels in the order in which they are to be pressed, and how long the way is."""
    return {
        "circles": [list(point) for point in path],
        "labels": [_label(at, labels) for at in range(len(path))],
        "path_px": round(trail_layout.path_length(path)),
    }


def _label(at: int, labels: str) -> str:
    if labels == "numbers":
        return str(at + 1)
    return chr(ord("A") + at // 2) if at % 2 else str(at // 2 + 1)


def _faults(definition: Definition) -> Iterator[Fault]:
    if tuple(item.id for item in definition.items) != PARTS:
        yield ("items",), f"they have to be {' and '.join(PARTS)}"


KIND = Kind(
    _questions,
    trials={"trail_making": TapTrial},
    practice=Practice(mastered_from=0.85, repeats=1),
    parameters=TrailParameters,
    item_parameters=TrailPart,
    faults=_faults,
)
