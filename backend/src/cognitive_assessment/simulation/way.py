"""The way through a session's plan, with delays that have to pass: the same as the browser's (`session/way.ts`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

Question = dict[str, Any]
Part = dict[str, Any]
# when each item of an instrument was answered last
Answered = Mapping[tuple[str, str], dt.datetime]


def next_step(
    parts: Sequence[Part], answered: Answered, now: dt.datetime
) -> tuple[Part, Question] | dt.datetime | None:
    """The next question; or until when to wait, where only delays are left; or None when all is answered.

    A task that was begun is ended first; between tasks comes what is due, then the next task of the plan.
    """
    waiting = []
    for part in parts:
        left = [one for one in part["questions"] if (part["instrument"], one["item_id"]) not in answered]
        if left:
            waiting.append((part, left[0], _held_until(part, left[0], answered), len(left) < len(part["questions"])))
    for part, question, until, is_begun in waiting:
        if is_begun and until is None:
            return part, question
    for part, question, until, _ in waiting:
        if until is not None and until <= now:
            return part, question
    for part, question, until, _ in waiting:
        if until is None:
            return part, question
    return min((until for _, _, until, _ in waiting if until is not None), default=None)


def group_to_judge(part: Part, question: Question) -> tuple[dict[str, Any], list[str]] | None:
    """The stop rule that is looked at after this question, and the items of its group; None before the group's last."""
    rule: dict[str, Any] | None = next((one for one in part["stop_rules"] if one["block"] == question["block"]), None)
    if rule is None or question["is_practice"]:
        return None
    of_block = [one for one in part["questions"] if one["block"] == rule["block"] and not one["is_practice"]]
    level = question["parameters"][rule["per"]]
    group = [one["item_id"] for one in of_block if one["parameters"][rule["per"]] == level]
    return (rule, group) if question["item_id"] == group[-1] else None


def is_over(rule: Mapping[str, Any], outcomes: Sequence[str]) -> bool:
    """Whether a block ends: only on misses that are certain."""
    return outcomes.count("wrong") >= int(rule["misses"])


def _held_until(part: Part, question: Question, answered: Answered) -> dt.datetime | None:
    rule = question.get("not_before")
    if not rule:
        return None
    return answered[part["instrument"], rule["after"]] + dt.timedelta(seconds=rule["delay_s"])
