"""Go or not: counts and d' worked by hand, blocks as people press them, and blocks that cannot be scored."""

from __future__ import annotations

import random
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
from cognitive_assessment.simulation.press_trials import go_or_not
from cognitive_assessment.simulation.profiles import PROFILES
from presses import SUMMARY, trial

PART = next(p for p in catalogue().make_plan("timed", "en", 3)["parts"] if p["instrument"] == "go_no_go")
PARAMETERS = PART["questions"][0]["parameters"]
PLANNED = PARAMETERS["trials"]
CIRCLES = [at for at, one in enumerate(PLANNED) if one["stimulus"] == 1]
DIAMONDS = [at for at, one in enumerate(PLANNED) if one["stimulus"] == 0]
COUNTS = ("hits", "misses", "false_alarms", "correct_rejections", "premature")


def _press(at: int, time_ms: float = 400.0, **fields: Any) -> dict[str, Any]:
    return trial(PLANNED, at, time_ms, response=1, **fields)


def _leave(at: int, **fields: Any) -> dict[str, Any]:
    return trial(PLANNED, at, None, **fields)


def _perfect(at: int) -> dict[str, Any]:
    return _press(at) if at in CIRCLES else _leave(at)


def _score(trials: list[dict[str, Any]], summary: dict[str, Any] | None = None) -> Score:
    context = QuestionContext("go_no_go", "block", "en", parameters=PARAMETERS)
    return score_question("go_no_go", context, TouchResponse(tuple(trials), SUMMARY if summary is None else summary))


def _block(changed: dict[int, dict[str, Any]]) -> Score:
    return _score([changed.get(at, _perfect(at)) for at in range(80)])


def test_worked_by_hand_54_of_60_and_5_of_20() -> None:
    """Rates 54.5 / 61 = 0.89344 and 5.5 / 21 = 0.26190: z = 1.2452 and -0.6376."""
    score = _block({at: _leave(at) for at in CIRCLES[:6]} | {at: _press(at) for at in DIAMONDS[:5]})
    assert [score.values[name] for name in COUNTS] == [54, 6, 5, 15, 0]
    assert score.values["d_prime"] == pytest.approx(1.883, abs=0.002)
    assert score.values["criterion"] == pytest.approx(-0.304, abs=0.002)
    assert score.status == "scored"
    assert sum(one.points for one in score.evidence) == 54 + 15


def test_worked_by_hand_times_of_hits_alone() -> None:
    """Hits of 380 and 420 ms, 30 each: n - 1 spread 20 * (60 / 59) ** 0.5; a false alarm's time is in none of them."""
    times = {at: _press(at, 380.0 if n % 2 else 420.0) for n, at in enumerate(CIRCLES)}
    score = _block(times | {DIAMONDS[0]: _press(DIAMONDS[0], 1400.0)})
    assert score.values["median_hit_time"] == score.values["mean_hit_time"] == 400
    assert score.values["sd_hit_time"] == 20.2
    assert score.values["iqr_hit_time"] == 40


ALL, NONE = [_press(at) for at in range(80)], [_leave(at) for at in range(80)]
C, D = CIRCLES, DIAMONDS
PATTERNS: list[tuple[str, dict[int, dict[str, Any]], tuple[float, ...], str]] = [
    ("everything right", {}, (60, 0, 0, 20, 0), "scored"),
    ("one circle missed", {C[9]: _leave(C[9])}, (59, 1, 0, 20, 0), "scored"),
    ("one diamond pressed", {D[9]: _press(D[9])}, (60, 0, 1, 19, 0), "scored"),
    ("a diamond pressed at the last moment", {D[9]: _press(D[9], 1499.0)}, (60, 0, 1, 19, 0), "scored"),
    ("99 ms after a circle", {C[0]: _press(C[0], 99.0)}, (59, 0, 0, 20, 1), "scored"),
    ("100 ms after a circle", {C[0]: _press(C[0], 100.0)}, (60, 0, 0, 20, 0), "scored"),
    ("99 ms after a diamond is no false alarm", {D[0]: _press(D[0], 99.0)}, (60, 0, 0, 19, 1), "scored"),
    ("with the frame of a diamond", {D[0]: _press(D[0], 0.0)}, (60, 0, 0, 19, 1), "scored"),
    ("before a circle, then again", {C[3]: _press(C[3], premature_count=1)}, (59, 0, 0, 20, 1), "scored"),
    ("before a circle, then not", {C[3]: _leave(C[3], premature_count=1)}, (59, 0, 0, 20, 1), "scored"),
    ("before a diamond, then held back", {D[3]: _leave(D[3], premature_count=2)}, (60, 0, 0, 19, 1), "scored"),
    ("16 too soon", {at: _press(at, 50.0) for at in C[:16]}, (44, 0, 0, 20, 16), "scored"),
    ("17 too soon", {at: _press(at, 50.0) for at in C[:17]}, (43, 0, 0, 20, 17), "needs_review"),
    ("gave up half-way", {at: _leave(at) for at in C[30:]}, (30, 30, 0, 20, 0), "scored"),
    ("only the first circle", {at: _leave(at) for at in C[1:]}, (1, 59, 0, 20, 0), "scored"),
    ("pressed everything", dict(enumerate(ALL)), (60, 0, 20, 0, 0), "needs_review"),
    ("pressed nothing", dict(enumerate(NONE)), (0, 60, 0, 20, 0), "needs_review"),
    (
        "the wrong way round",
        {at: _leave(at) for at in C} | {at: _press(at) for at in D},
        (0, 60, 20, 0, 0),
        "needs_review",
    ),
    (
        "drumming all the time",
        {at: _press(at, premature_count=6) for at in range(80)},
        (0, 0, 0, 0, 80),
        "needs_review",
    ),
    ("too soon for most diamonds", {at: _press(at, 50.0) for at in D[:11]}, (60, 0, 0, 9, 11), "needs_review"),
    ("half a second later every time", {at: _press(at, 900.0) for at in C}, (60, 0, 0, 20, 0), "scored"),
    ("a stuttering screen", {at: _press(at, waited_ms=9.0) for at in C[:9]}, (60, 0, 0, 20, 0), "needs_review"),
]


@pytest.mark.parametrize(("changed", "counts", "status"), [pytest.param(*one[1:], id=one[0]) for one in PATTERNS])
def test_a_block(changed: dict[int, dict[str, Any]], counts: tuple[float, ...], status: str) -> None:
    score = _block(changed)
    assert tuple(score.values[name] for name in COUNTS) == counts
    assert score.status == status
    is_comparable = counts[0] + counts[1] >= 30 and counts[2] + counts[3] >= 10
    assert ("d_prime" in score.values) == is_comparable == (score.interval_90 is not None)
    assert ("median_hit_time" in score.values) == (counts[0] >= 5)


def test_who_presses_all_or_nothing_tells_nothing_apart_and_the_criterion_says_which() -> None:
    always, never = _score(ALL), _score(NONE)
    assert abs(always.values["d_prime"]) < 0.6  # log-linear rates of 60 and of 20 trials differ a little
    assert always.values["criterion"] < 0 < never.values["criterion"]
    assert _block({at: _leave(at) for at in C} | {at: _press(at) for at in D}).values["d_prime"] < -4


@pytest.mark.parametrize(
    ("trials", "summary"),
    [
        ([], SUMMARY),
        (ALL[:79], SUMMARY),
        ([*ALL, ALL[5]], SUMMARY),
        (ALL, SUMMARY | {"completed": False}),
        (ALL, {}),
        ([ALL[0] | {"stimulus": 0}, *ALL[1:]], SUMMARY),
        ([ALL[0] | {"reaction_time_ms": float("inf")}, *ALL[1:]], SUMMARY),
        ([ALL[0] | {"premature_count": None}, *ALL[1:]], SUMMARY),
    ],
)
def test_a_broken_block_is_not_scorable_and_says_why(trials: list[dict[str, Any]], summary: dict[str, Any]) -> None:
    score = _score(trials, summary)
    assert (score.status, dict(score.values)) == ("not_scorable", {})
    assert score.reason


def test_an_interrupted_block_is_reviewed_and_what_is_no_press_refused() -> None:
    assert _score(ALL, SUMMARY | {"interruption_count": 2}).status == "needs_review"
    context = QuestionContext("go_no_go", "block", "en")
    for answer in (SpokenAnswer("go"), TouchResponse((), SUMMARY)):
        with pytest.raises(InvalidInput):
            score_question("go_no_go", context, answer)


def test_the_measures_are_those_of_the_definition() -> None:
    answered = [AnsweredQuestion("block", 1, False, PARAMETERS, _block({}), None)]
    result = score_instrument("go_no_go", answered, PART)
    assert [m.name for m in result.measures] == [m.name for m in catalogue().instruments["go_no_go"].measures]
    assert result.status == "scored"
    found = {m.name: m for m in result.measures}
    low, high = found["d_prime"].interval_90 or (0, 0)
    assert low < found["d_prime"].value < high  # type: ignore[operator]  # it is there
    assert score_instrument("go_no_go", [], PART).status == "not_scorable"


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**48))
def test_three_of_four_are_circles_in_every_stretch(seed: int) -> None:
    parameters = catalogue().make_plan("timed", "en", seed)["parts"][1]["questions"][0]["parameters"]
    shapes = [one["stimulus"] for one in parameters["trials"]]
    assert shapes[:2] == [1, 1]
    assert [shapes[at : at + 16].count(0) for at in range(0, 80, 16)] == [4] * 5
    assert all(any(shapes[at : at + 3]) for at in range(78))
    assert [one["stimulus"] for one in parameters["practice"]].count(0) == 3
    assert all(700 <= one["wait_ms"] <= 1300 for one in parameters["trials"])


def test_simulated_hands_are_what_the_contract_asks_for_and_differ_by_profile() -> None:
    found = {}
    for name, profile in PROFILES.items():
        response, _, _ = go_or_not(PARAMETERS, profile, random.Random(4))
        for one in response["trials"]:
            TRIALS["go_no_go"].model_validate(one)
        found[name] = _score(response["trials"], response["summary"]).values["d_prime"]
    assert found["typical"] > found["slow"] > found["impaired"]
