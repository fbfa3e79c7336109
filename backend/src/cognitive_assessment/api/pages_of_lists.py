"""Where the next page of a list begins: after a row, by its time and its id, so that no row of one instant is lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.store.rows import Row


def following(rows: Sequence[Row], limit: int) -> str | None:
    """What a client sends as `before` for the next page, if there may be one."""
    if len(rows) < limit:
        return None
    return f"{rows[-1]['created_at'].astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S.%f}_{rows[-1]['id']}"


def place(before: str | None) -> tuple[dt.datetime, UUID] | None:
    """After which row to go on; raises `InvalidInput` for what no page has told."""
    if before is None:
        return None
    moment, _, row_id = before.partition("_")
    try:
        return dt.datetime.strptime(moment, "%Y-%m-%dT%H:%M:%S.%f").replace(tzinfo=dt.UTC), UUID(row_id)
    except ValueError:
        raise InvalidInput("This is no place in the list.", field="before", remedy="Send `next` as it came.") from None
