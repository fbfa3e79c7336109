"""Find a stored question in its session's plan, and say how and when it was put."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from cognitive_assessment.errors import NotFound
from cognitive_assessment.records.answers import QuestionContext
from cognitive_assessment.store.rows import Row


def find(plan: dict[str, Any], instrument: str, item_id: str) -> dict[str, Any]:
    """The planned question; raises `NotFound` if the plan has none of this name."""
    for part in plan["parts"]:
        if part["instrument"] != instrument:
            continue
        for question in part["questions"]:
            if question["item_id"] == item_id:
                found: dict[str, Any] = question
                return found
    raise NotFound(f"The plan of this session has no question {instrument}/{item_id}.")


def context_of(session: Row, question: Row, planned: dict[str, Any]) -> QuestionContext:
    """The question as it was put, in the session's own local time, with the rule by which the session began."""
    rules = {part["instrument"]: part.get("rule") for part in session["plan"]["parts"]}
    return QuestionContext(
        instrument=question["instrument"],
        item_id=question["item_id"],
        locale=session["locale"],
        presented_at=question["presented_at"].astimezone(ZoneInfo(session["time_zone"])),
        expected=planned.get("expected"),
        parameters=planned["parameters"],
        rule=rules[question["instrument"]],
    )
