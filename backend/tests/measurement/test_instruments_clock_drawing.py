"""Clocks as people draw them, worked by hand: what is clear is scored, what is not goes to a reviewer."""

from __future__ import annotations

import pytest

from clocks import Clock, labels
from cognitive_assessment.instruments.scoring import score_question
from cognitive_assessment.records.answers import QuestionContext, TouchResponse

PARTS = ("contour", "numbers", "hands")


def parts(score):
    return tuple(int(score.values[name]) for name in PARTS)


def test_a_clock_without_a_fault_has_every_point_with_the_strokes_it_rests_on():
    score = Clock().outline().numbers().hands().score()
    assert (score.status, score.reason, parts(score)) == ("scored", None, (2, 6, 6))
    assert score.interval_90 == (14.0, 14.0)
    assert sum(row.points for row in score.evidence) == score.values["points"] == 14
    assert score.values["numbers_present"] == score.values["numbers_placed"] == 12
    (hour,) = labels(score, "hour_hand")
    assert hour == "at 335 degrees"
    twelve = next(row for row in score.evidence if row.text == "12")
    assert len(twelve.strokes) == 2
    assert twelve.onset_s < twelve.offset_s < score.values["total_time"]


def test_times_are_those_of_the_pen():
    """By hand: two lines of 1 s and 0.5 s, 2 s to the first, 3 s between, finished 1 s after the last."""
    line = {"pressure": None, "input": "touch", "removed_ms": None}
    strokes = (
        {**line, "position": 0, "points": [[0.1, 0.5, 2000], [0.9, 0.5, 3000]]},
        {**line, "position": 1, "points": [[0.5, 0.1, 6000], [0.5, 0.9, 6500]]},
    )
    context = QuestionContext("clock_drawing", "x", "en", parameters={"hour": 11, "minute": 10})
    summary = {"duration_ms": 7500, "completed": True}
    score = score_question("clock_drawing", context, TouchResponse(strokes, summary))
    named = {"latency": 2.0, "drawing_time": 1.5, "thinking_time": 3.0, "total_time": 7.5, "strokes": 2.0}
    assert {name: score.values[name] for name in named} == named


# name, drawing, points of outline, numbers and hands, status, a word of the reason
AWKWARD = {
    "numbers outside the circle": (Clock().outline().numbers(at=1.1), (2, 5, 6), "scored", None),
    "counter-clockwise": (
        Clock().outline().number("12", 0).number("6", 180),
        None,
        "scored",
        None,
    ),
    "no numbers at all": (Clock().outline(), (2, 0, 6), "scored", None),
    "four numbers alone": (Clock().outline().numbers((12, 3, 6, 9)), (2, 0, 6), "scored", None),
    "two numbers missing": (Clock().outline().numbers((12, 1, 2, 3, 4, 6, 7, 9, 10, 11)), (2, 4, 6), "scored", None),
    "the numbers before the outline": (Clock().numbers().outline(), (2, 6, 6), "scored", None),
    "an outline of two halves": (Clock().outline(0, 178).outline(182, 358).numbers(), (2, 6, 6), "scored", None),
    "an outline drawn twice": (Clock().outline().outline(20, 375).numbers(), (2, 6, 6), "scored", None),
    "an outline that is not closed": (Clock().outline(0, 310).numbers(), (1, 6, 6), "scored", None),
    "a flat outline": (Clock().outline(flat=0.55), (1, 0, 6), "scored", None),
    "tiny": (Clock(x=0.3, y=0.4, radius=0.15, tremor=0.0004).outline().numbers(), (2, 6, 6), "scored", None),
    "half off the square": (Clock(x=0.9, y=0.2).outline().numbers(), (2, 6, 6), "scored", None),
    "all numbers on the right": (
        Clock().outline().numbers(range(1, 7)),
        (2, 0, 6),
        "scored",
        None,
    ),
    "numbers go on to fourteen": (Clock().outline().numbers().number("13", 15, at=0.55), None, None, None),
    "a trembling hand": (Clock(tremor=0.004).outline().numbers(), None, None, None),
    "begun, cleared and drawn again": (
        Clock().outline().number("3", 10).take_back(0, 1).outline().numbers(),
        (2, 6, 6),
        "scored",
        None,
    ),
}


@pytest.mark.parametrize("name", AWKWARD)
def test_outlines_and_numbers_as_people_draw_them(name):
    clock, expected, status, _ = AWKWARD[name]
    score = clock.hands().score()
    print(
        name,
        parts(score),
        score.status,
        score.reason,
        score.interval_90,
        [
            (e.text, e.label)
            for e in score.evidence
            if e.label in ("unsure", "again", "not_of_a_clock", "more_hands", "wrong", "partly")
        ],
    )
    if expected:
        assert parts(score) == expected
