"""A wait, then a shape that is to be pressed, or another that is not."""

from __future__ import annotations

from cognitive_assessment.instruments import generate
from cognitive_assessment.instruments.kinds.given import Given, Kind, PlannedQuestion, planned
from cognitive_assessment.instruments.kinds.trials import PressTrial


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


KIND = Kind(_questions, trials={"go_no_go": PressTrial})
