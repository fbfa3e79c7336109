"""Symbol digit: counting, quarters, answers faster than possible, and blocks that cannot be scored."""

from __future__ import annotations

from collections.abc import Callable, Container
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


def test_right_and_wrong_worked_by_hand_are_counted_and_quartered() -> None:
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


def _right(position: int) -> int:
    return int(KEY.index(SEQUENCE[position])) + 1


def _block(
    count: int,
    *,
    press: Callable[[int], int] = _right,
    reaction_ms: Callable[[int], float] = lambda _: 1900.0,
    gap_ms: float = 100.0,
) -> list[dict[str, Any]]:
    """A person's block: what is pressed at each position and how long it took, as far as 120 s reach."""
    trials, at_ms = [], 0.0
    for position in range(count):
        trials.append(
            _trial(position, response=press(position), onset_ms=at_ms, reaction_time_ms=reaction_ms(position))
        )
        at_ms += reaction_ms(position) + gap_ms
    return trials


def _wrong(position: int) -> int:
    return _right(position) % 9 + 1


ALIKE, WRONG, PAUSED, FAST = (
    "times running",
    "more answers were wrong",
    "nothing was pressed for",
    "faster than possible",
)


def _pressing(other: Callable[[int], int], places: Container[int]) -> Callable[[int], int]:
    """Right, but for these places."""
    return lambda at: other(at) if at in places else _right(at)


def _taking(reaction_ms: float, places: Container[int]) -> Callable[[int], float]:
    """1.9 s each, but for these places."""
    return lambda at: reaction_ms if at in places else 1900.0


# how a person goes about it, its trials, right, errors and too fast (None where it is guessed), why a person looks
BEHAVIOURS: list[tuple[str, list[dict[str, Any]], tuple[int, int, int] | None, tuple[str, ...]]] = [
    ("steady and right", _block(60), (60, 0, 0), ()),
    ("slow and right", _block(20, reaction_ms=lambda _: 5900.0), (20, 0, 0), ()),
    ("quick and right", _block(109, reaction_ms=lambda _: 1000.0), (109, 0, 0), ()),
    ("a slip now and then", _block(60, press=_pressing(_wrong, {7, 27, 47})), (57, 3, 0), ()),
    ("one slip", _block(60, press=_pressing(_wrong, {3})), (59, 1, 0), ()),
    ("tires", _block(46, reaction_ms=lambda at: 1000.0 + 66.0 * at), (46, 0, 0), ()),
    ("warms up", _block(45, reaction_ms=lambda at: 4000.0 - 66.0 * at), (45, 0, 0), ()),
    ("rushes and guesses", _block(200, press=lambda at: at * 4 % 9 + 1, reaction_ms=lambda _: 400.0), None, (WRONG,)),
    ("drums with both thumbs", _block(300, press=lambda at: at % 2 + 1, reaction_ms=lambda _: 99.0), None, (FAST,)),
    ("a double press here and there", _block(60, reaction_ms=_taking(90.0, {9, 30})), (58, 0, 2), (FAST,)),
    ("leans on one key for a while", _block(60, press=_pressing(lambda _: 5, range(20, 32))), None, (ALIKE,)),
    ("one key only", _block(60, press=lambda _: 1), None, (ALIKE, WRONG)),
    ("counts through 1 to 9", _block(60, press=lambda at: at % 9 + 1), None, (WRONG,)),
    ("reads the key one place to the right", _block(60, press=_wrong), (0, 60, 0), (WRONG,)),
    ("reads the key from the right", _block(60, press=lambda at: 10 - _right(at)), None, (WRONG,)),
    ("one symbol behind", _block(60, press=lambda at: _right(max(at - 1, 0))), (1, 59, 0), (WRONG,)),
    ("one behind for ten", _block(60, press=_pressing(lambda at: _right(at - 1), range(20, 30))), (50, 10, 0), ()),
    ("takes 6 for 9", _block(60, press=lambda at: 6 if _right(at) == 9 else _right(at)), None, ()),
    ("stops in the middle and goes on", _block(50, reaction_ms=_taking(21_900.0, {25})), (50, 0, 0), (PAUSED,)),
    ("starts late", _block(50, reaction_ms=_taking(16_000.0, {0})), (50, 0, 0), (PAUSED,)),
    ("thinks for ten seconds", _block(55, reaction_ms=_taking(10_000.0, {12})), (55, 0, 0), ()),
    ("presses once", _block(1), (1, 0, 0), ()),
    ("five wrong, then sees it", _block(60, press=_pressing(_wrong, range(5))), (55, 5, 0), ()),
]


@pytest.mark.parametrize(
    ("trials", "counts", "why"), [one[1:] for one in BEHAVIOURS], ids=[one[0] for one in BEHAVIOURS]
)
def test_how_people_go_about_it(
    trials: list[dict[str, Any]], counts: tuple[int, int, int] | None, why: tuple[str, ...]
) -> None:
    score = _score(trials)
    found = (score.values["right"], score.values["errors"], score.values["too_fast"])
    assert found == (counts or found)
    fitting = [t["response"] == _right(t["position"]) and t["reaction_time_ms"] >= 150 for t in trials]
    assert (found[0], sum(found)) == (sum(fitting), len(trials))
    assert (score.status == "needs_review") is bool(why)
    assert all(reason in (score.reason or "").lower() for reason in why)


def test_practice_and_answers_after_the_end_do_not_count() -> None:
    practice = [_trial(0, is_practice=True)] * 10
    score = _score([*practice, *[_trial(at) for at in range(60)], _trial(60, onset_ms=119_950.0)])
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
