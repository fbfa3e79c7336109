"""An organisation whose every row carries a mark by which it would be known anywhere."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from apiflask import APIFlask

from api_clients import OPENING, PASSWORD, Person, Upload, make_staff, session_body, skipped_body, spoken_body
from builders import owner_transaction
from cognitive_assessment.store import users
from cognitive_assessment.store.tables import metadata, organisations


class Planted:
    """Staff of every role, a participant with a session, an upload, an invitation: all of them marked."""

    def __init__(self, app: APIFlask, mark: str) -> None:
        self.app, self.mark = app, mark
        self.id = uuid.uuid4()
        with owner_transaction() as connection:
            connection.execute(
                sa.insert(organisations).values(id=self.id, name=f"Clinic {mark}", place={"town": f"Town {mark}"})
            )
        self.people = {
            role: make_staff(app, f"{role}@{mark}.example", role=role, organisation_id=self.id)
            for role in users.STAFF_ROLES
        }
        invitation = self.invite()
        self.people["participant"] = self._accept(invitation)
        self._take_part()
        self.spare = self.invite()

    def invite(self) -> dict[str, Any]:
        body = {"participant_label": f"P-{self.mark}", "participant_email": f"p@{self.mark}.example"}
        made: dict[str, Any] = self.people["clinician"]("POST", "/api/invitations", json=body).get_json()
        return made

    def _accept(self, invitation: dict[str, Any]) -> Person:
        client = self.app.test_client(use_cookies=False)
        body = client.post("/api/invitations/accept", json={"token": invitation["token"]}).get_json()
        return Person(client, body["token"], body["user"])

    def _take_part(self) -> None:
        participant, note = self.people["participant"], {"note": self.mark}
        self.session = participant("POST", "/api/sessions", json=session_body(device=note)).get_json()
        path = f"/api/sessions/{self.session['id']}"
        self.upload = Upload(participant, self.session["id"])
        self.upload.create(5)
        self.upload.patch(0, OPENING)
        spoken = spoken_body(self.upload.recording_id)
        assert participant("PUT", f"{path}/questions/{self.upload.question_id}", json=spoken).status_code == 201
        self.skipped_id = str(uuid.uuid4())
        assert participant("PUT", f"{path}/questions/{self.skipped_id}", json=skipped_body()).status_code == 201
        event = {"id": str(uuid.uuid4()), "kind": "paused", "at": dt.datetime.now(dt.UTC).isoformat(), "detail": note}
        assert participant("POST", f"{path}/events", json={"events": [event]}).status_code == 204

    def sign_in_again(self) -> None:
        """Whoever was signed out, by their own call or a colleague's, comes back."""
        with owner_transaction() as connection:
            of_ours = metadata.tables["users"].c.organisation_id == self.id
            connection.execute(sa.update(metadata.tables["users"]).where(of_ours).values(deactivated_at=None))
            for role, person in self.people.items():
                named = metadata.tables["users"].c.id == uuid.UUID(person.user["id"])
                connection.execute(sa.update(metadata.tables["users"]).where(named).values(role=role))
        for role, person in self.people.items():
            if person("GET", "/api/me").status_code == 200:
                continue
            if role == "participant":
                self.people[role] = self._accept(self.invite())
            else:
                body = {"email": person.user["email"], "password": PASSWORD}
                person.token = person.client.post("/api/sign-in", json=body).get_json()["token"]

    @property
    def secrets(self) -> list[str]:
        """What nobody of another organisation may ever read in an answer."""
        ids = [self.session["id"], self.upload.recording_id, self.upload.question_id, self.spare["invitation_id"]]
        return [self.mark, str(self.id), *ids, *(person.user["id"] for person in self.people.values())]

    @property
    def ids(self) -> dict[str, str]:
        """What a path may name of this organisation."""
        return {
            "session_id": self.session["id"],
            "question_id": self.skipped_id,
            "recording_id": self.upload.recording_id,
            "invitation_id": self.spare["invitation_id"],
            "user_id": self.people["researcher"].user["id"],
        }


def row_counts() -> dict[str, int]:
    """How many rows each table holds."""
    with owner_transaction() as connection:
        return {
            name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for name, table in metadata.tables.items()
        }
