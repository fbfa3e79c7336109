"""Events: what happened around the answers, such as a page that was left."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from cognitive_assessment.store import rows
from cognitive_assessment.store.rows import Row
from cognitive_assessment.store.tables import events


def add(connection: sa.Connection, session_id: UUID, reported: Iterable[Row]) -> None:
    """Keep events under the client's ids; those that are there already are left as they are."""
    values = [{"session_id": session_id, **event} for event in reported]
    if values:
        connection.execute(insert(events).values(values).on_conflict_do_nothing())


def of_session(connection: sa.Connection, session_id: UUID) -> list[Row]:
    """The validity facts that the browser reported, in time order."""
    query = sa.select(events).where(events.c.session_id == session_id).order_by(events.c.at, events.c.id)
    return rows.many(connection, query)
