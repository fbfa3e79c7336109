"""Nothing secret and nothing of a person is in any line of the log, whoever writes it and however much is logged."""

from __future__ import annotations

import json
import logging
import secrets
import time
import uuid

import pyotp
import pytest
import sqlalchemy as sa

from api_clients import PASSWORD, Person, make_staff
from cognitive_assessment import config
from cognitive_assessment.ops import log_lines
from cognitive_assessment.ops.log_scrubbing import scrub, scrub_value
from planted import Planted

TOKEN = secrets.token_urlsafe(32)
HEX = secrets.token_hex(32)
KIND = "PRIVATE" + " KEY"


@pytest.fixture
def log(data_dir):
    """Every logger at its loudest, written as it is written where the system runs."""
    root = logging.getLogger()
    kept = root.handlers[:], root.level
    log_lines.configure("DEBUG", part="api", data_dir=data_dir)
    yield lambda: log_lines.file_of(data_dir).read_text()
    for handler in root.handlers:
        handler.close()
    root.handlers[:], level = kept
    root.setLevel(level)


@pytest.mark.usefixtures("unlimited")
def test_after_everything_that_people_do_the_log_names_nobody_and_holds_no_secret(app, nobody, log):
    clinic = Planted(app, "zebrafinch")
    administrator, participant = clinic.people["administrator"], clinic.people["participant"]
    new = {"email": "nora@zebrafinch.example", "display_name": "Nora Zebrafinch", "role": "clinician"}
    first_password = administrator("POST", "/api/staff", json=new).get_json()["password"]
    wrong = {"email": "somebody@zebrafinch.example", "password": "lost and zebrafinch found"}
    assert nobody("POST", "/api/sign-in", json=wrong).status_code == 401
    assert nobody("POST", "/api/sign-in", data=b'{"password": "zebrafinch').status_code == 400
    assert nobody("GET", "/api/nothing?token=" + TOKEN).status_code == 404
    assert nobody("GET", "/api/me", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 401
    path = f"/api/sessions/{clinic.session['id']}"
    comment = {"rating": 2, "comment": "My name is zebrafinch"}
    assert participant("POST", f"{path}/satisfaction", json=comment).status_code == 204
    for person in clinic.people.values():
        for page in (path, f"{path}/result", "/api/organisation", "/api/audit", "/api/me", "/api/sessions"):
            person("GET", page)
    administrator("POST", "/api/me/one-time-codes")
    written = log()
    assert len(written.splitlines()) > 40
    assert clinic.session["id"] in written  # what is looked for would be there: ids are
    tokens = [person.token for person in clinic.people.values()] + [clinic.spare["token"]]
    for secret in ("zebrafinch", "Zebrafinch", "Dr Ada", "P-", PASSWORD, first_password, TOKEN, "192.0.2", *tokens):
        assert secret not in written, secret


def test_a_fault_in_the_middle_of_what_was_said_tells_nothing_of_it(own_app, log):
    own_app.config["PROPAGATE_EXCEPTIONS"] = False

    @own_app.get("/api/broken")
    def broken():
        try:
            raise KeyError("Miss Marple said 5 8 2")
        except KeyError as error:
            raise sa.exc.DBAPIError("INSERT Marple", {"answer": "Marple"}, error) from error

    assert Person(own_app.test_client())("GET", "/api/broken").status_code == 500
    assert "unexpected DBAPIError" in log()
    assert "Marple" not in log()


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {TOKEN}",
        f"cookie cas_session={TOKEN}; path=/",
        f"POST /api/invitations/accept token={TOKEN}",
        f'{{"password": "{TOKEN}"}}',
        f"connecting to postgresql+psycopg://cas_owner:{HEX}@127.0.0.1:5432/cas",
        f"redis://:{HEX}@cache:6379/0",
        f"CAS_MASTER_KEY={HEX}",
        f"the key is {HEX}",
        f"age identity AGE-SECRET-KEY-1{HEX.upper()}",
        f"jwt eyJhbGciOiJFUzI1NiJ9.{TOKEN}.{TOKEN}",
        f"-----BEGIN {KIND}-----\n{TOKEN}\n-----END {KIND}-----",
        f"mail to marple+{HEX[:6]}@st-mary-mead.example failed",
    ],
    ids=range(12),  # what is hidden differs at each run
)
def test_a_line_of_any_library_loses_what_looks_like_a_secret_or_an_address(text):
    shown = scrub(text)
    for hidden in (TOKEN, HEX, HEX.upper(), "marple", "st-mary-mead"):
        assert hidden not in shown
    assert "[hidden]" in shown or "[e-mail address]" in shown


@pytest.mark.parametrize(
    "text",
    [
        f"unexpected KeyError in sessions.get, incident {uuid.uuid4()}",
        "src/cognitive_assessment/instruments/category_fluency/scoring_v1.py:120 _score_the_words_of_the_whole_minute",
        "Listening at: http://127.0.0.1:8000 (4711)",
        "job measure_recording of 2 s, try 1 of 5",
    ],
    ids=range(4),
)
def test_what_an_operator_needs_stays(text):
    assert scrub(text) == text


def test_what_stands_beside_a_message_is_scrubbed_too():
    record = logging.LogRecord("urllib3", logging.INFO, "", 1, "asked %s", (f"http://a:{HEX}@b/",), None)
    record.fields = {"url": [f"https://a:{HEX}@b/"], "to": {"whom": "ada@example.org"}, "count": 3}
    line = json.loads(log_lines.JsonFormatter("api").format(record))
    assert HEX not in json.dumps(line)
    assert (line["count"], line["to"]) == (3, {"whom": "[e-mail address]"})
    assert scrub_value(None) is None


def test_the_settings_that_are_secret_are_never_shown(data_dir, log):
    faults = {"CAS_MASTER_KEY": "not" + HEX, "REDIS_URL": f"http://:{HEX}@cache"}
    with pytest.raises(config.InvalidSettings) as refused:
        config.build(faults)
    assert HEX not in refused.value.message


def test_a_line_is_one_line_in_utc_whatever_is_logged():
    forged = 'gone\n{"at": "2026-01-01T00:00:00+00:00", "message": "all is well"}\r\n\x1b[2K'
    record = logging.LogRecord("werkzeug", logging.WARNING, "", 1, forged, None, None)
    line = log_lines.JsonFormatter("api").format(record)
    assert line.splitlines() == [line]
    assert "\x1b" not in line
    assert json.loads(line)["at"].endswith("+00:00")


def test_every_sign_in_and_every_refusal_is_a_line_with_when_who_what_and_how(app, nobody, log, monkeypatch):
    administrator = make_staff(app, "ada@example.org", role="administrator")
    invited = administrator("POST", "/api/invitations", json={"participant_label": "P"}).get_json()
    accepted = nobody("POST", "/api/invitations/accept", json={"token": invited["token"]}).get_json()
    wrong = {"email": "ada@example.org", "password": "not the right one"}
    assert nobody("POST", "/api/sign-in", json=wrong).status_code == 401
    secret = administrator("POST", "/api/me/one-time-codes").get_json()["secret"]
    earlier, now = pyotp.TOTP(secret).at(int(time.time()) - 30), pyotp.TOTP(secret).now()
    administrator("POST", "/api/me/one-time-codes/confirm", json={"code": earlier})
    token = nobody("POST", "/api/sign-in", json={**wrong, "password": PASSWORD}).get_json()["token"]
    step = Person(nobody.client, token)
    assert step("POST", "/api/sign-in/second-factor", json={"code": "x"}).status_code == 401
    assert step("POST", "/api/sign-in/second-factor", json={"code": now}).status_code == 200
    assert Person(nobody.client, accepted["token"])("GET", "/api/audit").status_code == 404
    away = nobody("POST", "/api/sign-in", json=wrong, headers={"Origin": "https://evil.example"})
    assert (away.status_code, nobody("POST", "/api/sign-in", json={"email": 7}).status_code) == (403, 422)
    assert nobody("GET", "/api/me", headers={"Host": "evil.example"}).status_code == 421
    lines = [line for line in map(json.loads, log().splitlines()) if line["message"] == "request"]
    told = [(line["route"], line["status"], line["user_id"], line.get("signed_in_by")) for line in lines]
    refused = {(line["status"], line["refused_for"]) for line in lines if "refused_for" in line}
    assert refused >= {
        (401, "not_signed_in"),
        (403, "cross_site"),
        (404, "not_found"),
        (421, "wrong_host"),
        (422, "invalid_input"),
    }
    ada, person = administrator.user["id"], accepted["user"]["id"]
    for one in (
        ("/api/sign-in", 200, ada, "password"),
        ("/api/invitations/accept", 200, person, "invitation"),
        ("/api/sign-in", 401, None, None),
        ("/api/sign-in/second-factor", 401, ada, None),
        ("/api/sign-in/second-factor", 200, ada, "password and code"),
        ("/api/audit", 404, person, None),
    ):
        assert one in told, one
    assert all({"at", "level", "part", "logger", "method", "route", "status"} <= line.keys() for line in lines)
