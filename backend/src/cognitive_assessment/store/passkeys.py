"""Passkeys: public keys of staff, and the challenges that are answered with them, each of which works once."""

from __future__ import annotations

import datetime as dt
import uuid
from uuid import UUID

import sqlalchemy as sa

from cognitive_assessment.errors import Conflict
from cognitive_assessment.store import acting, rows
from cognitive_assessment.store.rows import Row
from cognitive_assessment.store.tables import passkey_challenges, passkeys, users
from cognitive_assessment.store.users import bytes_hash, hold

_CHALLENGE_LASTS = dt.timedelta(minutes=5)


def keep_challenge(connection: sa.Connection, challenge: bytes, user_id: UUID | None) -> None:
    """Remember a challenge for a few minutes; those whose time is over are forgotten."""
    connection.execute(sa.delete(passkey_challenges).where(passkey_challenges.c.expires_at < sa.func.now()))
    ends = dt.datetime.now(dt.UTC) + _CHALLENGE_LASTS
    connection.execute(
        sa.insert(passkey_challenges).values(challenge_hash=bytes_hash(challenge), user_id=user_id, expires_at=ends)
    )


def use_challenge(connection: sa.Connection, challenge: bytes, user_id: UUID | None) -> bool:
    """Use a challenge up; whether it was made for this person (or for nobody known yet) and still counts."""
    query = sa.delete(passkey_challenges).where(
        passkey_challenges.c.challenge_hash == bytes_hash(challenge),
        passkey_challenges.c.user_id.is_not_distinct_from(user_id),
        passkey_challenges.c.expires_at > sa.func.now(),
    )
    return connection.execute(query).rowcount == 1


def add(
    connection: sa.Connection, *, user_id: UUID, name: str, credential_id: bytes, public_key: bytes, sign_count: int
) -> Row:
    """Keep a passkey; raises `Conflict` for one that is known already."""
    values = {
        "id": uuid.uuid4(),
        "user_id": user_id,
        "name": name,
        "credential_id": credential_id,
        "public_key": public_key,
        "sign_count": sign_count,
    }
    try:
        with connection.begin_nested():
            return dict(connection.execute(sa.insert(passkeys).values(**values).returning(passkeys)).mappings().one())
    except sa.exc.IntegrityError as error:
        raise Conflict("This passkey is known already.") from error


def listing(connection: sa.Connection, user_id: UUID) -> list[Row]:
    """The passkeys of an account, oldest first."""
    return rows.many(connection, sa.select(passkeys).where(passkeys.c.user_id == user_id).order_by("created_at"))


def find(connection: sa.Connection, credential_id: bytes) -> tuple[Row, Row] | None:
    """The passkey with this id, locked until the transaction ends, and its owner, in whose name that acts from here."""
    user_id = connection.execute(sa.select(sa.func.user_of_passkey(credential_id))).scalar()
    if user_id is None:
        return None
    acting.act_as(connection, user_id)
    hold(connection, user_id)
    owner = rows.one(connection, sa.select(users).where(users.c.id == user_id))
    kept = rows.one(connection, sa.select(passkeys).where(passkeys.c.credential_id == credential_id).with_for_update())
    return (kept, owner) if kept and owner else None


def note_use(connection: sa.Connection, passkey_id: UUID, sign_count: int) -> None:
    """Remember how often the authenticator says that it has signed."""
    connection.execute(
        sa.update(passkeys).where(passkeys.c.id == passkey_id).values(sign_count=sign_count, used_at=sa.func.now())
    )


def remove(connection: sa.Connection, user_id: UUID, passkey_id: UUID) -> None:
    """Forget a passkey; raises `NotFound` for one of somebody else."""
    query = sa.delete(passkeys).where(passkeys.c.id == passkey_id, passkeys.c.user_id == user_id)
    removed = connection.execute(query.returning(passkeys.c.id)).scalar()
    rows.require({"id": removed} if removed else None, "passkey")
