"""Times that no screen and no hand can have had are never scored, whatever the answers were."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.instruments import generate, plan
from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.instruments.kinds import Given
from cognitive_assessment.instruments.scoring import AnsweredQuestion, score_instrument, score_question
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer, TouchResponse
from cognitive_assessment.records.scores import Score
from cognitive_assessment.simulation.profiles import PROFILES
from cognitive_assessment.simulation.touch import HANDS

Trial = dict[str, Any]


def part_of(slug: str) -> dict[str, Any]:
    definition = catalogue().instruments[slug]
    form = definition.forms[0] if definition.forms else None
    given = Given(definition, catalogue().texts[slug, "en"], "en", seed=generate.seed_for(7, slug), form=form, place={})
    return plan.part(given)


def answered(slug: str, item_id: str, change: Callable[[Trial], Trial]) -> tuple[Score, Score]:
    """The score of what a typical hand gave, and of the same with the trials that count changed."""
    question = next(one for one in part_of(slug)["questions"] if one["item_id"] == item_id)
    heard = (question.get("expected") or "").split(", ")
    hand = HANDS[question["kind"]]
    response, _, _ = hand({**question["parameters"], "heard": heard}, PROFILES["typical"], random.Random(3))
    context = QuestionContext(slug, item_id, "en", expected=question.get("expected"), parameters=question["parameters"])

    def score(trials: list[Trial]) -> Score:
        return score_question(slug, context, TouchResponse(tuple(trials), response["summary"]))

    changed = [trial if trial.get("is_practice") else change(trial) for trial in response["trials"]]
    return score(response["trials"]), score(changed)


def answer_in(time_ms: float, **others: Any) -> Callable[[Trial], Trial]:
    """Every answer takes so long; where none was given there is still none."""
    return lambda trial: trial | ({} if trial["response"] is None else {"reaction_time_ms": time_ms}) | others


FORGED: dict[str, tuple[str, str, Callable[[Trial], Trial]]] = {
    "all symbols at one moment": ("symbol_digit", "block", lambda trial: trial | {"onset_ms": 0.0}),
    "symbols 10 ms apart, each answered in 800": (
        "symbol_digit",
        "block",
        lambda trial: trial | {"onset_ms": 10.0 * trial["position"], "reaction_time_ms": 800.0},
    ),
    "circles pressed long after they were gone": ("go_no_go", "block", answer_in(50_000.0)),
    "one square, late beyond the wait": ("reaction_time", "simple", answer_in(3100.0)),
    "squares all at one moment": ("reaction_time", "choice", answer_in(99_999.0, onset_ms=0.0)),
    "squares all at one moment, pressed in time": ("reaction_time", "choice", answer_in(400.0, onset_ms=0.0)),
    "words answered before they came": ("word_list", "recognition", answer_in(-500.0)),
    "words without a time": ("word_list", "recognition", answer_in(float("nan"))),
    "words all at one moment": ("word_list", "recognition", lambda trial: trial | {"onset_ms": 0.0}),
    "circles all at one moment": ("trail_making", "part_a", lambda trial: trial | {"at_ms": 0.0}),
    "circles faster than a hand": ("trail_making", "part_b", lambda trial: trial | {"at_ms": 40.0 * trial["position"]}),
}


@pytest.mark.parametrize("name", FORGED)
def test_impossible_times_are_not_scored(name: str) -> None:
    slug, item_id, change = FORGED[name]
    honest, forged = answered(slug, item_id, change)
    assert honest.status == "scored", honest.reason
    assert (forged.status, dict(forged.values), forged.expected) == ("not_scorable", {}, None)
    assert forged.reason


def test_two_frames_between_the_clocks_of_press_and_screen_are_no_forgery() -> None:
    honest, shaken = answered("symbol_digit", "block", lambda trial: trial | {"onset_ms": trial["onset_ms"] * 0.99})
    assert shaken.status == honest.status == "scored"


@pytest.mark.parametrize("time_a", [0.0, -1.0])
def test_a_time_of_nought_that_somebody_entered_by_hand_has_no_ratio(time_a: float) -> None:
    part = part_of("trail_making")
    by_hand = {"part_a": {"time": time_a}, "part_b": {"time": 60.0}}
    questions = [
        AnsweredQuestion(
            one["item_id"],
            1,
            is_practice=False,
            parameters=one["parameters"],
            score=Score(
                "scored",
                "trail_making",
                one["item_id"],
                part["rule"],
                values=by_hand[one["item_id"]] | {"reached": 25.0},
            ),
            skipped_reason=None,
        )
        for one in part["questions"]
    ]
    measures = {one.name: one for one in score_instrument("trail_making", questions, part).measures}
    assert (measures["b_over_a"].value, measures["b_over_a"].status) == (None, "not_scorable")
    assert measures["b_over_a"].reason
    assert measures["time_b"].value == 60.0


def test_a_word_list_takes_for_each_question_only_an_answer_of_its_kind() -> None:
    questions = {one["item_id"]: one for one in part_of("word_list")["questions"]}
    touched = TouchResponse((), {})
    for item_id, answer in (
        ("recognition", SpokenAnswer("yes, yes, no")),
        ("learning_1", touched),
        ("delayed", touched),
    ):
        one = questions[item_id]
        context = QuestionContext("word_list", item_id, "en", expected=one["expected"], parameters=one["parameters"])
        with pytest.raises(InvalidInput, match=r"has to be (spoken|touched)"):
            score_question("word_list", context, answer)


@pytest.mark.parametrize(
    ("slug", "item_id"),
    [
        ("symbol_digit", "block"),
        ("go_no_go", "block"),
        ("reaction_time", "simple"),
        ("trail_making", "part_a"),
        ("spatial_span", "forward_3_1"),
        ("word_list", "recognition"),
    ],
)
def test_a_block_that_was_left_for_hours_is_reviewed(slug: str, item_id: str) -> None:
    question = next(one for one in part_of(slug)["questions"] if one["item_id"] == item_id)
    heard = (question.get("expected") or "").split(", ")
    response, _, _ = HANDS[question["kind"]](
        {**question["parameters"], "heard": heard}, PROFILES["typical"], random.Random(3)
    )
    trials = response["trials"]
    for trial in trials[(len(trials) + 1) // 2 :]:
        trial |= {name: trial[name] + 5 * 3_600_000 for name in ("onset_ms", "at_ms") if name in trial}
    duration_ms = response["summary"]["duration_ms"] + 5 * 3_600_000
    summary = response["summary"] | {"interruption_count": 1, "duration_ms": duration_ms}
    context = QuestionContext(slug, item_id, "en", expected=question.get("expected"), parameters=question["parameters"])
    score = score_question(slug, context, TouchResponse(tuple(trials), summary))
    assert score.status == "needs_review"
    assert "interrupted 1 times" in (score.reason or "")


# what the points of the rows add up to, as named values of the score
ADDED_UP: dict[str, Callable[[dict[str, float]], float]] = {
    "symbol_digit": lambda values: values["right"],
    "go_no_go": lambda values: values["hits"] + values["correct_rejections"],
    "trail_making": lambda values: values["reached"],
    "spatial_span": lambda values: values["points"],
    "word_list": lambda values: values["hits"] + 10 - values["false_alarms"],
    "gad_7": lambda values: values["total"],
}
TOUCHED = [
    ("symbol_digit", "block"),
    ("go_no_go", "block"),
    ("trail_making", "part_a"),
    ("trail_making", "part_b"),
    ("spatial_span", "forward_3_1"),
    ("spatial_span", "backward_5_2"),
    ("spatial_span", "forward_8_1"),
    ("word_list", "recognition"),
    ("gad_7", "form"),
]


@pytest.mark.parametrize(("slug", "item_id"), TOUCHED)
def test_the_points_of_the_rows_of_evidence_add_up(slug: str, item_id: str) -> None:
    honest, _ = answered(slug, item_id, lambda trial: trial)
    assert honest.evidence
    assert sum(one.points for one in honest.evidence) == ADDED_UP[slug](dict(honest.values))
