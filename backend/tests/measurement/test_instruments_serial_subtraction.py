"""Serial subtraction: answers as an examiner hears them, each step judged by the number before it."""

from __future__ import annotations

import pytest

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.instruments.scoring import AnsweredQuestion, score_instrument, score_question
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import Score
from cognitive_assessment.records.speech import Word

TASK = {"start": 100, "subtrahend": 7, "steps": 5}
PLANNED = {"item_id": "sevens", "title": "Sevens from 100", "is_practice": False}
PART = {"instrument": "serial_subtraction", "questions": [PLANNED]}

ANSWERS = [
    ("93, 86, 79, 72, 65.", "93, 86, 79, 72, 65", 5),
    ("ninety-three eighty-six seventy-nine seventy-two sixty-five", "93, 86, 79, 72, 65", 5),
    ("Ninety three. Eighty six. Seventy nine. Seventy two. Sixty five. Fifty eight.", "93, 86, 79, 72, 65", 5),
    ("100, 93, 86, 79, 72, 65", "93, 86, 79, 72, 65", 5),
    ("one hundred, ninety-three, eighty-six, seventy-nine, seventy-two, sixty-five", "93, 86, 79, 72, 65", 5),
    ("A hundred take away seven is ninety-three, take away seven is 86, 79, 72, 65", "93, 86, 79, 72, 65", 5),
    ("100 minus 7 is 93. 93 minus 7 is 86. 86 minus 7 is 79, minus 7 is 72, 65.", "93, 86, 79, 72, 65", 5),
    ("Seven from a hundred is 93, seven from 93 is 86, then 79, 72, 65", "93, 86, 79, 72, 65", 5),
    ("um 93 ... er 86 ... let me see ... 79, 72 and 65", "93, 86, 79, 72, 65", 5),
    ("93, 93 ... 86, 79, 72, 65", "93, 86, 79, 72, 65", 5),
    ("93, 85, no, 86, 79, 72, 65", "93, 86, 79, 72, 65", 5),
    ("93, 87, sorry, 86, 79, 72, 65", "93, 86, 79, 72, 65", 5),
    ("94, 87, let me start again, 93, 86, 79, 72, 65", "93, 86, 79, 72, 65", 5),
    ("93, not 87, 86, 79, 72, 65", "93, 86, 79, 72, 65", 5),
    ("93, 86, 79, 72, 65, is that five numbers?", "93, 86, 79, 72, 65", 5),
    ("92, 85, 78, 71, 64", "92, 85, 78, 71, 64", 4),  # one slip, and right from there on
    ("93, 87, 80, 73, 66", "93, 87, 80, 73, 66", 4),
    ("93, 86, 78, 71, 64", "93, 86, 78, 71, 64", 4),
    ("93, 83, 73, 63, 53", "93, 83, 73, 63, 53", 1),
    ("99, 98, 97, 96, 95", "99, 98, 97, 96, 95", 0),
    ("107, 114, 121, 128, 135", "107, 114, 121, 128, 135", 0),  # added instead
    ("93, 86, I can't do any more", "93, 86", 2),
    ("93 and then I don't know", "93", 1),
    ("93 take 7, 86 take 7, 79 take 7, 72 take 7, 65", "93, 86, 79, 72, 65", 5),
    ("100 takeaway 7 93, taking 7, 86, 79, 72, 65", "93, 86, 79, 72, 65", 5),
    ("nine three, eight six, seven nine, seven two, six five", "93, 86, 79, 72, 65", 5),
    ("93 to 86 to 79 to 72 to 65", "93, 86, 79, 72, 65", 5),
    ("93, 86, two to go, 79, 72, 65", "93, 86, 79, 72, 65", 5),
    ("100, 7 off, 93, 7 off, 86, 7 off, 79, 7 off, 72, 7 off, 65", "93, 86, 79, 72, 65", 5),
    (
        "100, seven away, 93, take another 7, 86, take away the 7, 79, minus 7, 72, minus a seven, 65",
        "93, 86, 79, 72, 65",
        5,
    ),
    ("7 off 100 is 93, 7 off 93 is 86, 7 less is 79, then down 7, 72, 65", "93, 86, 79, 72, 65", 5),
    ("7 less than a hundred, 93. Knock 7 off, 86, drop 7, 79, take 7 away, 72, 65", "93, 86, 79, 72, 65", 5),
    ("93, oh hang on, 94, no 93, 86, 79, 72, 65", "93, 86, 79, 72, 65", 5),  # back to the one before
    ("93, 86, 80, no, 86, 79, 72, 65", "93, 86, 79, 72, 65", 5),
    ("93, no, 100, 93, 86, 79, 72, 65", "93, 86, 79, 72, 65", 5),
    ("93, 86, I've lost count. Where was I? 86. 79. 72. 65.", "93, 86, 79, 72, 65", 5),
    ("Mary, be quiet. I'm doing sums. 93, 86, 79, 72, 65", "93, 86, 79, 72, 65", 5),
    ("Start with 100 and take away 7, keep going. 93, 86, 79, 72, 65", "93, 86, 79, 72, 65", 5),
    ("I'm 86 years old, I can't do this. 93.", "93", 1),
    ("93, 86, 70-something, I can't", "93, 86, 70", 2),
    ("93, 86, 78, or is it 79, 72, 65", "93, 86, 79, 72, 65", 5),
    ("93, 86, 79, 72, 65 or 64", "93, 86, 79, 72, 64", 4),  # the last one said counts
    ("93, 86, pass", "93, 86", 2),
    ("I don't know", None, 0),
    ("I was never good at this, I give up", None, 0),
    ("\u200f\u0669\u0663, 86, 79, 72, 65\x00", "93, 86, 79, 72, 65", 5),
]


def scored(text: str, **fields: object) -> Score:
    context = QuestionContext("serial_subtraction", "sevens", "en", parameters=TASK)
    return score_question("serial_subtraction", context, SpokenAnswer(text, **fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(("text", "answer", "steps"), ANSWERS)
def test_each_step_is_judged_by_the_number_before_it_worked_by_hand(text: str, answer: str | None, steps: int) -> None:
    score = scored(text)
    assert (score.answer, score.values, score.rule) == (answer, {"correct_steps": steps}, "serial_subtraction@3")
    assert sum(one.points for one in score.evidence) == steps


def test_what_is_taken_away_after_its_number_is_an_answer_by_the_first_version_and_none_by_the_second() -> None:
    context = QuestionContext("serial_subtraction", "sevens", "en", parameters=TASK)
    said = SpokenAnswer("100, 7 off, 93, 7 off, 86")
    found = [score_question("serial_subtraction", context, said, version=version) for version in (1, 2)]
    assert [one.answer for one in found] == ["7, 93, 7, 86", "93, 86"]
    assert [one.values["correct_steps"] for one in found] == [0, 2]


def test_the_number_that_somebody_goes_back_to_was_another_answer_by_the_second_version() -> None:
    context = QuestionContext("serial_subtraction", "sevens", "en", parameters=TASK)
    said = SpokenAnswer("93, 94, no, 93, 86, 79, 72, 65")
    found = [score_question("serial_subtraction", context, said, version=version) for version in (2, 3)]
    assert [one.answer for one in found] == ["93, 93, 86, 79, 72", "93, 86, 79, 72, 65"]
    assert [(one.values["correct_steps"], one.status) for one in found] == [(4, "scored"), (5, "scored")]


@pytest.mark.parametrize("text", ["9386, 79, 72, 65", "93 86 70 9 72 65"])
def test_numbers_run_together_or_torn_apart_are_read_as_they_were_said(text: str) -> None:
    assert (scored(text).answer, scored(text).values["correct_steps"]) == ("93, 86, 79, 72, 65", 5)


@pytest.mark.parametrize(
    "text",
    [
        "93, 86, 79, 72, 65",
        "92, 85, 78, 71, 64",
        "93 take 7, 86, 79, 72, 65",
        "100, 7 off, 93, 7 off, 86, 7 off, 79, 7 off, 72, 7 off, 65",
        "93 to 86 to 79 to 72 to 65",
        "93 and then I don't know",
    ],
)
def test_a_clear_answer_is_scored(text: str) -> None:
    assert scored(text).status == "scored"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("93, 86", "Only 2 of 5"),
        ("it is a nice day", "Only 0 of 5"),
        ("93, no, 86, 79, 72, 65", "another way"),
        ("9386, 79, 72, 65", "another way"),
        ("93 86 70 9 72 65", "another way"),
        ("nine three, eight six, seven nine, seven two, six five", "another way"),
        ("93, that's 86, carry the one, 79, 72, 65", "1 after 86 may be thinking aloud"),
        ("93, 86, 80 minus 1, 79, 72, 65", "thinking aloud"),
        ("93, 86, 97, 90, 83", "97 after 86"),
        ("93, 86, what was I taking away, 7? 79, 72, 65", "7 after 86 may be thinking aloud"),
        ("ninety-three, eighty-sex, seventy-nine, 72, 65", "80 does not fit between 93 and 79"),
        ("93, 80 ... 86, 79, 72, 65", "86 after 80 may be thinking aloud"),
        ("7, 14, 21, 28, 35", "7 after 100 may be thinking aloud"),
        ("93, 16, 79, 72, 65", "16 does not fit between 93 and 79"),
    ],
)
def test_what_could_be_meant_otherwise_goes_to_a_reviewer(text: str, why: str) -> None:
    score = scored(text)
    assert score.status == "needs_review"
    assert why in (score.reason or "")


@pytest.mark.parametrize("text", ["", "um ... er", "\u200f"])
def test_nothing_said_is_not_scorable(text: str) -> None:
    assert (scored(text).status, dict(scored(text).values)) == ("not_scorable", {})


def test_points_lie_where_the_number_was_said_and_doubt_widens_the_interval() -> None:
    heard = [("93,", 0.99), ("86,", 0.6), ("79,", 0.99), ("72,", 0.99), ("65.", 0.99)]
    words = tuple(Word(text, float(at), at + 0.5, confidence) for at, (text, confidence) in enumerate(heard))
    score = scored("93, 86, 79, 72, 65.", words=words, probability_right=0.6)
    assert [(one.text, one.onset_s) for one in score.evidence] == [
        ("93", 0.0), ("86", 1.0), ("79", 2.0), ("72", 3.0), ("65", 4.0),
    ]  # fmt: skip
    assert score.expected == pytest.approx(4.56)
    assert score.interval_90 == (4.0, 5.0)


def test_an_item_without_its_numbers_is_refused() -> None:
    with pytest.raises(InvalidInput, match="start"):
        score_question("serial_subtraction", QuestionContext("serial_subtraction", "sevens", "en"), SpokenAnswer("93"))


def test_the_measure_is_the_one_questions_count_and_nothing_without_an_answer() -> None:
    score = scored("93, 86, 79, 72, 65")
    result = score_instrument(
        "serial_subtraction", [AnsweredQuestion("sevens", 1, is_practice=False, parameters=TASK, score=score,
                                                skipped_reason=None)], PART,
    )  # fmt: skip
    assert [(m.name, m.value, m.interval_90) for m in result.measures] == [("correct_steps", 5, (5, 5))]
    missing = score_instrument("serial_subtraction", [], PART)
    assert (missing.status, missing.measures[0].value) == ("not_scorable", None)
