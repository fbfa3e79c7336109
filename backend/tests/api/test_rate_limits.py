"""How many calls are too many, for whom, and that nobody who takes part ever meets the limit."""

from __future__ import annotations

import itertools
import re
import socket
import uuid

import pytest

import redis_servers
from api_clients import (
    PASSWORD,
    TUS,
    Person,
    Upload,
    make_staff,
    require_problem,
    session_body,
    skipped_body,
    sound,
    spoken_body,
)
from cognitive_assessment import config
from cognitive_assessment.api import contract
from cognitive_assessment.api.app import create_app

PIECES = 10  # a long answer, sent while it is spoken


@pytest.fixture
def limited(committed, data_dir, monkeypatch):
    """Makes an application with other limits."""

    def make(**settings):
        for name, value in settings.items():
            monkeypatch.setenv(name, str(value))
        config.settings.cache_clear()
        return create_app()

    return make


def asking(app, address="192.0.2.1", token=None):
    client = app.test_client(use_cookies=False)
    client.environ_base = {**client.environ_base, "REMOTE_ADDR": address}
    return Person(client, token)


def refused(answer):
    body = require_problem(answer, 429, "too_many_requests")
    assert 1 <= int(answer.headers["Retry-After"]) <= 61
    assert body["remedy"] == f"Try again in {answer.headers['Retry-After']} seconds."
    return body


def test_every_call_is_refused_once_an_address_has_made_too_many(limited):
    person = asking(limited(CAS_CALLS_PER_MINUTE_AND_ADDRESS=3))
    assert [person("GET", "/api/health/live").status_code for _ in range(3)] == [200] * 3
    for call in contract.GOOD:
        method, path = call.split(" ")
        refused(person(method, re.sub(r"{\w+}", str(uuid.uuid4()), path)))
    assert asking(person.client.application, "192.0.2.2")("GET", "/api/health/live").status_code == 200


def test_a_sign_in_has_its_own_limit_and_uploads_twice_as_many(limited):
    app = limited(CAS_CALLS_PER_MINUTE=4)
    one, other = asking(app, token="a" * 43), asking(app, token="b" * 43)
    assert [one("GET", "/api/me").status_code for _ in range(5)] == [401] * 4 + [429]
    assert "You have sent" in refused(one("GET", "/api/sessions"))["detail"]
    uploads = [one("HEAD", f"/api/uploads/{uuid.uuid4()}").status_code for _ in range(9)]
    assert uploads == [412] * 8 + [429]
    assert other("GET", "/api/me").status_code == 401


def test_guessing_is_limited_by_address_and_the_right_password_does_not_help(limited):
    app = limited(CAS_SIGN_INS_PER_MINUTE_AND_ADDRESS=5)
    stranger = asking(app)
    for number, (path, body) in enumerate(
        [
            ("/api/sign-in", {"email": "a@example.org", "password": "x"}),
            ("/api/sign-in/second-factor", {"code": "123456"}),
            ("/api/sign-in/passkey", {"credential": {}}),
            ("/api/invitations/look", {"token": "x"}),
            ("/api/invitations/accept", {"token": "x"}),
        ]
    ):
        assert stranger("POST", path, json=body).status_code != 429, number
    staff = make_staff(app, "ada@example.org")
    right = {"email": staff.user["email"], "password": PASSWORD}
    refused(stranger("POST", "/api/sign-in", json=right))
    assert stranger("GET", "/api/questions").status_code == 200
    assert asking(app, "192.0.2.2")("POST", "/api/sign-in", json=right).status_code == 200


def test_a_whole_session_sent_at_once_after_a_lost_network_meets_no_limit(staff, invite):
    """With the limits as they are by default, every piece of every answer in far less than a minute."""
    participant = invite("P-100", battery="spoken")
    session = participant("POST", "/api/sessions", json=session_body(battery="spoken")).get_json()
    statuses = []
    for part in session["plan"]["parts"]:
        for question in part["questions"]:
            statuses += send(participant, session["id"], part["instrument"], question)
    assert len(statuses) > 100
    assert set(statuses) <= {200, 201, 204}


def send(participant, session_id, instrument, question):
    path = f"/api/sessions/{session_id}/questions"
    if question["kind"] != "spoken":
        body = skipped_body(question["item_id"]) | {"instrument": instrument}
        return [participant("PUT", f"{path}/{uuid.uuid4()}", json=body).status_code]
    upload = Upload(participant, session_id)
    content = sound(PIECES)
    pieces = PIECES if question["answer"].get("fixed_s") else 1
    statuses = [upload.create(pieces).status_code, participant("HEAD", upload.path, headers=TUS).status_code]
    statuses += [upload.patch(at, content[at : at + 1]).status_code for at in range(pieces)]
    body = spoken_body(upload.recording_id, item_id=question["item_id"], instrument=instrument)
    return [*statuses, participant("PUT", f"{path}/{upload.question_id}", json=body).status_code]


def test_behind_a_proxy_people_are_told_apart_and_nobody_can_pose_as_another(limited):
    app = limited(CAS_PUBLIC_URL="https://clinic.example.org", CAS_CALLS_PER_MINUTE_AND_ADDRESS=2)
    proxy = asking(app, "127.0.0.1")

    def through(seen, pretended=""):
        header = f"{pretended}, {seen}" if pretended else seen
        return proxy("GET", "/api/health/live", headers={"X-Forwarded-For": header}).status_code

    assert [through("203.0.113.1") for _ in range(3)] == [200, 200, 429]
    assert through("203.0.113.2") == 200
    assert through("203.0.113.1", pretended="203.0.113.9") == 429


def test_without_a_proxy_a_forwarded_address_is_not_believed(limited):
    person = asking(limited(CAS_CALLS_PER_MINUTE_AND_ADDRESS=2))
    statuses = [
        person("GET", "/api/health/live", headers={"X-Forwarded-For": f"203.0.113.{n}"}).status_code for n in range(3)
    ]
    assert statuses == [200, 200, 429]


def test_nothing_limits_where_that_is_set(limited):
    none = dict.fromkeys(("CAS_CALLS_PER_MINUTE", "CAS_CALLS_PER_MINUTE_AND_ADDRESS"), 0)
    person = asking(limited(**none, CAS_SIGN_INS_PER_MINUTE_AND_ADDRESS=0), token="a" * 43)
    answers = [person("POST", "/api/invitations/look", json={"token": "x"}).status_code for _ in range(80)]
    assert 429 not in answers


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_where_no_redis_answers_calls_go_on_and_are_counted_here(limited):
    url = f"redis://127.0.0.1:{free_port()}/0"
    person = asking(limited(REDIS_URL=url, CAS_CALLS_PER_MINUTE_AND_ADDRESS=3))
    assert [person("GET", "/api/health/live").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_processes_count_together_in_redis_and_go_on_when_it_dies(limited, tmp_path):
    with redis_servers.running(tmp_path) as server:
        _count_together(limited, server)


def _count_together(limited, server):
    client = server.client
    settings = {"REDIS_URL": server.url, "CAS_CALLS_PER_MINUTE_AND_ADDRESS": 4}
    token = "secret-token-of-a-sign-in-0123456789"
    one, other = (asking(limited(**settings), token=token) for _ in range(2))
    statuses = [who("GET", "/api/me").status_code for who in itertools.islice(itertools.cycle((one, other)), 5)]
    assert statuses == [401] * 4 + [429]
    kept = b" ".join(client.keys("*")).decode()
    assert "192.0.2.1" in kept
    assert token not in kept
    assert all(0 < client.ttl(key) <= 60 for key in client.keys("*"))
    client.close()
    server.stop()
    assert [one("GET", "/api/me").status_code for _ in range(5)] == [401] * 4 + [429]
