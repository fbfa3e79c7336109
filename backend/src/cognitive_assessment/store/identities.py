"""Staff accounts and who they are at the identity provider: linked by an address that the provider has verified."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from cognitive_assessment.store import acting, rows
from cognitive_assessment.store.rows import Row
from cognitive_assessment.store.tables import used_identity_tokens, users
from cognitive_assessment.store.users import token_hash


def find(connection: sa.Connection, subject: str, verified_email: str | None) -> Row | None:
    """The staff member whom a provider vouches for; the transaction acts in their name from here on.

    At the first use the account with the verified address is linked; an account that is linked stays with its subject.
    """
    user_id: UUID | None = connection.execute(sa.select(sa.func.user_of_identity(subject, verified_email))).scalar()
    if user_id is None:
        return None
    acting.act_as(connection, user_id)
    return rows.one(connection, sa.select(users).where(users.c.id == user_id))


def use_token(connection: sa.Connection, signed: str, forgotten_at: dt.datetime) -> bool:
    """Use a provider's token up, known by what is signed of it; whether it was not before. Ended ones are forgotten.

    Of two transactions with one token the second waits for the first: if that is rolled back, the token is not used.
    """
    connection.execute(sa.delete(used_identity_tokens).where(used_identity_tokens.c.ends_at < sa.func.now()))
    values = {"token_hash": token_hash(signed), "ends_at": forgotten_at}
    query = insert(used_identity_tokens).values(**values).on_conflict_do_nothing()
    return connection.execute(query.execution_options(preserve_rowcount=True)).rowcount == 1


def forget(connection: sa.Connection, subject: str) -> None:
    """The provider knows this person no longer: the account loses its link and all its sign-ins."""
    connection.execute(sa.select(sa.func.forget_identity(subject)))
