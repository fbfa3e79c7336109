"""The part of a session's plan that one instrument contributes: every question, with its texts, stimulus and limits.

A planned question has `expected` where the right answer is fixed beforehand; the API keeps that from participants.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

from cognitive_assessment.instruments import generate
from cognitive_assessment.instruments.schema import Block, Definition, Item, SpokenText, Texts

Question = dict[str, Any]


def audio_path(locale: str, slug: str, text: SpokenText) -> str:
    """Where the sound of a text is served."""
    return f"/stimuli/{locale}/{slug}/{text.id}.ogg"


def digit_path(locale: str, digit: str) -> str:
    """Where the sound of a digit is served."""
    return f"/stimuli/{locale}/digits/{digit}.ogg"


def part(
    definition: Definition, texts: Texts, locale: str, *, seed: int, form: str | None, place: Mapping[str, str]
) -> dict[str, Any]:
    """One instrument's part of a plan, as the API's page describes it."""

    def spoken(text: SpokenText) -> dict[str, str]:
        return {"id": text.id, "text": text.text, "audio": audio_path(locale, definition.slug, text)}

    builders: dict[str, Callable[[], list[Question]]] = {
        "digit_span": lambda: _digit_span(definition, texts, locale, seed),
        "spoken_questions": lambda: _spoken_questions(definition, texts, spoken, form, place),
        "symbol_digit": lambda: _symbol_digit(definition, texts, seed),
    }
    return {
        "instrument": definition.slug,
        "version": definition.version,
        "rule": definition.rule,
        "form": form,
        "seed": seed,
        "title": texts.title,
        "summary": texts.summary,
        "minutes": definition.minutes,
        "instructions": [spoken(text) for text in texts.instructions],
        "blocks": [
            {"block": name, "instructions": [spoken(text) for text in of_block]}
            for name, of_block in texts.block_instructions.items()
        ],
        "stop_rules": [rule.model_dump() for rule in definition.stop_rules],
        "questions": builders[definition.kind](),
    }


def _question(item_id: str, *, kind: str, title: str, asked: str, **fields: Any) -> Question:
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
        **fields,
    }


def _digit_span(definition: Definition, texts: Texts, locale: str, seed: int) -> list[Question]:
    rng = random.Random(seed)  # noqa: S311 sequences are no secret
    questions = []
    for block in definition.blocks:
        taken: set[str] = set()
        practice = _trial(definition, texts, locale, block, block.practice_length, 0, rng, taken)
        questions.append(practice)
        for length in range(block.shortest, block.longest + 1):
            for trial in range(1, definition.parameters["trials_per_length"] + 1):
                questions.append(_trial(definition, texts, locale, block, length, trial, rng, taken))
    return questions


def _trial(
    definition: Definition,
    texts: Texts,
    locale: str,
    block: Block,
    length: int,
    trial: int,
    rng: random.Random,
    taken: set[str],
) -> Question:
    digits = generate.digit_sequence(rng, length, taken=taken)
    is_practice = trial == 0
    title = texts.item_titles["practice" if is_practice else block.name]
    return _question(
        f"{block.name}_practice" if is_practice else f"{block.name}_{length}_{trial}",
        kind="spoken",
        block=block.name,
        is_practice=is_practice,
        title=title.format(length=length, trial=trial, direction=block.name.capitalize()),
        asked=" ".join(digits),
        stimulus={
            "kind": "digits",
            "digits": digits,
            "audio": [digit_path(locale, digit) for digit in digits],
            "interval_ms": definition.parameters["interval_ms"],
        },
        answer=definition.answer,
        parameters={"length": length, "trial": trial, "block": block.name},
        expected=digits if block.direction == "forward" else digits[::-1],
    )


def _spoken_questions(
    definition: Definition,
    texts: Texts,
    spoken: Callable[[SpokenText], dict[str, str]],
    form: str | None,
    place: Mapping[str, str],
) -> list[Question]:
    questions = []
    for item in definition.items:
        if item.form not in {None, form} or (item.needs_place and not place.get(item.id)):
            continue
        questions.append(
            _question(
                item.id,
                kind="spoken",
                title=texts.item_titles[item.id],
                answer=definition.answer,
                parameters=dict(item.parameters),
                **_put(item, texts, spoken, place),
            )
        )
    return questions


def _put(
    item: Item, texts: Texts, spoken: Callable[[SpokenText], dict[str, str]], place: Mapping[str, str]
) -> dict[str, Any]:
    """How an item is put: a question to answer, or a sentence that is heard once and said again."""
    if item.id in texts.stimuli:
        sentence = texts.stimuli[item.id]
        stimulus = {"kind": "sentence", "audio": [spoken(sentence)["audio"]], "interval_ms": 0}
        return {"asked": sentence.text, "stimulus": stimulus, "expected": sentence.text}
    prompt = texts.prompts[item.id]
    known = {"expected": place[item.id]} if item.needs_place else {}
    return {"asked": prompt.text, "prompt": spoken(prompt), **known}


def _symbol_digit(definition: Definition, texts: Texts, seed: int) -> list[Question]:
    rng = random.Random(seed)  # noqa: S311 sequences are no secret
    given = definition.parameters
    count = given["symbol_count"]
    key = generate.shuffled(rng, count)
    practice = generate.symbol_sequence(rng, symbol_count=count, length=given["practice_count"])
    sequence = generate.symbol_sequence(rng, symbol_count=count, length=given["sequence_length"])
    parameters = {**given, "key": key, "practice": practice, "sequence": sequence}
    title = texts.item_titles["block"]
    return [_question("block", kind="symbol_digit", title=title, asked=title, parameters=parameters)]
