"""Staff accounts and who they are at the identity provider: linked by an address that the provider has verified."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from cognitive_assessment.store import acting, rows
from cognitive_assessment.store.rows import Row
from cognitive_assessment.store.tables import users


def find(connection: sa.Connection, subject: str, verified_email: str | None) -> Row | None:
    """The staff member whom a provider vouches for; the transaction acts in their name from here on.

    At the first use the account with the verified address is linked; an account that is linked stays with its subject.
    """
    user_id: UUID | None = connection.execute(sa.select(sa.func.user_of_identity(subject, verified_email))).scalar()
    if user_id is None:
        return None
    acting.act_as(connection, user_id)
    return rows.one(connection, sa.select(users).where(users.c.id == user_id))


def forget(connection: sa.Connection, subject: str) -> None:
    """The provider knows this person no longer: the account loses its link and all its sign-ins."""
    connection.execute(sa.select(sa.func.forget_identity(subject)))
