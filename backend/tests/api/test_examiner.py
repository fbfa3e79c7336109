"""Staff beside the person, and scores by hand: what they may do, what is kept of it, and what is shown."""

from __future__ import annotations

import functools
import uuid
from typing import Any

import pytest

from api_clients import Person, make_staff, require_problem, session_body, skipped_body
from builders import owner_transaction
from cognitive_assessment import blobs, config
from cognitive_assessment.records.scores import Score
from cognitive_assessment.store import questions, scores, sessions

EXAMINER = {"kind": "skipped", "reason": "examiner", "note": "The person was tired."}


def put(participant: Person, session: dict[str, Any], **changes: Any) -> Any:
    return participant("PUT", f"/api/sessions/{session['id']}/questions/{uuid.uuid4()}", json=skipped_body() | changes)


def begin_here(app: Any, staff: Person, label: str = "P-050") -> tuple[Person, dict[str, Any]]:
    """A participant who sits beside staff, and what the call answered."""
    made = staff("POST", "/api/invitations", json={"participant_label": label}).get_json()
    body = staff("POST", f"/api/invitations/{made['invitation_id']}/begin-here").get_json()
    return Person(app.test_client(use_cookies=False), body["token"], body["user"]), made


def test_a_session_begun_here_is_marked_and_names_who_sat_beside(app, staff):
    person, _ = begin_here(app, staff)
    session = person("POST", "/api/sessions", json=session_body()).get_json()
    assert session["is_attended"] is True
    result = staff("GET", f"/api/sessions/{session['id']}/result").get_json()
    assert (result["session"]["is_attended"], result["session"]["attended_by"]) == (True, "Dr Ada Example")
    assert "attended" in {fact["code"] for fact in result["validity"]}


def test_a_session_that_is_gone_on_with_beside_staff_is_marked_from_then_on(app, staff):
    made = staff("POST", "/api/invitations", json={"participant_label": "P-051"}).get_json()
    accepted = app.test_client(use_cookies=False).post("/api/invitations/accept", json={"token": made["token"]})
    alone = Person(app.test_client(use_cookies=False), accepted.get_json()["token"])
    session = alone("POST", "/api/sessions", json=session_body()).get_json()
    assert session["is_attended"] is False
    require_problem(put(alone, session, response=EXAMINER), 422)
    body = staff("POST", f"/api/invitations/{made['invitation_id']}/begin-here").get_json()
    assert body["session_id"] == session["id"]
    assert put(alone, session, response=EXAMINER).status_code == 201


def test_whoever_opens_the_link_alone_later_begins_alone(app, staff):
    person, made = begin_here(app, staff)
    del person
    accepted = app.test_client(use_cookies=False).post("/api/invitations/accept", json={"token": made["token"]})
    alone = Person(app.test_client(use_cookies=False), accepted.get_json()["token"])
    assert alone("POST", "/api/sessions", json=session_body()).get_json()["is_attended"] is False


@pytest.mark.parametrize("address", ["http://localhost", "https://clinic.example.org"])
def test_the_sign_in_of_staff_ends_on_that_device_and_nowhere_else(app, staff, monkeypatch, address):
    monkeypatch.setenv("CAS_PUBLIC_URL", address)
    monkeypatch.setenv("CAS_REQUIRE_SECOND_FACTOR", "off")
    config.settings.cache_clear()
    at = {"base_url": address, "headers": {"Origin": address}}
    made = staff("POST", "/api/invitations", json={"participant_label": "P-052"}).get_json()
    browser = app.test_client()
    sign_in = {"email": "ada@example.org", "password": "correct horse battery staple"}
    cookie = browser.post("/api/sign-in", json=sign_in, **at).headers["Set-Cookie"].partition("=")[2].partition(";")[0]
    path = f"/api/invitations/{made['invitation_id']}/begin-here"
    assert browser.post(path, **at).status_code == 200
    assert browser.get("/api/me", base_url=address).get_json()["user"]["role"] == "participant"
    assert Person(app.test_client(use_cookies=False), cookie)("GET", "/api/me").status_code == 401
    assert staff("GET", "/api/me").status_code == 200


def test_an_invitation_that_was_withdrawn_begins_nothing(staff):
    made = staff("POST", "/api/invitations", json={"participant_label": "P-053"}).get_json()
    staff("DELETE", f"/api/invitations/{made['invitation_id']}")
    require_problem(staff("POST", f"/api/invitations/{made['invitation_id']}/begin-here"), 410)


def test_an_examiner_says_why_a_question_is_left_out_and_what_was_repeated(app, staff):
    person, _ = begin_here(app, staff)
    session = person("POST", "/api/sessions", json=session_body()).get_json()
    require_problem(put(person, session, response={"kind": "skipped", "reason": "examiner"}), 422)
    require_problem(put(person, session, response={**EXAMINER, "note": " "}), 422)
    assert put(person, session, response=EXAMINER).status_code == 201
    about = {"instrument": "word_list", "item_id": "learning_1"}
    event = {"id": str(uuid.uuid4()), "kind": "repeated", "at": "2026-11-23T10:00:00Z", "detail": about}
    assert person("POST", f"/api/sessions/{session['id']}/events", json={"events": [event]}).status_code == 204
    result = staff("GET", f"/api/sessions/{session['id']}/result").get_json()
    (question,) = next(i for i in result["instruments"] if i["instrument"] == "digit_span")["questions"]
    assert (question["skipped"], question["skipped_note"]) == ("examiner", "The person was tired.")
    repeated = next(fact for fact in result["validity"] if fact["code"] == "repeated")
    assert repeated["detail"] == "word_list/learning_1 (1)"


def test_what_an_examiner_wrote_is_kept_sealed_and_told_from_something_else(app, staff):
    person, _ = begin_here(app, staff)
    session = person("POST", "/api/sessions", json=session_body()).get_json()
    path = f"/api/sessions/{session['id']}/questions/{uuid.uuid4()}"
    answers = [
        EXAMINER,
        EXAMINER,
        {**EXAMINER, "note": "Somebody came in."},
        {"kind": "skipped", "reason": "stop_rule"},
    ]
    told = [person("PUT", path, json=skipped_body() | {"response": answer}).status_code for answer in answers]
    assert told == [201, 200, 409, 409]
    with owner_transaction() as connection:
        (row,) = questions.of_session(connection, uuid.UUID(session["id"]))
    assert row["response"] == {"kind": "skipped", "reason": "examiner"}
    assert b"tired" not in row["sealed"]


@pytest.fixture
def wrong(participant, session) -> str:
    """The address of an answer that the machine took for a miss."""
    question_id = uuid.uuid4()
    path = f"/api/sessions/{session['id']}/questions/{question_id}"
    participant("PUT", path, json=skipped_body())
    score = Score("scored", "digit_span", "forward_3_2", "digit_span@1", values={"points": 0.0}, answer="583")
    with owner_transaction() as connection:
        key = blobs.key_ring().of(sessions.get(connection, uuid.UUID(session["id"]))["user_id"])
        seal = functools.partial(blobs.seal_json, key)
        scores.add(connection, question_id, score, seal=seal, outcome="wrong", versions={"software": "0.1.0"})
    return path


def shown(staff: Person, session: dict[str, Any]) -> dict[str, Any]:
    result = staff("GET", f"/api/sessions/{session['id']}/result").get_json()
    (question,) = next(i for i in result["instruments"] if i["instrument"] == "digit_span")["questions"]
    return question


def test_a_correction_keeps_the_old_value_who_when_and_why(staff, session, wrong):
    colleague = staff
    for points, reason in ((1, "He said five eight two."), (0, "No, I listened again.")):
        body = {"values": {"points": points}, "reason": reason}
        assert colleague("POST", f"{wrong}/overrides", json=body).status_code == 201
    assert colleague("POST", f"{wrong}/overrides", json={"values": None, "reason": "Back."}).status_code == 201
    question = shown(staff, session)
    assert question["values"] == {"points": 0.0}  # the machine's, as it was
    assert [(one["values"], one["reason"]) for one in question["overrides"]] == [
        ({"points": 1.0}, "He said five eight two."),
        ({"points": 0.0}, "No, I listened again."),
        (None, "Back."),
    ]
    assert {one["made_by"] for one in question["overrides"]} == {"Dr Ada Example"}
    assert all(one["created_at"] for one in question["overrides"])


def test_a_correction_is_in_the_audit_log_without_what_was_said(app, staff, wrong):
    staff("POST", f"{wrong}/overrides", json={"values": {"points": 1}, "reason": "A secret reason."})
    administrator = make_staff(app, "root@example.org", role="administrator")
    (row,) = administrator("GET", "/api/audit?table_name=overrides").get_json()["entries"]
    assert (row["operation"], row["user_id"]) == ("INSERT", staff.user["id"])
    assert "secret" not in str(row)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"values": {"points": 1}, "reason": " "}, 422),
        ({"values": {"points": 1}}, 422),
        ({"values": {}, "reason": "x"}, 422),
        ({"values": {"points": "many"}, "reason": "x"}, 422),
        ({"values": {"points": 1e9}, "reason": "x"}, 422),
        ({"values": {"points": 9999}, "reason": "x"}, 422),
        ({"values": {"points": 1.5}, "reason": "x"}, 422),
        ({"values": {"points": -1}, "reason": "x"}, 422),
        ({"values": {"charm": 1}, "reason": "x"}, 409),
    ],
)
def test_a_correction_that_cannot_be_is_refused_with_what_to_do(staff, wrong, body, status):
    problem = require_problem(staff("POST", f"{wrong}/overrides", json=body), status)
    if status == 409:
        assert problem["remedy"] == "There are: points."


def test_what_a_stop_rule_left_out_was_not_put_and_is_not_scored(staff, participant, session):
    path = f"/api/sessions/{session['id']}/questions/{uuid.uuid4()}"
    participant("PUT", path, json=skipped_body() | {"response": {"kind": "skipped", "reason": "stop_rule"}})
    require_problem(staff("POST", f"{path}/overrides", json={"values": {"points": 1}, "reason": "x"}), 409)


def test_only_who_may_correct_is_offered_to(app, staff, session):
    path = f"/api/sessions/{session['id']}/result"
    assert staff("GET", path).get_json()["may_correct"] is True
    assert make_staff(app, "r@example.org", role="researcher")("GET", path).get_json()["may_correct"] is False
