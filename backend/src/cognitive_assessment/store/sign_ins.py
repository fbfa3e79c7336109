"""Sign-ins: a random token in the browser, its hash here, an end."""

from __future__ import annotations

import datetime as dt
import secrets
from uuid import UUID

import sqlalchemy as sa

from cognitive_assessment.store import acting, rows
from cognitive_assessment.store.rows import Row
from cognitive_assessment.store.tables import sign_ins, users
from cognitive_assessment.store.users import token_hash


def start(connection: sa.Connection, user_id: UUID, *, lasts: dt.timedelta, began: dt.datetime | None = None) -> str:
    """Sign a person in and return the token, which is nowhere kept; `began` if they proved who they are before now."""
    token = secrets.token_urlsafe(32)
    now = dt.datetime.now(dt.UTC)
    values = {"token_hash": token_hash(token), "user_id": user_id, "ends_at": now + lasts}
    if began is not None:
        values["created_at"] = min(began, now)
    connection.execute(sa.insert(sign_ins).values(**values))
    return token


def find_user(connection: sa.Connection, token: str) -> Row | None:
    """The person whose token this is, while it lasts; the transaction acts in their name from here on."""
    user_id = connection.execute(sa.select(sa.func.user_of_sign_in(token_hash(token)))).scalar()
    if user_id is None:
        return None
    acting.act_as(connection, user_id)
    return rows.one(connection, sa.select(users).where(users.c.id == user_id))


def started_at(connection: sa.Connection, token: str) -> dt.datetime | None:
    """When the sign-in with this token began, while there is one."""
    query = sa.select(sign_ins.c.created_at).where(sign_ins.c.token_hash == token_hash(token))
    found: dt.datetime | None = connection.execute(query).scalar()
    return found


def end(connection: sa.Connection, token: str) -> None:
    """Sign out; repeating it is harmless."""
    acting.act_as(connection, connection.execute(sa.select(sa.func.user_of_sign_in(token_hash(token)))).scalar())
    connection.execute(sa.delete(sign_ins).where(sign_ins.c.token_hash == token_hash(token)))
