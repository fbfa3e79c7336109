"""Timed tasks from the response to the result: what ends a direction of blocks, and a whole session of touch alone."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest
import sqlalchemy as sa

from builders import owner_transaction
from cognitive_assessment.jobs import make_result, score_response
from cognitive_assessment.ops.metrics.events import events
from cognitive_assessment.simulation.profiles import PROFILES
from cognitive_assessment.simulation.touch import HANDS
from cognitive_assessment.store import questions, scores
from cognitive_assessment.store.tables import sessions


def _response(given: Any, item_id: str) -> dict[str, Any]:
    _, question = given.planned(item_id)
    response, _, _ = HANDS[question["kind"]](question["parameters"], PROFILES["typical"], random.Random(1))
    return response


def _pressed(given: Any, item_id: str, *, is_right: bool) -> dict[str, Any]:
    """The blocks of a trial, or those in the order in which they must not be pressed."""
    response = _response(given, item_id)
    _, question = given.planned(item_id)
    order = [int(one) - 1 for one in question["expected"].split()]
    tap = response["trials"][0]
    places = order if is_right else order[::-1]
    response["summary"] |= {"tap_count": len(places), "gave_up": False}
    response["trials"] = [tap | {"position": at, "place": place} for at, place in enumerate(places)]
    return response


@pytest.mark.parametrize(
    ("is_right", "changes", "expected"),
    [(True, {}, "right"), (False, {}, "wrong"), (False, {"interruption_count": 1}, "doubtful")],
)
def test_a_touch_trial_is_right_or_wrong_for_its_stop_rule(
    given_timed: Any, is_right: bool, changes: dict[str, Any], expected: str
) -> None:
    response = _pressed(given_timed, "forward_4_1", is_right=is_right)
    response["summary"] |= changes
    question_id = given_timed.put("forward_4_1", response)
    score_response.run(str(question_id))
    with owner_transaction() as connection:
        found = questions.outcomes(connection, given_timed.session["id"], "spatial_span")
    assert [one["outcome"] for one in found] == [expected]


def test_a_whole_session_of_touch_is_scored_to_its_last_measure(given_timed: Any) -> None:
    items = [question["item_id"] for part in given_timed.session["plan"]["parts"] for question in part["questions"]]
    for item_id in items:
        given_timed.put(item_id, _response(given_timed, item_id))
    with owner_transaction() as connection:
        ids = [row["id"] for row in questions.of_session(connection, given_timed.session["id"])]
    given_timed.complete(len(items))
    for question_id in ids:
        score_response.run(str(question_id))
    make_result.run(str(given_timed.session["id"]))
    newest = given_timed.newest_result()
    assert {one["instrument"]: one["status"] for one in newest["instruments"]} == dict.fromkeys(
        ("reaction_time", "go_no_go", "trail_making", "spatial_span"), "scored"
    )
    measures = {m["name"]: m["value"] for one in newest["instruments"] for m in one["measures"]}
    assert all(value is not None for value in measures.values())
    assert 250 < measures["simple_median"] < measures["choice_median"]
    assert measures["time_a"] < measures["time_b"]


def test_an_answer_is_scored_by_the_rule_that_the_plan_named_when_its_session_began(given_timed: Any) -> None:
    session_id = given_timed.session["id"]
    plan = copy.deepcopy(given_timed.session["plan"])
    part = next(part for part in plan["parts"] if part["instrument"] == "spatial_span")
    assert part["rule"] == "spatial_span@2"
    part["rule"] = "spatial_span@1"
    with owner_transaction() as connection:
        connection.execute(sa.update(sessions).where(sessions.c.id == session_id).values(plan=plan))
    question_id = given_timed.put("forward_4_1", _pressed(given_timed, "forward_4_1", is_right=True))
    score_response.run(str(question_id))
    with owner_transaction() as connection:
        found = scores.newest_of_session(connection, session_id)[question_id]
    assert (found["rule"], found["values"]) == ("spatial_span@1", {"points": 1})


def test_a_fault_in_one_rule_takes_no_other_instruments_result_away_and_is_counted(given_timed: Any) -> None:
    session_id = given_timed.session["id"]
    plan = copy.deepcopy(given_timed.session["plan"])
    broken = next(part for part in plan["parts"] if part["instrument"] == "trail_making")
    broken["questions"] = broken["questions"][:1]  # a plan that no release has made: its rule finds no part B
    with owner_transaction() as connection:
        connection.execute(sa.update(sessions).where(sessions.c.id == session_id).values(plan=plan))
    question_id = given_timed.put("simple", _response(given_timed, "simple"))
    items = [question["item_id"] for part in plan["parts"] for question in part["questions"]]
    for item_id in items:
        if item_id != "simple":
            given_timed.put(item_id, {"kind": "skipped", "reason": "participant"})
    given_timed.complete(len(items))
    score_response.run(str(question_id))
    counted = events().faults.labels("worker", "KeyError", "make_result trail_making")._value
    before = counted.get()
    make_result.run(str(session_id))
    newest = given_timed.newest_result()
    found = {one["instrument"]: one for one in newest["instruments"]}
    assert [found["trail_making"][name] for name in ("status", "measures", "reason")] == [
        "not_scorable",
        [],
        make_result.FAULT,
    ]
    simple = {m["name"]: m["value"] for m in found["reaction_time"]["measures"]}["simple_median"]
    assert simple is not None
    assert counted.get() == before + 1
