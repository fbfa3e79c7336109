"""What a kind is given to lay down its questions, and what a planned question is."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cognitive_assessment.instruments.schema import Data, Definition, Practice, SpokenText, Texts

PlannedQuestion = dict[str, Any]
# where in the definition, and what is wrong there
Fault = tuple[tuple[int | str, ...], str]


@dataclass(frozen=True, slots=True)
class Given:
    """One instrument, in one language, for one session."""

    definition: Definition
    texts: Texts
    locale: str
    seed: int
    form: str | None
    place: Mapping[str, str]

    def chance(self) -> random.Random:
        """The same sequence each time it is asked for: the plan follows from the seed."""
        return random.Random(self.seed)  # noqa: S311 sequences are no secret

    def spoken(self, text: SpokenText) -> dict[str, str]:
        """A text as the browser gets it, with its sound."""
        return {"id": text.id, "text": text.text, "audio": audio_path(self.locale, self.definition.slug, text)}

    @property
    def answer(self) -> dict[str, Any] | None:
        """How a spoken answer is given, as the browser gets it."""
        answer = self.definition.answer
        return None if answer is None else answer.model_dump(exclude_none=True)


def missing_titles(definition: Definition, texts: Texts) -> list[str]:
    """The items without a title in a language."""
    return [f"item_titles.{item.id}" for item in definition.items if item.id not in texts.item_titles]


def block_faults(definition: Definition, *, longest: int, what: str) -> Iterable[Fault]:
    """What is wrong with blocks of trials of growing length, of which at most so many things can be given at a time."""
    if not definition.blocks:
        yield ("blocks",), f"an instrument of kind {definition.kind} needs at least one"
    for position, block in enumerate(definition.blocks):
        for name in ("longest", "practice_length"):
            if getattr(block, name) > longest:
                yield ("blocks", position, name), f"there are only {longest} {what}"
    names = [block.name for block in definition.blocks]
    measures = [f"{measure}_{name}" for name in names for measure in ("longest", "correct")] + ["correct_total"]
    if {one.name for one in definition.measures} != set(measures):
        yield ("measures",), f"they have to be those of the blocks: {', '.join(measures)}"


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind of instrument is put and answered.

    `questions` lays down a session's questions. `trials` says what one trial of a touch question must be, by the
    kind of the question; `is_spoken` whether there are questions that are answered by voice. An instrument may
    have both. `practice` is what its practice asks for where a definition says nothing; without it no practice is
    judged. `parameters` and `item_parameters` say what the fields of these names hold, where that is the kind's
    to say; `faults` finds what else is wrong with a definition of the kind, `missing_texts` what a language lacks.
    `whole_fault` says what is wrong with trials that are each valid. `is_drawn` says that the trials are strokes of a
    person's own hand: they are kept sealed under that person's key, as recordings are.
    """

    questions: Callable[[Given], list[PlannedQuestion]]
    is_spoken: bool = False
    trials: Mapping[str, type[Data]] = field(default_factory=dict)
    practice: Practice | None = None
    parameters: type[Data] | None = None
    item_parameters: type[Data] | None = None
    faults: Callable[[Definition], Iterable[Fault]] = lambda _: ()
    missing_texts: Callable[[Definition, Texts], list[str]] = missing_titles
    is_drawn: bool = False
    whole_fault: Callable[[Sequence[Mapping[str, Any]]], str | None] = lambda _: None


def audio_path(locale: str, slug: str, text: SpokenText) -> str:
    """Where the sound of a text is served."""
    return f"/stimuli/{locale}/{slug}/{text.id}.ogg"


def word_path(locale: str, slug: str, word: str) -> str:
    """Where the sound of a word to be learnt is served."""
    return f"/stimuli/{locale}/{slug}/words/{word}.ogg"


def planned(item_id: str, *, kind: str, title: str, asked: str, **fields: Any) -> PlannedQuestion:
    """A question as the plan holds it; `kind` names the task of the front end that puts it.

    `not_before` keeps it back until so many seconds after another one of its instrument was answered; `again` says
    when one that could not be heard is asked once more.
    """
    return {
        "item_id": item_id,
        "block": None,
        "kind": kind,
        "is_practice": False,
        "title": title,
        "asked": asked,
        "prompt": {"text": "", "audio": None},
        "stimulus": None,
        "answer": None,
        "parameters": {},
        "not_before": None,
        "again": "at_end",
        **fields,
    }
