"""What is told to whoever watches: too many failures of one account or address, and links that such an address uses."""

from __future__ import annotations

import pytest

from api_clients import PASSWORD, Person
from cognitive_assessment.api import suspicion as module
from cognitive_assessment.api.suspicion import Suspicion, suspicion
from cognitive_assessment.ops.metrics.events import events

HERE, THERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture(autouse=True)
def _forgotten(monkeypatch):
    monkeypatch.setattr(suspicion, "_failures", {})


@pytest.fixture
def counted():
    """How far the counters have moved since the test began."""

    def read():
        one = events()
        signs = {by: one.suspicious_sign_ins.labels(by)._value.get() for by in ("account", "address")}
        return {**signs, "invitations": one.suspicious_invitations._value.get()}

    before = read()
    return lambda: {name: value - before[name] for name, value in read().items()}


def person_at(app, address):
    client = app.test_client(use_cookies=False)
    client.environ_base = {**client.environ_base, "REMOTE_ADDR": address}
    return Person(client)


def fail(person, email):
    return person("POST", "/api/sign-in", json={"email": email, "password": "wrong wrong wrong"})


def test_the_sixth_failure_of_an_account_counts_from_wherever_it_comes(app, staff, counted):
    for number in range(5):
        fail(person_at(app, f"192.0.2.{10 + number}"), "ada@example.org")
    assert counted() == {"account": 0, "address": 0, "invitations": 0}
    fail(person_at(app, "192.0.2.99"), " ADA@example.org")
    assert counted() == {"account": 1, "address": 0, "invitations": 0}


def test_the_sixth_failure_from_an_address_counts_whoever_is_tried(app, counted):
    for number in range(7):
        fail(person_at(app, HERE), f"person{number}@example.org")
    assert counted() == {"account": 0, "address": 2, "invitations": 0}


def test_wrong_present_passwords_count_as_failed_sign_ins_of_that_account(staff, counted):
    before = events().sign_in_failures._value.get()
    wrong = {"current_password": "wrong wrong wrong", "new_password": "violet mammoth under nine bridges"}
    for _ in range(3):
        assert staff("POST", "/api/me/password", json=wrong).status_code == 422
    assert events().sign_in_failures._value.get() == before + 3
    for _ in range(3):
        fail(staff, "ada@example.org")
    assert counted()["account"] == 1


def test_after_a_quarter_of_an_hour_all_is_forgotten(counted, monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: clock[0])
    watch = Suspicion()
    for _ in range(5):
        watch.note_failed_sign_in("ada@example.org", HERE)
    clock[0] += 900
    watch.note_failed_sign_in("ada@example.org", HERE)
    assert counted() == {"account": 0, "address": 0, "invitations": 0}


def test_a_link_that_is_found_after_many_that_were_not_is_told(app, staff, counted):
    link = staff("POST", "/api/invitations", json={"participant_label": "P-1"}).get_json()["token"]
    stranger = person_at(app, HERE)
    for number in range(6):
        path = "/api/invitations/look" if number % 2 else "/api/invitations/accept"
        assert stranger("POST", path, json={"token": f"made-up-{number}"}).status_code == 404
    assert person_at(app, THERE)("POST", "/api/invitations/accept", json={"token": link}).status_code == 200
    assert counted()["invitations"] == 0
    assert stranger("POST", "/api/invitations/accept", json={"token": link}).status_code == 200
    assert counted()["invitations"] == 1


def test_somebody_who_mistypes_now_and_then_raises_no_suspicion(app, staff, counted):
    for _ in range(5):
        assert fail(person_at(app, HERE), "ada@example.org").status_code == 401
    right = {"email": "ada@example.org", "password": PASSWORD}
    assert person_at(app, THERE)("POST", "/api/sign-in", json=right).status_code == 200
    assert counted() == {"account": 0, "address": 0, "invitations": 0}


def test_names_without_end_do_not_fill_the_memory():
    watch = Suspicion()
    for number in range(25_000):
        watch.note_failed_sign_in(f"a{number}@example.org", HERE)
    assert len(watch._failures) <= 10_001
