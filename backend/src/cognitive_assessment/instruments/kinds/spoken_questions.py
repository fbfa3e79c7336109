"""Questions that are answered aloud, one after the other: asked, shown as a picture, or a sentence to say again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cognitive_assessment.instruments.kinds.given import Fault, Given, Kind, PlannedQuestion, missing_titles, planned
from cognitive_assessment.instruments.schema import Definition, Item, Texts


def _questions(given: Given) -> list[PlannedQuestion]:
    return [
        planned(
            item.id,
            kind="spoken",
            title=given.texts.item_titles[item.id],
            answer=given.answer,
            parameters=dict(item.parameters),
            **_put(item, given),
        )
        for item in given.definition.items
        if item.form in {None, given.form} and (not item.needs_place or given.place.get(item.id))
    ]


def _put(item: Item, given: Given) -> dict[str, Any]:
    """How an item is put: a question to answer, a picture, or a sentence that is heard once and said again."""
    names = given.texts.names.get(item.id)
    known = {"expected": " | ".join(names)} if names else {}
    if item.picture:
        picture = {"kind": "picture", "image": item.picture}
        return {"asked": given.texts.item_titles[item.id], "stimulus": picture, **known}
    if item.id in given.texts.stimuli:
        sentence = given.texts.stimuli[item.id]
        stimulus = {"kind": "sentence", "audio": [given.spoken(sentence)["audio"]], "interval_ms": 0}
        return {"asked": sentence.text, "stimulus": stimulus, "expected": sentence.text}
    prompt = given.texts.prompts[item.id]
    if item.needs_place:
        known = {"expected": given.place[item.id]}
    return {"asked": prompt.text, "prompt": given.spoken(prompt), **known}


def _missing_texts(definition: Definition, texts: Texts) -> list[str]:
    said = texts.prompts | texts.stimuli
    missing = [f"prompts.{item.id}" for item in definition.items if not item.picture and item.id not in said]
    return missing_titles(definition, texts) + missing


def _faults(definition: Definition) -> Iterator[Fault]:
    if definition.answer is None:
        yield ("answer",), "an instrument of kind spoken_questions needs it"


KIND = Kind(_questions, is_spoken=True, faults=_faults, missing_texts=_missing_texts)
