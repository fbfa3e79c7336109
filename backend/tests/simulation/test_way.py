"""The simulated way through a plan with delays: the same order as the browser's."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.simulation.way import group_to_judge, is_over, next_step

START = dt.datetime(2026, 11, 23, 10, 0, tzinfo=dt.UTC)


def minutes(count: float) -> dt.timedelta:
    return dt.timedelta(minutes=count)


def taken(battery: str, seconds_each: float) -> tuple[list[str], list[dt.timedelta]]:
    """Each instrument as it comes, and every wait, for somebody who needs so long for each question."""
    parts = catalogue().make_plan(battery, "en", 7)["parts"]
    answered: dict[tuple[str, str], dt.datetime] = {}
    now, order, waits = START, [], []
    while (step := next_step(parts, answered, now)) is not None:
        if isinstance(step, dt.datetime):
            waits.append(step - now)
            now = step
            continue
        part, question = step
        name = f"{part['instrument']}{'*' if question['not_before'] else ''}"
        if not order or order[-1].rstrip("*") != part["instrument"] or question["not_before"]:
            order.append(name)
        now += dt.timedelta(seconds=seconds_each)
        answered[part["instrument"], question["item_id"]] = now
    return order, waits


def test_others_come_meanwhile_and_what_is_due_comes_at_the_next_boundary() -> None:
    order, waits = taken("brief", 30)
    assert order == ["orientation", "word_list", "digit_span", "word_list*", "symbol_digit", "category_fluency"]
    assert waits == []


def test_who_is_quick_waits_for_what_is_left_of_the_delay() -> None:
    order, waits = taken("brief", 1)
    assert order == ["orientation", "word_list", "digit_span", "symbol_digit", "category_fluency", "word_list*"]
    assert waits == [dt.timedelta(seconds=300 - 30 - 2)]


@pytest.mark.parametrize("battery", ["brief", "full"])
def test_no_words_come_between_learning_and_recall(battery: str) -> None:
    order, _ = taken(battery, 20)
    between = order[order.index("word_list") + 1 : order.index("word_list*")]
    assert between
    with_words = {"sentence_repetition", "naming", "picture_description"}
    assert not {one for one in between if "fluency" in one or one in with_words}


@pytest.mark.parametrize(("away", "first"), [(2.0, "digit_span"), (180.0, "digit_span")])
def test_what_was_begun_is_ended_first_also_after_hours(away: float, first: str) -> None:
    parts: list[dict[str, Any]] = catalogue().make_plan("brief", "en", 7)["parts"]
    answered = {("orientation", q["item_id"]): START for q in parts[0]["questions"]}
    answered |= {("word_list", f"learning_{n}"): START for n in (1, 2, 3)}
    answered |= {("digit_span", "forward_practice"): START + minutes(1)}
    step = next_step(parts, answered, START + minutes(away))
    assert not isinstance(step, dt.datetime)
    assert step is not None
    assert step[0]["instrument"] == first


def test_a_block_is_judged_after_the_last_trial_of_a_length_and_ends_on_misses_that_are_certain() -> None:
    part = next(p for p in catalogue().make_plan("brief", "en", 7)["parts"] if p["instrument"] == "digit_span")
    questions = {one["item_id"]: one for one in part["questions"]}
    assert group_to_judge(part, questions["forward_practice"]) is None
    assert group_to_judge(part, questions["forward_4_1"]) is None
    rule, group = group_to_judge(part, questions["forward_4_2"]) or ({}, [])
    assert group == ["forward_4_1", "forward_4_2"]
    assert is_over(rule, ["wrong", "wrong"])
    assert not is_over(rule, ["wrong", "doubtful"])
    assert not is_over(rule, ["wrong", "waiting"])
