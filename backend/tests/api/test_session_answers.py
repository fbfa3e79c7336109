"""A participant's session through the API: every write repeated, every rule with its outsider, every bad input."""

from __future__ import annotations

import datetime as dt
import json
import uuid

import pytest
import sqlalchemy as sa

from api_clients import OPENING, Upload, leave_out_the_rest, require_problem, session_body, skipped_body, spoken_body
from builders import owner_transaction
from cognitive_assessment.store import sessions

SOME_ID = "20697005-ea01-43c6-870a-b75ac0e2c103"


def test_starting_again_answers_with_the_same_session(participant):
    body = session_body()
    first = participant("POST", "/api/sessions", json=body)
    again = participant("POST", "/api/sessions", json=body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert {**first.get_json(), "server_time": None} == {**again.get_json(), "server_time": None}
    assert first.headers["Cache-Control"] == "no-store"


def test_the_plan_follows_the_contract_and_keeps_the_right_answers_to_itself(session):
    assert session["plan"]["battery"] == "brief"
    questions = [question for part in session["plan"]["parts"] for question in part["questions"]]
    assert {"item_id", "kind", "is_practice", "prompt", "stimulus", "answer", "parameters"} <= questions[0].keys()
    assert "expected" not in json.dumps(session["plan"])


def test_a_session_id_of_somebody_else_is_refused_without_telling_of_theirs(session, stranger):
    answer = stranger("POST", "/api/sessions", json=session_body(id=session["id"]))
    require_problem(answer, 409)


def test_staff_do_not_start_sessions(staff, nobody):
    require_problem(staff("POST", "/api/sessions", json=session_body()), 404)
    require_problem(nobody("POST", "/api/sessions", json=session_body()), 401, "not_signed_in")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("PUT", f"/questions/{SOME_ID}", skipped_body()),
        ("GET", "/outcomes", None),
        ("GET", "/outbox-key", None),
        ("POST", "/events", {"events": []}),
        ("POST", "/complete", {"question_count": 0}),
        ("POST", "/satisfaction", {"rating": 5}),
    ],
)
def test_a_session_of_somebody_else_is_not_there(session, stranger, staff, nobody, method, path, body):
    address = f"/api/sessions/{session['id']}{path}"
    options = {} if body is None else {"json": body}
    require_problem(stranger(method, address, **options), 404, "not_found")
    require_problem(staff(method, address, **options), 404, "not_found")
    require_problem(nobody(method, address, **options), 401, "not_signed_in")


def test_an_answer_sent_again_is_harmless_and_another_one_is_refused(participant, session):
    path, body = f"/api/sessions/{session['id']}/questions/{uuid.uuid4()}", skipped_body()
    assert [participant("PUT", path, json=body).status_code for _ in range(3)] == [201, 200, 200]
    other = {**body, "response": {"kind": "skipped", "reason": "microphone"}}
    require_problem(participant("PUT", path, json=other), 409)
    second_tab = f"/api/sessions/{session['id']}/questions/{uuid.uuid4()}"
    require_problem(participant("PUT", second_tab, json=body), 409, "already_answered")
    answered = participant("GET", f"/api/sessions/{session['id']}").get_json()["answered"]
    assert [(a["instrument"], a["item_id"], a["attempt"]) for a in answered] == [("digit_span", "forward_3_2", 1)]


def test_a_question_that_the_plan_does_not_have_is_refused(participant, session):
    path = f"/api/sessions/{session['id']}/questions/{uuid.uuid4()}"
    require_problem(participant("PUT", path, json=skipped_body("forward_99_1")), 422)
    trials = {**skipped_body(), "response": {"kind": "trials", "trials": [], "summary": {}}}
    require_problem(participant("PUT", path, json=trials), 422)


def test_events_sent_again_are_kept_once(participant, session):
    event = {"id": str(uuid.uuid4()), "kind": "focus_lost", "at": dt.datetime.now(dt.UTC).isoformat()}
    for _ in range(2):
        answer = participant("POST", f"/api/sessions/{session['id']}/events", json={"events": [event]})
        assert answer.status_code == 204
    with owner_transaction() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM events")).scalar_one() == 1
    event["kind"] = "coffee"
    require_problem(participant("POST", f"/api/sessions/{session['id']}/events", json={"events": [event]}), 422)


def test_a_session_is_closed_only_when_nothing_is_missing(participant, session):
    path = f"/api/sessions/{session['id']}"
    upload = Upload(participant, session["id"])
    participant("PUT", f"{path}/questions/{upload.question_id}", json=spoken_body(upload.recording_id))
    assert (
        "1 of 2" in require_problem(participant("POST", f"{path}/complete", json={"question_count": 2}), 409)["detail"]
    )
    no_answer = require_problem(participant("POST", f"{path}/complete", json={"question_count": 1}), 409)
    assert "have no answer" in no_answer["detail"]
    count = leave_out_the_rest(participant, session, answered=("forward_3_1",))
    not_whole = require_problem(participant("POST", f"{path}/complete", json={"question_count": count}), 409)
    assert "not arrived whole" in not_whole["detail"]
    upload.create(5)
    upload.patch(0, OPENING)
    for _ in range(2):
        answer = participant("POST", f"{path}/complete", json={"question_count": count})
        assert (answer.status_code, answer.get_json()["state"]) == (202, "completed")
    require_problem(participant("PUT", f"{path}/questions/{uuid.uuid4()}", json=skipped_body()), 409)
    with owner_transaction() as connection:
        query = sa.text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'make_result'")
        assert connection.execute(query).scalar_one() == 1


def test_the_outcome_waits_until_there_is_a_score(participant, session):
    question_id = str(uuid.uuid4())
    path = f"/api/sessions/{session['id']}"
    participant("PUT", f"{path}/questions/{question_id}", json=spoken_body(str(uuid.uuid4())))
    found = participant("GET", f"{path}/outcomes?instrument=digit_span").get_json()["outcomes"]
    assert [(o["question_id"], o["outcome"]) for o in found] == [(question_id, "waiting")]
    assert participant("GET", f"{path}/outcomes?instrument=orientation").get_json()["outcomes"] == []


def test_satisfaction_can_be_said_again_and_the_last_word_counts(participant, session, staff):
    for rating in (2, 5, 5):
        answer = participant("POST", f"/api/sessions/{session['id']}/satisfaction", json={"rating": rating})
        assert answer.status_code == 204
    assert staff("GET", f"/api/sessions/{session['id']}/result").get_json()["session"]["satisfaction"] == 5
    require_problem(participant("POST", f"/api/sessions/{session['id']}/satisfaction", json={"rating": 6}), 422)


def test_a_comment_is_sealed_and_the_last_word_takes_it_back(participant, session):
    kept = []
    for body in ({"rating": 2, "comment": "Too long."}, {"rating": 5}):
        participant("POST", f"/api/sessions/{session['id']}/satisfaction", json=body)
        with owner_transaction() as connection:
            kept.append(sessions.get(connection, uuid.UUID(session["id"])))
    assert [row["satisfaction"]["rating"] for row in kept] == [2, 5]
    assert "Too long" not in str(kept)
    assert [row["sealed"] is None for row in kept] == [False, True]


def test_a_wrong_clock_is_put_right_and_told(participant, staff):
    slow = dt.datetime.now(dt.UTC) - dt.timedelta(hours=5)
    session = participant("POST", "/api/sessions", json=session_body(client_time=slow.isoformat())).get_json()
    body = {**skipped_body(), "presented_at": slow.isoformat(), "answered_at": slow.isoformat()}
    participant("PUT", f"/api/sessions/{session['id']}/questions/{uuid.uuid4()}", json=body)
    result = staff("GET", f"/api/sessions/{session['id']}/result").get_json()
    shown = next(q for i in result["instruments"] for q in i["questions"])
    assert abs((dt.datetime.fromisoformat(shown["presented_at"]) - dt.datetime.now(dt.UTC)).total_seconds()) < 60
    assert [fact["code"] for fact in result["validity"]] == ["wrong_clock"]


def test_a_session_that_goes_on_on_another_device_goes_by_that_device_s_clock(participant, committed):
    hours = dt.timedelta(hours=3)
    now = dt.datetime.now(dt.UTC)
    started = participant("POST", "/api/sessions", json=session_body(client_time=(now - hours).isoformat())).get_json()
    assert abs(dt.datetime.fromisoformat(started["server_time"]) - now) < dt.timedelta(minutes=1)
    path = f"/api/sessions/{started['id']}/questions"
    for item_id, body in (
        ("forward_3_1", {"presented_at": (now - hours).isoformat(), "answered_at": (now - hours).isoformat()}),
        ("forward_3_2", {"clock_offset_s": 0.5}),
        (
            "forward_4_1",
            {
                "presented_at": (now + hours).isoformat(),
                "answered_at": (now + hours).isoformat(),
                "clock_offset_s": -hours.total_seconds(),
            },
        ),
    ):
        answer = participant("PUT", f"{path}/{uuid.uuid4()}", json=skipped_body(item_id) | body)
        assert answer.status_code == 201, answer.get_data(as_text=True)
    with committed.connect() as connection:
        times = connection.execute(sa.text("SELECT presented_at FROM questions")).scalars().all()
    assert all(abs(time - now) < dt.timedelta(minutes=1) for time in times)
    wild = participant("PUT", f"{path}/{uuid.uuid4()}", json=skipped_body("forward_4_2") | {"clock_offset_s": 1e12})
    require_problem(wild, 422, "invalid_input")


HARM = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"text"',
    b"\xff\xfe",
    b"[" * 200_000,
    b'{"a":' * 100_000,
    b'{"seed": ' + b"9" * 10_000 + b"}",
    b'{"seed": 1e400}',
    b'{"seed": NaN}',
]


@pytest.mark.parametrize("body", HARM, ids=range(len(HARM)))
@pytest.mark.parametrize("path", ["/api/sessions", "/api/sign-in", "/api/invitations/look"])
def test_a_body_that_is_none_is_refused(participant, path, body):
    answer = participant("POST", path, data=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in {400, 422}, answer.get_data(as_text=True)
    require_problem(answer, answer.status_code)


@pytest.mark.parametrize(
    "change",
    [
        {"id": "not-a-uuid"},
        {"id": None},
        {"battery": "mmse"},
        {"locale": "tlh"},
        {"battery": "../etc"},
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "America"},
        {"time_zone": "../../etc/passwd"},
        {"time_zone": "UTC\x00"},
        {"time_zone": ""},
        {"client_time": "2026-11-23T15:20:00"},
        {"client_time": "9999-12-31T23:59:59Z"},
        {"client_time": "0001-01-01T00:00:00Z"},
        {"device": {"name": "a\x00b"}},
        {"device": {"name": "\ud800"}},
        {"device": {"a\x00b": 1}},
        {"device": {"a": [[[[[[[[[[[[1]]]]]]]]]]]]}},
        {"device": {"a": 10**40}},
        {"device": {"a": float("inf")}},
        {"device": []},
        {"seed": -1},
        {"seed": 2**60},
        {"seed": True},
        {"consent": {}},
        {"unknown": 1},
        {"is_simulated": "perhaps"},
    ],
    ids=str,
)
def test_a_session_that_cannot_be_is_refused_with_the_place_of_the_fault(participant, change):
    answer = participant("POST", "/api/sessions", json=session_body(**change))
    body = require_problem(answer, 422)
    assert body["errors"], body


@pytest.mark.parametrize(
    "change",
    [
        {"attempt": 0},
        {"attempt": 10**9},
        {"item_id": "x" * 101},
        {"item_id": "a\x00"},
        {"answered_at": "2020-01-01T00:00:00Z"},
        {"presented_at": "soon"},
        {"response": {"kind": "spoken"}},
        {"response": {"kind": "spoken", "recording_id": "1"}},
        {"response": {"kind": "spoken", "recording_id": SOME_ID, "onset_latency_ms": 1e300}},
        {"response": {"kind": "skipped", "reason": "bored"}},
        {"response": {"kind": "guess"}},
        {"response": {}},
        {"response": None},
    ],
    ids=str,
)
def test_an_answer_that_cannot_be_is_refused(participant, session, change):
    path = f"/api/sessions/{session['id']}/questions/{uuid.uuid4()}"
    require_problem(participant("PUT", path, json={**spoken_body(str(uuid.uuid4())), **change}), 422)


def test_ids_in_addresses_that_are_none(participant, session):
    for path in ("/api/sessions/1", "/api/sessions/%00", f"/api/sessions/{session['id']}/questions/x"):
        require_problem(participant("GET" if "questions" not in path else "PUT", path, json={}), 404, "not_found")


def test_a_body_over_the_limit_is_refused(participant):
    body = b'{"a": "' + b"x" * (5 << 20) + b'"}'
    answer = participant("POST", "/api/sessions", data=body, headers={"Content-Type": "application/json"})
    require_problem(answer, 413, "too_large")


def test_a_body_of_another_type_is_refused(participant):
    answer = participant("POST", "/api/sessions", data=b"a=b", headers={"Content-Type": "text/plain"})
    assert answer.status_code in {400, 415, 422}
    require_problem(answer, answer.status_code)


def test_a_second_session_waits_until_the_first_is_closed(participant, session):
    other = participant("POST", "/api/sessions", json=session_body())
    assert "begun with this invitation already" in require_problem(other, 409, "conflict")["detail"]
    count = leave_out_the_rest(participant, session)
    path = f"/api/sessions/{session['id']}/complete"
    assert participant("POST", path, json={"question_count": count}).status_code == 202
    assert participant("POST", "/api/sessions", json=session_body()).status_code == 201


@pytest.mark.parametrize(
    "trial",
    [
        {"x": 1},
        {"symbol": "three"},
        {"response": 10},
        {"reaction_time_ms": "fast"},
        {"input": "foot"},
        {"onset_ms": -1},
    ],
)
def test_a_trial_that_no_task_reports_is_refused_with_its_place(participant, session, trial):
    right = {
        "position": 0,
        "symbol": 3,
        "response": 3,
        "onset_ms": 1.5,
        "reaction_time_ms": 800.0,
        "is_practice": False,
    }
    response = {"kind": "trials", "trials": [right | {"input": "key"}, right | {"input": "key"} | trial], "summary": {}}
    body = spoken_body("", instrument="symbol_digit", item_id="block", response=response)
    path = f"/api/sessions/{session['id']}/questions/{uuid.uuid4()}"
    problem = require_problem(participant("PUT", path, json=body), 422, "invalid_input")
    assert problem["errors"][0]["field"].startswith("response.trials.1.")


@pytest.mark.parametrize(
    ("content", "media_type", "status", "words"),
    [(b"{", "application/json", 400, "not a JSON object"), (b"{}", "text/plain", 415, "has to be JSON")],
)
def test_a_body_that_is_no_json_is_told_as_what_it_is(participant, session, content, media_type, status, words):
    path = f"/api/sessions/{session['id']}/questions/{uuid.uuid4()}"
    answer = participant("PUT", path, data=content, headers={"Content-Type": media_type})
    assert words in require_problem(answer, status)["detail"]
