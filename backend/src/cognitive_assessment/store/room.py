"""How much the recordings of one session may take: a link is for one sitting, and fills no store."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from cognitive_assessment.errors import TooLarge
from cognitive_assessment.store.tables import recordings

_REMEDY = "Give up uploads that nobody needs, or ask the people who invited you."


@dataclass(frozen=True, slots=True)
class Room:
    """What one session may take; far more than a sitting needs."""

    max_bytes: int
    max_recordings: int


def require_another(connection: sa.Connection, session_id: UUID, room: Room) -> None:
    """Raise `TooLarge` if a session has as many recordings as it may, those that were given up among them."""
    _hold(connection, session_id)
    query = sa.select(sa.func.count()).where(recordings.c.session_id == session_id)
    if connection.execute(query).scalar_one() >= room.max_recordings:
        raise TooLarge(f"A session has at most {room.max_recordings} recordings.", remedy=_REMEDY)


def require_bytes(connection: sa.Connection, session_id: UUID, room: Room, bytes_: int) -> None:
    """Raise `TooLarge` unless a session may take so many bytes more; they are to be declared in this transaction."""
    _hold(connection, session_id)
    if bytes_ > left(connection, session_id, room):
        raise TooLarge(f"The recordings of a session have at most {room.max_bytes} bytes together.", remedy=_REMEDY)


def left(connection: sa.Connection, session_id: UUID, room: Room) -> int:
    """How many bytes a session may take beside those that have arrived or were declared."""
    bytes_ = sa.func.coalesce(recordings.c.length_bytes, recordings.c.received_bytes)
    query = sa.select(sa.func.coalesce(sa.func.sum(bytes_), 0)).where(
        recordings.c.session_id == session_id, recordings.c.state.in_(("uploading", "complete"))
    )
    return max(0, room.max_bytes - int(connection.execute(query).scalar_one()))


def _hold(connection: sa.Connection, session_id: UUID) -> None:
    """Let nobody else declare anything of this session until the transaction ends, so that what is declared adds up."""
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"room of {session_id}", 0))))
