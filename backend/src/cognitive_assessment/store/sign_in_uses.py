"""When somebody was last there in a sign-in of staff: without any use it ends before its time."""

from __future__ import annotations

import datetime as dt
import uuid
from uuid import UUID

import sqlalchemy as sa

from cognitive_assessment.store import rows
from cognitive_assessment.store.rows import Row
from cognitive_assessment.store.tables import sign_in_uses, sign_ins
from cognitive_assessment.store.users import token_hash

AT_MOST = 50  # sign-ins of one account of staff
_NOTED_EVERY = dt.timedelta(seconds=30)


def start(connection: sa.Connection, token: str, user_id: UUID, *, browser: str, method: str) -> None:
    """Take note of a new sign-in, and forget those of this person that have ended or are too many."""
    connection.execute(sa.delete(sign_ins).where(sign_ins.c.user_id == user_id, sign_ins.c.ends_at < sa.func.now()))
    values = {"id": uuid.uuid4(), "token_hash": token_hash(token), "user_id": user_id}
    used_at = sa.func.clock_timestamp()
    connection.execute(sa.insert(sign_in_uses).values(**values, browser=browser, method=method, used_at=used_at))
    newest_first = sa.select(sign_in_uses.c.token_hash).where(sign_in_uses.c.user_id == user_id)
    too_many = newest_first.order_by(sign_in_uses.c.used_at.desc()).offset(AT_MOST)
    connection.execute(sa.delete(sign_ins).where(sign_ins.c.token_hash.in_(too_many)))


def rest_s(connection: sa.Connection, token: str, idle: dt.timedelta) -> float:
    """In how many seconds a sign-in of staff ends if nobody uses it; not above zero if it has ended, or is none."""
    ends_at = sa.func.least(sign_in_uses.c.used_at + idle, sign_ins.c.ends_at)
    query = (
        sa.select(sa.func.extract("epoch", ends_at - sa.func.clock_timestamp()))
        .join(sign_ins, sign_ins.c.token_hash == sign_in_uses.c.token_hash)
        .where(sign_in_uses.c.token_hash == token_hash(token))
    )
    found = connection.execute(query).scalar()
    return 0.0 if found is None else float(found)


def note(connection: sa.Connection, token: str) -> None:
    """Remember that somebody is there; whoever of several requests comes first writes, and none waits."""
    due = (
        sa.select(sign_in_uses.c.token_hash)
        .where(sign_in_uses.c.token_hash == token_hash(token), sign_in_uses.c.used_at < sa.func.now() - _NOTED_EVERY)
        .with_for_update(skip_locked=True)
    )
    connection.execute(
        sa.update(sign_in_uses).where(sign_in_uses.c.token_hash.in_(due)).values(used_at=sa.func.clock_timestamp())
    )


def listing(connection: sa.Connection, user_id: UUID, token: str, idle: dt.timedelta) -> list[Row]:
    """The sign-ins of a person that last, the one with this token first, then the last used."""
    is_current = sign_in_uses.c.token_hash == token_hash(token)
    query = (
        sa.select(
            sign_in_uses.c.id,
            is_current.label("is_current"),
            sign_ins.c.created_at,
            sign_in_uses.c.used_at,
            sign_ins.c.ends_at,
            sign_in_uses.c.browser,
            sign_in_uses.c.method,
        )
        .join(sign_ins, sign_ins.c.token_hash == sign_in_uses.c.token_hash)
        .where(
            sign_in_uses.c.user_id == user_id,
            sign_ins.c.ends_at > sa.func.now(),
            sign_in_uses.c.used_at > sa.func.now() - idle,
        )
        .order_by(is_current.desc(), sign_in_uses.c.used_at.desc())
    )
    return rows.many(connection, query)


def end(connection: sa.Connection, user_id: UUID, use_id: UUID) -> None:
    """End one sign-in of a person; raises `NotFound` for one of somebody else."""
    whose = sa.select(sign_in_uses.c.token_hash).where(sign_in_uses.c.id == use_id, sign_in_uses.c.user_id == user_id)
    query = sa.delete(sign_ins).where(sign_ins.c.token_hash.in_(whose), sign_ins.c.user_id == user_id)
    ended = connection.execute(query.returning(sign_ins.c.user_id)).scalar()
    rows.require({"id": ended} if ended else None, "sign-in")
