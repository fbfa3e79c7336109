"""Rows that tests need around the one they are about."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cognitive_assessment.store import organisations, questions, recordings, sessions, users
from cognitive_assessment.store.questions import NewResponse
from cognitive_assessment.store.rows import Row

NOW = dt.datetime(2026, 11, 23, 15, 20, tzinfo=dt.UTC)


def organisation(connection: sa.Connection) -> Row:
    return organisations.ensure_first(connection)


def participant(connection: sa.Connection, *, label: str = "P-001", data_key: bytes = b"wrapped") -> Row:
    return users.add_participant(
        connection,
        organisation_id=organisation(connection)["id"],
        display_name=label,
        email=None,
        data_key=data_key,
    )


def session(connection: sa.Connection, person: Row, *, plan: dict[str, Any] | None = None) -> Row:
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
    )
    return row


def put(connection: sa.Connection, of: Row, new: NewResponse, *, question_id: UUID | None = None) -> tuple[Row, bool]:
    return questions.put(connection, question_id or uuid.uuid4(), new, session=of, user_email=None)
