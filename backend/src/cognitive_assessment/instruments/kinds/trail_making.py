"""Circles on a board that are pressed in their order: numbers, or numbers and letters by turns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cognitive_assessment.instruments import trail_layout
from cognitive_assessment.instruments.kinds.given import Given, Kind, PlannedQuestion, planned
from cognitive_assessment.instruments.kinds.trials import TapTrial
from cognitive_assessment.instruments.trail_layout import Board, Point


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


KIND = Kind(_questions, trials={"trail_making": TapTrial})
