"""Words that are heard and said in several learning trials, after a delay, and recognised among others."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from cognitive_assessment.instruments import generate
from cognitive_assessment.instruments.kinds.given import (
    Fault,
    Given,
    Kind,
    PlannedQuestion,
    missing_titles,
    planned,
    word_path,
)
from cognitive_assessment.instruments.kinds.trials import ElapsedMs, Input, ReactionTimeMs
from cognitive_assessment.instruments.schema import Data, Definition, Texts, WordList


class RecognitionTrial(Data):
    """One word that was shown, and whether the person knew it; times in ms from the start of the block."""

    position: Annotated[int, Field(strict=True, ge=0, le=1000)]
    word: Annotated[str, Field(min_length=1, max_length=60)]
    response: bool
    onset_ms: ElapsedMs
    reaction_time_ms: ReactionTimeMs
    input: Input


class WordListParameters(Data):
    """The pace at which words are heard, the delay before they are asked for again, and what is too fast to be read.

    There are three learning trials, as the rule has a measure for each.
    """

    learning_trials: Literal[3]
    interval_ms: Annotated[int, Field(ge=500, le=10_000)]
    delay_s: Annotated[int, Field(ge=0, le=7200)]
    longest_delay_s: Annotated[int, Field(ge=1, le=86_400)]
    fastest_possible_ms: Annotated[int, Field(ge=0, le=1000)]

    @model_validator(mode="after")
    def _can_come_in_time(self) -> WordListParameters:
        if self.longest_delay_s <= self.delay_s:
            raise ValueError("longest_delay_s has to be more than delay_s")
        return self


def _questions(given: Given) -> list[PlannedQuestion]:
    rng = given.chance()
    words = given.texts.word_lists[given.form or ""]
    trials = given.definition.parameters["learning_trials"]
    orders = _orders(words.words, trials, rng)
    learning = [_learning(given, number, order) for number, order in enumerate(orders, 1)]
    return [*learning, _delayed(given, words, after=f"learning_{trials}"), _recognition(given, words, rng)]


def _orders(words: list[str], count: int, rng: random.Random) -> list[list[str]]:
    """So many orders in which no word has the same place twice, and none is heard last and then first."""
    orders: list[list[str]] = []
    for _ in range(generate.TRIES * count):
        order = [words[place] for place in generate.shuffled(rng, len(words))]
        is_placed_anew = all(one != other for known in orders for one, other in zip(known, order, strict=True))
        if is_placed_anew and not any(known[-1] == order[0] for known in orders):
            orders.append(order)
        if len(orders) == count:
            return orders
    raise ValueError(f"{count} orders of {len(words)} words in which no word has one place twice: none were found")


def _learning(given: Given, number: int, order: list[str]) -> PlannedQuestion:
    return _recall(
        given,
        f"learning_{number}",
        block=f"learning_{number}",
        order=order,
        stimulus={
            "kind": "words",
            "audio": [word_path(given.locale, given.definition.slug, word) for word in order],
            "interval_ms": given.definition.parameters["interval_ms"],
        },
    )


def _delayed(given: Given, words: WordList, *, after: str) -> PlannedQuestion:
    parameters = given.definition.parameters
    delay = {"after": after, "delay_s": parameters["delay_s"], "longest_s": parameters["longest_delay_s"]}
    prompt = given.spoken(given.texts.prompts["delayed"])
    return _recall(given, "delayed", block="delayed", order=words.words, prompt=prompt, not_before=delay)


def _recall(given: Given, item_id: str, *, block: str, order: list[str], **fields: object) -> PlannedQuestion:
    """A free recall; one that could not be heard is asked for again at once, without hearing the words again."""
    return planned(
        item_id,
        kind="spoken",
        block=block,
        title=given.texts.item_titles[item_id],
        asked=", ".join(order),
        answer=given.answer,
        parameters={"form": given.form},
        expected=", ".join(order),
        again="at_once",
        **fields,
    )


def _recognition(given: Given, words: WordList, rng: random.Random) -> PlannedQuestion:
    shown = [*words.words, *words.foils]
    sequence = [shown[place] for place in generate.shuffled(rng, len(shown))]
    title = given.texts.item_titles["recognition"]
    slug = given.definition.slug
    return planned(
        "recognition",
        kind="word_recognition",
        block="recognition",
        title=title,
        asked=", ".join(sequence),
        parameters={
            "form": given.form,
            "words": sequence,
            "audio": [word_path(given.locale, slug, word) for word in sequence],
            "fastest_possible_ms": given.definition.parameters["fastest_possible_ms"],
        },
        expected=", ".join(words.words),
    )


def _missing_texts(definition: Definition, texts: Texts) -> list[str]:
    missing = [f"word_lists.{form}" for form in definition.forms if form not in texts.word_lists]
    return missing_titles(definition, texts) + missing


def _faults(definition: Definition) -> Iterator[Fault]:
    if definition.answer is None:
        yield ("answer",), "an instrument of kind word_list needs it"
    if not definition.forms:
        yield ("forms",), "an instrument of kind word_list needs at least one"


KIND = Kind(
    _questions,
    is_spoken=True,
    trials={"word_recognition": RecognitionTrial},
    parameters=WordListParameters,
    faults=_faults,
    missing_texts=_missing_texts,
)
