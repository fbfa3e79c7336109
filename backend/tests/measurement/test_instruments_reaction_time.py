"""Reaction time: plans without patterns, blocks as people press them, and blocks that cannot be scored."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.instruments.kinds import TRIALS
from cognitive_assessment.instruments.scoring import AnsweredQuestion, score_instrument, score_question
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer, TouchResponse
from cognitive_assessment.records.scores import Score
from cognitive_assessment.simulation.press_trials import react
from cognitive_assessment.simulation.profiles import PROFILES
from presses import SUMMARY, trial

PART = next(p for p in catalogue().make_plan("timed", "en", 3)["parts"] if p["instrument"] == "reaction_time")
PARAMETERS = {question["item_id"]: question["parameters"] for question in PART["questions"]}
SIMPLE, CHOICE = PARAMETERS["simple"]["trials"], PARAMETERS["choice"]["trials"]
Answer = Callable[[int], dict[str, Any]]


def _simple(at: int, time_ms: float | None = None, **fields: Any) -> dict[str, Any]:
    """Times from 300 to 395 ms, in steps of 5, unless another is given."""
    return trial(SIMPLE, at, 300.0 + 5 * at if time_ms is None else time_ms, **fields)


def _choice(at: int, time_ms: float = 600.0, **fields: Any) -> dict[str, Any]:
    return trial(CHOICE, at, time_ms, **fields)


def _missed(planned: list[dict[str, int]], at: int, **fields: Any) -> dict[str, Any]:
    return trial(planned, at, None, **fields)


def _wrong(at: int, time_ms: float = 500.0) -> dict[str, Any]:
    return _choice(at, time_ms, response=(CHOICE[at]["stimulus"] + 1) % 4)


def _score(block: str, trials: list[dict[str, Any]], summary: dict[str, Any] | None = None) -> Score:
    context = QuestionContext("reaction_time", block, "en", parameters=PARAMETERS[block])
    return score_question(
        "reaction_time", context, TouchResponse(tuple(trials), SUMMARY if summary is None else summary)
    )


def test_worked_by_hand_twenty_even_steps() -> None:
    """300, 305 ... 395: mean and middle 347.5; variance (n - 1) 875; quartiles 323.75 and 371.25."""
    score = _score("simple", [_simple(at) for at in range(20)])
    assert score.status == "scored"
    assert score.values == {
        "median": 347.5,
        "mean": 347.5,
        "sd": 29.6,
        "iqr": 47.5,
        "lapses": 0,
        "anticipations": 0,
        "errors": 0,
        "accuracy": 100,
    }
    assert score.interval_90 == (325, 370)
    assert sum(one.points for one in score.evidence) == 20


# what a person did in some of the trials, the rest being right and in time -> values that change
SIMPLE_PATTERNS: list[tuple[str, dict[int, dict[str, Any]], dict[str, float], str]] = [
    ("one square missed", {3: _missed(SIMPLE, 3)}, {"lapses": 1, "accuracy": 95, "anticipations": 0}, "scored"),
    ("499 ms is no lapse", {3: _simple(3, 499.0)}, {"lapses": 0, "accuracy": 100}, "scored"),
    ("500 ms is a lapse", {3: _simple(3, 500.0)}, {"lapses": 1, "accuracy": 100}, "scored"),
    ("a doze of two seconds", {19: _simple(19, 2400.0)}, {"lapses": 1, "mean": 447.8, "median": 347.5}, "scored"),
    ("99 ms is too soon", {0: _simple(0, 99.0)}, {"anticipations": 1, "lapses": 0, "accuracy": 100}, "scored"),
    ("100 ms is an answer", {0: _simple(0, 100.0)}, {"anticipations": 0, "lapses": 0}, "scored"),
    ("pressed with the frame", {0: _simple(0, 0.0)}, {"anticipations": 1}, "scored"),
    ("a nervous finger", {5: _simple(5, premature_count=1)}, {"anticipations": 1, "accuracy": 100}, "scored"),
    ("drumming fingers", {5: _simple(5, premature_count=14)}, {"anticipations": 1}, "scored"),
    (
        "too soon, then too late",
        {5: _missed(SIMPLE, 5, premature_count=1)},
        {"anticipations": 1, "lapses": 0},
        "scored",
    ),
    ("four times too soon", {at: _simple(at, 40.0) for at in range(4)}, {"anticipations": 4}, "scored"),
    ("five times too soon", {at: _simple(at, 40.0) for at in range(5)}, {"anticipations": 5}, "needs_review"),
    ("asleep after twelve", {at: _missed(SIMPLE, at) for at in range(9, 20)}, {"lapses": 11}, "needs_review"),
    ("a slow screen, twice", {at: _simple(at, waited_ms=SIMPLE[at]["wait_ms"] + 51) for at in (1, 2)}, {}, "scored"),
    (
        "a stuttering screen",
        {at: _simple(at, waited_ms=SIMPLE[at]["wait_ms"] + 51) for at in (1, 2, 3)},
        {},
        "needs_review",
    ),
]


@pytest.mark.parametrize(
    ("changed", "values", "status"), [pytest.param(*one[1:], id=one[0]) for one in SIMPLE_PATTERNS]
)
def test_one_square(changed: dict[int, dict[str, Any]], values: dict[str, float], status: str) -> None:
    score = _score("simple", [changed.get(at, _simple(at)) for at in range(20)])
    assert {name: score.values[name] for name in values} == values
    assert score.status == status
    assert (score.reason is None) == (status == "scored")


CHOICE_PATTERNS: list[tuple[str, dict[int, dict[str, Any]], dict[str, float], str]] = [
    ("the neighbour once", {4: _wrong(4)}, {"errors": 1, "accuracy": 96.9, "lapses": 0}, "scored"),
    ("the neighbour, very slowly", {4: _wrong(4, 4000.0)}, {"errors": 1, "lapses": 0, "mean": 600}, "scored"),
    ("the neighbour, too soon", {4: _wrong(4, 80.0)}, {"errors": 0, "anticipations": 1, "accuracy": 100}, "scored"),
    ("one far out of all others", {4: _choice(4, 601.0)}, {"lapses": 1}, "scored"),
    ("not pressed at all once", {4: _missed(CHOICE, 4)}, {"lapses": 1, "errors": 0, "accuracy": 96.9}, "scored"),
    (
        "always the same square",
        {at: _choice(at, response=0) for at in range(32)},
        {"errors": 24, "accuracy": 25},
        "needs_review",
    ),
    (
        "mirrored",
        {at: _choice(at, response=3 - CHOICE[at]["stimulus"]) for at in range(32)},
        {"errors": 32, "accuracy": 0},
        "needs_review",
    ),
    ("nothing pressed", {at: _missed(CHOICE, at) for at in range(32)}, {"lapses": 32, "accuracy": 0}, "needs_review"),
]


@pytest.mark.parametrize(
    ("changed", "values", "status"), [pytest.param(*one[1:], id=one[0]) for one in CHOICE_PATTERNS]
)
def test_four_squares(changed: dict[int, dict[str, Any]], values: dict[str, float], status: str) -> None:
    score = _score("choice", [changed.get(at, _choice(at)) for at in range(32)])
    assert {name: score.values[name] for name in values} == values
    assert score.status == status


def test_fewer_than_five_presses_have_no_time() -> None:
    score = _score("simple", [_simple(at) if at < 4 else _missed(SIMPLE, at) for at in range(20)])
    assert "median" not in score.values
    assert score.interval_90 is None
    answered = [AnsweredQuestion("simple", 1, False, {}, score, None)]
    measures = {m.name: m for m in score_instrument("reaction_time", answered, PART).measures}
    assert (measures["simple_median"].value, measures["simple_median"].status) == (None, "not_scorable")
    assert (measures["simple_lapses"].value, measures["simple_lapses"].status) == (16, "needs_review")


WHOLE = [_simple(at) for at in range(20)]


@pytest.mark.parametrize(
    ("trials", "summary"),
    [
        ([], SUMMARY),
        (WHOLE[:19], SUMMARY),
        ([*WHOLE, WHOLE[0]], SUMMARY),
        ([*WHOLE[:19], WHOLE[0]], SUMMARY),
        ([*WHOLE[:19], WHOLE[19] | {"stimulus": 1}], SUMMARY),
        (WHOLE, SUMMARY | {"completed": False}),
        (WHOLE, {"duration_ms": 1.0}),
        ([*WHOLE[:19], WHOLE[19] | {"reaction_time_ms": float("nan")}], SUMMARY),
        ([*WHOLE[:19], WHOLE[19] | {"reaction_time_ms": -1.0}], SUMMARY),
        ([*WHOLE[:19], WHOLE[19] | {"reaction_time_ms": None}], SUMMARY),
        ([*WHOLE[:19], WHOLE[19] | {"onset_ms": "soon"}], SUMMARY),
        ([*WHOLE[:19], {"position": 19}], SUMMARY),
    ],
)
def test_a_broken_block_is_not_scorable_and_says_why(trials: list[dict[str, Any]], summary: dict[str, Any]) -> None:
    score = _score("simple", trials, summary)
    assert (score.status, dict(score.values)) == ("not_scorable", {})
    assert score.reason


def test_practice_does_not_count_and_the_order_of_arrival_makes_no_difference() -> None:
    practice = [trial(PARAMETERS["simple"]["practice"], 0, 900.0, is_practice=True)]
    assert _score("simple", [*reversed(WHOLE), *practice]) == _score("simple", WHOLE)


def test_an_interrupted_block_is_reviewed() -> None:
    assert _score("simple", WHOLE, SUMMARY | {"interruption_count": 1}).status == "needs_review"


def test_a_spoken_answer_and_a_question_without_its_trials_are_refused() -> None:
    with pytest.raises(InvalidInput):
        score_question("reaction_time", QuestionContext("reaction_time", "simple", "en"), SpokenAnswer("now"))
    with pytest.raises(InvalidInput):
        score_question("reaction_time", QuestionContext("reaction_time", "simple", "en"), TouchResponse((), SUMMARY))


def test_a_block_that_was_passed_over_leaves_the_other_its_measures() -> None:
    answered = [
        AnsweredQuestion("simple", 1, False, {}, _score("simple", WHOLE), None),
        AnsweredQuestion("choice", 1, False, {}, None, "participant"),
    ]
    result = score_instrument("reaction_time", answered, PART)
    found = {m.name: m.status for m in result.measures}
    assert [m.name for m in result.measures] == [m.name for m in catalogue().instruments["reaction_time"].measures]
    assert found["simple_median"] == "scored"
    assert found["choice_median"] == result.status == "not_scorable"
    assert "passed over" in (result.reason or "")


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**48))
def test_no_target_can_be_guessed_and_waits_keep_their_bounds(seed: int) -> None:
    part = catalogue().make_plan("timed", "en", seed)["parts"][0]
    assert part == catalogue().make_plan("timed", "en", seed)["parts"][0]
    for question in part["questions"]:
        trials = question["parameters"]["trials"] + question["parameters"]["practice"]
        assert all(1000 <= one["wait_ms"] <= 3000 for one in trials)
    targets = [one["stimulus"] for one in part["questions"][1]["parameters"]["trials"]]
    assert [targets.count(target) for target in range(4)] == [8] * 4
    for a, b, c in zip(targets, targets[1:], targets[2:], strict=False):
        assert len({a, b, c}) > 1
        assert b - a != c - b or abs(b - a) > 1
    assert all(not (a == c and b == d) for a, b, c, d in zip(*(targets[n:] for n in range(4)), strict=False))
    assert any(a == b for a, b in itertools.pairwise(targets))  # so that "not the last one" is no rule to find


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("block", ["simple", "choice"])
def test_a_simulated_hand_is_what_the_contract_asks_for(profile: str, block: str) -> None:
    response, _, _ = react(PARAMETERS[block], PROFILES[profile], random.Random(4))
    for one in response["trials"]:
        TRIALS["reaction_time"].model_validate(one)
    score = _score(block, response["trials"], response["summary"])
    assert score.status in {"scored", "needs_review"}
    assert {"typical": 250, "slow": 350, "impaired": 420}[profile] < score.values["median"] < 1800
