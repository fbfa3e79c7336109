"""The part of a session's plan that one instrument contributes: every question, with its texts, stimulus and limits.

A planned question has `expected` where the right answer is fixed beforehand; the API keeps that from participants.
"""

from __future__ import annotations

from typing import Any

from cognitive_assessment.instruments.kinds import KINDS, Given


def part(given: Given) -> dict[str, Any]:
    """One instrument's part of a plan, as the API's page describes it."""
    definition, texts = given.definition, given.texts
    kind = KINDS[definition.kind]
    practice = definition.practice or kind.practice
    return {
        "instrument": definition.slug,
        "version": definition.version,
        "rule": definition.rule,
        "form": given.form,
        "seed": given.seed,
        "title": texts.title,
        "summary": texts.summary,
        "minutes": definition.minutes,
        "instructions": [given.spoken(text) for text in texts.instructions],
        "blocks": [
            {"block": name, "instructions": [given.spoken(text) for text in of_block]}
            for name, of_block in texts.block_instructions.items()
        ],
        "stop_rules": [rule.model_dump() for rule in definition.stop_rules],
        "practice": None if practice is None else practice.model_dump(),
        "questions": kind.questions(given),
    }
