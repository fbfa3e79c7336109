"""Whether writes are stopped on every machine: one row while they are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from cognitive_assessment.store import rows
from cognitive_assessment.store.tables import maintenance


@dataclass(frozen=True, slots=True)
class Stop:
    """Since when nothing is written, and whether nobody is let in either."""

    since: dt.datetime
    is_lockdown: bool


def read(connection: sa.Connection) -> Stop | None:
    """What holds now; nothing while writes go through."""
    row = rows.one(connection, sa.select(maintenance))
    return None if row is None else Stop(**row)


def write(connection: sa.Connection, stop: Stop | None) -> None:
    """Let this hold from now on, as the owner."""
    connection.execute(sa.delete(maintenance))
    if stop is not None:
        connection.execute(sa.insert(maintenance).values(since=stop.since, is_lockdown=stop.is_lockdown))
