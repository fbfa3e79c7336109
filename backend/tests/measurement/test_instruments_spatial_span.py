"""Spatial span: trials as people press them, what ends a direction, and what cannot be scored."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.instruments import plan
from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.instruments.kinds import TRIALS, Given
from cognitive_assessment.instruments.scoring import AnsweredQuestion, score_instrument, score_question
from cognitive_assessment.jobs.score_response import outcome_of
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer, TouchResponse
from cognitive_assessment.records.scores import InstrumentResult, Score
from cognitive_assessment.simulation.profiles import PROFILES
from cognitive_assessment.simulation.tap_trials import repeat_blocks


def _part(seed: int) -> dict[str, Any]:
    found = catalogue()
    definition, texts = found.instruments["spatial_span"], found.texts["spatial_span", "en"]
    return plan.part(Given(definition, texts, "en", seed=seed, form=None, place={}))


PART = _part(3)
QUESTIONS = {question["item_id"]: question for question in PART["questions"]}
PARAMETERS = QUESTIONS["forward_5_1"]["parameters"]


def _summary(length: int, *, pressed: int | None = None, **changes: Any) -> dict[str, Any]:
    """A trial of so many blocks, all of them pressed unless somebody did not remember more."""
    count = length if pressed is None else pressed
    onsets_ms = [1000.0 * (at + 1) for at in range(length)]
    given = {"duration_ms": 9000.0, "completed": True, "refresh_rate_hz": 60.0, "interruption_count": 0}
    return given | {"onsets_ms": onsets_ms, "tap_count": count, "gave_up": count < length} | changes


def _taps(blocks: str, **fields: Any) -> list[dict[str, Any]]:
    """Blocks pressed one after the other, counted from 1."""
    return [
        {"position": at, "place": int(one) - 1, "at_ms": 7000.0 + 800 * at, "is_practice": False, "input": "touch"}
        | fields
        for at, one in enumerate(blocks)
    ]


def _score(expected: str, trials: list[dict[str, Any]], summary: dict[str, Any] | None = None) -> Score:
    parameters = PARAMETERS | {"length": len(expected)}
    context = QuestionContext("spatial_span", "forward_5_1", "en", expected=" ".join(expected), parameters=parameters)
    answer = TouchResponse(tuple(trials), _summary(len(expected), pressed=len(trials)) if summary is None else summary)
    return score_question("spatial_span", context, answer)


TRIALS_PRESSED = [
    ("all right", "58214", "58214", 1),
    ("two exchanged at the end", "58214", "58241", 0),
    ("two exchanged at the beginning", "58214", "85214", 0),
    ("two exchanged in the middle", "58214", "52814", 0),
    ("backwards where forwards was asked", "58214", "41285", 0),
    ("the neighbour of one", "58214", "58217", 0),
    ("one left out", "58214", "5824", 0),
    ("the last forgotten", "58214", "5821", 0),
    ("only the first", "58214", "5", 0),
    ("only the last", "58214", "4", 0),
    ("nothing remembered", "58214", "", 0),
    ("one twice by a trembling finger", "58214", "55821", 0),
    ("the last twice", "58214", "58211", 0),
    ("all on one block", "58214", "11111", 0),
    ("right blocks, sorted by place", "58214", "12458", 0),
    ("begun with the second", "58214", "82145", 0),
    ("a length of two", "93", "93", 1),
    ("a length of two, turned", "93", "39", 0),
    ("nine of nine", "318642975", "318642975", 1),
    ("nine, two exchanged", "318642975", "318642957", 0),
    ("other blocks altogether", "12345", "67896", 0),
    ("a guess in order", "58214", "12345", 0),
]


@pytest.mark.parametrize(
    ("expected", "pressed", "points"), [pytest.param(*one[1:], id=one[0]) for one in TRIALS_PRESSED]
)
def test_a_trial(expected: str, pressed: str, points: int) -> None:
    score = _score(expected, _taps(pressed))
    assert (score.status, score.values["points"]) == ("scored", points)
    assert outcome_of(score) == ("right" if points else "wrong")
    assert len(score.evidence) == len(expected)
    assert score.answer == (" ".join(pressed) or None)


def test_evidence_names_each_block_what_was_right_and_what_is_missing() -> None:
    found = [(one.text, one.label) for one in _score("582", _taps("59")).evidence]
    assert found == [("block 5", "right"), ("block 9 instead of 8", "wrong"), ("block 2", "missing")]


@pytest.mark.parametrize(
    "changes",
    [
        {"interruption_count": 1},
        {"onsets_ms": [1000.0, 2000.0, 3101.0, 4101.0, 5101.0]},
        {"onsets_ms": [1000.0, 1899.0, 2899.0, 3899.0, 4899.0]},
    ],
)
def test_a_disturbed_trial_is_reviewed_and_never_taken_for_a_miss(changes: dict[str, Any]) -> None:
    score = _score("58214", _taps("11111"), _summary(5, **changes))
    assert (score.status, outcome_of(score)) == ("needs_review", "doubtful")


@pytest.mark.parametrize(
    ("trials", "summary"),
    [
        (_taps("582149"), _summary(5, pressed=6)),
        (_taps("58214")[1:], _summary(5)),
        (_taps("58214", position=0), _summary(5)),
        (_taps("58214", place=9), _summary(5)),
        (_taps("58214", at_ms=float("inf")), _summary(5)),
        (_taps("58214", at_ms="later"), _summary(5)),
        (_taps("58214"), _summary(4)),
        (_taps("58214"), {}),
        ([], _summary(5)),  # all were pressed, and got lost
        (_taps("582"), _summary(5)),
        (_taps("582"), _summary(5, pressed=3, gave_up=False)),
        (_taps("582"), _summary(5, pressed=4)),
        (_taps("58214"), _summary(5, tap_count=None)),
        (_taps("58214"), _summary(5, onsets_ms="soon")),
    ],
)
def test_what_cannot_be_scored_says_why(trials: list[dict[str, Any]], summary: dict[str, Any]) -> None:
    score = _score("58214", trials, summary)
    assert (score.status, dict(score.values), outcome_of(score)) == ("not_scorable", {}, "doubtful")
    assert score.reason


def test_a_spoken_answer_and_a_trial_without_its_blocks_are_refused() -> None:
    for answer in (SpokenAnswer("one"), TouchResponse((), _summary(5))):
        with pytest.raises(InvalidInput):
            score_question("spatial_span", QuestionContext("spatial_span", "forward_5_1", "en"), answer)


def _result(points: dict[str, int], *, passed: tuple[str, ...] = (), version: int = 2) -> InstrumentResult:
    """Blocks with these trials answered, these passed over, and all that follow left out by the stop rule."""
    answered = []
    for item_id, question in QUESTIONS.items():
        score, skipped = None, "participant" if item_id in passed else "stop_rule"
        if item_id in points:
            right = question["expected"].replace(" ", "")
            pressed = right if points[item_id] else right[0] * len(right)
            context = QuestionContext(
                "spatial_span", item_id, "en", expected=question["expected"], parameters=question["parameters"]
            )
            answer = TouchResponse(tuple(_taps(pressed)), _summary(len(right), pressed=len(pressed)))
            score, skipped = score_question("spatial_span", context, answer), ""
        is_practice, parameters = question["is_practice"], question["parameters"]
        answered.append(AnsweredQuestion(item_id, 1, is_practice, parameters, score, skipped or None))
    return score_instrument("spatial_span", answered, PART, version=version)


def _of_block(block: str, *pairs: tuple[int, int]) -> dict[str, int]:
    trials = ((length, trial) for length in range(2, 10) for trial in (1, 2))
    flat = [point for pair in pairs for point in pair]
    return {f"{block}_{length}_{trial}": point for (length, trial), point in zip(trials, flat, strict=False)}


def test_worked_by_hand_longest_and_right_with_two_misses_at_a_length() -> None:
    """Forward 2 2, 3 3, 4 -, - -: longest 4, five right. Backward 2 -, - 3, - -: longest 3, two right."""
    forward = _of_block("forward", (1, 1), (1, 1), (1, 0), (0, 0))
    backward = _of_block("backward", (1, 0), (0, 1), (0, 0))
    result = _result(forward | backward)
    assert result.status == "scored"
    assert {m.name: m.value for m in result.measures} == {
        "longest_forward": 4,
        "correct_forward": 5,
        "longest_backward": 3,
        "correct_backward": 2,
        "correct_total": 7,
    }


def test_worked_by_hand_two_passed_over_are_not_the_two_misses_of_kessels_2000() -> None:
    """2 2; 3 passed over twice; 4 4; 5 -; 6 - -, which ends it: longest 5, five right and perhaps seven."""
    forward = _of_block("forward", (1, 1), (0, 0), (1, 1), (1, 0), (0, 0))
    passed = ("forward_3_1", "forward_3_2")
    points = {item_id: point for item_id, point in forward.items() if item_id not in passed}
    backward = _of_block("backward", (1, 0), (0, 1), (0, 0))
    found = {m.name: m for m in _result(points | backward, passed=passed).measures}
    assert (found["longest_forward"].value, found["longest_forward"].interval_90) == (5, (5, 5))
    assert (found["correct_forward"].value, found["correct_forward"].interval_90) == (5, (5, 7))
    assert (found["correct_total"].value, found["correct_total"].interval_90) == (7, (7, 9))
    assert "Forward, 3 blocks, trial 2" in (found["correct_forward"].reason or "")
    assert {name: m.status for name, m in found.items()} == {
        "longest_forward": "needs_review",
        "correct_forward": "needs_review",
        "longest_backward": "scored",
        "correct_backward": "scored",
        "correct_total": "needs_review",
    }
    by_the_first = {m.name: m for m in _result(points | backward, passed=passed, version=1).measures}
    assert (by_the_first["longest_forward"].value, by_the_first["longest_forward"].status) == (2, "scored")


def test_trials_after_the_stop_do_not_count_and_none_right_is_nought() -> None:
    forward = _of_block("forward", (0, 0), (1, 1))
    backward = _of_block("backward", (0, 0))
    assert [m.value for m in _result(forward | backward).measures] == [0, 0, 0, 0, 0]


def test_a_trial_missing_before_the_stop_leaves_the_direction_without_a_score() -> None:
    forward = _of_block("forward", (1, 1), (1, 1))
    result = _result(forward | _of_block("backward", (0, 0)))
    found = {m.name: m.status for m in result.measures}
    assert (found["longest_forward"], found["longest_backward"]) == ("not_scorable", "scored")
    assert "Forward, 4 blocks, trial 1" in (result.reason or "")


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**48))
def test_sequences_hold_no_block_twice_and_no_direction_a_sequence_twice(seed: int) -> None:
    part = _part(seed)
    assert part == _part(seed)
    for block, longest in (("forward", 9), ("backward", 8)):
        of_block = [q for q in part["questions"] if q["block"] == block]
        sequences = [tuple(q["parameters"]["sequence"]) for q in of_block]
        assert [len(sequence) for sequence in sequences] == [2, *[n for n in range(2, longest + 1) for _ in range(2)]]
        assert len(set(sequences)) == len(sequences)
        assert all(len(set(sequence)) == len(sequence) for sequence in sequences)
        for question, sequence in zip(of_block, sequences, strict=True):
            right = sequence if block == "forward" else sequence[::-1]
            assert question["expected"] == " ".join(str(place + 1) for place in right)


def test_blocks_overlap_nowhere_and_fit_a_phone() -> None:
    size, places = PARAMETERS["size"], PARAMETERS["blocks"]
    assert PARAMETERS["width"] <= 360 - 2 * 18
    assert len(places) == 9
    assert all(size / 2 <= x <= PARAMETERS["width"] - size / 2 for x, _ in places)
    assert all(size / 2 <= y <= PARAMETERS["height"] - size / 2 for _, y in places)
    for (ax, ay), (bx, by) in itertools.combinations(places, 2):
        assert max(abs(ax - bx), abs(ay - by)) >= size + 8


@pytest.mark.parametrize("profile", PROFILES)
def test_a_simulated_hand_is_what_the_contract_asks_for(profile: str) -> None:
    for item_id, question in QUESTIONS.items():
        response, said, _ = repeat_blocks(question["parameters"], PROFILES[profile], random.Random(item_id))
        for one in response["trials"]:
            TRIALS["spatial_span"].model_validate(one)
        context = QuestionContext(
            "spatial_span", item_id, "en", expected=question["expected"], parameters=question["parameters"]
        )
        score = score_question("spatial_span", context, TouchResponse(tuple(response["trials"]), response["summary"]))
        assert score.status == "scored"
        assert bool(score.values["points"]) == (said == question["expected"])
        assert score.values["points"] == 1 or not question["is_practice"]
