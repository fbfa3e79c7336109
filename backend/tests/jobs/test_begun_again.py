"""A question that was left after it had begun and put from its start again: its score is reviewed."""

from __future__ import annotations

import random
import uuid
from typing import Any
from uuid import UUID

import pytest

from builders import NOW, owner_transaction
from cognitive_assessment.jobs import as_given, make_result, measure_recording, score_response
from cognitive_assessment.simulation.profiles import PROFILES
from cognitive_assessment.simulation.touch import HANDS
from cognitive_assessment.store import acting, events, questions
from cognitive_assessment.store.engine import transaction
from recorded import spoken_digits
from systems import MODELS


def tell(given: Any, item_id: str, *, instrument: str | None = None, kind: str = events.BEGUN_AGAIN) -> None:
    """As the browser does, before the answer comes."""
    detail = {"instrument": instrument or given.planned(item_id)[0], "item_id": item_id}
    with transaction() as connection:
        acting.act_as(connection, given.user_id)
        event = {"id": uuid.uuid4(), "kind": kind, "at": NOW, "detail": detail}
        events.report(connection, given.session, [event])


def answer(given: Any, item_id: str) -> UUID:
    _, question = given.planned(item_id)
    response, _, _ = HANDS[question["kind"]](question["parameters"], PROFILES["typical"], random.Random(1))
    question_id: UUID = given.put(item_id, response)
    score_response.run(str(question_id))
    return question_id


def outcome_of(given: Any, question_id: UUID) -> str:
    with owner_transaction() as connection:
        found = questions.outcomes(connection, given.session["id"], None)
    return next(one["outcome"] for one in found if one["question_id"] == question_id)


def test_every_timed_task_that_was_begun_again_is_reviewed_in_all_its_measures(given_timed: Any) -> None:
    items = [q["item_id"] for part in given_timed.session["plan"]["parts"] for q in part["questions"]]
    for item_id in items:
        tell(given_timed, item_id)
        score = given_timed.newest_score(answer(given_timed, item_id))
        assert score["status"] == "needs_review"
        assert score["reason"].startswith(as_given.BEGUN_AGAIN)
        assert score["values"]
    given_timed.complete(len(items))
    make_result.run(str(given_timed.session["id"]))
    for instrument in given_timed.newest_result()["instruments"]:
        assert {measure["status"] for measure in instrument["measures"]} == {"needs_review"}, instrument["instrument"]


def test_a_trial_that_was_begun_again_ends_no_block(given_timed: Any) -> None:
    tell(given_timed, "forward_4_1")
    assert outcome_of(given_timed, answer(given_timed, "forward_4_1")) == "doubtful"


@pytest.mark.parametrize(
    "other", [{"item_id": "choice"}, {"instrument": "go_no_go"}, {"kind": "repeated"}, {"kind": "paused"}]
)
def test_what_was_told_of_something_else_changes_no_score(given_timed: Any, other: dict[str, str]) -> None:
    tell(given_timed, **{"item_id": "simple", **other})
    assert given_timed.newest_score(answer(given_timed, "simple"))["status"] == "scored"


def test_a_block_that_was_broken_off_stays_not_scorable(given_timed: Any) -> None:
    tell(given_timed, "simple")
    _, question = given_timed.planned("simple")
    response, _, _ = HANDS[question["kind"]](question["parameters"], PROFILES["typical"], random.Random(1))
    question_id = given_timed.put("simple", {**response, "trials": response["trials"][:3]})
    score_response.run(str(question_id))
    score = given_timed.newest_score(question_id)
    assert score["status"] == "not_scorable"
    assert not score["reason"].startswith(as_given.BEGUN_AGAIN)


@pytest.mark.slow
@pytest.mark.skipif(not (MODELS / "manifest.json").exists(), reason="models/ has not been made")
def test_digits_that_were_heard_twice_are_reviewed_however_well_they_came_back(given: Any) -> None:
    tell(given, "forward_3_1")
    digits = given.planned("forward_3_1")[1]["stimulus"]["digits"]
    question_id, recording_id = given.speak("forward_3_1", spoken_digits(digits))
    measure_recording.run(str(recording_id))
    score = given.newest_score(question_id)
    assert (score["answer"], score["values"], score["outcome"]) == (digits, {"points": 1.0}, "doubtful")
    assert (score["status"], score["reason"]) == ("needs_review", as_given.BEGUN_AGAIN)
