"""A clock that is drawn: strokes in a unit square, with the time of every point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from cognitive_assessment.instruments.kinds.given import Given, Kind, PlannedQuestion, missing_titles, planned
from cognitive_assessment.instruments.kinds.trials import LONGEST_MS
from cognitive_assessment.instruments.schema import Data, Definition, Texts

# A full drawing takes no more ink in the browser; whatever sends more is no drawing of ours.
MAX_STROKES = 300
MAX_POINTS = 12_000
MAX_STROKE_POINTS = 4000

# A stroke may leave the square while the pointer is held; farther out there is nothing to draw on.
Coordinate = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-1, le=2)]
TimeMs = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=LONGEST_MS)]
Pressure = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=1)]


class Stroke(Data):
    """One line from pen down to pen up: `[x, y, t]` each, x to the right and y down from 0 to 1, t in ms.

    `pressure` has one value a point where the device tells it; `removed_ms` says when the stroke was taken back.
    """

    position: Annotated[int, Field(strict=True, ge=0, lt=MAX_STROKES)]
    points: Annotated[list[tuple[Coordinate, Coordinate, TimeMs]], Field(min_length=1, max_length=MAX_STROKE_POINTS)]
    pressure: list[Pressure] | None
    input: Literal["touch", "pen", "mouse"]
    removed_ms: TimeMs | None

    @model_validator(mode="after")
    def _in_time_order(self) -> Stroke:
        times = [point[2] for point in self.points]
        if any(after < before for before, after in pairwise(times)):
            raise ValueError("the times of its points go back")
        if self.pressure is not None and len(self.pressure) != len(self.points):
            raise ValueError("pressure must have one value for each point, or be null")
        if self.removed_ms is not None and self.removed_ms < times[-1]:
            raise ValueError("removed_ms is before the stroke was drawn")
        return self


class ClockTime(Data):
    """The time that the clock is to show, in whole numbers of the dial."""

    hour: Annotated[int, Field(strict=True, ge=1, le=12)]
    minute: Annotated[int, Field(strict=True, ge=0, le=55, multiple_of=5)]


def whole_fault(strokes: Sequence[Mapping[str, Any]]) -> str | None:
    """Say what is wrong with valid strokes as one drawing: too many, out of order, or drawn at the same time."""
    if len(strokes) > MAX_STROKES or sum(len(stroke["points"]) for stroke in strokes) > MAX_POINTS:
        return f"a drawing has at most {MAX_STROKES} strokes and {MAX_POINTS} points"
    if [stroke["position"] for stroke in strokes] != list(range(len(strokes))):
        return "the strokes are not numbered from 0 in their order"
    if any(before["points"][-1][2] > after["points"][0][2] for before, after in pairwise(strokes)):
        return "a stroke begins before the one before it ends"
    return None


def _questions(given: Given) -> list[PlannedQuestion]:
    return [
        planned(
            item.id,
            kind="clock_drawing",
            title=given.texts.item_titles[item.id],
            asked=given.texts.prompts[item.id].text,
            prompt=given.spoken(given.texts.prompts[item.id]),
            parameters=dict(item.parameters),
        )
        for item in given.definition.items
        if item.form in {None, given.form}
    ]


def _missing_texts(definition: Definition, texts: Texts) -> list[str]:
    missing = [f"prompts.{item.id}" for item in definition.items if item.id not in texts.prompts]
    return missing_titles(definition, texts) + missing


KIND = Kind(
    _questions,
    trials={"clock_drawing": Stroke},
    item_parameters=ClockTime,
    is_drawn=True,
    whole_fault=whole_fault,
    missing_texts=_missing_texts,
)
