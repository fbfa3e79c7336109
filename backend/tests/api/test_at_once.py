"""Two calls at one moment: what one of them alone may do is done once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from werkzeug.test import TestResponse

from api_clients import Person, session_body

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
