"""Every request body with one place of it damaged: it is refused in words, and nothing of it is kept."""

from __future__ import annotations

import copy
import datetime as dt
import itertools
import json
import uuid

import pytest

from api_clients import PASSWORD, require_problem, session_body, skipped_body
from cognitive_assessment.api.app import MAX_JSON_BYTES
from cognitive_assessment.consent import standard
from planted import Planted, row_counts

pytestmark = pytest.mark.usefixtures("unlimited")
NOW = dt.datetime.now(dt.UTC).isoformat()
TRIAL = {
    "position": 0,
    "symbol": 3,
    "response": 3,
    "onset_ms": 12.5,
    "reaction_time_ms": 812.3,
    "is_practice": False,
    "input": "touch",
}
TRIALS = {"kind": "trials", "trials": [TRIAL], "summary": {"duration_ms": 120003.1}}
QUESTION = "PUT /api/sessions/{session_id}/questions/{new_id}"
# a body that is right, for each call that takes one, and who may make it
RIGHT = {
    "POST /api/sign-in": ("nobody", {"email": "ada@example.org", "password": PASSWORD}),
    "POST /api/sign-in/second-factor": ("nobody", {"code": "123456"}),
    "POST /api/sign-in/new-password": ("nobody", {"new_password": PASSWORD}),
    "POST /api/sign-in/passkey": ("nobody", {"credential": {"rawId": "AA", "response": {"clientDataJSON": "e30"}}}),
    "POST /api/invitations/look": ("nobody", {"token": "a" * 43}),
    "POST /api/invitations/accept": ("nobody", {"token": "a" * 43}),
    "POST /api/invitations": ("clinician", {"participant_label": "P-9", "battery": "brief", "expires_in_days": 3}),
    "POST /api/me/password": ("researcher", {"current_password": PASSWORD, "new_password": PASSWORD}),
    "POST /api/me/one-time-codes/confirm": ("researcher", {"code": "123456"}),
    "POST /api/me/passkeys": ("researcher", {"name": "Key", "credential": {"response": {"clientDataJSON": "e30"}}}),
    "POST /api/sessions": ("participant", session_body()),
    QUESTION: ("participant", skipped_body()),
    QUESTION + "#trials": (
        "participant",
        skipped_body("block") | {"instrument": "symbol_digit", "response": TRIALS, "clock_offset_s": 1.5},
    ),
    "POST /api/sessions/{session_id}/events": (
        "participant",
        {"events": [{"id": str(uuid.uuid4()), "kind": "paused", "at": NOW, "detail": {"a": 1}}], "clock_offset_s": 1.5},
    ),
    "POST /api/sessions/{session_id}/complete": ("participant", {"question_count": 99}),
    "POST /api/sessions/{session_id}/satisfaction": ("participant", {"rating": 4, "comment": "Good"}),
    "POST /api/me/consent": ("participant", {"sha256": standard("en").sha256, "locale": "en", "given_at": NOW}),
    "POST /api/me/consent/withdraw": ("participant", {"data": "keep", "at": NOW}),
    "PATCH /api/participants/{user_id}": ("clinician", {"participant_label": "P-9", "participant_email": None}),
    "POST /api/participants/{user_id}/consent": (
        "clinician",
        {"sha256": standard("en").sha256, "locale": "en", "given_at": NOW},
    ),
    "POST /api/participants/{user_id}/consent/withdraw": ("clinician", {"data": "keep", "at": NOW}),
    "PUT /api/organisation/consent-text": (
        "administrator",
        {"locale": "en", "title": "Words", "paragraphs": ["One."], "agreement": "I agree"},
    ),
    "POST /api/sessions/{session_id}/questions/{new_id}/overrides": (
        "clinician",
        {"values": {"points": 1}, "reason": "Heard again"},
    ),
    "PATCH /api/organisation": ("administrator", {"name": "Clinic", "place": {"town": "Ulm"}}),
    "POST /api/staff": ("administrator", {"email": "new@example.org", "display_name": "New", "role": "clinician"}),
    "PATCH /api/staff/{user_id}": ("administrator", {"role": "operator", "is_active": True}),
}
DEEP = json.loads("[" * 200 + "]" * 200)
HUGE = 10**400
# never in the contract of any field, whatever its type
NEVER = {"NUL": "a\x00b", "deep nesting": DEEP, "half a surrogate": "\ud800", "10 MB": "x" * 10_000_000, "huge": HUGE}
WRONG_TYPES = {"list": [[]], "object": {"$ne": None}, "true": True, "fraction": 1.5, "text": "\u202etxt", "null": None}
NO_OBJECTS = (b"", b"{", b"null", b"[]", b'"a"', b"0", b"NaN", b"\xff{}", b'{"a":1}{', b"[" * 100_000, b"1" * 5000)
COUNTED_ALL_THE_SAME = {"audit_log", "audit_chain", "sign_in_uses"}


def places(body, path=()):
    """Every place of a body that holds a value."""
    found = [path] if path else []
    inside = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    return found + [place for name, value in inside for place in places(value, (*path, name))]


def damaged(body, place, value):
    made = copy.deepcopy(body)
    inner = made
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = value
    return made


@pytest.fixture
def clinic(app):
    return Planted(app, "zebrafinch")


def ask(clinic, nobody, name, text):
    method, path = name.partition("#")[0].split(" ")
    path = path.format(**clinic.ids, new_id=uuid.uuid4())
    person = nobody if RIGHT[name][0] == "nobody" else clinic.people[RIGHT[name][0]]
    return person(method, path, data=text, headers={"Content-Type": "application/json"})


def test_every_body_of_the_contract_is_damaged_here(app):
    with_body = {
        f"{method.upper()} {path}".replace("{question_id}", "{new_id}")
        for path, methods in app.spec["paths"].items()
        for method, call in methods.items()
        if "application/json" in call.get("requestBody", {}).get("content", {})
    }
    assert with_body == {name for name in RIGHT if "#" not in name}


def test_what_can_be_no_value_is_refused_and_nothing_is_kept(clinic, nobody):
    before = row_counts()
    for name, (_, right) in RIGHT.items():
        for place, (words, value) in itertools.product(places(right), NEVER.items()):
            if words == "10 MB" and len(place) > 1:
                continue  # once a field is enough
            answer = ask(clinic, nobody, name, json.dumps(damaged(right, place, value)))
            assert answer.status_code in {400, 413, 422}, (name, place, words, answer.get_data(as_text=True)[:300])
            require_problem(answer, 413 if words == "10 MB" else answer.status_code)
    after = row_counts()
    assert {n: c for n, c in after.items() if c != before[n] and n not in COUNTED_ALL_THE_SAME} == {}


def test_a_value_of_another_type_is_never_a_fault_of_ours(clinic, nobody):
    for name, (_, right) in RIGHT.items():
        for place, value in itertools.product(places(right), WRONG_TYPES.values()):
            answer = ask(clinic, nobody, name, json.dumps(damaged(right, place, value)))
            assert answer.status_code < 500, (name, place, value, answer.get_data(as_text=True)[:300])


def test_what_is_no_object_is_refused_by_every_call(clinic, nobody):
    for name, text in itertools.product(RIGHT, NO_OBJECTS):
        answer = ask(clinic, nobody, name, text)
        assert answer.status_code in {400, 415, 422}, (name, text[:10], answer.status_code)
        require_problem(answer, answer.status_code)


def test_text_of_every_script_comes_back_as_it_was_given(clinic):
    """Right-to-left marks, joiners and characters beyond the first plane are text like any other."""
    label = "\u202bP\u200f-\u05d0\u0301 \U0001f9e0\u202c"
    made = clinic.people["clinician"]("POST", "/api/invitations", json={"participant_label": label})
    assert made.status_code == 201
    listed = clinic.people["clinician"]("GET", "/api/invitations").get_json()["invitations"]
    assert label in {one["participant_label"] for one in listed}


def test_a_body_beyond_the_limit_is_refused_before_it_is_read(clinic, nobody):
    for name in RIGHT:
        answer = ask(clinic, nobody, name, b" " * (MAX_JSON_BYTES + 1))
        require_problem(answer, 413, "too_large")


def test_what_is_said_twice_is_refused_wherever_it_stands(staff, nobody):
    twice = '{"email": "ada@example.org", "email": "eve@example.org", "password": "correct horse battery staple"}'
    answer = nobody("POST", "/api/sign-in", data=twice, headers={"Content-Type": "application/json"})
    require_problem(answer, 400, "bad_request")
    deep = '{"participant_label": "P", "battery": "brief", "x": {"a": 1, "a": 2}}'
    answer = staff("POST", "/api/invitations", data=deep, headers={"Content-Type": "application/json"})
    require_problem(answer, 400, "bad_request")
    for path in ("/api/sessions?limit=1&limit=100", "/api/questions?locale=en&locale=de", "/api/me?a=1&b=2&a=1"):
        require_problem(staff("GET", path), 400, "sent_twice")
    # a parameter of the address is none of the body, and the other way round
    in_address = nobody(
        "POST", "/api/sign-in?email=ada@example.org&password=correct%20horse%20battery%20staple", json={}
    )
    require_problem(in_address, 422)
    assert staff("GET", "/api/sessions?limit=1", json={"limit": "many"}).status_code == 200
