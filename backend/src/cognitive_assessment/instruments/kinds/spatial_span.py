"""Blocks that light up one after the other and are pressed afterwards, in blocks of trials of growing length."""

from __future__ import annotations

import random

from cognitive_assessment.instruments import generate
from cognitive_assessment.instruments.kinds.given import Given, Kind, PlannedQuestion, planned
from cognitive_assessment.instruments.kinds.trials import TapTrial
from cognitive_assessment.instruments.schema import Block

_DRAWN = ("blocks", "width", "height", "size", "interval_ms", "lit_ms")


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


KIND = Kind(_questions, trials={"spatial_span": TapTrial})
