"""Questionnaires through the API: the flag that reaches staff, the help that reaches the person, what disturbed."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from api_clients import leave_out_the_rest, make_staff, require_problem, session_body, spoken_body
from builders import owner_transaction
from cognitive_assessment.instruments.help_text import DEFAULTS
from cognitive_assessment.jobs import make_result, score_response
from cognitive_assessment.store import events
from cognitive_assessment.store.tables import events as events_table

SUMMARY = {"duration_ms": 60_000.0, "completed": True, "interruption_count": 0}


def trial(position: int, item: str, option: str | None) -> dict[str, Any]:
    return {
        "position": position,
        "item": item,
        "option": option,
        "onset_ms": 4000.0 * position,
        "reaction_time_ms": None if option is None else 2500.0,
        "time_ms": 4000.0,
        "change_count": 0,
        "input": None if option is None else "touch",
    }


def form_body(instrument: str, trials: list[dict[str, Any]]) -> dict[str, Any]:
    response = {"kind": "trials", "trials": trials, "summary": SUMMARY}
    return spoken_body("", instrument=instrument, item_id="form", response=response)


def phq(ninth: str, rest: str = "not_at_all") -> dict[str, Any]:
    items = ["interest", "low_mood", "sleep", "energy", "appetite", "failure", "concentration", "movement"]
    trials = [trial(at, item, rest) for at, item in enumerate(items)]
    return form_body("phq_9", [*trials, trial(8, "self_harm", ninth)])


@pytest.fixture
def mood(participant):
    """A session of the questionnaires about mood."""
    return participant("POST", "/api/sessions", json=session_body(battery="mood")).get_json()


@pytest.fixture
def put(participant, mood):
    def send(body: dict[str, Any], question_id: str | None = None) -> Any:
        return participant("PUT", f"/api/sessions/{mood['id']}/questions/{question_id or uuid.uuid4()}", json=body)

    return send


def listed(person, session_id: str) -> dict[str, Any]:
    found = person("GET", "/api/sessions").get_json()["sessions"]
    return next(one for one in found if one["id"] == session_id)


def test_the_flag_is_there_for_staff_the_moment_the_answer_is(put, mood, staff):
    assert listed(staff, mood["id"])["flags"] == []
    question_id = str(uuid.uuid4())
    body = phq("several_days")
    assert put(body, question_id).status_code == 201
    assert put(body, question_id).status_code == 200  # the same again raises nothing more
    (flag,) = listed(staff, mood["id"])["flags"]
    assert (flag["code"], flag["instrument"], flag["question_id"]) == ("self_harm", "phq_9", question_id)
    assert flag["title"] == "Thoughts of death or self-harm"
    assert "today" in flag["detail"]
    assert staff("GET", f"/api/sessions/{mood['id']}/result").get_json()["flags"] == [flag]


def test_the_flag_is_an_event_that_names_no_answer(put, mood):
    put(phq("nearly_every_day"))
    with owner_transaction() as connection:
        rows = connection.execute(sa.select(events_table).where(events_table.c.kind == events.FLAG)).mappings().all()
    assert [row["detail"]["notice"] for row in rows] == ["self_harm"]
    assert "nearly" not in str(rows[0]["detail"])
    assert rows[0]["at"].tzinfo is not None


def test_no_thought_of_it_raises_nothing_however_low_the_mood(put, mood, staff):
    put(phq("not_at_all", rest="nearly_every_day"))
    assert listed(staff, mood["id"])["flags"] == []


def test_a_form_broken_off_after_the_ninth_question_raises_it_too(put, mood, staff):
    put(form_body("phq_9", [trial(8, "self_harm", "more_than_half")]))
    assert len(listed(staff, mood["id"])["flags"]) == 1


def chosen(option: str, **change: Any) -> dict[str, Any]:
    detail = {"instrument": "phq_9", "item_id": "form", "item": "self_harm", "option": option} | change
    at = dt.datetime.now(dt.UTC).isoformat()
    return {"events": [{"id": str(uuid.uuid4()), "kind": "option_chosen", "at": at, "detail": detail}]}


def test_a_page_that_is_closed_before_the_form_is_sent_has_raised_it(put, mood, participant, staff):
    told = chosen("nearly_every_day")
    for _ in range(2):  # the outbox may send it twice
        assert participant("POST", f"/api/sessions/{mood['id']}/events", json=told).status_code == 204
    (flag,) = listed(staff, mood["id"])["flags"]
    assert (flag["code"], flag["instrument"], flag["question_id"]) == ("self_harm", "phq_9", None)
    found = staff("GET", f"/api/sessions/{mood['id']}/result").get_json()
    assert found["flags"] == [flag]
    assert "nearly" not in str(found["validity"])
    with owner_transaction() as connection:
        kept = connection.execute(sa.select(events_table)).mappings().all()
    assert [row["kind"] for row in kept] == [events.FLAG]  # the choice itself is not kept, only that it was flagged
    assert "nearly" not in str(kept[0]["detail"])

    question_id = put(phq("not_at_all")).get_json()["question_id"]  # changed afterwards: what was told stays told
    assert [one["question_id"] for one in listed(staff, mood["id"])["flags"]] == [None]
    assert question_id


def test_a_form_that_arrives_after_all_takes_the_place_of_its_choice(put, mood, participant, staff):
    for option in ("several_days", "nearly_every_day"):
        participant("POST", f"/api/sessions/{mood['id']}/events", json=chosen(option))
    question_id = put(phq("nearly_every_day")).get_json()["question_id"]
    (flag,) = listed(staff, mood["id"])["flags"]
    assert flag["question_id"] == question_id


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"option": "not_at_all"}, 204),
        ({"item": "sleep"}, 204),
        ({"instrument": "gad_9"}, 422),
        ({"item": None}, 422),
        ({"shoe": "x"}, 422),
    ],
)
def test_any_other_choice_raises_nothing(mood, participant, staff, change, status):
    sent = participant(
        "POST", f"/api/sessions/{mood['id']}/events", json=chosen(**({"option": "several_days"} | change))
    )
    assert sent.status_code == status
    assert listed(staff, mood["id"])["flags"] == []


def test_nobody_else_sees_it_and_no_browser_can_raise_it(put, mood, participant, foreign_staff, stranger):
    put(phq("several_days"))
    assert foreign_staff("GET", "/api/sessions").get_json()["sessions"] == []
    require_problem(stranger("GET", f"/api/sessions/{mood['id']}"), 404)
    event = {"id": str(uuid.uuid4()), "kind": events.FLAG, "at": dt.datetime.now(dt.UTC).isoformat()}
    require_problem(participant("POST", f"/api/sessions/{mood['id']}/events", json={"events": [event]}), 422)


def test_a_form_is_scored_and_its_band_named(put, mood, participant, staff):
    question_id = put(phq("not_at_all", rest="several_days")).get_json()["question_id"]
    count = leave_out_the_rest(participant, {**mood, "plan": without(mood, "phq_9")}) + 1
    score_response.run(question_id)
    assert (
        participant("POST", f"/api/sessions/{mood['id']}/complete", json={"question_count": count}).status_code == 202
    )
    make_result.run(mood["id"])
    found = staff("GET", f"/api/sessions/{mood['id']}/result").get_json()
    by_slug = {one["instrument"]: one for one in found["instruments"]}
    (measure,) = by_slug["phq_9"]["measures"]
    assert (measure["value"], measure["band"]) == (8, "mild symptoms (5 to 9)")
    assert by_slug["gad_7"]["status"] == "not_scorable"
    assert by_slug["gad_7"]["measures"][0]["value"] is None


def without(session: dict[str, Any], slug: str) -> dict[str, Any]:
    return {"parts": [part for part in session["plan"]["parts"] if part["instrument"] != slug]}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"item": "shoe_size"}, "response.trials.0.item"),
        ({"option": "often"}, "response.trials.0.option"),
        ({"option": "very_difficult"}, "response.trials.0.option"),
        ({"change_count": -1}, "response.trials.0.change_count"),
        ({"input": "eye"}, "response.trials.0.input"),
    ],
)
def test_an_answer_that_the_form_does_not_have_is_refused_with_its_place(put, change, field):
    problem = require_problem(put(form_body("phq_9", [trial(0, "interest", "several_days") | change])), 422)
    assert problem["errors"][0]["field"] == field


def test_the_session_brings_the_help_text_which_an_administrator_sets(app, participant, mood, staff):
    administrator = make_staff(app, "root@example.org", role="administrator")
    assert mood["help_text"] == administrator("GET", "/api/organisation").get_json()["help_text"] == DEFAULTS["en"]
    assert not any(character.isdigit() for character in DEFAULTS["en"])  # no country's number
    own = "Please call our ward, at any hour."
    changed = administrator("PATCH", "/api/organisation", json={"help_text": f"  {own}\n"})
    assert changed.get_json()["help_text"] == own
    assert participant("GET", f"/api/sessions/{mood['id']}").get_json()["help_text"] == own
    require_problem(staff("PATCH", "/api/organisation", json={"help_text": "x"}), 404)
    for back in ("", DEFAULTS["en"]):
        administrator("PATCH", "/api/organisation", json={"help_text": back})
        assert participant("GET", f"/api/sessions/{mood['id']}").get_json()["help_text"] == DEFAULTS["en"]
    require_problem(administrator("PATCH", "/api/organisation", json={"help_text": "x" * 4001}), 422)


def test_what_was_said_of_today_stands_under_what_could_have_disturbed(participant, staff, added_battery):
    session = participant("POST", "/api/sessions", json=session_body(battery=added_battery)).get_json()
    answers = [("hearing", "a_lot"), ("vision", "none"), ("sleep", "hardly"), ("medication", None)]
    body = form_body("background", [trial(at, *one) for at, one in enumerate(answers)])
    participant("PUT", f"/api/sessions/{session['id']}/questions/{uuid.uuid4()}", json=body)
    facts = staff("GET", f"/api/sessions/{session['id']}/result").get_json()["validity"]
    assert [fact["code"] for fact in facts] == ["hearing", "sleep"]
    assert "Yes, a lot." in facts[0]["detail"]
    assert listed(staff, session["id"])["flags"] == []


def test_mood_is_found_by_its_name(nobody):
    found = nobody("GET", "/api/questions?instrument=mood").get_json()
    assert [one["slug"] for one in found["instruments"]] == ["gds_15", "phq_9", "gad_7"]
    assert found["instruments"][1]["licence"]["name"] == "Free to use, no permission required"
    battery = next(one for one in found["batteries"] if one["slug"] == "mood")
    assert battery["instruments"] == ["gds_15", "phq_9", "gad_7"]
