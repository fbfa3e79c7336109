"""Digit span: single trials as people answer them, and the measures of whole blocks."""

from __future__ import annotations

import dataclasses
import itertools
import math
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.instruments.scoring import AnsweredQuestion, score_instrument, score_question
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import InstrumentResult, Measure, Score
from cognitive_assessment.records.speech import Word

ANSWERS = [
    ("582", "5 8 2", 1),
    ("582", "five eight two", 1),
    ("582", "Five, ate, too.", 1),
    ("582", "5-8-2", 1),
    ("582", "582.", 1),
    ("582", "five eighty-two", 1),
    ("582", "five hundred and eighty two", 1),
    ("582", "um five... eight... two I think", 1),
    ("582", "five eight three, no, five eight two", 1),
    ("582", "five eight three, no, two", 1),
    ("582", "five, no wait, five eight two", 1),
    ("582", "five nine two, sorry, five eight two", 1),
    ("582", "five nine, let me start again, five eight two", 1),
    ("582", "That was quick. Five eight two.", 1),
    ("582", "was it five eight two?", 1),
    ("582", "okay, so, five, eight, and then two", 1),
    ("582", "five eight two, that's a hard one", 1),
    ("582", "I heard five eight two", 1),
    ("582", "Oh, five eight two.", 1),
    ("582", "five eight two. Five eight two.", 1),
    ("582", "\u200f\u0665 \u0668 \u0662\x00", 1),
    ("582", "five eight two, no, five eight three", 0),
    ("582", "five two eight", 0),
    ("582", "five eight", 0),
    ("582", "five eight two one", 0),
    ("582", "eight five two", 0),
    ("582", "I don't know", 0),
    ("582", "I've forgotten it already", 0),
    ("3719", "thirty-seven nineteen", 1),
    ("3719", "three thousand seven hundred and nineteen", 1),
    ("3719", "three seven one, no, one nine", 1),
    ("7729", "double seven two nine", 1),
    ("285", "you said five eight two, so backwards that's two eight five", 1),
    ("285", "five eight two... so two eight five", 1),
    ("285", "five eight two", 0),
    ("1", "one", 1),
]


def _score(expected: str, text: str, *, block: str | None = None, version: int | None = None, **fields: Any) -> Score:
    context = QuestionContext("digit_span", "x", "en", None, expected, {"block": block} if block else None)
    return score_question("digit_span", context, SpokenAnswer(text, **fields), version=version)


@pytest.mark.parametrize(("expected", "text", "points"), ANSWERS)
def test_a_trial(expected: str, text: str, points: int) -> None:
    score = _score(expected, text)
    assert score.values == {"points": points}
    assert score.rule == "digit_span@5"
    assert sum(one.points for one in score.evidence) == points


# what was said for 3 9 1 7, points, and whether somebody has to listen
TAKEN_BACK = [
    ("three nine one seven, two? No.", 1, True),
    ("3 9 1 7, two? no", 1, True),
    ("three nine one seven two no", 1, True),
    ("three nine one seven ... two ... no", 1, True),
    ("three nine one seven, is there a two? no", 1, True),
    ("three nine one seven, seven ... no", 1, True),
    ("three nine one seven two, sorry", 1, True),
    ("three nine one seven two, not two", 1, True),
    ("three nine one seven two. Scratch the two.", 1, True),
    ("three nine one ... seven ... no", 1, True),  # whether the seven is taken back, nobody knows
    ("three nine one seven, no, that's wrong", 1, True),
    ("three nine one seven. Sorry, that was quick.", 1, False),
    ("was there a two? No, three nine one seven", 1, False),
    ("three nine two, no, one seven", 1, False),
    ("three nine one seven two", 0, False),
    ("three nine one seven, no, two", 0, False),  # the seven was changed
    ("three nine one seven, no, three nine seven one", 0, False),
    ("three nine one two, seven? no", 0, False),  # without the seven it is wrong, too
    ("three nine seven one, no", 0, False),
    ("three nine one, no", 0, True),  # as any answer with a digit too few and a word beside it
]


@pytest.mark.parametrize(("text", "points", "is_reviewed"), TAKEN_BACK)
def test_a_digit_that_is_taken_back_after_the_right_ones_is_no_sure_miss(
    text: str, points: int, is_reviewed: bool
) -> None:
    score = _score("3917", text)
    assert (score.values["points"], score.status == "needs_review") == (points, is_reviewed)


def test_a_fourth_digit_taken_back_leaves_three() -> None:
    score = _score("391", "three nine one, seven ... no", probability_right=0.98)
    assert (score.values["points"], score.status, score.interval_90) == (1, "needs_review", (0.0, 1.0))
    assert [one.label for one in score.evidence] == ["may_be_right"]
    before = _score("391", "three nine one, seven ... no", version=4, probability_right=0.98)
    assert (before.values["points"], before.status) == (0, "scored")


@pytest.mark.parametrize("text", ["", "  ", "\x00", "um... er", "...", "\u200f"])
def test_nothing_said_is_not_scorable(text: str) -> None:
    score = _score("582", text)
    assert (score.status, dict(score.values), score.evidence) == ("not_scorable", {}, ())
    assert score.reason


def test_an_answer_said_twice_is_that_answer_and_looked_at() -> None:
    score = _score("582", "five eight two, five eight two")
    assert (score.answer, score.values["points"], score.status) == ("582", 1, "needs_review")
    assert _score("582582", "five eight two five eight two").status == "scored"


def test_words_without_digits_are_reviewed() -> None:
    assert _score("582", "what a lovely day").status == "needs_review"
    assert _score("582", "I don't know").status == "scored"


def test_a_wrong_answer_names_the_right_one_and_its_words() -> None:
    score = _score("582", "five nine two")
    assert [(one.text, one.label) for one in score.evidence] == [("five nine two", "wrong")]
    assert score.reason == "The right answer was 582."
    assert score.answer == "592"


def test_evidence_has_the_seconds_of_its_words_only() -> None:
    texts = ["Five,", "nine,", "sorry,", "five", "eight", "two."]
    words = tuple(Word(text, float(at), at + 0.5, 0.9) for at, text in enumerate(texts))
    score = _score("582", " ".join(texts), words=words)
    assert (score.evidence[0].onset_s, score.evidence[0].offset_s) == (3.0, 5.5)


def test_words_that_disagree_with_the_text_give_no_seconds() -> None:
    assert _score("582", "582", words=(Word("else", 0, 1, 0.9),)).evidence[0].onset_s is None


def test_a_doubtful_hearing_is_reviewed_and_carries_its_uncertainty() -> None:
    score = _score("582", "592", probability_right=0.6, needs_review=True, alternatives=("682", "582 1"))
    assert (score.status, score.values, score.expected) == ("needs_review", {"points": 0}, 0)
    alone = _score("582", "592", probability_right=0.6, needs_review=True)
    assert alone.expected == pytest.approx(0.2)
    assert alone.interval_90 == (0, 1)


def _sounds(*stretches: dict[int, float]) -> tuple[tuple[float, ...], ...]:
    """What stretches of voice sound like: of each how many times as likely a digit is as the others."""
    rows = [[math.log(odds.get(digit, 1e-6)) for digit in range(10)] for odds in stretches]
    return tuple(tuple(row) for row in rows)


ALIKE = _sounds({4: 1.0}, {1: 1.0}, {3: 1.0, 6: 0.05})  # the last may be six as well as three
FAR = _sounds({4: 1.0}, {5: 1.0, 1: 0.005}, {6: 1.0})  # 200 times as much like five as like one
TOGETHER = _sounds({4: 1.0}, {5: 1.0, 1: 0.05}, {3: 1.0, 6: 0.05})  # one by one within fifty times, together not
SURE = _sounds({4: 1.0}, {5: 1.0}, {6: 1.0})
DOUBTS = [  # said, what else was heard, what it sounds like -> points, and whether a person looks
    ("456", ("four, one, six.",), SURE, 1, True),  # two digits that sound alike
    ("456", ("Four, five, six.", "156", "416"), SURE, 1, True),
    ("Oh, one tick.", ("415", "416"), (), 1, True),  # no digit in the wording that counts
    ("46", ("four one six",), (), 1, True),  # a digit swallowed
    ("4116", ("416",), (), 1, True),  # a digit heard twice
    ("413", ("Four, one, three.",), ALIKE, 1, True),
    ("4 1 3", (), ALIKE, 1, True),
    ("456", (), FAR, 0, False),
    ("453", (), TOGETHER, 0, False),
    ("46", (), _sounds({4: 1.0}, {6: 1.0}), 0, False),  # a digit too few cannot sound like all
    ("4136", (), _sounds({4: 1.0}, {1: 1.0}, {3: 1.0}, {6: 1.0}), 0, False),  # nor one too many
    ("456", ("four, one, six, no, four, five, six.",), SURE, 0, False),  # it takes itself back in every hearing
    ("four one six no four five six", ("four one six",), SURE, 0, True),  # the other hearing lost the correction
    ("456", ("416", "four one six, no, four five six"), SURE, 0, True),
    ("456", ("four one six or four five six",), SURE, 0, False),  # what is not clear itself is no reason
    ("456", ("four one six four one six",), SURE, 0, False),
    ("I don't know", ("four one six",), (), 0, True),
    ("456", ("4.5.6.", "156", "4166"), SURE, 0, False),
    ("456", ("", "mm", "four or six"), (), 0, False),
    ("614", ("6 1 4", "64"), _sounds({6: 1.0}, {1: 1.0}, {4: 1.0}), 0, False),  # another order sounds otherwise
    ("416", ("456", "4 5 6"), TOGETHER, 1, False),  # what is right as heard surely has its point
    ("I don't know", ("I do not know",), (), 0, False),
]


@pytest.mark.parametrize(("said", "others", "sounds", "points", "is_reviewed"), DOUBTS)
def test_by_the_fourth_version_a_miss_that_may_be_misheard_counts_until_somebody_has_listened(
    said: str, others: tuple[str, ...], sounds: tuple[tuple[float, ...], ...], points: int, is_reviewed: bool
) -> None:
    heard = {"probability_right": 0.98, "alternatives": others, "digit_sounds": sounds}
    score = _score("416", said, version=4, **heard)
    assert (score.status == "needs_review", score.values["points"]) == (is_reviewed, points)
    assert sum(one.points for one in score.evidence) == points
    assert ("may be right" in (score.reason or "") or "another hearing" in (score.reason or "")) == is_reviewed
    if is_reviewed and points:
        assert (score.expected, score.interval_90) == (0.5, (0, 1))


@pytest.mark.parametrize(("said", "others", "sounds", "_points", "_is_reviewed"), DOUBTS)
def test_the_rules_of_before_know_nothing_of_sounds(
    said: str, others: tuple[str, ...], sounds: tuple[tuple[float, ...], ...], _points: int, _is_reviewed: bool
) -> None:
    context = QuestionContext("digit_span", "x", "en", None, "416")
    for version in (1, 2, 3):
        heard = SpokenAnswer(said, probability_right=0.6, alternatives=others)
        with_sounds = dataclasses.replace(heard, digit_sounds=sounds)
        before = score_question("digit_span", context, heard, version=version)
        assert score_question("digit_span", context, with_sounds, version=version) == before
        assert (before.rule, before.values["points"]) == (f"digit_span@{version}", float(said == "416"))


@pytest.mark.parametrize(
    ("said", "sounds", "others", "status"),
    [
        ("453", SURE, (), "scored"),  # whether five or nine, four or three: no one and no six
        ("456", SURE, ("Four, nine, six.", "156"), "scored"),
        ("456", FAR, (), "needs_review"),  # 200 times is neither alike nor surely another
        ("456", (), (), "needs_review"),  # nothing is known of the sounds
        ("46", _sounds({4: 1.0}, {6: 1.0}), (), "needs_review"),  # two digits may lie in one stretch of voice
        ("four five six or four five three", SURE, (), "needs_review"),  # unclear in itself
    ],
)
def test_by_the_fourth_version_a_miss_is_one_if_its_sound_is_surely_another(
    said: str, sounds: tuple[tuple[float, ...], ...], others: tuple[str, ...], status: str
) -> None:
    heard = {"probability_right": 0.3, "needs_review": True, "alternatives": others, "digit_sounds": sounds}
    score = _score("416", said, version=4, **heard)
    assert (score.status, score.values["points"]) == (status, 0)
    if status == "scored":
        assert (score.expected, score.interval_90, score.probability_right) == (0, (0, 0), 0.3)


BARELY = _sounds({4: 1.0}, {5: 1.0, 1: 0.0003}, {6: 1.0})
RARELY = _sounds({4: 1.0}, {5: 1.0, 1: 0.00001}, {6: 1.0})
SWALLOWED = _sounds({4: 1.0}, {6: 1.0})
WEIGHED = [  # said, what else was heard, sounds, block -> points, whether a person looks, the expected value
    ("413", (), ALIKE, None, 1, True, 0.869),  # three or six: a replaced digit is the rarer of the two
    ("413", ("Four, one, three.",), ALIKE, "backward", 1, True, 0.980),
    ("456", (), FAR, None, 0, True, 0.399),  # more probably five
    ("456", (), FAR, "forward", 1, True, 0.956),  # but nearly everybody can say three digits
    ("456", (), BARELY, None, 0, False, 0.038),
    ("453", (), TOGETHER, None, 1, True, 0.758),  # two digits are seldom both replaced
    ("456", (), SURE, "forward", 0, False, 0.004),
    ("614", (), _sounds({6: 1.0}, {1: 1.0}, {4: 1.0}), "backward", 0, False, 0.0),  # another order
    ("46", (), SWALLOWED, None, 0, False, 0.012),  # a digit left out
    ("46", (), SWALLOWED, "forward", 0, True, 0.282),  # so short a sequence may have been said without a pause
    ("46", ("four one sick",), SWALLOWED, None, 0, False, 0.012),
    ("46", ("4166",), SWALLOWED, "forward", 0, False, 0.0),  # more digits heard than stretches: these say nothing
    ("4136", (), _sounds({4: 1.0}, {1: 1.0}, {3: 1.0}, {6: 1.0}), "forward", 0, False, 0.01),
    ("456", ("416",), SURE, "forward", 1, True, 0.5),  # clearly right in another hearing
    ("456", ("Four, five, six.", "416"), (), None, 1, True, 0.5),
    ("Oh, one tick.", (), ALIKE, None, 1, True, 0.869),  # no digit in the wording that counts
    ("Oh, one tick.", (), SURE, None, 0, False, 0.01),  # not a digit a stretch: its sound makes nothing sure
    ("four one six no four five six", ("four one six",), SURE, None, 0, True, 0.02),  # taken back in one hearing
    ("four one six no four one three", (), ALIKE, None, 0, True, 0.01),
    ("I don't know", (), SURE, None, 0, False, 0.01),
    ("I don't know", ("four one six",), (), None, 0, True, 0.02),
    ("416", ("456",), SURE, None, 1, False, 0.98),  # what is right as heard has its point
    ("456", ("four or six",), (), None, 0, False, 0.0),  # nothing is known of its sound
]


@pytest.mark.parametrize(("said", "others", "sounds", "block", "points", "is_reviewed", "expected"), WEIGHED)
def test_a_miss_is_weighed_by_its_sound_and_what_people_say(
    said: str,
    others: tuple[str, ...],
    sounds: tuple[tuple[float, ...], ...],
    block: str | None,
    points: int,
    is_reviewed: bool,
    expected: float,
) -> None:
    score = _score("416", said, block=block, probability_right=0.98, alternatives=others, digit_sounds=sounds)
    assert (score.status == "needs_review", score.values["points"]) == (is_reviewed, points)
    assert score.expected == pytest.approx(expected, abs=1e-3)
    assert [one.points for one in score.evidence] == [points]


def test_a_sure_miss_needs_nobody_however_unsure_its_digits_are_unless_it_is_unclear_in_itself() -> None:
    unsure = {"probability_right": 0.3, "needs_review": True, "digit_sounds": SURE}
    score = _score("416", "453", **unsure)
    assert (score.status, score.expected, score.interval_90, score.probability_right) == ("scored", 0.0001, (0, 0), 0.3)
    assert _score("416", "four five six or four five three", **unsure).status == "needs_review"


@pytest.mark.parametrize("said", ["Well, 46.", "Forty one", "Oh, one tick.", "4", "4186"])
def test_where_not_one_digit_a_stretch_was_read_no_unsure_miss_is_made_sure_by_its_sound(said: str) -> None:
    """Two digits may share a stretch beside one that is a filler, as when somebody speaks in groups."""
    score = _score("416", said, block="forward", probability_right=0.3, needs_review=True, digit_sounds=SURE)
    assert (score.status, score.values["points"], score.interval_90) == ("needs_review", 0, (0, 1))


@pytest.mark.parametrize("sounds", [_sounds({}, {}, {}), ALIKE, SURE])
@pytest.mark.parametrize("said", ["Hello there, dear.", "My daughter came.", "I can't hear you.", "Pardon?"])
def test_words_in_which_nobody_hears_a_digit_get_no_point_by_their_sound(
    said: str, sounds: tuple[tuple[float, ...], ...]
) -> None:
    heard = {"probability_right": 0.3, "needs_review": True, "digit_sounds": sounds}
    score = _score("416", said, block="forward", alternatives=("Hello.", said), **heard)
    assert (score.status, score.values["points"]) == ("needs_review", 0)
    assert "By its sound" not in (score.reason or "")


def test_a_sure_miss_keeps_the_probability_with_which_it_is_none() -> None:
    """Worked by hand: e squared times 0.00001 x 0.99 for right, 0.2 / 27 for a digit replaced, to the first figure."""
    score = _score("416", "456", block="backward", digit_sounds=RARELY, probability_right=0.3, needs_review=True)
    assert (score.status, score.interval_90) == ("scored", (0, 0))
    assert score.expected == pytest.approx(0.0098, abs=2e-4)


def test_what_counts_in_doubt_tells_all_reasons_and_what_was_heard() -> None:
    score = _score("416", "413", probability_right=0.4, needs_review=True, reason="Noisy.", alternatives=("416",))
    assert score.reason == (
        "In another hearing the answer is right: it counts as right until somebody has listened. Noisy. "
        "The right answer was 416."
    )
    assert score.answer == "413"
    assert [one.label for one in score.evidence] == ["may_be_right"]
    assert score.expected == 0.6  # all other hearings are right: more than one half


@pytest.mark.parametrize("expected", [None, "", "5a", "\u0665"])
def test_a_trial_without_right_digits_is_refused(expected: str | None) -> None:
    with pytest.raises(InvalidInput):
        score_question("digit_span", QuestionContext("digit_span", "x", "en", None, expected), SpokenAnswer("5"))


PART = next(p for p in catalogue().make_plan("brief", "en", 7)["parts"] if p["instrument"] == "digit_span")


Points = int | Literal["passed"] | None


def _answered(points: dict[str, list[Points]], **scores: Any) -> list[AnsweredQuestion]:
    """Answer each block's trials in order; "passed" is one that the person left out, None one after the stop."""
    answered = []
    for block, of_block in points.items():
        questions = [q for q in PART["questions"] if q["block"] == block and not q["is_practice"]]
        for question, point in itertools.zip_longest(questions, of_block):
            score = (
                None
                if point is None or point == "passed"
                else Score("scored", "digit_span", question["item_id"], "digit_span@2", {"points": point}, **scores)
            )
            skipped = "stop_rule" if point is None else "participant" if point == "passed" else None
            answered.append(AnsweredQuestion(question["item_id"], 1, False, question["parameters"], score, skipped))
    return answered


def _values(result: InstrumentResult) -> dict[str, float | None]:
    return {measure.name: measure.value for measure in result.measures}


FORWARD: list[Points] = [1, 1, 1, 0, 0, 1, 0, 0]
BACKWARD: list[Points] = [1, 1, 0, 1, 0, 0]


def test_a_whole_session_worked_by_hand() -> None:
    result = score_instrument("digit_span", _answered({"forward": FORWARD, "backward": BACKWARD}), PART)
    assert result.status == "scored"
    assert _values(result) == {
        "longest_forward": 5,
        "correct_forward": 4,
        "longest_backward": 3,
        "correct_backward": 3,
        "correct_total": 7,
    }


def test_a_span_of_seven_takes_eight_trials_below_it_and_four_at_it_and_above_as_woods_and_others_2011_say() -> None:
    """Woods DL and others, J Clin Exp Neuropsychol 2011; 33: 101-111 (PMC2978794), on two trials a length from 3."""
    forward: list[Points] = [*[1] * 8, *[1, 0], *[0, 0]]
    answered = _answered({"forward": forward, "backward": BACKWARD})
    values = _values(score_instrument("digit_span", answered, PART))
    assert (values["longest_forward"], values["correct_forward"]) == (7, 9)
    given = [one for one in answered if one.item_id.startswith("forward") and one.score is not None]
    assert len(given) == 12


def test_misheard_trials_widen_the_interval() -> None:
    scores = _answered({"forward": FORWARD, "backward": BACKWARD}, expected=0.5)
    longest = score_instrument("digit_span", scores, PART).measures[0]
    assert longest.interval_90 == (4, 6)
    assert longest.expected == pytest.approx(0.75 * 6 + 0.1875 * 5 + 0.046875 * 4 + 0.01171875 * 3, abs=1e-3)


def test_a_trial_that_is_missing_makes_its_measures_not_scorable() -> None:
    answered = _answered({"forward": FORWARD, "backward": BACKWARD})
    result = score_instrument("digit_span", answered[1:], PART)
    assert result.status == "not_scorable"
    assert result.reason is not None
    assert "Forward, 3 digits, trial 1" in result.reason
    values = _values(result)
    assert values["longest_forward"] is None
    assert values["correct_total"] is None
    assert values["longest_backward"] == 3


def test_a_stop_before_two_misses_is_missing_trials() -> None:
    result = score_instrument("digit_span", _answered({"forward": [1, 1, 1, 0], "backward": BACKWARD}), PART)
    assert result.status == "not_scorable"


def test_nothing_answered_is_not_scorable() -> None:
    assert score_instrument("digit_span", [], PART).status == "not_scorable"


def test_a_trial_to_review_makes_the_result_one_to_review() -> None:
    answered = _answered({"forward": FORWARD, "backward": BACKWARD})
    first = answered[0]
    score = Score("needs_review", "digit_span", first.item_id, "digit_span@2", {"points": 1}, expected=0.6)
    again = AnsweredQuestion(first.item_id, 2, False, first.parameters, score, None)
    result = score_instrument("digit_span", [*answered, again], PART)
    assert result.status == "needs_review"
    assert {m.name: m.status for m in result.measures}["longest_backward"] == "scored"


def test_the_second_attempt_counts_and_practice_does_not() -> None:
    answered = _answered({"forward": FORWARD, "backward": BACKWARD})
    first = answered[0]
    unreadable = Score("not_scorable", "digit_span", first.item_id, "digit_span@2", reason="Silent.")
    answered[0] = AnsweredQuestion(first.item_id, 2, False, first.parameters, first.score, None)
    answered.append(AnsweredQuestion(first.item_id, 1, False, first.parameters, unreadable, None))
    answered.append(AnsweredQuestion("forward_practice", 1, True, {"length": 2}, unreadable, None))
    assert score_instrument("digit_span", answered, PART).status == "scored"


def _spans(forward: list[Points], version: int = 2) -> dict[str, Measure]:
    answered = _answered({"forward": forward, "backward": BACKWARD})
    result = score_instrument("digit_span", answered, PART, version=version)
    return {measure.name: measure for measure in result.measures}


def test_by_the_first_version_a_trial_passed_over_is_missed_and_two_end_the_block() -> None:
    found = _spans([1, 1, "passed", "passed", 1, 1, 1, 0, 0, 0], version=1)
    assert (found["longest_forward"].value, found["correct_forward"].value) == (3, 2)
    assert found["longest_forward"].interval_90 == (3, 3)
    assert _spans(["passed", *FORWARD[1:]], version=1)["correct_forward"].value == 3


def test_worked_by_hand_two_passed_over_are_not_the_two_misses_of_blackburn_and_benton_1957() -> None:
    """3 right, right; 4 passed over twice; 5 right, right; 6 right, wrong; 7 wrong, wrong, which ends it."""
    found = _spans([1, 1, "passed", "passed", 1, 1, 1, 0, 0, 0])
    longest, right, total = (found[name] for name in ("longest_forward", "correct_forward", "correct_total"))
    assert (longest.value, longest.interval_90) == (6, (6, 6))  # whatever the two of length 4 would have been
    assert (right.value, right.interval_90) == (5, (5, 7))
    assert (total.value, total.interval_90) == (8, (8, 10))  # and three backward
    assert {one.status for one in (longest, right, total)} == {"needs_review"}
    assert longest.expected is right.expected is total.expected is None
    for title in ("Forward, 4 digits, trial 1", "Forward, 4 digits, trial 2"):
        assert title in (longest.reason or "")
    assert (found["longest_backward"].status, found["longest_backward"].reason) == ("scored", None)


def test_worked_by_hand_one_passed_over_beside_a_miss_may_be_the_longest_of_blackburn_and_benton_1957() -> None:
    """3 right, right; 4 right, wrong; 5 passed over, wrong; 6 wrong, wrong, which ends it: longest 4 or 5."""
    found = _spans([1, 1, 1, 0, "passed", 0, 0, 0])
    assert (found["longest_forward"].value, found["longest_forward"].interval_90) == (4, (4, 5))
    assert (found["correct_forward"].value, found["correct_forward"].interval_90) == (3, (3, 4))


def test_after_a_trial_passed_over_the_rest_has_to_be_there() -> None:
    assert _spans([1, 1, "passed", 0])["longest_forward"].status == "not_scorable"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([0, 1, "passed"]), min_size=14, max_size=14))
def test_a_trial_passed_over_is_between_a_wrong_and_a_right_one(trials: list[Points]) -> None:
    found = _spans(trials)
    if all(trial == "passed" for trial in trials):
        assert found["correct_forward"].value is None
        return
    if "passed" not in trials:
        assert found == _spans(trials, version=1)
    right, longest = found["correct_forward"], found["longest_forward"]
    assert right.interval_90 is not None
    assert longest.interval_90 is not None
    assert right.interval_90[0] == right.value <= right.interval_90[1]
    assert longest.interval_90[0] == longest.value <= longest.interval_90[1]
    best = _spans([1 if trial == "passed" else trial for trial in trials])
    assert (best["correct_forward"].value, best["longest_forward"].value) == (
        right.interval_90[1],
        longest.interval_90[1],
    )


def test_a_trial_passed_over_and_then_scored_by_hand_is_known() -> None:
    forward: list[Points] = [1, 1, "passed", 1, 0, 0]
    answered = _answered({"forward": forward, "backward": BACKWARD})
    third = answered[2]
    by_hand = Score("scored", "digit_span", third.item_id, "digit_span@2", {"points": 1}, expected=1)
    answered[2] = AnsweredQuestion(third.item_id, 1, False, third.parameters, by_hand, None)
    result = score_instrument("digit_span", answered, PART)
    assert (result.status, result.measures[1].value) == ("scored", 4)


def test_a_microphone_that_was_not_there_is_no_miss() -> None:
    answered = _answered({"forward": FORWARD, "backward": BACKWARD})
    lost = AnsweredQuestion(answered[0].item_id, 1, False, answered[0].parameters, None, "microphone")
    assert _values(score_instrument("digit_span", [lost, *answered[1:]], PART))["longest_forward"] is None


def test_trials_given_after_the_stop_do_not_count() -> None:
    late: list[Points] = [1, 1, 0, 0, 1, 1]
    values = _values(score_instrument("digit_span", _answered({"forward": late, "backward": BACKWARD}), PART))
    assert (values["longest_forward"], values["correct_forward"]) == (3, 2)


@pytest.mark.parametrize(("version", "points", "longest"), [(4, 0, 5), (5, 0, 3), (5, 1, 5)])
def test_what_came_after_two_misses_of_which_one_waits_for_a_reviewer_counts_once_that_was_none(
    version: int, points: int, longest: int
) -> None:
    answered = _answered({"forward": [1, 1, 0, 0, 1, 1, 0, 0], "backward": BACKWARD})
    fourth = answered[3]
    doubtful = Score("needs_review", "digit_span", fourth.item_id, "digit_span@2", {"points": points}, expected=0.4)
    answered[3] = AnsweredQuestion(fourth.item_id, 1, False, fourth.parameters, doubtful, None)
    result = score_instrument("digit_span", answered, PART, version=version)
    assert _values(result)["longest_forward"] == longest
    assert result.measures[0].status == "needs_review"


def test_silence_asked_twice_is_no_point_and_reviewed() -> None:
    score = _score("582", "", is_silence=True, reason="No voice was found in the recording.")
    assert (score.status, score.values) == ("needs_review", {"points": 0})
    assert score.reason == "No voice was found in the recording. The person was asked twice."


@pytest.mark.parametrize("text", ["five eight two or five two eight", "five eight who"])
def test_two_answers_or_a_word_that_may_be_a_digit_are_reviewed(text: str) -> None:
    assert _score("582", text).status == "needs_review"


def test_a_digit_too_few_is_wrong_whatever_fillers_stand_beside() -> None:
    assert _score("582", "um five eight").status == "scored"
