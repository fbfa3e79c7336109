"""Sequences of digits that are heard and given back, in blocks of growing length."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from cognitive_assessment.instruments import generate
from cognitive_assessment.instruments.kinds.given import Fault, Given, Kind, PlannedQuestion, block_faults, planned
from cognitive_assessment.instruments.schema import Block, Data, Definition, Practice, Texts


class DigitSpanParameters(Data):
    """How many sequences of each length, and how far apart their digits are heard."""

    trials_per_length: Annotated[int, Field(ge=1, le=4)]
    interval_ms: Annotated[int, Field(ge=400, le=5000)]


def digit_path(locale: str, digit: str) -> str:
    """Where the sound of a digit is served."""
    return f"/stimuli/{locale}/digits/{digit}.ogg"


def _questions(given: Given) -> list[PlannedQuestion]:
    rng = given.chance()
    questions = []
    for block in given.definition.blocks:
        taken: set[str] = set()
        questions.append(_trial(given, block, block.practice_length, 0, rng, taken))
        for length in range(block.shortest, block.longest + 1):
            for trial in range(1, given.definition.parameters["trials_per_length"] + 1):
                questions.append(_trial(given, block, length, trial, rng, taken))
    return questions


def _trial(given: Given, block: Block, length: int, trial: int, rng: random.Random, taken: set[str]) -> PlannedQuestion:
    digits = generate.digit_sequence(rng, length, taken=taken)
    is_practice = trial == 0
    title = given.texts.item_titles["practice" if is_practice else block.name]
    return planned(
        f"{block.name}_practice" if is_practice else f"{block.name}_{length}_{trial}",
        kind="spoken",
        block=block.name,
        is_practice=is_practice,
        title=title.format(length=length, trial=trial, direction=block.name.capitalize()),
        asked=" ".join(digits),
        stimulus={
            "kind": "digits",
            "digits": digits,
            "audio": [digit_path(given.locale, digit) for digit in digits],
            "interval_ms": given.definition.parameters["interval_ms"],
        },
        answer=given.answer,
        parameters={"length": length, "trial": trial, "block": block.name},
        expected=digits if block.direction == "forward" else digits[::-1],
    )


def _faults(definition: Definition) -> Iterator[Fault]:
    yield from block_faults(definition, longest=9, what="different digits")
    if definition.answer is None:
        yield ("answer",), "an instrument of kind digit_span needs it"
    if definition.practice is not None and definition.practice.repeats > 1:
        yield ("practice", "repeats"), "what is spoken is put twice at most, so a practice is given again once at most"


def _missing_texts(definition: Definition, texts: Texts) -> list[str]:
    wanted = ["practice", *(block.name for block in definition.blocks)]
    return [f"item_titles.{name}" for name in wanted if name not in texts.item_titles]


KIND = Kind(
    _questions,
    is_spoken=True,
    practice=Practice(mastered_from=1, repeats=1),
    parameters=DigitSpanParameters,
    faults=_faults,
    missing_texts=_missing_texts,
)
