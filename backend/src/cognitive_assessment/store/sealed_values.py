"""Every value of a person that is sealed in a row, with the name under which it is, and the blobs that are theirs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cognitive_assessment.store import rows, words
from cognitive_assessment.store.rows import Row
from cognitive_assessment.store.tables import (
    drawings,
    metadata,
    questions,
    recordings,
    second_factors,
    sessions,
    transcripts,
)


@dataclass(frozen=True, slots=True)
class Value:
    """One sealed value: where it stands, and what it is bound to.

    `name` is none for the secret of one-time codes, which has a name of its own and is bound to its account.
    """

    column: sa.Column[Any]
    key: sa.Column[Any]
    row_id: UUID
    name: str | None
    sealed: bytes


def of_person(connection: sa.Connection, user_id: UUID) -> Iterator[Value]:
    """All of them, as the owner."""
    own_sessions = sa.select(sessions.c.id).where(sessions.c.user_id == user_id)
    own_questions = sa.select(questions.c.id).where(questions.c.session_id.in_(own_sessions))
    own_recordings = sa.select(recordings.c.id).where(recordings.c.user_id == user_id)
    yield from _values(connection, second_factors.c.sealed_secret, second_factors.c.user_id, [user_id])
    yield from _values(
        connection, transcripts.c.sealed, transcripts.c.id, transcripts.c.recording_id.in_(own_recordings)
    )
    yield from _values(connection, drawings.c.sealed, drawings.c.question_id, drawings.c.question_id.in_(own_questions))
    for name in words.TABLES:
        table = metadata.tables[name]
        own: sa.ColumnElement[bool]
        if "question_id" in table.c:
            own = table.c.question_id.in_(own_questions)
        elif "session_id" in table.c:
            own = table.c.session_id.in_(own_sessions)
        else:
            own = table.c.user_id == user_id
        yield from _values(connection, table.c.sealed, table.c.id, own)


def _values(connection: sa.Connection, column: sa.Column[Any], key: sa.Column[Any], own: Any) -> Iterator[Value]:
    condition = key.in_(own) if isinstance(own, list) else own
    query = sa.select(key.label("row_id"), column.label("sealed")).where(condition, column.is_not(None)).order_by(key)
    for row in rows.many(connection, query):
        name = None if column.table is second_factors else f"{column.table.name}/{row['row_id']}"
        yield Value(column, key, row["row_id"], name, row["sealed"])


def replace(connection: sa.Connection, value: Value, sealed: bytes) -> bool:
    """Put another sealed value in its place, as the owner; returns false if it was changed or erased meanwhile."""
    change = sa.update(value.column.table).where(value.key == value.row_id, value.column == value.sealed)
    return connection.execute(change.values({value.column.name: sealed})).rowcount == 1


def recordings_of(connection: sa.Connection, user_id: UUID) -> list[Row]:
    """Id, lengths, state and what the scanner found of a person's recordings, as the owner."""
    columns = (recordings.c.id, recordings.c.state, recordings.c.stored_bytes, recordings.c.playback_stored_bytes)
    query = sa.select(*columns, recordings.c.scan_finding)
    query = query.where(recordings.c.user_id == user_id, recordings.c.state.in_(("uploading", "complete")))
    return rows.many(connection, query.order_by(recordings.c.id))


def is_kept(connection: sa.Connection, recording_id: UUID) -> bool:
    """Whether a recording is neither erased nor given up."""
    query = sa.select(recordings.c.id).where(recordings.c.id == recording_id, recordings.c.state == "complete")
    return connection.execute(query).scalar() is not None
