"""End whatever lets anybody in, over all organisations, as the owner."""

from __future__ import annotations

import sqlalchemy as sa

from cognitive_assessment.store.tables import invitations, passkey_challenges, sign_in_steps, sign_ins


def held(connection: sa.Connection) -> dict[str, int]:
    """How many sign-ins and invitations open a door now."""
    count = sa.select(sa.func.count())
    return {
        "sign-ins": connection.execute(
            count.select_from(sign_ins).where(sign_ins.c.ends_at > sa.func.now())
        ).scalar_one(),
        "invitations": connection.execute(count.select_from(invitations).where(*_is_open())).scalar_one(),
    }


def end_sign_ins(connection: sa.Connection) -> None:
    """End every sign-in and every step of one. Again is harmless."""
    for table in (sign_ins, sign_in_steps, passkey_challenges):
        connection.execute(sa.delete(table))


def end_everything(connection: sa.Connection) -> dict[str, int]:
    """End every sign-in, every step of one, and every invitation; returns how many there were. Again is harmless."""
    found = held(connection)
    end_sign_ins(connection)
    connection.execute(sa.update(invitations).where(*_is_open()).values(revoked_at=sa.func.now()))
    return found


def _is_open() -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return invitations.c.revoked_at.is_(None), invitations.c.expires_at > sa.func.now()
