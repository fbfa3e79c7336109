"""What a rule asks of the data of an instrument, beside what the instrument's kind asks: items that it can judge."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import Field, model_validator

from cognitive_assessment.instruments.kinds.given import Fault
from cognitive_assessment.instruments.schema import Data, Definition, Item, Texts

_FOLDER = Path(__file__).parent
PLACES = frozenset({"town", "region", "country", "building"})
CATEGORIES = frozenset({"animals", "fruits_and_vegetables"})

Day = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
TimeOfDay = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class NoParameters(Data):
    """This item has none."""


class Seasons(Data):
    """The days of the year on which each season is right, and where the seasons are those of the south."""

    accepted: dict[Literal["spring", "summer", "autumn", "winter"], tuple[Day, Day]]
    southern_time_zones: list[str]

    @model_validator(mode="after")
    def _has_every_season(self) -> Seasons:
        if len(self.accepted) < 4:
            raise ValueError("every season has its days")
        return self


class PartsOfDay(Data):
    """The times between which each part of the day is right."""

    accepted: Annotated[
        dict[Literal["morning", "midday", "afternoon", "evening", "night"], tuple[TimeOfDay, TimeOfDay]],
        Field(min_length=1),
    ]


class Subtraction(Data):
    """From where so many steps of which size are taken; none leads below nought."""

    start: Annotated[int, Field(strict=True, ge=10, le=1000)]
    subtrahend: Annotated[int, Field(strict=True, ge=2, le=20)]
    steps: Annotated[int, Field(strict=True, ge=1, le=20)]

    @model_validator(mode="after")
    def _stays_above_nought(self) -> Subtraction:
        if self.start - self.steps * self.subtrahend < 0:
            raise ValueError(f"{self.steps} steps of {self.subtrahend} lead from {self.start} below 0")
        return self


class Letter(Data):
    """The letter with which the words begin."""

    letter: Annotated[str, Field(pattern=r"^[a-z]$")]


class Sentence(Data):
    """How many words a sentence has."""

    words: Annotated[int, Field(strict=True, ge=2, le=40)]


class Scene(Data):
    """Of which form a scene is, whose units are looked for."""

    form: str
    is_scene: Literal[True]


def _item_of_orientation(item: Item) -> type[Data]:
    models: dict[str, type[Data]] = {"season": Seasons, "part_of_day": PartsOfDay}
    return models.get(item.id, NoParameters)


def _orientation_faults(definition: Definition, _: Mapping[str, Texts]) -> Iterator[Fault]:
    known = {"year", "season", "month", "day_of_month", "weekday", "part_of_day", *PLACES}
    for position, item in enumerate(definition.items):
        if item.id not in known:
            yield ("items", position, "id"), f"{definition.rule} cannot judge {item.id}; it knows {_listed(known)}"
        elif item.needs_place != (item.id in PLACES):
            words = "needs" if item.id in PLACES else "does not need"
            yield ("items", position), f"{item.id} {words} the place of the session (needs_place)"


def _category_faults(definition: Definition, _: Mapping[str, Texts]) -> Iterator[Fault]:
    for position, item in enumerate(definition.items):
        if item.id not in CATEGORIES:
            words = f"{definition.rule} has no words of {item.id}; it has those of {_listed(CATEGORIES)}"
            yield ("items", position, "id"), words


def _letter_faults(definition: Definition, _: Mapping[str, Texts]) -> Iterator[Fault]:
    there = {path.stem for path in (_FOLDER / "letter_fluency" / "words").glob("?.csv")}
    for position, item in enumerate(definition.items):
        letter = item.parameters.get("letter")
        if letter not in there:
            words = f"{definition.rule} has no words with {letter}; it has those with {_listed(there)}"
            yield ("items", position, "parameters", "letter"), words


def _naming_faults(definition: Definition, texts: Mapping[str, Texts]) -> Iterator[Fault]:
    for position, item in enumerate(definition.items):
        if lacking := [locale for locale, one in texts.items() if item.id not in one.names]:
            yield ("items", position, "id"), f"{item.id} has no right name (names) in {_listed(lacking)}.yaml"


def _sentence_faults(definition: Definition, texts: Mapping[str, Texts]) -> Iterator[Fault]:
    for position, item in enumerate(definition.items):
        if lacking := [locale for locale, one in texts.items() if item.id not in one.stimuli]:
            yield ("items", position, "id"), f"{item.id} has no sentence (stimuli) in {_listed(lacking)}.yaml"


def _scene_faults(definition: Definition, _: Mapping[str, Texts]) -> Iterator[Fault]:
    """Its units are those of our scenes: another picture would be scored by what it does not show."""
    ours = _our_scenes()
    for position, item in enumerate(definition.items):
        form = item.parameters.get("form")
        if form not in ours:
            words = f"{definition.rule} has no units of the form {form}; it has those of {_listed(ours)}"
            yield ("items", position, "parameters", "form"), words
        elif item.picture != ours[str(form)]:
            words = f"the units of the form {form} are those of {ours[str(form)]}, and of no other picture"
            yield ("items", position, "picture"), words


@functools.cache
def _our_scenes() -> dict[str, str]:
    written = yaml.safe_load((_FOLDER / "picture_description" / "definition.yaml").read_text(encoding="utf-8"))
    return {item["parameters"]["form"]: item["picture"] for item in written["items"]}


def _listed(names: object) -> str:
    return ", ".join(sorted(names))  # type: ignore[call-overload]


@dataclass(frozen=True, slots=True)
class RuleData:
    """The model of an item's parameters, and what else is wrong with a definition and its texts by language."""

    item_parameters: Callable[[Item], type[Data]]
    faults: Callable[[Definition, Mapping[str, Texts]], Iterator[Fault]] = lambda _, __: iter(())


RULES: dict[str, RuleData] = {
    "category_fluency": RuleData(lambda _: NoParameters, _category_faults),
    "letter_fluency": RuleData(lambda _: Letter, _letter_faults),
    "naming": RuleData(lambda _: NoParameters, _naming_faults),
    "orientation": RuleData(_item_of_orientation, _orientation_faults),
    "picture_description": RuleData(lambda _: Scene, _scene_faults),
    "sentence_repetition": RuleData(lambda _: Sentence, _sentence_faults),
    "serial_subtraction": RuleData(lambda _: Subtraction),
}


def of_rule(definition: Definition) -> RuleData | None:
    """What the rule of an instrument asks; None where its kind says it all."""
    return RULES.get(definition.rule.partition("@")[0])
