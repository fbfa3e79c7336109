"""Each role against each call, as `docs/reference/access.md` says, with outsiders beside them."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import uuid
from collections.abc import Callable
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import planted_words
from api_clients import (
    BYTES,
    OPENING,
    PASSWORD,
    TEXT,
    TUS,
    Person,
    Upload,
    make_playable,
    make_staff,
    session_body,
    skipped_body,
    spoken_body,
)
from builders import owner_transaction
from cognitive_assessment.config import REPOSITORY_ROOT
from cognitive_assessment.store import users
from cognitive_assessment.store.tables import audit_log, organisations
from cognitive_assessment.store.tables import users as accounts
from soft_passkey import SoftPasskey

PAGE = (REPOSITORY_ROOT / "docs" / "reference" / "access.md").read_text()
HEADING = next(line for line in PAGE.splitlines() if line.startswith("| call |"))
ROLES = [cell.strip() for cell in HEADING.strip("|").split("|")][1:]
TABLE = {
    call: dict(zip(ROLES, (cell.strip() for cell in cells.strip(" |").split("|")), strict=True))
    for call, cells in re.findall(r"^\| `([A-Z]+ /api\S*)` \|(.*)$", PAGE, re.MULTILINE)
}


class World:
    """An organisation with everybody in it and a participant who has answered; and another organisation."""

    def __init__(self, app: APIFlask) -> None:
        self.app = app
        self.numbers = itertools.count()
        self.codes: list[str] = []
        self.other_id = uuid.uuid4()
        with owner_transaction() as connection:
            connection.execute(sa.insert(organisations).values(id=self.other_id, name="Other"))
        self.people = {role: make_staff(app, f"{role}@example.org", role=role) for role in users.STAFF_ROLES}
        self.colleague = make_staff(app, "colleague@example.org", role="operator")
        self.people["nobody"] = Person(app.test_client(use_cookies=False))
        self.foreign = {
            role: make_staff(app, f"{role}@other.example", role=role, organisation_id=self.other_id)
            for role in users.STAFF_ROLES
        }
        self.people["participant"] = self.accept(self.invitation())
        self.foreign["participant"] = self.accept(self.invitation())
        self.session = self.people["participant"]("POST", "/api/sessions", json=session_body()).get_json()
        self.upload = self.new_upload()
        make_playable(self.upload.recording_id, b"fLaC")
        question = spoken_body(self.upload.recording_id)
        self.path = f"/api/sessions/{self.session['id']}"
        self.people["participant"]("PUT", f"{self.path}/questions/{self.upload.question_id}", json=question)

    def invitation(self) -> dict[str, Any]:
        body = {"participant_label": f"P-{next(self.numbers)}"}
        made: dict[str, Any] = self.people["clinician"]("POST", "/api/invitations", json=body).get_json()
        return made

    def accept(self, invitation: dict[str, Any]) -> Person:
        client = self.app.test_client(use_cookies=False)
        body = client.post("/api/invitations/accept", json={"token": invitation["token"]}).get_json()
        return Person(client, body["token"], body["user"])

    def new_upload(self) -> Upload:
        upload = Upload(self.people["participant"], self.session["id"])
        upload.create(5)
        upload.patch(0, OPENING)
        return upload

    def sign_in_id(self, who: Person) -> str:
        """Another sign-in of this person, or where they have none, one of the clinician."""
        owner = who if who.user.get("role") in users.STAFF_ROLES and who in self.people.values() else None
        owner = owner or self.people["clinician"]
        body = {"email": owner.user["email"], "password": PASSWORD}
        who.client.post("/api/sign-in", json=body)
        listed = owner("GET", "/api/me/sign-ins").get_json()["sign_ins"]
        other: str = next(one["id"] for one in listed if not one["is_current"])
        return other

    def step(self, who: Person) -> tuple[Person, str]:
        """A sign-in that waits for a second factor, asked for from where this person is; and a code for it."""
        if not self.codes:
            self.codes = enrol(make_staff(self.app, "protected@example.org"))
        body = {"email": "protected@example.org", "password": PASSWORD}
        token = who.client.post("/api/sign-in", json=body).get_json()["token"]
        return Person(who.client, token), self.codes.pop()

    def passkey(self) -> SoftPasskey:
        """A passkey of a member of staff."""
        made = SoftPasskey()
        add_passkey(make_staff(self.app, f"holder{next(self.numbers)}@example.org"), made)
        return made

    def passkey_id(self, who: Person) -> str:
        """A passkey of this person, or where they have none, one of the clinician."""
        is_ours = who.user.get("role") in users.STAFF_ROLES and who in self.people.values()
        owner = who if is_ours else self.people["clinician"]
        add_passkey(owner, SoftPasskey())
        listed: str = owner("GET", "/api/me/account").get_json()["passkeys"][0]["id"]
        return listed

    def first_password(self) -> TestResponse:
        """Somebody whose account was just added chooses a password; whoever else is signed in does not matter."""
        body = {"email": f"{uuid.uuid4()}@example.org", "display_name": "New", "role": "clinician"}
        made = self.people["administrator"]("POST", "/api/staff", json=body).get_json()
        newcomer = Person(self.app.test_client(use_cookies=False))
        answer = newcomer("POST", "/api/sign-in", json={"email": body["email"], "password": made["password"]})
        step = Person(newcomer.client, answer.get_json()["token"])
        return step("POST", "/api/sign-in/new-password", json={"new_password": PASSWORD})

    @property
    def participant_id(self) -> str:
        found: str = self.people["participant"].user["id"]
        return found

    def newcomer(self) -> Person:
        """Somebody who may begin a session: one has been begun with every other invitation."""
        return self.accept(self.invitation())


WORDS = ("locale", "title", "paragraphs", "agreement")
WITHDRAWAL = {"data": "erase", "at": "2026-11-25T10:00:00+00:00"}


def consent_body() -> dict[str, Any]:
    return {"sha256": TEXT.sha256, "given_at": dt.datetime.now(dt.UTC).isoformat()}


def confirm(who: Person) -> TestResponse:
    """Set up one-time codes, as far as this person may."""
    secret = (who("POST", "/api/me/one-time-codes").get_json() or {}).get("secret", "A" * 32)
    return who("POST", "/api/me/one-time-codes/confirm", json={"code": pyotp.TOTP(secret).now()})


def enrol(who: Person) -> list[str]:
    codes: list[str] = (confirm(who).get_json() or {}).get("recovery_codes", [])
    return codes


def add_passkey(who: Person, made: SoftPasskey) -> TestResponse:
    """Set up a passkey, as far as this person may."""
    options = who("POST", "/api/me/passkeys/options").get_json()
    body = {"name": "Laptop", "credential": made.create(options) if "challenge" in options else {}}
    return who("POST", "/api/me/passkeys", json=body)


def show_passkey(client: FlaskClient, made: SoftPasskey) -> TestResponse:
    options = client.post("/api/sign-in/passkey/options").get_json()
    return client.post("/api/sign-in/passkey", json={"credential": made.get(options)})


def prove(step: Person, code: str) -> TestResponse:
    return step("POST", "/api/sign-in/second-factor", json={"code": code})


Ask = Callable[[World, Person], TestResponse]


def reading(path: str) -> Ask:
    return lambda _, who: who("GET", path)


LISTS = [call for call in TABLE if call.startswith("GET ") and "{" not in call]
CALLS: dict[str, Ask] = {call: reading(call.removeprefix("GET ")) for call in LISTS}
CALLS |= {
    "POST /api/sign-in/identity": lambda _, who: who("POST", "/api/sign-in/identity"),
    "POST /api/webhooks/clerk": lambda _, who: who("POST", "/api/webhooks/clerk", data="{}"),
    "POST /api/sign-in": lambda _, who: who(
        "POST", "/api/sign-in", json={"email": "clinician@example.org", "password": PASSWORD}
    ),
    "POST /api/sign-in/second-factor": lambda w, who: prove(*w.step(who)),
    "POST /api/sign-in/new-password": lambda w, _: w.first_password(),
    "POST /api/sign-in/passkey/options": lambda _, who: who("POST", "/api/sign-in/passkey/options"),
    "POST /api/sign-in/passkey": lambda w, who: show_passkey(who.client, w.passkey()),
    "POST /api/me/passkeys/options": lambda _, who: who("POST", "/api/me/passkeys/options"),
    "POST /api/me/passkeys": lambda _, who: add_passkey(who, SoftPasskey()),
    "DELETE /api/me/passkeys/{passkey_id}": lambda w, who: who("DELETE", f"/api/me/passkeys/{w.passkey_id(who)}"),
    "POST /api/me/password": lambda _, who: who(
        "POST", "/api/me/password", json={"current_password": PASSWORD, "new_password": PASSWORD}
    ),
    "DELETE /api/me/sign-ins": lambda _, who: who("DELETE", "/api/me/sign-ins"),
    "DELETE /api/me/sign-ins/{sign_in_id}": lambda w, who: who("DELETE", f"/api/me/sign-ins/{w.sign_in_id(who)}"),
    "POST /api/me/one-time-codes": lambda _, who: who("POST", "/api/me/one-time-codes"),
    "POST /api/me/one-time-codes/confirm": lambda _, who: confirm(who),
    "DELETE /api/me/one-time-codes": lambda _, who: who("DELETE", "/api/me/one-time-codes"),
    "POST /api/me/recovery-codes": lambda _, who: (enrol(who), who("POST", "/api/me/recovery-codes"))[1],
    "POST /api/sign-out": lambda _, who: Person(who.client)("POST", "/api/sign-out"),
    "POST /api/invitations/look": lambda w, who: who(
        "POST", "/api/invitations/look", json={"token": w.invitation()["token"]}
    ),
    "POST /api/invitations/accept": lambda w, who: who(
        "POST", "/api/invitations/accept", json={"token": w.invitation()["token"]}
    ),
    "POST /api/sessions": lambda w, who: (w.newcomer() if who is w.people["participant"] else who)(
        "POST", "/api/sessions", json=session_body()
    ),
    "GET /api/sessions/{session_id}": lambda w, who: who("GET", w.path),
    "GET /api/sessions/{session_id}/outbox-key": lambda w, who: who("GET", f"{w.path}/outbox-key"),
    "PUT /api/sessions/{session_id}/questions/{question_id}": lambda w, who: who(
        "PUT", f"{w.path}/questions/{uuid.uuid4()}", json=skipped_body()
    ),
    "GET /api/sessions/{session_id}/outcomes": lambda w, who: who("GET", f"{w.path}/outcomes"),
    "POST /api/sessions/{session_id}/events": lambda w, who: who(
        "POST",
        f"{w.path}/events",
        json={"events": [{"id": str(uuid.uuid4()), "kind": "paused", "at": dt.datetime.now(dt.UTC).isoformat()}]},
    ),
    # the plan is not answered whole: whoever may ask is told so
    "POST /api/sessions/{session_id}/complete": lambda w, who: who(
        "POST", f"{w.path}/complete", json={"question_count": 1}
    ),
    "POST /api/sessions/{session_id}/satisfaction": lambda w, who: who(
        "POST", f"{w.path}/satisfaction", json={"rating": 4}
    ),
    "POST /api/uploads": lambda w, who: who(
        "POST",
        "/api/uploads",
        headers={**TUS, "Upload-Length": "5", "Upload-Metadata": Upload(who, w.session["id"]).metadata()},
    ),
    "HEAD /api/uploads/{recording_id}": lambda w, who: who("HEAD", w.upload.path, headers=TUS),
    "PATCH /api/uploads/{recording_id}": lambda w, who: who(
        "PATCH", w.upload.path, headers={**BYTES, "Upload-Offset": "5"}, data=b""
    ),
    "DELETE /api/uploads/{recording_id}": lambda w, who: who("DELETE", w.new_upload().path, headers=TUS),
    "POST /api/invitations": lambda _, who: who("POST", "/api/invitations", json={"participant_label": "P-900"}),
    "DELETE /api/invitations/{invitation_id}": lambda w, who: who(
        "DELETE", f"/api/invitations/{w.invitation()['invitation_id']}"
    ),
    "POST /api/invitations/{invitation_id}/begin-here": lambda w, who: who(
        "POST", f"/api/invitations/{w.invitation()['invitation_id']}/begin-here"
    ),
    "POST /api/sessions/{session_id}/questions/{question_id}/overrides": lambda w, who: who(
        "POST",
        f"{w.path}/questions/{w.upload.question_id}/overrides",
        json={"values": None, "reason": "The machine was right."},
    ),
    "GET /api/sessions/{session_id}/result": lambda w, who: who("GET", f"{w.path}/result"),
    "GET /api/recordings/{recording_id}/audio": lambda w, who: who(
        "GET", f"/api/recordings/{w.upload.recording_id}/audio"
    ),
    "PATCH /api/organisation": lambda _, who: who("PATCH", "/api/organisation", json={"name": "Memory clinic"}),
    "POST /api/staff": lambda w, who: who(
        "POST",
        "/api/staff",
        json={"email": f"new{next(w.numbers)}@example.org", "display_name": "New", "role": "clinician"},
    ),
    "POST /api/me/consent": lambda _, who: who("POST", "/api/me/consent", json=consent_body()),
    "POST /api/me/consent/withdraw": lambda w, who: (w.newcomer() if who is w.people["participant"] else who)(
        "POST", "/api/me/consent/withdraw", json=WITHDRAWAL
    ),
    "PUT /api/organisation/consent-text": lambda _, who: who(
        "PUT", "/api/organisation/consent-text", json={name: TEXT.document()[name] for name in WORDS}
    ),
    "GET /api/participants/{user_id}": lambda w, who: who("GET", f"/api/participants/{w.participant_id}"),
    "PATCH /api/participants/{user_id}": lambda w, who: who(
        "PATCH", f"/api/participants/{w.participant_id}", json={"participant_label": "P-0"}
    ),
    "POST /api/participants/{user_id}/consent": lambda w, who: who(
        "POST", f"/api/participants/{w.participant_id}/consent", json=consent_body()
    ),
    "POST /api/participants/{user_id}/consent/withdraw": lambda w, who: who(
        "POST", f"/api/participants/{w.participant_id}/consent/withdraw", json=WITHDRAWAL
    ),
    "PATCH /api/staff/{user_id}": lambda w, who: who(
        "PATCH", f"/api/staff/{w.colleague.user['id']}", json={"role": "operator"}
    ),
}
FOR_PROVIDERS = {"POST /api/sign-in/identity", "POST /api/webhooks/clerk"}  # no sign-in of ours opens these
PUBLIC = {"GET /api/questions", "GET /api/browser-settings"}  # the same for everybody: may be kept on the way
ALLOWED_WITH = {"POST /api/sessions/{session_id}/complete": 409, "GET /api/health": 503, "GET /api/health/ready": 503}


@pytest.fixture
def world(app: APIFlask) -> World:
    return World(app)


def is_refused(answer: TestResponse, call: str, role: str) -> bool:
    """Refused as if it were not there; anything but that and a success is a fault of the test."""
    if answer.status_code in {401, 404}:
        assert call in FOR_PROVIDERS or answer.status_code == (401 if role == "nobody" else 404), (call, role)
        return True
    assert answer.status_code < 300 or answer.status_code == ALLOWED_WITH.get(call), answer.get_data(as_text=True)
    return False


def test_the_page_names_every_call_of_the_server(app):
    rules = {
        f"{method} {rule.rule.replace('<uuid:', '{').replace('>', '}')}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"OPTIONS"}
        if rule.rule.startswith("/api/")
    }
    implied = {rule for rule in rules if rule.startswith("HEAD ") and rule.replace("HEAD", "GET") in rules}
    assert rules - implied == set(TABLE)


def test_the_page_and_the_rights_name_the_same_roles():
    assert set(ROLES) == {"nobody", "participant", *users.STAFF_ROLES}
    assert {cell for row in TABLE.values() for cell in row.values()} == {"yes", "no", "own", "if allowed"}


@pytest.mark.parametrize("call", TABLE)
def test_each_role_may_what_the_page_says(world, call):
    for role in ROLES:
        answer = CALLS[call](world, world.people[role])
        may = TABLE[call][role] in {"yes", "own"}
        assert is_refused(answer, call, role) == (not may), (role, answer.status_code, answer.get_data(as_text=True))
        kept = answer.headers.get("Cache-Control", "")
        assert kept == "no-store" or (call in PUBLIC and kept == "public, max-age=300"), (role, kept)


@pytest.mark.parametrize("call", [call for call in TABLE if "{" in call])
def test_nothing_of_ours_is_there_for_another_organisation_or_participant(world, call):
    for role, outsider in world.foreign.items():
        assert is_refused(CALLS[call](world, outsider), call, role), role


def test_no_list_of_another_organisation_names_anything_of_ours(world):
    ours = {
        world.session["id"],
        world.upload.recording_id,
        *(person.user.get("id") for person in world.people.values()),
    }
    for call, role in itertools.product(LISTS, world.foreign):
        text = CALLS[call](world, world.foreign[role]).get_data(as_text=True)
        assert not [one for one in ours if one and one in text], (call, role)


def test_a_researcher_is_shown_no_name_and_hears_no_voice_until_that_is_allowed(world):
    researcher, administrator = world.people["researcher"], world.people["administrator"]
    (listed,) = researcher("GET", "/api/sessions").get_json()["sessions"]
    assert listed["participant_label"].startswith("Participant ")
    shown = researcher("GET", f"{world.path}/result").get_json()["session"]["participant_label"]
    assert shown == listed["participant_label"]
    changed = administrator("PATCH", "/api/organisation", json={"researchers_see_identities": True})
    assert changed.status_code == 200
    (listed,) = researcher("GET", "/api/sessions").get_json()["sessions"]
    assert listed["participant_label"] == "P-0"
    assert CALLS["GET /api/recordings/{recording_id}/audio"](world, researcher).status_code == 200


@pytest.mark.parametrize("are_rows_sealed", [True, False], ids=["sealed", "rows of before"])
def test_a_researcher_reads_no_word_of_anybody_until_that_is_allowed(world, are_rows_sealed):
    """One word in every place that keeps what was said, written or drawn; then everything that can be read."""
    with owner_transaction() as connection:
        planted_words.plant(connection, uuid.UUID(world.upload.question_id), are_rows_sealed=are_rows_sealed)
    researcher, administrator = world.people["researcher"], world.people["administrator"]

    def read(who: Person) -> set[str]:
        asked = [ask for call, ask in CALLS.items() if call.startswith("GET ")]
        text = "\n".join(ask(world, who).get_data(as_text=True) for ask in asked)
        return {word for word in planted_words.EVERY if word in text}

    assert read(researcher) == set()
    shown = researcher("GET", f"{world.path}/result").get_json()
    measured = next(one for one in shown["instruments"] if one["measures"])
    question = measured["questions"][0]
    assert not shown["are_words_shown"]
    assert (question["values"], question["status"], question["rule"]) == (
        {"points": 1.0},
        "needs_review",
        "digit_span@1",
    )
    assert [question[name] for name in ("answer", "evidence", "reason", "transcript", "trials")] == [None] * 5
    assert question["recording"]["audio_url"] is None
    assert (measured["measures"][0]["value"], measured["measures"][0]["reason"]) == (3.0, None)
    assert read(world.people["clinician"]) == read(administrator) == planted_words.ON_A_RESULT
    administrator("PATCH", "/api/organisation", json={"researchers_see_identities": True})
    assert read(researcher) == planted_words.ON_A_RESULT


def test_a_closed_account_is_signed_out_and_can_be_opened_again(world):
    administrator, clinician = world.people["administrator"], world.people["clinician"]
    path = f"/api/staff/{clinician.user['id']}"
    assert administrator("PATCH", path, json={"is_active": False}).get_json()["account"]["is_active"] is False
    assert clinician("GET", "/api/sessions").status_code == 401
    sign_in = {"email": "clinician@example.org", "password": PASSWORD}
    assert world.people["nobody"]("POST", "/api/sign-in", json=sign_in).status_code == 401
    administrator("PATCH", path, json={"is_active": True})
    assert world.people["nobody"]("POST", "/api/sign-in", json=sign_in).status_code == 200


def test_nobody_locks_themselves_out(world):
    administrator = world.people["administrator"]
    answer = administrator("PATCH", f"/api/staff/{administrator.user['id']}", json={"is_active": False})
    assert answer.status_code == 409
    assert "another administrator" in answer.get_json()["remedy"]


def test_a_new_account_signs_in_once_with_the_password_that_was_shown_once(world):
    body = {"email": "Carl@example.org", "display_name": "Carl", "role": "researcher"}
    made = world.people["administrator"]("POST", "/api/staff", json=body).get_json()
    sign_in = {"email": "carl@example.org", "password": made["password"]}
    step = world.people["nobody"]("POST", "/api/sign-in", json=sign_in).get_json()
    assert step["next"] == "new_password"
    newcomer = Person(world.people["nobody"].client, step["token"])
    done = newcomer("POST", "/api/sign-in/new-password", json={"new_password": PASSWORD})
    assert done.get_json()["user"]["role"] == "researcher"
    assert world.people["administrator"]("POST", "/api/staff", json=body).status_code == 409
    listed = world.people["administrator"]("GET", "/api/staff").get_json()["staff"]
    assert "Carl" in {account["display_name"] for account in listed}
    assert "password" not in str(listed)


@pytest.mark.parametrize(
    "change",
    [{"role": "participant"}, {"role": "owner"}, {"email": "nobody"}, {"display_name": " "}, {"password": "x"}],
)
def test_an_account_that_cannot_be_is_refused(world, change):
    body = {"email": "carl@example.org", "display_name": "Carl", "role": "researcher"}
    assert world.people["administrator"]("POST", "/api/staff", json={**body, **change}).status_code == 422


def test_the_log_says_who_was_shown_what(world):
    clinician = world.people["clinician"]
    clinician("GET", f"{world.path}/result")
    answer = world.people["administrator"]("GET", "/api/audit?operation=READ&table_name=results").get_json()
    (entry,) = answer["entries"]
    assert (entry["user_id"], entry["user_name"]) == (clinician.user["id"], "Dr Ada Example")
    assert entry["new_values"] == {"session_id": world.session["id"]}


@pytest.mark.parametrize("path", ["/api/sessions", "/api/invitations", "{session}/result", "/api/staff"])
def test_what_is_asked_for_again_and_has_not_changed_is_neither_sent_nor_noted_again(world, path):
    path = path.format(session=world.path)
    administrator, other = world.people["administrator"], world.people["clinician"]
    noted = lambda: len(administrator("GET", "/api/audit?operation=READ&limit=200").get_json()["entries"])  # noqa: E731
    first = administrator("GET", path)
    again = {"If-None-Match": first.headers["ETag"]}
    before = noted()
    for tag in (again["If-None-Match"], f"W/{again['If-None-Match']}"):
        same = administrator("GET", path, headers={"If-None-Match": tag})
        assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert noted() == before + 1  # the log's own page
    if path != "/api/staff":
        assert other("GET", path, headers=again).status_code == 200  # what one was shown, another was not
    with owner_transaction() as connection:
        connection.execute(
            sa.text("UPDATE users SET display_name = display_name || ' II' WHERE display_name IS NOT NULL")
        )
    assert administrator("GET", path, headers=again).status_code == 200


def test_whoever_reads_names_or_the_log_itself_is_in_the_log(world):
    person = world.people["participant"].user["id"]
    administrator = world.people["administrator"]
    world.people["clinician"]("GET", "/api/invitations")
    log = administrator("GET", "/api/audit").get_json()["entries"]
    read = administrator("GET", "/api/audit?operation=READ").get_json()["entries"]
    assert [(entry["table_name"], entry["user_id"]) for entry in read] == [
        ("audit_log", administrator.user["id"]),
        ("invitations", world.people["clinician"].user["id"]),
    ]
    assert read[0]["new_values"] == {"audit_ids": [log[-1]["id"], log[0]["id"]]}
    assert person in read[1]["new_values"]["user_ids"]


def test_whoever_is_shown_a_participant_by_any_call_is_in_the_log(world):
    marks = ("Zaunkoenig", "zaunkoenig@example.org", world.participant_id)
    shown = set()
    for call, row in TABLE.items():
        for role in (role for role in users.STAFF_ROLES if (row[role], row["nobody"]) == ("yes", "no")):
            with owner_transaction() as connection:
                known = sa.update(accounts).where(accounts.c.id == uuid.UUID(world.participant_id))
                connection.execute(known.values(display_name=marks[0], email=marks[1]))
                before = connection.execute(sa.select(sa.func.max(audit_log.c.id))).scalar_one()
            text = CALLS[call](world, world.people[role]).get_data(as_text=True)
            if any(mark in text for mark in marks):
                shown.add(call)
                noted = sa.select(audit_log.c.id).where(
                    audit_log.c.id > before, audit_log.c.user_id == world.people[role].user["id"]
                )
                with owner_transaction() as connection:
                    assert connection.execute(noted).all(), (call, role)
    assert shown >= {"GET /api/sessions", "GET /api/invitations", "GET /api/participants/{user_id}"}
    assert "POST /api/participants/{user_id}/consent" in shown, "also where the consent was there already"


def test_the_log_is_read_page_by_page_and_by_filter(world):
    administrator = world.people["administrator"]
    path = "/api/audit?operation=INSERT"  # which reading the log does not add to
    whole = administrator("GET", f"{path}&limit=200").get_json()["entries"]
    first = administrator("GET", f"{path}&limit=3").get_json()
    second = administrator("GET", f"{path}&limit=3&before={first['next']}").get_json()
    assert [entry["id"] for entry in first["entries"] + second["entries"]] == [entry["id"] for entry in whole[:6]]
    by_person = administrator("GET", f"/api/audit?user_id={world.people['participant'].user['id']}").get_json()
    assert {entry["table_name"] for entry in by_person["entries"]} >= {"sessions", "questions"}
    assert administrator("GET", "/api/audit?since=2200-01-01T00:00:00Z").get_json()["entries"] == []
    assert administrator("GET", "/api/audit?operation=DROP").status_code == 422
