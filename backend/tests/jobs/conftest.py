"""A session with a real plan in a real database, and answers to work on."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

import builders
from cognitive_assessment import blobs
from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.simulation import symbol_trials
from cognitive_assessment.simulation.profiles import PROFILES
from cognitive_assessment.store import acting, consents, questions, recordings, scores, sessions, users, words
from cognitive_assessment.store.engine import transaction
from cognitive_assessment.store.questions import NewResponse
from cognitive_assessment.store.rows import Row


@dataclass
class Given:
    """One session, and ways to answer in it."""

    session: Row
    user_id: UUID

    def planned(self, item_id: str) -> tuple[str, dict[str, Any]]:
        return next(
            (part["instrument"], question)
            for part in self.session["plan"]["parts"]
            for question in part["questions"]
            if question["item_id"] == item_id
        )

    def put(self, item_id: str, response: dict[str, Any], *, attempt: int = 1, id_: UUID | None = None) -> UUID:
        instrument, _ = self.planned(item_id)
        now = dt.datetime(2026, 11, 23, 15, 20, tzinfo=dt.UTC)
        new = NewResponse(instrument, item_id, attempt, response, now, now)
        with transaction() as connection:
            acting.act_as(connection, self.user_id)
            row, _ = questions.put(connection, id_ or uuid.uuid4(), new, session=self.session, user_email=None)
        return row["id"]  # type: ignore[no-any-return]

    def press(self) -> UUID:
        """The touch task as a typical participant does it."""
        _, question = self.planned("block")
        return self.put("block", symbol_trials.make(question["parameters"], PROFILES["typical"], random.Random(1)))

    def speak(self, item_id: str, content: bytes, *, attempt: int = 1) -> tuple[UUID, UUID]:
        """A spoken answer whose recording has arrived whole; returns the ids of question and recording."""
        recording_id, question_id = uuid.uuid4(), uuid.uuid4()
        with transaction() as connection:
            acting.act_as(connection, self.user_id)
            row, _ = recordings.create(
                connection,
                recording_id,
                session=self.session,
                question_id=question_id,
                media_type="audio/webm",
                settings={},
                length_bytes=len(content),
                room=builders.ROOM,
            )
            row = recordings.get_own(connection, recording_id, self.user_id, is_locked=True)
            key = blobs.key_ring().of(self.user_id)
            kept = blobs.store().append(f"recordings/{recording_id}", key, 0, [content])
            recordings.advance(connection, row, received_bytes=kept.received_bytes, stored_bytes=kept.stored_bytes)
        response = {"kind": "spoken", "recording_id": str(recording_id), "onset_latency_ms": 600.0}
        self.put(item_id, response, attempt=attempt, id_=question_id)
        return question_id, recording_id

    def skip_the_rest(self, *answered: str) -> int:
        """Skip every other question; returns how many questions there are."""
        items = [question["item_id"] for part in self.session["plan"]["parts"] for question in part["questions"]]
        for item_id in items:
            if item_id not in answered:
                self.put(item_id, {"kind": "skipped", "reason": "participant"})
        return len(items)

    def seal(self, name: str, value: Any) -> bytes:
        return blobs.seal_json(blobs.key_ring().of(self.user_id), name, value)

    def unseal(self, name: str, sealed: bytes) -> Any:
        return blobs.unseal_json(blobs.key_ring().of(self.user_id), name, sealed)

    def newest_score(self, question_id: UUID) -> Row:
        """With its words."""
        with builders.owner_transaction() as connection:
            found = scores.newest_of_session(connection, self.session["id"])
        return words.opened("scores", found[question_id], self.unseal)

    def newest_result(self) -> Row:
        """With its words."""
        with builders.owner_transaction() as connection:
            found = scores.newest_result(connection, self.session["id"])
        assert found is not None
        return words.opened("results", found, self.unseal)

    def withdraw(self) -> None:
        """Withdraw the consent, leaving what was given."""
        with transaction() as connection:
            acting.act_as(connection, self.user_id)
            person = users.get(connection, self.user_id)
            consents.withdraw(
                connection, person, data="keep", by="participant", recorded_by=self.user_id, told_at=builders.NOW
            )

    def complete(self, count: int) -> None:
        with transaction() as connection:
            acting.act_as(connection, self.user_id)
            sessions.complete(connection, self.session["id"], self.user_id, question_count=count)


@pytest.fixture
def given(committed: sa.Engine, data_dir: Path) -> Given:
    return _given("brief", data_dir)


@pytest.fixture
def given_timed(committed: sa.Engine, data_dir: Path) -> Given:
    return _given("timed", data_dir)


def _given(battery: str, data_dir: Path) -> Given:
    blobs.load_master_key(data_dir, None)
    with transaction() as connection:
        person = builders.participant(connection)
        blobs.key_ring().ensure(person["id"])
        plan = catalogue().make_plan(battery, "en", 42)
        session = builders.session(connection, person, plan=plan)
    return Given(session, person["id"])


@pytest.fixture
def count(committed: sa.Engine) -> Callable[..., int]:
    """How many rows of a table, or how many waiting jobs of a task."""

    def of(table: str, task: str | None = None) -> int:
        where = "" if task is None else f" WHERE task_name = '{task}' AND status = 'todo'"
        with transaction() as connection, builders.as_owner(connection):
            return int(connection.execute(sa.text(f"SELECT count(*) FROM {table}{where}")).scalar_one())

    return of
