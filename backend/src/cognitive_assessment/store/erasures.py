"""Erasing a person: their rows go, and a number that names nobody says that they were here."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from cognitive_assessment.errors import Conflict, NotFound
from cognitive_assessment.store import rows
from cognitive_assessment.store.rows import Row
from cognitive_assessment.store.tables import erasures, invitations, recordings, sessions, users


@dataclass(frozen=True, slots=True)
class Erasure:
    """Who was erased, by their number, and when, by whom and why."""

    user_id: UUID
    organisation_id: UUID | None
    erased_at: dt.datetime
    erased_by: str
    reason: str


def find_person(connection: sa.Connection, named: str) -> Row:
    """The one person of this id, address or label, as the owner; raises `NotFound`, or `Conflict` if there are more."""
    name = named.strip()
    is_named = sa.or_(
        sa.cast(users.c.id, sa.Text) == name.lower(), users.c.email == name.lower(), users.c.display_name == name
    )
    found = rows.many(connection, sa.select(users).where(is_named).limit(10))
    if not found:
        raise NotFound(f"There is nobody here of the id, address or label {name}.")
    if len(found) > 1:
        ids = ", ".join(str(row["id"]) for row in found)
        raise Conflict(f"Several people are called {name}.", remedy=f"Name one by id: {ids}.")
    return found[0]


def held(connection: sa.Connection, user_id: UUID) -> dict[str, int]:
    """How many sessions and recordings somebody has."""
    return {
        table.name: connection.execute(
            sa.select(sa.func.count()).select_from(table).where(table.c.user_id == user_id)
        ).scalar_one()
        for table in (sessions, recordings)
    }


def recordings_of(connection: sa.Connection, user_id: UUID) -> list[UUID]:
    """The ids of somebody's recordings."""
    return list(connection.execute(sa.select(recordings.c.id).where(recordings.c.user_id == user_id)).scalars())


def is_there(connection: sa.Connection, user_id: UUID) -> bool:
    """Whether there is still a row of this person."""
    return connection.execute(sa.select(users.c.id).where(users.c.id == user_id)).scalar() is not None


def apply(connection: sa.Connection, erasure: Erasure) -> None:
    """Delete every row of a person and keep the number, as the owner; repeating it is harmless."""
    connection.execute(insert(erasures).values(dataclasses.asdict(erasure)).on_conflict_do_nothing())
    made = sa.update(invitations).where(invitations.c.invited_by == erasure.user_id)
    connection.execute(made.values(invited_by=None))
    connection.execute(sa.delete(users).where(users.c.id == erasure.user_id))
