"""A wait, then a target that is pressed: one target, or one of several."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from cognitive_assessment.instruments import generate
from cognitive_assessment.instruments.kinds.given import Fault, Given, Kind, PlannedQuestion, planned
from cognitive_assessment.instruments.kinds.trials import LimitMs, PressTrial, WaitMs
from cognitive_assessment.instruments.schema import Data, Definition, Practice

BLOCKS = ("simple", "choice")  # the measures carry these names


class ReactionTimeBlock(Data):
    """How many squares and trials, how long the waits, how long a press is waited for, and from when it is a lapse."""

    targets: Annotated[int, Field(ge=1, le=4)]
    practice_count: Annotated[int, Field(ge=1, le=100)]
    trial_count: Annotated[int, Field(ge=5, le=500)]
    wait_ms: WaitMs
    practice_wait_ms: WaitMs
    slowest_ms: LimitMs
    lapse_ms: LimitMs | None = None


def _questions(given: Given) -> list[PlannedQuestion]:
    rng = given.chance()
    return [
        planned(
            item.id,
            kind="reaction_time",
            block=item.id,
            title=given.texts.item_titles[item.id],
            asked=given.texts.item_titles[item.id],
            parameters=_parameters(item.parameters, rng),
        )
        for item in given.definition.items
    ]


def _parameters(block: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """The block's own figures, with its practice and its trials as they come."""
    practice = _trials(rng, block["targets"], block["practice_count"], block["practice_wait_ms"])
    trials = _trials(rng, block["targets"], block["trial_count"], block["wait_ms"])
    return {**block, "practice": practice, "trials": trials}


def _trials(rng: random.Random, targets: int, count: int, waits_ms: list[int]) -> list[dict[str, int]]:
    sequence = generate.target_sequence(rng, targets=targets, length=count)
    return [{"stimulus": target, "wait_ms": generate.wait_ms(rng, *waits_ms)} for target in sequence]


def _faults(definition: Definition) -> Iterator[Fault]:
    if tuple(item.id for item in definition.items) != BLOCKS:
        yield ("items",), f"they have to be {' and '.join(BLOCKS)}"
    for position, item in enumerate(definition.items):
        targets = item.parameters.get("targets")
        if isinstance(targets, int) and (item.id == "simple") != (targets == 1):
            yield (
                ("items", position, "parameters", "targets"),
                f"{item.id} has {'one' if item.id == 'simple' else 'more'}",
            )


KIND = Kind(
    _questions,
    trials={"reaction_time": PressTrial},
    practice=Practice(mastered_from=0.75, repeats=1),
    item_parameters=ReactionTimeBlock,
    faults=_faults,
)
