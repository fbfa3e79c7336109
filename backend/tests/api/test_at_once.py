"""Two calls at one moment: what one of them alone may do is done once."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from api_clients import PASSWORD, Person, Upload, require_problem, session_body
from builders import owner_transaction
from cognitive_assessment import config
from cognitive_assessment.store import invitations, organisations, second_factors, users
from soft_passkey import SoftPasskey

TRIES = range(4)


def at_once(*calls: Callable[[], TestResponse]) -> list[TestResponse]:
    """What each call answers, all of them begun together."""
    gate, answers = threading.Barrier(len(calls)), []

    def run(call: Callable[[], TestResponse]) -> None:
        gate.wait()
        answers.append(call())

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def while_it_changes(change: Callable[[sa.Connection], object], call: Callable[[], TestResponse]) -> TestResponse:
    """What a call answers that begins before a change is committed, which happens once the call waits or is done."""
    waits = sa.text("SELECT 1 FROM pg_locks WHERE NOT granted")
    with ThreadPoolExecutor(1) as pool:
        with owner_transaction() as connection:
            change(connection)
            answer = pool.submit(call)
            while not answer.done() and not connection.execute(waits).all():
                wait([answer], timeout=0.01)
        return answer.result()


def on_another_device(app: Any, person: Person) -> Person:
    return Person(app.test_client(use_cookies=False), person.token)


def test_of_two_sessions_begun_at_once_one_is_begun(app, invite, staff):
    for number in TRIES:
        person = invite(f"P-{number}")
        devices = [on_another_device(app, person) for _ in range(2)]
        answers = at_once(*(partial(device, "POST", "/api/sessions", json=session_body()) for device in devices))
        assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert len(staff("GET", "/api/sessions").get_json()["sessions"]) == len(TRIES)


def test_two_invitations_of_one_new_address_at_once_invite_one_person(app, staff):
    for number in TRIES:
        body = {"participant_label": "P-1", "participant_email": f"p{number}@example.org"}
        desks = [on_another_device(app, staff) for _ in range(2)]
        answers = at_once(*(partial(desk, "POST", "/api/invitations", json=body) for desk in desks))
        assert [answer.status_code for answer in answers] == [201, 201]
        assert len({answer.get_json()["user_id"] for answer in answers}) == 1


def test_who_is_invited_anew_begins_anew_beside_a_session_that_was_left_open(app, invite, staff):
    first = invite("P-1", participant_email="p@example.org")
    assert first("POST", "/api/sessions", json=session_body()).status_code == 201
    again = invite("P-1", participant_email="p@example.org")
    assert again.user["id"] == first.user["id"]
    assert again("POST", "/api/sessions", json=session_body()).status_code == 201


NEW = "another good long passphrase"


def reset(connection: sa.Connection) -> None:
    second_factors.reset(connection, "ada@example.org", NEW, proof="in-person", by="operator")


def close(connection: sa.Connection) -> None:
    account = users.find_staff(connection, "ada@example.org")
    assert account is not None
    users.change_staff(connection, account["organisation_id"], account["id"], role=None, is_active=False)


@pytest.mark.parametrize("change", [reset, close])
def test_a_password_that_is_replaced_while_it_is_checked_opens_nothing(app, staff, monkeypatch, change):
    monkeypatch.setenv("CAS_REQUIRE_SECOND_FACTOR", "on")
    config.settings.cache_clear()
    body = {"email": "ada@example.org", "password": PASSWORD}
    answer = while_it_changes(change, lambda: app.test_client().post("/api/sign-in", json=body))
    require_problem(answer, 401, "not_signed_in")
    with owner_transaction() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM sign_in_steps")).scalar() == 0


def test_nobody_gives_an_account_a_password_while_it_is_begun_anew(app, staff, monkeypatch):
    """Neither by the password of before, nor by a first one that was shown already."""
    body = {"current_password": PASSWORD, "new_password": "a password of whoever knew the old one"}
    require_problem(while_it_changes(reset, partial(staff, "POST", "/api/me/password", json=body)), 422)
    first = app.test_client(use_cookies=False).post("/api/sign-in", json={"email": "ada@example.org", "password": NEW})
    step = Person(app.test_client(use_cookies=False), first.get_json()["token"])
    assert first.get_json()["next"] == "new_password"
    choose = partial(step, "POST", "/api/sign-in/new-password", json={"new_password": body["new_password"]})

    def again(connection: sa.Connection) -> None:
        users.set_password(connection, "ada@example.org", "a third good long passphrase", is_first_password=True)

    require_problem(while_it_changes(again, choose), 401)
    for password, status in ((body["new_password"], 401), ("a third good long passphrase", 200)):
        answer = app.test_client().post("/api/sign-in", json={"email": "ada@example.org", "password": password})
        assert answer.status_code == status


@pytest.mark.parametrize("by", ["link", "staff"])
def test_a_link_that_is_revoked_while_it_is_used_signs_nobody_in(app, staff, nobody, by):
    made = staff("POST", "/api/invitations", json={"participant_label": "P-1"}).get_json()
    invitation_id = uuid.UUID(made["invitation_id"])

    def revoke(connection: sa.Connection) -> None:
        invitations.revoke(connection, organisations.ensure_first(connection)["id"], invitation_id)

    use = {
        "link": partial(nobody, "POST", "/api/invitations/accept", json={"token": made["token"]}),
        "staff": partial(staff, "POST", f"/api/invitations/{invitation_id}/begin-here"),
    }
    require_problem(while_it_changes(revoke, use[by]), 410, "gone")
    with owner_transaction() as connection:
        query = sa.text("SELECT count(*) FROM sign_ins JOIN users ON users.id = user_id WHERE role = 'participant'")
        assert connection.execute(query).scalar() == 0


def test_of_the_last_two_second_factors_removed_at_once_one_stays(app, staff, unlimited, monkeypatch):
    monkeypatch.setenv("CAS_REQUIRE_SECOND_FACTOR", "on")
    config.settings.cache_clear()
    add_passkey(staff)
    for _ in TRIES:
        add_passkey(staff)
        found = [one["id"] for one in staff("GET", "/api/me/account").get_json()["passkeys"]]
        devices = [on_another_device(app, staff) for _ in found]
        calls = [partial(one, "DELETE", f"/api/me/passkeys/{id_}") for one, id_ in zip(devices, found, strict=True)]
        assert sorted(answer.status_code for answer in at_once(*calls)) == [204, 409]


def add_passkey(staff: Person) -> None:
    credential = SoftPasskey().create(staff("POST", "/api/me/passkeys/options").get_json())
    assert staff("POST", "/api/me/passkeys", json={"name": "Key", "credential": credential}).status_code == 200


def test_what_is_declared_at_once_adds_up(app, invite, monkeypatch):
    monkeypatch.setenv("CAS_SESSION_MAX_BYTES", "100")
    config.settings.cache_clear()
    for number in TRIES:
        person = invite(f"P-{number}")
        session_id = person("POST", "/api/sessions", json=session_body()).get_json()["id"]
        uploads = [Upload(on_another_device(app, person), session_id) for _ in range(2)]
        assert sorted(answer.status_code for answer in at_once(*(partial(one.create, 60) for one in uploads))) == [
            201,
            413,
        ]
