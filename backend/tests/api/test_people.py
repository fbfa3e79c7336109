"""Signing in, invitations, and who may not."""

from __future__ import annotations

import datetime as dt
import logging
import time
import uuid

import pytest
import sqlalchemy as sa

from api_clients import PASSWORD, Person, make_staff, require_problem, session_body, skipped_body
from builders import owner_transaction
from cognitive_assessment import blobs
from cognitive_assessment.ops.log_lines import JsonFormatter
from cognitive_assessment.store.engine import make_engine
from cognitive_assessment.store.tables import audit_log, questions

INVITATION = {"participant_label": "P-100", "battery": "brief", "locale": "en"}


def test_signing_in_gives_a_token_and_a_cookie_that_scripts_cannot_read(app, staff):
    client = app.test_client()
    answer = client.post("/api/sign-in", json={"email": " ADA@example.org", "password": PASSWORD})
    assert answer.status_code == 200
    assert answer.get_json()["user"]["role"] == "clinician"
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("cas_session=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "password" not in answer.get_data(as_text=True)
    assert client.get("/api/me").get_json()["user"]["email"] == "ada@example.org"


def test_a_wrong_password_and_an_unknown_address_are_told_alike(nobody, staff):
    answers = [
        nobody("POST", "/api/sign-in", json={"email": email, "password": "wrong " * 3})
        for email in ("ada@example.org", "nobody@example.org")
    ]
    bodies = [require_problem(answer, 401, "not_signed_in") for answer in answers]
    assert bodies[0] == bodies[1]


def test_who_guesses_has_to_wait_longer_each_time_and_a_success_forgives(nobody, staff, monkeypatch):
    clock, now = [0.0], time.time
    monkeypatch.setattr(time, "time", lambda: now() + clock[0])
    wrong = {"email": "ada@example.org", "password": "wrong wrong wrong"}
    assert [nobody("POST", "/api/sign-in", json=wrong).status_code for _ in range(6)] == [401] * 5 + [429]
    locked = nobody("POST", "/api/sign-in", json={**wrong, "password": PASSWORD})
    require_problem(locked, 429, "too_many_requests")
    assert int(locked.headers["Retry-After"]) > 0
    clock[0] += 2.1
    assert nobody("POST", "/api/sign-in", json=wrong).status_code == 401
    clock[0] += 2.1
    assert nobody("POST", "/api/sign-in", json=wrong).status_code == 429
    clock[0] += 2.1
    assert nobody("POST", "/api/sign-in", json={**wrong, "password": PASSWORD}).status_code == 200
    assert nobody("POST", "/api/sign-in", json=wrong).status_code == 401


def test_signing_out_ends_the_sign_in_and_can_be_repeated(staff, nobody):
    assert [staff("POST", "/api/sign-out").status_code for _ in range(2)] == [204, 204]
    require_problem(staff("GET", "/api/me"), 401)
    assert nobody("POST", "/api/sign-out").status_code == 204


def test_a_sign_in_that_has_ended_is_none(database, staff, nobody):
    owner = make_engine(database.owner_url)  # the role that serves may not change a sign-in
    with owner.begin() as connection:
        connection.execute(sa.text("UPDATE sign_ins SET ends_at = now() - interval '1 second'"))
    owner.dispose()
    require_problem(staff("GET", "/api/me"), 401)
    require_problem(nobody("GET", "/api/me"), 401)
    for token in ("", "x", "é", "x" * 5000):
        assert nobody("GET", "/api/me", headers={"Authorization": f"Bearer {token}"}).status_code in {400, 401}


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://localhost", 204),
        ("https://evil.example", 403),
        ("https://localhost", 403),
        ("http://localhost.evil.example", 403),
        ("null", 403),
        (None, 403),
    ],
)
def test_a_page_of_another_site_cannot_write_with_the_cookie(app, staff, origin, status):
    client = app.test_client()
    client.post("/api/sign-in", json={"email": "ada@example.org", "password": PASSWORD})
    headers = {} if origin is None else {"Origin": origin}
    assert client.post("/api/sign-out", headers=headers).status_code == status


def test_looking_at_a_link_changes_nothing_and_accepting_works_again_and_again(staff, nobody):
    made = staff("POST", "/api/invitations", json=INVITATION)
    assert made.status_code == 201
    body = made.get_json()
    assert body["url"].endswith(f"/invitation#{body['token']}")
    for _ in range(2):
        look = nobody("POST", "/api/invitations/look", json={"token": body["token"]})
        assert look.status_code == 200
        assert {"battery", "title", "minutes", "organisation", "locale", "is_started", "expires_at"} <= look.json.keys()
    assert staff("GET", "/api/invitations").get_json()["invitations"][0]["used_at"] is None
    users = set()
    for _ in range(2):
        accepted = nobody("POST", "/api/invitations/accept", json={"token": body["token"]})
        assert accepted.status_code == 200
        users.add(accepted.get_json()["user"]["id"])
    assert users == {body["user_id"]}
    listed = staff("GET", "/api/invitations").get_json()["invitations"][0]
    assert listed["used_at"] is not None
    assert "token" not in listed


def test_a_link_that_ended_or_was_withdrawn_is_gone_and_an_unknown_one_was_never_there(staff, nobody):
    made = staff("POST", "/api/invitations", json=INVITATION).get_json()
    path = f"/api/invitations/{made['invitation_id']}"
    accepted = nobody("POST", "/api/invitations/accept", json={"token": made["token"]}).get_json()
    invited = Person(nobody.client, accepted["token"])
    assert invited("GET", "/api/me").status_code == 200
    assert [staff("DELETE", path).status_code for _ in range(2)] == [204, 204]
    require_problem(invited("GET", "/api/me"), 401)
    for step in ("look", "accept"):
        require_problem(nobody("POST", f"/api/invitations/{step}", json={"token": made["token"]}), 410, "gone")
        require_problem(nobody("POST", f"/api/invitations/{step}", json={"token": "x"}), 404)
    late = staff("POST", "/api/invitations", json=INVITATION).get_json()
    with owner_transaction() as connection:
        connection.execute(sa.text("UPDATE invitations SET expires_at = now() - interval '1 second'"))
    require_problem(nobody("POST", "/api/invitations/look", json={"token": late["token"]}), 410, "gone")


def test_invitations_are_the_business_of_their_own_staff(staff, foreign_staff, participant, nobody):
    made = staff("POST", "/api/invitations", json=INVITATION).get_json()
    path = f"/api/invitations/{made['invitation_id']}"
    assert foreign_staff("GET", "/api/invitations").get_json() == {"invitations": [], "next": None}
    require_problem(foreign_staff("DELETE", path), 404)
    for person, status in ((participant, 404), (nobody, 401)):
        require_problem(person("POST", "/api/invitations", json=INVITATION), status)
        require_problem(person("GET", "/api/invitations"), status)
        require_problem(person("DELETE", path), status)
    require_problem(staff("DELETE", f"/api/invitations/{uuid.uuid4()}"), 404)


@pytest.mark.parametrize(
    "change",
    [
        {"participant_label": ""},
        {"participant_label": "a\x00"},
        {"participant_label": "\udfff"},
        {"participant_label": "x" * 201},
        {"participant_email": "no address"},
        {"battery": "none"},
        {"locale": "xx"},
        {"expires_in_days": 0},
        {"expires_in_days": 10**9},
    ],
    ids=str,
)
def test_an_invitation_that_cannot_be_is_refused(staff, change):
    require_problem(staff("POST", "/api/invitations", json={**INVITATION, **change}), 422)


def test_somebody_invited_again_by_address_is_the_same_participant(staff, nobody):
    body = {**INVITATION, "participant_email": "Old.Friend@example.org"}
    ids = {staff("POST", "/api/invitations", json=body).get_json()["user_id"] for _ in range(2)}
    assert len(ids) == 1
    # who works here may take part as well, as somebody else
    own = staff("POST", "/api/invitations", json={**body, "participant_email": "ada@example.org"}).get_json()
    assert own["user_id"] not in {*ids, staff.user["id"]}


def test_me_names_the_session_to_go_on_with(participant, session):
    assert participant("GET", "/api/me").get_json()["session_id"] == session["id"]


def test_logs_hold_ids_and_no_names_tokens_or_answers(staff, participant, session, caplog, nobody):
    with caplog.at_level(logging.INFO):
        nobody("POST", "/api/sign-in", json={"email": "ada@example.org", "password": "hunter2 hunter2"})
        participant("GET", f"/api/sessions/{session['id']}")
        staff("POST", "/api/invitations", json={**INVITATION, "participant_label": "Miss Marple"})
    lines = "\n".join(JsonFormatter("api").format(record) for record in caplog.records)
    assert session["id"] in lines
    assert participant.user["id"] in lines
    for secret in (participant.token, staff.token, "hunter2", "Marple", "ada@example.org"):
        assert isinstance(secret, str)
        assert secret not in lines


def test_a_sign_in_lasts_for_days_and_not_for_ever(participant):
    with owner_transaction() as connection:
        ends = connection.execute(sa.text("SELECT max(ends_at) - now() FROM sign_ins")).scalar_one()
    assert dt.timedelta(days=1) < ends < dt.timedelta(days=31)


def test_details_are_put_right_in_the_answers_too_and_the_log_tells_who(staff, invite, foreign_staff):
    person = invite("P-1", participant_email="wrong@example.org")
    session = person("POST", "/api/sessions", json=session_body()).get_json()
    person("PUT", f"/api/sessions/{session['id']}/questions/{uuid.uuid4()}", json=skipped_body())
    path = f"/api/participants/{person.user['id']}"
    body = {"participant_label": " P-10 ", "participant_email": " Right@Example.org "}
    changed = staff("PATCH", path, json=body).get_json()
    assert (changed["participant_label"], changed["participant_email"]) == ("P-10", "right@example.org")
    with owner_transaction() as connection:
        assert connection.execute(sa.select(questions.c.user_email)).scalars().all() == ["right@example.org"]
        logged = sa.select(audit_log).where(audit_log.c.operation == "UPDATE", audit_log.c.table_name == "users")
        rows = connection.execute(logged).mappings().all()
    assert rows[-1]["user_id"] == staff.user["id"]
    assert "example.org" not in str(rows)
    invite("P-2", participant_email="taken@example.org")
    taken = {"participant_label": "P-1", "participant_email": "taken@example.org"}
    require_problem(staff("PATCH", path, json=taken), 409, "conflict")
    for bad in (
        {"participant_label": " "},
        {"participant_label": "P", "participant_email": "no address"},
        {"role": "x"},
    ):
        require_problem(staff("PATCH", path, json=bad), 422)
    require_problem(foreign_staff("PATCH", path, json=body), 404)
    assert staff("PATCH", path, json={"participant_label": "P-1"}).get_json()["participant_email"] is None


def test_how_long_data_are_kept_is_set_and_lifted_again(app):
    administrator = make_staff(app, "root@example.org", role="administrator")
    assert administrator("GET", "/api/organisation").get_json()["recordings_kept_days"] is None
    body = {"recordings_kept_days": 30, "persons_kept_days": 365}
    changed = administrator("PATCH", "/api/organisation", json=body).get_json()
    assert {name: changed[name] for name in body} == body
    kept = administrator("PATCH", "/api/organisation", json={"recordings_kept_days": None, "name": None}).get_json()
    assert (kept["recordings_kept_days"], kept["persons_kept_days"], kept["name"]) == (None, 365, changed["name"])
    for bad in (0, -1, 1.5, "30", 10**9, True):
        require_problem(administrator("PATCH", "/api/organisation", json={"recordings_kept_days": bad}), 422)


def test_who_has_begun_gets_no_second_key_with_another_invitation(staff, invite):
    address = {"participant_email": "carl@example.org"}
    carl = invite("P-003", **address)
    again = {"participant_label": "P-003", **address}
    blobs.key_ring().destroy(uuid.UUID(carl.user["id"]))
    assert staff("POST", "/api/invitations", json=again).status_code == 201  # nothing was kept yet
    carl("POST", "/api/sessions", json=session_body())
    assert staff("POST", "/api/invitations", json=again).status_code == 201
    blobs.key_ring().destroy(uuid.UUID(carl.user["id"]))
    assert staff("POST", "/api/invitations", json=again).status_code == 410
