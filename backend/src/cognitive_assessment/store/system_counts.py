"""How much there is of everything, over all organisations: numbers alone, which name nobody."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa


def read(connection: sa.Connection) -> dict[str, Any]:
    """Sessions, recordings and people, counted by the owner of the tables for whoever runs the machine."""
    found: dict[str, Any] = connection.execute(sa.select(sa.func.system_counts())).scalar_one()
    return found


def by_day(connection: sa.Connection, *, days: int) -> list[dict[str, Any]]:
    """Of each of the last days (UTC), oldest first: who was active, what was begun, completed and said of it."""
    found: list[dict[str, Any]] = connection.execute(sa.select(sa.func.system_days(days))).scalar_one()
    return found
