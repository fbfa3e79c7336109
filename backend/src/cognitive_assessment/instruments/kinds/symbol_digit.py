"""Symbols that are matched to numbers by a key, for a time."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from cognitive_assessment.instruments import generate
from cognitive_assessment.instruments.kinds.given import Given, Kind, PlannedQuestion, planned
from cognitive_assessment.instruments.kinds.trials import ElapsedMs, Input, Place, Position, ReactionTimeMs
from cognitive_assessment.instruments.schema import Data, Practice


class SymbolDigitTrial(Data):
    """One symbol, the number that was pressed for it, and when; times in ms from the start of the block."""

    position: Position
    symbol: Place
    response: Annotated[int, Field(strict=True, ge=1, le=9)] | None
    onset_ms: ElapsedMs
    reaction_time_ms: ReactionTimeMs | None
    is_practice: bool
    input: Input


class SymbolDigitParameters(Data):
    """How many symbols, how long the block and its practice, and what is faster than anybody can see and press."""

    symbol_count: Annotated[int, Field(ge=2, le=9)]
    sequence_length: Annotated[int, Field(ge=1, le=5000)]
    practice_count: Annotated[int, Field(ge=1, le=100)]
    duration_s: Annotated[float, Field(gt=0, le=600)]
    fastest_possible_ms: Annotated[float, Field(ge=0, le=1000)]


def _questions(given: Given) -> list[PlannedQuestion]:
    rng = given.chance()
    parameters = given.definition.parameters
    count = parameters["symbol_count"]
    key = generate.shuffled(rng, count)
    practice = generate.symbol_sequence(rng, symbol_count=count, length=parameters["practice_count"])
    sequence = generate.symbol_sequence(rng, symbol_count=count, length=parameters["sequence_length"])
    title = given.texts.item_titles["block"]
    return [
        planned(
            "block",
            kind="symbol_digit",
            title=title,
            asked=title,
            parameters={**parameters, "key": key, "practice": practice, "sequence": sequence},
        )
    ]


KIND = Kind(
    _questions,
    trials={"symbol_digit": SymbolDigitTrial},
    practice=Practice(mastered_from=0.8, repeats=1),
    parameters=SymbolDigitParameters,
)
