"""What trials of touch tasks have in common: times in ms from the start of the block, and what answered them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from cognitive_assessment.instruments.schema import Data

# A tablet that was laid aside may be taken up days later, and the answer is one: its times are for the rules to judge.
LONGEST_MS = 30 * 24 * 3_600_000
ElapsedMs = Annotated[float, Field(allow_inf_nan=False, ge=0, le=LONGEST_MS)]
ReactionTimeMs = Annotated[float, Field(allow_inf_nan=False, ge=-1000, le=LONGEST_MS)]
Input = Literal["touch", "mouse", "key"]
Position = Annotated[int, Field(strict=True, ge=0, le=10_000)]
Place = Annotated[int, Field(strict=True, ge=0, le=100)]


def _in_order(limits: tuple[int, int]) -> tuple[int, int]:
    if limits[0] > limits[1]:
        raise ValueError(f"{limits[0]} is more than {limits[1]}")
    return limits


_Wait = Annotated[int, Field(ge=100, le=20_000)]
_Length = Annotated[int, Field(ge=1, le=20_000)]
WaitMs = Annotated[tuple[_Wait, _Wait], AfterValidator(_in_order)]
LengthPx = Annotated[tuple[_Length, _Length], AfterValidator(_in_order)]
LimitMs = Annotated[int, Field(ge=300, le=20_000)]


class PressTrial(Data):
    """One wait, what was shown after it, and what was pressed; all None after it where nothing was pressed in time."""

    position: Position
    stimulus: Place
    response: Place | None
    waited_ms: ElapsedMs
    onset_ms: ElapsedMs
    reaction_time_ms: Annotated[float, Field(allow_inf_nan=False, ge=0, le=60_000)] | None
    premature_count: Annotated[int, Field(strict=True, ge=0, le=10_000)]
    is_practice: bool
    input: Input | None


class TapTrial(Data):
    """One tap on one of several places; the time is that from the start of the block."""

    position: Position
    place: Place
    at_ms: ElapsedMs
    is_practice: bool
    input: Input
