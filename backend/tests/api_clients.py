"""People who ask the API, and what they send."""

from __future__ import annotations

import base64
import datetime as dt
import secrets
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import pyotp
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from builders import owner_transaction
from cognitive_assessment import blobs
from cognitive_assessment.consent import standard
from cognitive_assessment.store import organisations, recordings, users

PASSWORD = "correct horse battery staple"
TEXT = standard("en")
TUS = {"Tus-Resumable": "1.0.0"}
OPENING = b"\x1a\x45\xdf\xa3\x01"  # how a file of WebM begins
BYTES = {**TUS, "Content-Type": "application/offset+octet-stream"}


@dataclass
class Person:
    """Somebody with a sign-in, asking by bearer token."""

    client: FlaskClient
    token: str | None = None
    user: dict[str, Any] = field(default_factory=dict)

    def __call__(self, method: str, path: str, **options: Any) -> TestResponse:
        headers = {**({"Authorization": f"Bearer {self.token}"} if self.token else {}), **options.pop("headers", {})}
        return self.client.open(path, method=method, headers=headers, buffered=True, **options)


def make_staff(
    app: APIFlask, email: str, *, role: str = "clinician", organisation_id: uuid.UUID | None = None
) -> Person:
    """A member of staff of the first organisation, or of another."""
    with owner_transaction() as connection:
        first = organisations.ensure_first(connection)
        users.add_staff(
            connection,
            organisation_id=organisation_id or first["id"],
            email=email,
            display_name="Dr Ada Example",
            password=PASSWORD,
            role=role,
        )
    client = app.test_client(use_cookies=False)
    body = client.post("/api/sign-in", json={"email": email, "password": PASSWORD}).get_json()
    return Person(client, body["token"], body["user"])


def code_of(secret: str, steps: int = 0) -> str:
    """The code that an app shows so many steps from now.

    The server takes the code of one step ago. Such a code is made only when enough of the present step is left to
    send it in: on a slow machine it would be two steps old on arrival.
    """
    left = 30 - time.time() % 30
    if steps < 0 and left < 5:
        time.sleep(left)
    return pyotp.TOTP(secret).at(int(time.time()) + 30 * steps)


def sound(length: int) -> bytes:
    """Random bytes that begin as a file of WebM does."""
    return OPENING + secrets.token_bytes(length - len(OPENING))


def session_body(**changes: Any) -> dict[str, Any]:
    now = dt.datetime.now(dt.UTC).isoformat()
    return {
        "id": str(uuid.uuid4()),
        "battery": "brief",
        "locale": "en",
        "time_zone": "Europe/Berlin",
        "client_time": now,
        "device": {"screen": [390, 844]},
        "consent": {"text_version": TEXT.version, "sha256": TEXT.sha256, "given_at": now},
        "seed": 42,
        **changes,
    }


def spoken_body(recording_id: str, *, item_id: str = "forward_3_1", **changes: Any) -> dict[str, Any]:
    now = dt.datetime.now(dt.UTC)
    return {
        "instrument": "digit_span",
        "item_id": item_id,
        "attempt": 1,
        "presented_at": now.isoformat(),
        "answered_at": (now + dt.timedelta(seconds=3)).isoformat(),
        "response": {"kind": "spoken", "recording_id": recording_id, "onset_latency_ms": 812.5},
        **changes,
    }


def leave_out_the_rest(participant: Person, session: dict[str, Any], *, answered: tuple[str, ...] = ()) -> int:
    """Say of every question but some that it was left out; returns how many answers there are then."""
    count = len(answered)
    for part in session["plan"]["parts"]:
        for question in part["questions"]:
            if question["item_id"] not in answered:
                body = skipped_body(question["item_id"]) | {"instrument": part["instrument"]}
                path = f"/api/sessions/{session['id']}/questions/{uuid.uuid4()}"
                assert participant("PUT", path, json=body).status_code == 201
                count += 1
    return count


def skipped_body(item_id: str = "forward_3_2") -> dict[str, Any]:
    return spoken_body("", item_id=item_id, response={"kind": "skipped", "reason": "participant"})


@dataclass
class Upload:
    """One upload of a participant, step by step."""

    person: Person
    session_id: str
    recording_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    question_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def path(self) -> str:
        return f"/api/uploads/{self.recording_id}"

    def metadata(self, **changes: str) -> str:
        values = {
            "recording_id": self.recording_id,
            "session_id": self.session_id,
            "question_id": self.question_id,
            "filetype": "audio/webm;codecs=opus",
            "settings": '{"autoGainControl": false}',
            **changes,
        }
        return ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in values.items())

    def create(self, length: int | None, **options: Any) -> TestResponse:
        of_length = {"Upload-Defer-Length": "1"} if length is None else {"Upload-Length": str(length)}
        headers = {**TUS, **of_length, "Upload-Metadata": self.metadata(), **options.pop("headers", {})}
        return self.person("POST", "/api/uploads", headers=headers, **options)

    def patch(self, offset: int, data: bytes, **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.person("PATCH", self.path, headers={**BYTES, "Upload-Offset": str(offset), **named}, data=data)

    def offset(self) -> int:
        return int(self.person("HEAD", self.path, headers=TUS).headers["Upload-Offset"])


def make_playable(recording_id: str, content: bytes, **measures: Any) -> None:
    """Keep what a worker leaves of a recording that it has read: a copy to play, and measures."""
    with owner_transaction() as connection:
        row = recordings.get(connection, uuid.UUID(recording_id))
        assert row is not None
        kept = blobs.store().append(f"playback/{recording_id}", blobs.key_ring().of(row["user_id"]), 0, [content])
        recordings.save_measured(connection, row["id"], playback_stored_bytes=kept.stored_bytes, **measures)


def require_problem(answer: TestResponse, status: int, code: str | None = None) -> dict[str, Any]:
    """Every error is a problem document that tells nothing of our inside."""
    assert answer.status_code == status, answer.get_data(as_text=True)[:500]
    assert answer.content_type == "application/problem+json"
    body: dict[str, Any] = answer.get_json()
    assert {"type", "title", "status", "detail", "code"} <= body.keys()
    assert body["status"] == status
    assert "Traceback" not in answer.get_data(as_text=True)
    if code is not None:
        assert body["code"] == code
    return body
