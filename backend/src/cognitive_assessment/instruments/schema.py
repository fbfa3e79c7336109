"""What an instrument's and a battery's data must look like."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Said = Annotated[str, Field(pattern=r"\S")]
RuleName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*@[1-9][0-9]*$")]


class Data(BaseModel):
    """Data of a definition: unknown fields are faults."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Licence(Data):
    """Who made it, under which licence, from what."""

    name: Said
    author: Said
    origin: Said


class MeasureDefinition(Data):
    """One raw score of the instrument."""

    name: Slug
    unit: str


class StopRule(Data):
    """A block ends after so many misses at one value of `per`."""

    block: Slug
    misses: Annotated[int, Field(ge=1)]
    per: Literal["length"]


class Block(Data):
    """A stretch of trials with instructions of its own; lengths are numbers of digits."""

    name: Slug
    direction: Literal["forward", "backward"]
    shortest: Annotated[int, Field(ge=2, le=12)]
    longest: Annotated[int, Field(ge=2, le=12)]
    practice_length: Annotated[int, Field(ge=2, le=12)]

    @model_validator(mode="after")
    def _grows(self) -> Block:
        if self.longest < self.shortest:
            raise ValueError(f"longest ({self.longest}) is less than shortest ({self.shortest})")
        return self


class Practice(Data):
    """When a practice shows that the task was understood: with a share of it right, from `mastered_from` on.

    Below that it is given again, at most `repeats` times; then the task begins in any case.
    """

    mastered_from: Annotated[float, Field(gt=0, le=1)]
    repeats: Annotated[int, Field(ge=0, le=5)]


class Answer(Data):
    """How an answer is spoken: what is listened for, and for how long; `fixed_s` where all of that time is given."""

    kind: Literal["date", "digits", "free", "number", "words"]
    max_s: Annotated[int, Field(ge=1, le=600)]
    fixed_s: Annotated[int, Field(ge=1, le=600)] | None = None

    @model_validator(mode="after")
    def _hears_all_of_it(self) -> Answer:
        if self.fixed_s is not None and self.fixed_s > self.max_s:
            raise ValueError(f"fixed_s ({self.fixed_s}) is more than max_s ({self.max_s})")
        return self


class Item(Data):
    """One thing that is asked; `form` limits it to that form, `needs_place` to sessions whose place is known.

    `picture` is the address of a picture that is shown while the person answers; its file name should not name it.
    """

    id: Slug
    form: str | None = None
    needs_place: bool = False
    picture: Annotated[str, Field(pattern=r"^/stimuli/[A-Za-z0-9_/.-]+\.svg$")] | None = None
    licence: Licence | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)


class Option(Data):
    """One answer that may be chosen; without `points` it counts in no sum."""

    id: Slug
    points: Annotated[int, Field(ge=0, le=100)] | None = None


class Band(Data):
    """A published stretch of a sum, from `lowest` up to the next band's; its words are in the texts."""

    id: Slug
    lowest: Annotated[int, Field(ge=0)]


class Sum(Data):
    """Points of items added up; with more than `most_missing` items unanswered there is none.

    `items` are all whose options have points, unless they are listed. Missing items that are allowed count as the mean
    of the answered ones. `source` says where sum and bands are published.
    """

    measure: Slug
    items: list[Slug] = Field(default_factory=list)
    most_missing: Annotated[int, Field(ge=0, le=100)] = 0
    bands: list[Band] = Field(default_factory=list)
    source: Said


class Notice(Data):
    """What staff are told when an item is answered by one of these options.

    `flag` is shown to them at once and stays on top of the result; `disturbance` stands under what could have
    disturbed it. `shows_help` shows the organisation's help text to the participant right after the form.
    """

    id: Slug
    item: Slug
    options: Annotated[list[Slug], Field(min_length=1)]
    kind: Literal["flag", "disturbance"]
    shows_help: bool = False


class Form(Data):
    """How a questionnaire is answered and counted: its scales of options, its sums, and what staff are told."""

    scales: Annotated[dict[Slug, Annotated[list[Option], Field(min_length=2)]], Field(min_length=1)]
    sums: list[Sum] = Field(default_factory=list)
    notices: list[Notice] = Field(default_factory=list)


class Definition(Data):
    """An instrument, apart from its texts."""

    slug: Slug
    version: Annotated[int, Field(ge=1)]
    kind: Literal[
        "clock_drawing",
        "digit_span",
        "form",
        "go_no_go",
        "reaction_time",
        "spatial_span",
        "spoken_questions",
        "symbol_digit",
        "trail_making",
        "word_list",
    ]
    rule: RuleName
    minutes: Annotated[float, Field(gt=0, le=60)]
    sources: Annotated[list[Said], Field(min_length=1)]
    licence: Licence
    locales: Annotated[list[str], Field(min_length=1)]
    measures: Annotated[list[MeasureDefinition], Field(min_length=1)]
    forms: list[str] = Field(default_factory=list)
    answer: Answer | None = None
    items: list[Item] = Field(default_factory=list)
    blocks: list[Block] = Field(default_factory=list)
    stop_rules: list[StopRule] = Field(default_factory=list)
    practice: Practice | None = None
    form: Form | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)


class SpokenText(Data):
    """A text that is shown and also heard; its sound file carries its id."""

    id: Slug
    text: Said


class NoticeTexts(Data):
    """What staff read of an answer: what it is about, and what to do or to mind."""

    title: Said
    detail: Said


class FormTexts(Data):
    """A questionnaire's words beside its items: what is asked of every item of a scale, the options, the bands."""

    stems: dict[Slug, SpokenText] = Field(default_factory=dict)
    options: dict[Slug, dict[Slug, str]]
    bands: dict[Slug, str] = Field(default_factory=dict)
    notices: dict[Slug, NoticeTexts] = Field(default_factory=dict)


class WordList(Data):
    """Words to be learnt, and foils beside which they are recognised; `related` names the word that each is like.

    The forms of one `series` were made together. One that `forms` no longer names stays for the sessions that had it.
    """

    series: Annotated[int, Field(ge=1)] = 1
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
    """An instrument's words in one language; `stimuli` are heard and never shown; `word_lists` are by form.

    `names` are the right answers to an item, the first one the name that is expected.
    """

    title: str
    summary: str
    instructions: list[SpokenText]
    block_instructions: dict[str, list[SpokenText]] = Field(default_factory=dict)
    prompts: dict[str, SpokenText] = Field(default_factory=dict)
    stimuli: dict[str, SpokenText] = Field(default_factory=dict)
    names: dict[str, Annotated[list[str], Field(min_length=1)]] = Field(default_factory=dict)
    word_lists: dict[str, WordList] = Field(default_factory=dict)
    item_titles: dict[str, str] = Field(default_factory=dict)
    form: FormTexts | None = None
    measures: dict[str, str]


class Battery(Data):
    """Instruments in an order; the name of another battery stands for its instruments.

    After those of `break_after` a break is offered.
    """

    slug: Slug
    version: Annotated[int, Field(ge=1)]
    minutes: Annotated[float, Field(gt=0)]
    titles: dict[str, str]
    instruments: Annotated[list[Slug], Field(min_length=1)]
    break_after: list[Slug] = Field(default_factory=list)
