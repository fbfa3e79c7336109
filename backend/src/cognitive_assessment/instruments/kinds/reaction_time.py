"""A wait, then a target that is pressed: one target, or one of several."""

from __future__ import annotations

import random
from typing import Any

from cognitive_assessment.instruments import generate
from cognitive_assessment.instruments.kinds.given import Given, Kind, PlannedQuestion, planned
from cognitive_assessment.instruments.kinds.trials import PressTrial


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


KIND = Kind(_questions, trials={"reaction_time": PressTrial})
