"""Organisations: whose participants and staff belong together, and where they are."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from cognitive_assessment.store import rows
from cognitive_assessment.store.rows import Row
from cognitive_assessment.store.tables import organisations

FIRST_ID = uuid.UUID("00000000-0000-4000-8000-000000000001")


def ensure_first(connection: sa.Connection, *, name: str = "My organisation") -> Row:
    """The organisation that a new system starts with; repeating the call changes nothing."""
    connection.execute(insert(organisations).values(id=FIRST_ID, name=name).on_conflict_do_nothing())
    return get(connection, FIRST_ID)


def get(connection: sa.Connection, organisation_id: UUID) -> Row:
    """One organisation; raises `NotFound`."""
    query = sa.select(organisations).where(organisations.c.id == organisation_id)
    return rows.require(rows.one(connection, query), "organisation")


def change(connection: sa.Connection, organisation_id: UUID, **values: Any) -> Row:
    """Set name, place, help text, who sees identities, contacts, or how long data are kept; without values nothing."""
    if values:
        connection.execute(sa.update(organisations).where(organisations.c.id == organisation_id).values(**values))
    return get(connection, organisation_id)
