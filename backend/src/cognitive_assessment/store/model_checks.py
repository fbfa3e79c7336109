"""What each worker last found of its models; the web process, which loads none, reads it for its health."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from cognitive_assessment.store import rows
from cognitive_assessment.store.rows import Row
from cognitive_assessment.store.tables import model_checks

_FORGET_AFTER = dt.timedelta(hours=1)


def report(connection: sa.Connection, worker: str, is_verified: bool, message: str, *, at: dt.datetime) -> None:
    """Keep the newest check of one worker; those of workers long gone are forgotten."""
    values = {"is_verified": is_verified, "message": message, "checked_at": at}
    connection.execute(
        insert(model_checks)
        .values(worker=worker, **values)
        .on_conflict_do_update(index_elements=["worker"], set_=values)
    )
    connection.execute(sa.delete(model_checks).where(model_checks.c.checked_at < at - _FORGET_AFTER))


def forget(connection: sa.Connection, worker: str) -> None:
    """A worker that ends takes its check along: nobody must be taken for ready because of one that is gone."""
    connection.execute(sa.delete(model_checks).where(model_checks.c.worker == worker))


def newest(connection: sa.Connection) -> Row | None:
    """The newest check of any worker."""
    return rows.one(connection, sa.select(model_checks).order_by(model_checks.c.checked_at.desc()).limit(1))
