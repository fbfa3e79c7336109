"""A wait, then a shape that is to be pressed, or another that is not."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from cognitive_assessment.instruments import generate
from cognitive_assessment.instruments.kinds.given import Given, Kind, PlannedQuestion, planned
from cognitive_assessment.instruments.kinds.trials import LimitMs, PressTrial, WaitMs
from cognitive_assessment.instruments.schema import Data, Practice


class GoNoGoParameters(Data):
    """How many shapes, how many to be pressed for each that is not, how long the waits and a press may be."""

    trial_count: Annotated[int, Field(ge=10, le=500)]
    practice_count: Annotated[int, Field(ge=2, le=100)]
    go_per_round: Annotated[int, Field(ge=1, le=9)]
    wait_ms: WaitMs
    practice_wait_ms: WaitMs
    slowest_ms: LimitMs

    @model_validator(mode="after")
    def _has_whole_rounds(self) -> GoNoGoParameters:
        size = self.go_per_round + 1
        for name in ("trial_count", "practice_count"):
            if getattr(self, name) % size:
                raise ValueError(f"{name} is no number of whole rounds of {size}")
        return self


def _questions(given: Given) -> list[PlannedQuestion]:
    rng = given.chance()
    parameters = given.definition.parameters

    def trials(count: int, waits_ms: list[int]) -> list[dict[str, int]]:
        sequence = generate.go_sequence(rng, length=count, go_per_round=parameters["go_per_round"])
        return [{"stimulus": int(is_go), "wait_ms": generate.wait_ms(rng, *waits_ms)} for is_go in sequence]

    title = given.texts.item_titles["block"]
    practice = trials(parameters["practice_count"], parameters["practice_wait_ms"])
    counted = trials(parameters["trial_count"], parameters["wait_ms"])
    return [
        planned(
            "block",
            kind="go_no_go",
            title=title,
            asked=title,
            parameters={**parameters, "practice": practice, "trials": counted},
        )
    ]


KIND = Kind(
    _questions,
    trials={"go_no_go": PressTrial},
    practice=Practice(mastered_from=0.75, repeats=1),
    parameters=GoNoGoParameters,
)
