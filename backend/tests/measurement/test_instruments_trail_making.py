"""Trail making: boards that anybody can press, ways as people go them, and what cannot be scored."""

from __future__ import annotations

import itertools
import math
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
from cognitive_assessment.instruments.trail_layout import crosses
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer, TouchResponse
from cognitive_assessment.records.scores import Measure, Score
from cognitive_assessment.simulation.profiles import PROFILES
from cognitive_assessment.simulation.tap_trials import follow_trail


def _part(seed: int) -> dict[str, Any]:
    found = catalogue()
    definition, texts = found.instruments["trail_making"], found.texts["trail_making", "en"]
    return plan.part(Given(definition, texts, "en", seed=seed, form=None, place={}))


PART = _part(3)
PARAMETERS = {question["item_id"]: question["parameters"] for question in PART["questions"]}
SUMMARY = {"duration_ms": 26_000.0, "completed": True, "refresh_rate_hz": 60.0, "interruption_count": 0}
OVER = SUMMARY | {"duration_ms": 300_004.0, "completed": False}


def _taps(places: list[int], *, every_ms: float = 1000.0, **fields: Any) -> list[dict[str, Any]]:
    """Taps on these circles, one a second, counted from 0 in the order of the path."""
    return [
        {"position": at, "place": place, "at_ms": every_ms * (at + 1), "is_practice": False, "input": "touch"} | fields
        for at, place in enumerate(places)
    ]


def _score(part: str, trials: list[dict[str, Any]], summary: dict[str, Any] | None = None) -> Score:
    context = QuestionContext("trail_making", part, "en", parameters=PARAMETERS[part])
    answer = TouchResponse(tuple(trials), SUMMARY if summary is None else summary)
    return score_question("trail_making", context, answer)


WAY = list(range(25))


def test_worked_by_hand_one_circle_a_second() -> None:
    score = _score("part_a", _taps(WAY))
    assert score.status == "scored"
    assert score.values == {"errors": 0, "reached": 25, "time": 25, "time_per_move": 1000}
    assert [one.text for one in score.evidence[:3]] == ["start to 1: 1.00 s", "1 to 2: 1.00 s", "2 to 3: 1.00 s"]
    assert sum(one.points for one in score.evidence) == 25


def test_evidence_by_turns_says_each_move_and_what_was_wrong_with_it() -> None:
    score = _score("part_b", _taps([0, 1, 3, 1, *range(2, 25)]))
    assert [(one.text, one.label) for one in score.evidence[:5]] == [
        ("start to 1: 1.00 s", "right"),
        ("1 to A: 1.00 s", "right"),
        ("A to B: 1.00 s", "wrong"),
        ("A to A: 1.00 s", "repeated"),
        ("A to 2: 1.00 s", "right"),
    ]
    assert (score.values["errors"], score.values["time"]) == (1, 27)


# circles pressed -> errors, circles reached, time in s (one press a second)
PATTERNS: list[tuple[str, list[int], tuple[float, float, float | None], dict[str, Any]]] = [
    ("no mistake", WAY, (0, 25, 25), SUMMARY),
    ("began with the second", [1, *WAY], (1, 25, 26), SUMMARY),
    ("began with the last", [24, *WAY], (1, 25, 26), SUMMARY),
    ("a double tap", [0, 0, *WAY[1:]], (0, 25, 26), SUMMARY),
    ("a triple tap", [0, 0, 0, *WAY[1:]], (0, 25, 27), SUMMARY),
    ("left one out and went back", [*WAY[:5], 6, *WAY[5:]], (1, 25, 26), SUMMARY),
    ("left one out and went on for three", [*WAY[:5], 6, 7, 8, *WAY[5:]], (3, 25, 28), SUMMARY),
    ("pressed the one before the last", [*WAY[:9], 7, *WAY[9:]], (1, 25, 26), SUMMARY),
    ("went back to the first", [*WAY[:9], 0, *WAY[9:]], (1, 25, 26), SUMMARY),
    ("the same wrong one three times", [*WAY[:5], 20, 20, 20, *WAY[5:]], (3, 25, 28), SUMMARY),
    ("a mistake before the last", [*WAY[:24], 3, 24], (1, 25, 26), SUMMARY),
    ("tapped on after the end", [*WAY, 24], (0, 25, 25), SUMMARY),
    ("backwards all the way", [*WAY[::-1], *WAY[1:]], (24, 25, 49), SUMMARY),
    ("every circle wrong once first", [p for at in WAY for p in ((at + 3) % 25, at)], (25, 25, 50), SUMMARY),
    ("time over at the seventh", WAY[:7], (0, 7, None), OVER),
    ("time over before the first", [], (0, 0, None), OVER),
    ("time over with nothing but mistakes", [5, 6, 7], (3, 0, None), OVER),
    ("time over at the first", [0], (0, 1, None), OVER),
    ("a last frame that came early", WAY[:7], (0, 7, None), OVER | {"duration_ms": 299_760.0}),
    ("one left at the end of the time", WAY[:24], (0, 24, None), OVER),
    ("the summary says whole, the presses do not", WAY[:24], (0, 24, None), OVER | {"completed": True}),
]


@pytest.mark.parametrize("part", ["part_a", "part_b"])
@pytest.mark.parametrize(("places", "expected", "summary"), [pytest.param(*one[1:], id=one[0]) for one in PATTERNS])
def test_a_way(
    places: list[int], expected: tuple[float, float, float | None], summary: dict[str, Any], part: str
) -> None:
    score = _score(part, _taps(places), summary)
    assert (score.values["errors"], score.values["reached"], score.values.get("time")) == expected
    assert score.status == "scored"


def test_a_last_circle_after_the_limit_is_not_reached() -> None:
    late = _taps(WAY)
    late[24]["at_ms"] = 300_000.1
    score = _score("part_a", late, OVER)
    assert (score.values["reached"], "time" in score.values) == (24, False)


@pytest.mark.parametrize(
    ("trials", "summary"),
    [
        (_taps(WAY), SUMMARY | {"interruption_count": 1}),
        (_taps(WAY, input="key"), SUMMARY),
        ([*(taps := _taps(WAY))[:5], {**taps[5], "at_ms": taps[4]["at_ms"] + 99.0}, *taps[6:]], SUMMARY),
    ],
)
def test_what_a_reviewer_has_to_see(trials: list[dict[str, Any]], summary: dict[str, Any]) -> None:
    score = _score("part_a", trials, summary)
    assert score.status == "needs_review"
    assert score.reason


@pytest.mark.parametrize(
    ("trials", "summary"),
    [
        ([], SUMMARY),
        (_taps(WAY[:12]), SUMMARY),
        (_taps(WAY[:12]), {}),
        (_taps(WAY)[1:], SUMMARY),
        ([*_taps(WAY), _taps(WAY)[3]], SUMMARY),
        (_taps([*WAY[:24], 25]), SUMMARY),
        (_taps([-1, *WAY]), SUMMARY),
        (_taps(WAY, every_ms=-1.0), SUMMARY),
        (_taps(WAY, at_ms=float("nan")), SUMMARY),
        (_taps(WAY, at_ms=None), SUMMARY),
        ([{"position": 0}], SUMMARY),
        (
            [*_taps(WAY[:5]), *[one | {"position": 5 + n, "at_ms": 10.0} for n, one in enumerate(_taps(WAY[5:]))]],
            SUMMARY,
        ),
    ],
)
def test_what_cannot_be_scored_says_why(trials: list[dict[str, Any]], summary: dict[str, Any]) -> None:
    score = _score("part_a", trials, summary)
    assert (score.status, dict(score.values)) == ("not_scorable", {})
    assert score.reason


def _measures(a: Score | None, b: Score | None) -> dict[str, Measure]:
    answered = [
        AnsweredQuestion(item_id, 1, False, {}, score, None if score else "participant")
        for item_id, score in (("part_a", a), ("part_b", b))
    ]
    result = score_instrument("trail_making", answered, PART)
    assert [m.name for m in result.measures] == [m.name for m in catalogue().instruments["trail_making"].measures]
    return {measure.name: measure for measure in result.measures}


def test_b_is_compared_with_a_where_both_have_a_time() -> None:
    found = _measures(_score("part_a", _taps(WAY)), _score("part_b", _taps(WAY, every_ms=2500.0)))
    assert (found["b_minus_a"].value, found["b_over_a"].value) == (37.5, 2.5)
    assert found["b_over_a"].status == "scored"
    reviewed = _measures(_score("part_a", _taps(WAY, input="key")), _score("part_b", _taps(WAY)))
    assert reviewed["b_over_a"].status == "needs_review"


def test_nothing_is_put_in_for_a_time_that_ran_out_or_a_part_passed_over() -> None:
    found = _measures(_score("part_a", _taps(WAY)), _score("part_b", _taps(WAY[:7]), OVER))
    assert (found["time_b"].value, found["reached_b"].value, found["b_minus_a"].value) == (None, 7, None)
    assert "at circle 7 of 25" in (found["b_minus_a"].reason or "")
    passed = _measures(None, _score("part_b", _taps(WAY)))
    assert (passed["time_b"].value, passed["b_over_a"].value) == (25, None)
    assert "passed over" in (passed["b_over_a"].reason or "")
    assert _measures(_score("part_a", _taps([0]), OVER), None)["time_per_move_a"].value is None


def test_a_spoken_answer_and_a_part_without_its_circles_are_refused() -> None:
    for answer in (SpokenAnswer("one"), TouchResponse((), SUMMARY)):
        with pytest.raises(InvalidInput):
            score_question("trail_making", QuestionContext("trail_making", "part_a", "en"), answer)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**48))
def test_a_board_fits_a_phone_overlaps_nowhere_and_its_path_keeps_its_bounds(seed: int) -> None:
    questions = _part(seed)["questions"]
    assert questions == _part(seed)["questions"]
    for question in questions:
        parameters = question["parameters"]
        assert parameters["width"] <= 360 - 2 * 18  # a phone of 360 px without the margins of the page
        assert 2 * parameters["radius"] >= 40
        for name, count, limits in (("trail", 25, (2050, 2350)), ("practice", 8, (450, 1100))):
            circles = [tuple(point) for point in parameters[name]["circles"]]
            assert len(set(circles)) == len(set(parameters[name]["labels"])) == count
            assert all(22 <= x <= parameters["width"] - 22 and 22 <= y <= parameters["height"] - 22 for x, y in circles)
            assert min(math.dist(a, b) for a, b in itertools.combinations(circles, 2)) >= 54
            assert limits[0] - 1 <= parameters[name]["path_px"] <= limits[1] + 1
            lines = list(itertools.pairwise(circles))
            pairs = itertools.combinations(range(len(lines)), 2)
            assert not any(crosses(*lines[a], *lines[b]) for a, b in pairs if b - a > 1)
    a, b = (question["parameters"]["trail"] for question in questions)
    assert a["path_px"] == b["path_px"]
    assert b["labels"][:5] == ["1", "A", "2", "B", "3"]
    assert b["labels"][-1] == "13"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (((0, 0), (10, 10), (0, 10), (10, 0)), True),
        (((0, 0), (10, 0), (0, 5), (10, 5)), False),
        (((0, 0), (10, 0), (5, 0), (5, 9)), True),
        (((0, 0), (4, 0), (5, 1), (5, 9)), False),
    ],
)
def test_lines_that_cross(lines: tuple[tuple[int, int], ...], expected: bool) -> None:
    a, b, c, d = lines
    assert crosses(a, b, c, d) is expected


def test_simulated_hands_are_what_the_contract_asks_for_and_differ_by_profile() -> None:
    times: dict[str, list[float]] = {}
    for name, profile in PROFILES.items():
        for part, parameters in PARAMETERS.items():
            response, _, _ = follow_trail(parameters, profile, random.Random(4))
            for one in response["trials"]:
                TRIALS["trail_making"].model_validate(one)
            score = _score(part, response["trials"], response["summary"])
            times.setdefault(name, []).append(score.values["time_per_move"])
    assert times["typical"] < times["slow"] < times["impaired"]
    assert all(a < b for a, b in times.values())
