"""Symbol digit: counting, quarters, answers faster than possible, and blocks that cannot be scored."""

from __future__ import annotations

from typing import Any

import pytest

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.instruments.scoring import AnsweredQuestion, score_instrument, score_question
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer, TouchResponse
from cognitive_assessment.records.scores import Score

PART = next(p for p in catalogue().make_plan("brief", "en", 3)["parts"] if p["instrument"] == "symbol_digit")
PARAMETERS = PART["questions"][0]["parameters"]
KEY, SEQUENCE = PARAMETERS["key"], PARAMETERS["sequence"]
SUMMARY = {"duration_ms": 120_003.1, "completed": True, "refresh_rate_hz": 60.0, "interruption_count": 0}


def _trial(position: int, *, is_right: bool = True, interval_ms: float = 2000.0, **fields: Any) -> dict[str, Any]:
    right = KEY.index(SEQUENCE[position]) + 1
    trial = {
        "position": position,
        "symbol": SEQUENCE[position],
        "response": right if is_right else right % 9 + 1,
        "onset_ms": position * interval_ms,
        "reaction_time_ms": interval_ms - 100,
        "is_practice": False,
        "input": "touch",
    }
    return trial | fields


def _score(trials: list[dict[str, Any]], summary: dict[str, Any] | None = None) -> Score:
    context = QuestionContext("symbol_digit", "block", "en", parameters=PARAMETERS)
    return score_question("symbol_digit", context, TouchResponse(tuple(trials), summary or SUMMARY))


def test_right_and_wrong_are_counted_and_quartered() -> None:
    score = _score([_trial(at, is_right=at % 10 != 0) for at in range(60)])
    assert score.status == "scored"
    assert score.values == {
        "right": 54,
        "errors": 6,
        "right_first_quarter": 13,
        "right_second_quarter": 14,
        "right_third_quarter": 13,
        "right_fourth_quarter": 14,
        "right_per_minute": 27,
        "too_fast": 0,
        "median_reaction_time": 1900,
    }
    assert sum(one.points for one in score.evidence) == 54


def test_practice_and_answers_after_the_end_do_not_count() -> None:
    practice = [_trial(0, is_practice=True)] * 10
    score = _score([*practice, *[_trial(at) for at in range(60)], _trial(60, onset_ms=119_500.0)])
    assert score.values["right"] == 60


def test_an_answer_faster_than_possible_does_not_count_and_is_flagged() -> None:
    score = _score([_trial(0, reaction_time_ms=149.0), _trial(1, reaction_time_ms=150.0)])
    assert (score.values["right"], score.values["too_fast"], score.values["errors"]) == (1, 1, 0)
    assert score.status == "needs_review"
    assert [one.label for one in score.evidence] == ["ignored", "right"]


def test_all_wrong_is_a_score_of_nought_without_a_reaction_time() -> None:
    score = _score([_trial(at, is_right=False) for at in range(5)])
    assert score.values["right"] == 0
    assert "median_reaction_time" not in score.values


@pytest.mark.parametrize(
    ("trials", "summary"),
    [
        ([], SUMMARY),
        ([_trial(0), _trial(2)], SUMMARY),
        ([_trial(0), _trial(0)], SUMMARY),
        ([_trial(0, symbol=(SEQUENCE[0] + 1) % 9)], SUMMARY),
        ([_trial(0)], SUMMARY | {"completed": False, "duration_ms": 40_000.0}),
        ([_trial(0)], SUMMARY | {"duration_ms": 40_000.0}),
        ([_trial(0)], {}),
        ([_trial(0, reaction_time_ms=None)], SUMMARY),
        ([_trial(0, reaction_time_ms=float("nan"))], SUMMARY),
        ([_trial(0, reaction_time_ms=-5.0)], SUMMARY),
        ([_trial(0, response="three")], SUMMARY),
        ([{"position": 0}], SUMMARY),
    ],
)
def test_a_broken_block_is_not_scorable_and_says_why(trials: list[dict[str, Any]], summary: dict[str, Any]) -> None:
    context = QuestionContext("symbol_digit", "block", "en", parameters=PARAMETERS)
    score = score_question("symbol_digit", context, TouchResponse(tuple(trials), summary))
    assert (score.status, dict(score.values)) == ("not_scorable", {})
    assert score.reason


def test_an_interrupted_block_is_reviewed() -> None:
    assert _score([_trial(0)], SUMMARY | {"interruption_count": 1}).status == "needs_review"


def test_a_spoken_answer_is_refused() -> None:
    with pytest.raises(InvalidInput):
        score_question("symbol_digit", QuestionContext("symbol_digit", "block", "en"), SpokenAnswer("three"))


def test_the_measures_are_those_of_the_block() -> None:
    score = _score([_trial(at) for at in range(40)])
    result = score_instrument("symbol_digit", [AnsweredQuestion("block", 1, False, PARAMETERS, score, None)], PART)
    assert result.status == "scored"
    assert {m.name: m.value for m in result.measures}["right"] == 40
    skipped = AnsweredQuestion("block", 1, False, PARAMETERS, None, "participant")
    assert score_instrument("symbol_digit", [skipped], PART).status == "not_scorable"
    assert score_instrument("symbol_digit", [], PART).status == "not_scorable"
