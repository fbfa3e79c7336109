"""What an instrument's and a battery's data must look like; a fault is named with its file and place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from cognitive_assessment.errors import InvalidDefinition

Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
RuleName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*@[1-9][0-9]*$")]


class Data(BaseModel):
    """Data of a definition: unknown fields are faults."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Licence(Data):
    """Who made it, under which licence, from what."""

    name: str
    author: str
    origin: str


class MeasureDefinition(Data):
    """One raw score of the instrument."""

    name: Slug
    unit: str


class StopRule(Data):
    """A block ends after so many misses at one value of `per`."""

    block: Slug
    misses: Annotated[int, Field(ge=1)]
    per: Slug


class Block(Data):
    """A stretch of trials with instructions of its own; lengths are numbers of digits."""

    name: Slug
    direction: Literal["forward", "backward"]
    shortest: Annotated[int, Field(ge=2, le=12)]
    longest: Annotated[int, Field(ge=2, le=12)]
    practice_length: Annotated[int, Field(ge=2, le=12)]


class Item(Data):
    """One thing that is asked; `form` limits it to that form, `needs_place` to sessions whose place is known."""

    id: Slug
    form: str | None = None
    needs_place: bool = False
    licence: Licence | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)


class Definition(Data):
    """An instrument, apart from its texts."""

    slug: Slug
    version: Annotated[int, Field(ge=1)]
    kind: Literal["digit_span", "spoken_questions", "symbol_digit", "word_list"]
    rule: RuleName
    minutes: Annotated[float, Field(gt=0, le=60)]
    sources: Annotated[list[str], Field(min_length=1)]
    licence: Licence
    locales: Annotated[list[str], Field(min_length=1)]
    measures: Annotated[list[MeasureDefinition], Field(min_length=1)]
    forms: list[str] = Field(default_factory=list)
    answer: dict[str, Any] | None = None
    items: list[Item] = Field(default_factory=list)
    blocks: list[Block] = Field(default_factory=list)
    stop_rules: list[StopRule] = Field(default_factory=list)
    parameters: dict[str, Any] = Field(default_factory=dict)


class SpokenText(Data):
    """A text that is shown and also heard; its sound file carries its id."""

    id: Slug
    text: Annotated[str, Field(min_length=1)]


class WordList(Data):
    """Words to be learnt, and foils beside which they are recognised; `related` names the word that each is like."""

    words: Annotated[list[str], Field(min_length=5, max_length=20)]
    related: dict[str, str]
    unrelated: list[str]

    @model_validator(mode="after")
    def _every_word_once(self) -> WordList:
        every = [*self.words, *self.related, *self.unrelated]
        if twice := sorted({word for word in every if every.count(word) > 1}):
            raise ValueError(f"{', '.join(twice)} stands there twice")
        if strange := sorted(set(self.related.values()) - set(self.words)):
            raise ValueError(f"{', '.join(strange)} is no word of the list, so no foil can be like it")
        return self

    @property
    def foils(self) -> list[str]:
        """Those that are like a word of the list, then the others."""
        return [*self.related, *self.unrelated]


class Texts(Data):
    """An instrument's words in one language; `stimuli` are heard and never shown; `word_lists` are by form."""

    title: str
    summary: str
    instructions: list[SpokenText]
    block_instructions: dict[str, list[SpokenText]] = Field(default_factory=dict)
    prompts: dict[str, SpokenText] = Field(default_factory=dict)
    stimuli: dict[str, SpokenText] = Field(default_factory=dict)
    word_lists: dict[str, WordList] = Field(default_factory=dict)
    item_titles: dict[str, str] = Field(default_factory=dict)
    measures: dict[str, str]


class Battery(Data):
    """Instruments in an order; after those of `break_after` a break is offered."""

    slug: Slug
    version: Annotated[int, Field(ge=1)]
    minutes: Annotated[float, Field(gt=0)]
    titles: dict[str, str]
    instruments: Annotated[list[Slug], Field(min_length=1)]
    break_after: list[Slug] = Field(default_factory=list)


T = TypeVar("T", bound=Data)


def read(path: Path, model: type[T]) -> T:
    """Read one YAML file; raises `InvalidDefinition` with file, line and every fault."""
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except (OSError, yaml.YAMLError) as error:
        raise InvalidDefinition(f"{path}: cannot be read: {error}") from error
    try:
        return model.model_validate(content)
    except ValidationError as error:
        faults = [
            f"{path}:{_line(node, fault['loc'])}: {_place(fault['loc'])}: {fault['msg']}" for fault in error.errors()
        ]
        raise InvalidDefinition("\n".join(faults)) from error


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(map(str, location)) or "the file"


def _line(node: yaml.Node | None, location: tuple[int | str, ...]) -> int:
    """The line of the innermost thing on the way to `location` that is there."""
    line = 1
    for step in location:
        if node is None:
            break
        line = node.start_mark.line + 1
        node = _child(node, step)
    return line if node is None else node.start_mark.line + 1


def _child(node: yaml.Node, step: int | str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(step)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        child: yaml.Node = node.value[step]
        return child
    return None
