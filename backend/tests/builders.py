"""Rows that tests need around the one they are about."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from cognitive_assessment import config
from cognitive_assessment.consent import standard
from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.store import acting, consents, organisations, questions, recordings, roles, sessions, users
from cognitive_assessment.store.engine import transaction
from cognitive_assessment.store.questions import NewResponse
from cognitive_assessment.store.room import Room
from cognitive_assessment.store.rows import Row

ROOM = Room(max_bytes=1 << 30, max_recordings=1000)
NOW = dt.datetime(2026, 11, 23, 15, 20, tzinfo=dt.UTC)


@contextlib.contextmanager
def as_owner(connection: sa.Connection) -> Iterator[sa.Connection]:
    """The rights of the tables' owner for a block, as an operator's commands have them."""
    connection.execute(sa.text("RESET ROLE"))
    yield connection
    connection.execute(sa.text(f"SET ROLE {roles.APP_ROLE}"))


@contextlib.contextmanager
def owner_transaction() -> Iterator[sa.Connection]:
    """A transaction that sees and may change everything."""
    with transaction() as connection, as_owner(connection):
        yield connection


def organisation(connection: sa.Connection) -> Row:
    with as_owner(connection):
        return organisations.ensure_first(connection)


def participant(connection: sa.Connection, *, label: str = "P-001", of: UUID | None = None) -> Row:
    """A new participant, in whose name the transaction goes on."""
    organisation_id = of or organisation(connection)["id"]
    with as_owner(connection):
        row = users.add_participant(connection, organisation_id=organisation_id, display_name=label, email=None)
    acting.act_as(connection, row["id"])
    return row


def agree(connection: sa.Connection, person: Row) -> Row:
    """The person, in whose name the transaction works, agrees to the standard text."""
    by = {"by": "participant", "recorded_by": person["id"]}
    return consents.give(connection, person, sha256=standard("en").sha256, locale="en", told_at=NOW, **by)  # type: ignore[arg-type]


def session(connection: sa.Connection, person: Row, *, plan: dict[str, Any] | None = None) -> Row:
    agree(connection, person)
    row, _ = sessions.start(
        connection,
        uuid.uuid4(),
        user_id=person["id"],
        battery="brief",
        locale="en",
        time_zone="Europe/Berlin",
        clock_offset_s=0.0,
        seed=1,
        plan=plan or {"parts": []},
        device={},
        consent={"text_version": "1"},
        is_simulated=False,
    )
    return row


def spoken(recording_id: UUID, *, item_id: str = "forward_3_1", attempt: int = 1) -> NewResponse:
    response = {"kind": "spoken", "recording_id": str(recording_id), "onset_latency_ms": 700.0}
    return NewResponse("digit_span", item_id, attempt, response, NOW, NOW)


def recording(connection: sa.Connection, of: Row, *, question_id: UUID, length_bytes: int | None = 100) -> Row:
    row, _ = recordings.create(
        connection,
        uuid.uuid4(),
        session=of,
        question_id=question_id,
        media_type="audio/webm",
        settings={},
        length_bytes=length_bytes,
        room=ROOM,
    )
    return row


def put(connection: sa.Connection, of: Row, new: NewResponse, *, question_id: UUID | None = None) -> tuple[Row, bool]:
    return questions.put(connection, question_id or uuid.uuid4(), new, session=of, user_email=None)


@contextlib.contextmanager
def instruments_of(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The system as it is started with a folder of further instruments."""
    monkeypatch.setenv("CAS_INSTRUMENTS_DIR", str(folder))
    config.settings.cache_clear()
    catalogue.cache_clear()
    try:
        yield
    finally:
        monkeypatch.delenv("CAS_INSTRUMENTS_DIR")
        config.settings.cache_clear()
        catalogue.cache_clear()
