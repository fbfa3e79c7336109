"""Blocks that light up one after the other and are pressed afterwards, in blocks of trials of growing length."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from cognitive_assessment.instruments import generate
from cognitive_assessment.instruments.kinds.given import Fault, Given, Kind, PlannedQuestion, block_faults, planned
from cognitive_assessment.instruments.kinds.trials import TapTrial
from cognitive_assessment.instruments.schema import Block, Data, Definition, Practice

_DRAWN = ("blocks", "width", "height", "size", "interval_ms", "lit_ms")


Pixels = Annotated[int, Field(ge=1, le=2000)]


class SpatialSpanParameters(Data):
    """The board with the centres of its blocks, and the pace at which they are lit; lengths in CSS pixels."""

    trials_per_length: Annotated[int, Field(ge=1, le=4)]
    interval_ms: Annotated[int, Field(ge=400, le=5000)]
    lit_ms: Annotated[int, Field(ge=100, le=5000)]
    width: Pixels
    height: Pixels
    size: Annotated[int, Field(ge=44, le=400)]
    blocks: Annotated[list[tuple[Pixels, Pixels]], Field(min_length=3, max_length=20)]

    @model_validator(mode="after")
    def _can_be_seen_and_pressed(self) -> SpatialSpanParameters:
        if self.lit_ms >= self.interval_ms:
            raise ValueError("a block is lit for less than the interval to the next")
        half = self.size / 2
        for x, y in self.blocks:
            if not (half <= x <= self.width - half and half <= y <= self.height - half):
                raise ValueError(f"the block at {x}, {y} is not on the board")
        for (x, y), (u, v) in itertools.combinations(self.blocks, 2):
            if abs(x - u) < self.size and abs(y - v) < self.size:
                raise ValueError(f"the blocks at {x}, {y} and {u}, {v} overlap")
        return self


def _questions(given: Given) -> list[PlannedQuestion]:
    rng = given.chance()
    questions = []
    for block in given.definition.blocks:
        taken: set[tuple[int, ...]] = set()
        questions.append(_trial(given, block, block.practice_length, 0, rng, taken))
        for length in range(block.shortest, block.longest + 1):
            for trial in range(1, given.definition.parameters["trials_per_length"] + 1):
                questions.append(_trial(given, block, length, trial, rng, taken))
    return questions


def _trial(
    given: Given, block: Block, length: int, trial: int, rng: random.Random, taken: set[tuple[int, ...]]
) -> PlannedQuestion:
    parameters = given.definition.parameters
    sequence = generate.place_sequence(rng, places=len(parameters["blocks"]), length=length, taken=taken)
    is_practice = trial == 0
    title = given.texts.item_titles["practice" if is_practice else block.name]
    right = sequence if block.direction == "forward" else sequence[::-1]
    return planned(
        f"{block.name}_practice" if is_practice else f"{block.name}_{length}_{trial}",
        kind="spatial_span",
        block=block.name,
        is_practice=is_practice,
        title=title.format(length=length, trial=trial, direction=block.name.capitalize()),
        asked=" ".join(str(place + 1) for place in sequence),
        parameters={
            "length": length,
            "trial": trial,
            "block": block.name,
            "direction": block.direction,
            "sequence": sequence,
            **{name: parameters[name] for name in _DRAWN},
        },
        expected=" ".join(str(place + 1) for place in right),
    )


def _faults(definition: Definition) -> Iterator[Fault]:
    blocks = definition.parameters.get("blocks")
    yield from block_faults(definition, longest=len(blocks) if isinstance(blocks, list) else 12, what="blocks")


KIND = Kind(
    _questions,
    trials={"spatial_span": TapTrial},
    practice=Practice(mastered_from=1, repeats=1),
    parameters=SpatialSpanParameters,
    faults=_faults,
)
