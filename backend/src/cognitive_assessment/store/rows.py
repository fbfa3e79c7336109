"""Small pieces that every aggregate uses."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from cognitive_assessment.errors import NotFound

Row = dict[str, Any]


def one(connection: sa.Connection, query: sa.Executable) -> Row | None:
    """The only row of a query as a dictionary, or nothing."""
    found = connection.execute(query).mappings().one_or_none()
    return None if found is None else dict(found)


def many(connection: sa.Connection, query: sa.Executable) -> list[Row]:
    """All rows of a query as dictionaries."""
    return [dict(row) for row in connection.execute(query).mappings()]


def require(row: Row | None, what: str) -> Row:
    """The row, or `NotFound` that says what is not there (for this person)."""
    if row is None:
        raise NotFound(f"There is no such {what}.")
    return row
