"""What a person may give as a score by hand: whatever the rule of the question can give, and nothing else."""

from __future__ import annotations

import pytest

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.instruments import score_ranges
from cognitive_assessment.instruments.catalogue import catalogue

PLANS = {name: catalogue().make_plan(name, "en", 42) for name in catalogue().batteries}
PARTS = {part["instrument"]: plan for plan in PLANS.values() for part in plan["parts"]}


def refusal(instrument, item_id, **values):
    try:
        score_ranges.require_possible(PARTS[instrument], instrument, item_id, values)
    except InvalidInput as error:
        return error.message
    return None


def test_every_rule_says_what_its_values_can_be():
    rules = {definition.rule.partition("@")[0] for definition in catalogue().instruments.values()}
    assert rules == score_ranges.HIGHEST.keys()
    for instrument, plan in PARTS.items():
        part = next(part for part in plan["parts"] if part["instrument"] == instrument)
        for question in part["questions"]:
            highest = score_ranges.HIGHEST[part["rule"].partition("@")[0]](question)
            assert all(value > 0 for value in highest.values()), (instrument, question["item_id"])
            assert refusal(instrument, question["item_id"], **highest) is None


@pytest.mark.parametrize(
    ("instrument", "item_id", "value", "most"),
    [
        ("digit_span", "forward_3_1", "points", 1),
        ("word_list", "learning_1", "recalled", 10),
        ("serial_subtraction", "sevens", "correct_steps", 5),
        ("clock_drawing", "ten_past_eleven", "points", 14),
        ("gds_15", "form", "total", 15),
        ("phq_9", "form", "total", 27),
        ("gad_7", "form", "total", 21),
        ("trail_making", "part_a", "reached", 25),
        ("reaction_time", "simple", "accuracy", 100),
        ("picture_description", "scene_a", "mattr", 1),
    ],
)
def test_the_most_of_a_rule_is_taken_and_more_or_less_than_nothing_is_not(instrument, item_id, value, most):
    instrument_items = {q["item_id"] for p in PARTS[instrument]["parts"] for q in p["questions"]}
    assert item_id in instrument_items
    assert [refusal(instrument, item_id, **{value: given}) for given in (0, most)] == [None, None]
    assert refusal(instrument, item_id, **{value: most + 0.5}) == f"{value} of this question is 0 to {most}."
    assert refusal(instrument, item_id, **{value: -1}) == f"{value} of this question is 0 to {most}."


def test_counts_and_times_have_no_end_and_a_bias_has_two_sides():
    assert refusal("category_fluency", "animals", valid=41) is None
    assert refusal("category_fluency", "animals", valid=-1) == "valid of this question is not below 0."
    assert refusal("go_no_go", "block", criterion=-1.2) is None
    assert refusal("go_no_go", "block", criterion=-11) == "criterion of this question is -10 to 10."
