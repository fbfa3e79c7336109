"""Sign-ins that are not complete: the password was right; a second factor or a password of one's own is to come.

They are no sign-ins: nothing but the next step knows their tokens.
"""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Literal
from uuid import UUID

import sqlalchemy as sa

from cognitive_assessment.store import acting, rows
from cognitive_assessment.store.rows import Row
from cognitive_assessment.store.tables import sign_in_steps, users
from cognitive_assessment.store.users import hold, token_hash

Next = Literal["second_factor", "enrol", "new_password"]
LASTS = dt.timedelta(minutes=10)


def start(connection: sa.Connection, user_id: UUID, wait_for: Next) -> str:
    """Begin to wait for the next step of a person and return the token, which is nowhere kept."""
    acting.act_as(connection, user_id)
    connection.execute(
        sa.delete(sign_in_steps).where(sign_in_steps.c.user_id == user_id, sign_in_steps.c.ends_at < sa.func.now())
    )
    token = secrets.token_urlsafe(32)
    ends_at = dt.datetime.now(dt.UTC) + LASTS
    values = {"token_hash": token_hash(token), "user_id": user_id, "next": wait_for, "ends_at": ends_at}
    connection.execute(sa.insert(sign_in_steps).values(**values))
    return token


def find_user(connection: sa.Connection, token: str, wait_for: Next) -> Row | None:
    """The person whose next step this token waits for; the transaction acts in their name from here on.

    Their account stays as it is until the transaction ends: what ends its steps comes before this one, or after.
    """
    query = sa.select(sa.func.user_of_sign_in_step(token_hash(token), wait_for))
    user_id = connection.execute(query).scalar()
    if user_id is None:
        return None
    acting.act_as(connection, user_id)
    hold(connection, user_id)
    return rows.one(connection, sa.select(users).where(users.c.id == query.scalar_subquery()))


def end(connection: sa.Connection, user_id: UUID) -> None:
    """Wait for nothing more of this person; repeating it is harmless."""
    connection.execute(sa.delete(sign_in_steps).where(sign_in_steps.c.user_id == user_id))
