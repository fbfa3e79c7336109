"""The key of what a browser keeps: for whoever may answer in the session, and for nobody once they are erased."""

from __future__ import annotations

import base64
import datetime as dt
import uuid

import pytest

from api_clients import TEXT, Person, leave_out_the_rest, require_problem, session_body
from cognitive_assessment import blobs, config
from cognitive_assessment.errors import NotFound
from cognitive_assessment.ops import erasure
from cognitive_assessment.store import acting, sessions
from cognitive_assessment.store.engine import transaction
from cognitive_assessment.store.erasures import Erasure


def ask(person: Person, session_id: str):
    return person("GET", f"/api/sessions/{session_id}/outbox-key")


def key(person: Person, session_id: str) -> bytes:
    answer = ask(person, session_id)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store"), answer.get_data(as_text=True)
    return base64.b64decode(answer.get_json()["key"], validate=True)


def now() -> str:
    return dt.datetime.now(dt.UTC).isoformat()


def test_a_session_has_a_key_of_its_own_that_is_the_same_whenever_it_is_asked_for(participant, session, stranger):
    first = key(participant, session["id"])
    assert (len(first), key(participant, session["id"])) == (32, first)
    leave_out_the_rest(participant, session)
    other = stranger("POST", "/api/sessions", json=session_body()).get_json()["id"]
    data_key = blobs.key_ring().of(uuid.UUID(participant.user["id"]))
    another = data_key.for_outbox(uuid.uuid4())
    assert len({first, another, key(stranger, other), data_key.secret}) == 4


def test_nobody_else_gets_it_and_the_database_hides_the_session_from_them(participant, session, stranger, staff):
    assert key(participant, session["id"])
    for outsider in (stranger, staff):
        require_problem(ask(outsider, session["id"]), 404, "not_found")
    require_problem(ask(participant, str(uuid.uuid4())), 404, "not_found")
    with transaction() as connection:
        acting.act_as(connection, uuid.UUID(stranger.user["id"]))
        with pytest.raises(NotFound):
            sessions.get(connection, uuid.UUID(session["id"]))


def test_beside_staff_the_device_of_the_session_gets_it_and_the_sign_in_of_staff_does_not(app, staff):
    made = staff("POST", "/api/invitations", json={"participant_label": "P-060"}).get_json()
    body = staff("POST", f"/api/invitations/{made['invitation_id']}/begin-here").get_json()
    person = Person(app.test_client(use_cookies=False), body["token"], body["user"])
    session = person("POST", "/api/sessions", json=session_body()).get_json()
    assert session["is_attended"] is True
    assert len(key(person, session["id"])) == 32
    require_problem(ask(staff, session["id"]), 404, "not_found")


def test_after_the_end_it_still_opens_what_is_left_and_after_a_withdrawal_never_more(participant, session):
    before = key(participant, session["id"])
    count = leave_out_the_rest(participant, session)
    done = participant("POST", f"/api/sessions/{session['id']}/complete", json={"question_count": count})
    assert done.status_code == 202
    assert key(participant, session["id"]) == before
    participant("POST", "/api/me/consent/withdraw", json={"data": "keep", "at": now()})
    require_problem(ask(participant, session["id"]), 409, "no_consent")


def test_a_session_that_was_withdrawn_has_none_although_its_person_agreed_anew(participant, session):
    participant("POST", "/api/me/consent/withdraw", json={"data": "keep", "at": now()})
    given = participant("POST", "/api/me/consent", json={"sha256": TEXT.sha256, "given_at": now()})
    assert given.status_code == 201
    require_problem(ask(participant, session["id"]), 409, "no_consent")


def test_a_new_key_of_the_person_still_opens_what_waits_in_a_browser(participant, session):
    who, before = uuid.UUID(participant.user["id"]), key(participant, session["id"])
    for _ in range(2):
        blobs.key_ring().renew(who)
        assert key(participant, session["id"]) == before
    data_key, other = blobs.key_ring().of(who), uuid.uuid4()
    assert len(data_key.older) == 2
    assert data_key.renewed().for_outbox(other) == data_key.for_outbox(other) != before


def test_with_an_erased_person_it_is_gone_for_good(participant, session, database):
    who = uuid.UUID(participant.user["id"])
    before = key(participant, session["id"])
    wrapped = blobs.key_ring().wrapped(who)
    blobs.key_ring().destroy(who)  # broken off here, the person is known and the key is not
    require_problem(ask(participant, session["id"]), 410, "gone")
    blobs.key_ring().put(who, wrapped)
    assert key(participant, session["id"]) == before
    erased = Erasure(who, None, dt.datetime.now(dt.UTC), "operator", "asked for")
    erasure.erase(config.settings(), database.owner_url, erased)
    require_problem(ask(participant, session["id"]), 401, "not_signed_in")
    assert blobs.key_ring().ensure(who).for_outbox(uuid.UUID(session["id"])) != before
