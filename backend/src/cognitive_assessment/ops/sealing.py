"""Seal what rows of before hold in plain: the words of answers, under the key of whoever said them.

Every start does it, and every restore, because a backup of before brings such rows back. Broken off at any point, what
is sealed stays sealed and the rest is readable, and doing it again completes it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from uuid import UUID

import sqlalchemy as sa

from cognitive_assessment import blobs
from cognitive_assessment.config import Settings
from cognitive_assessment.errors import CognitiveAssessmentError
from cognitive_assessment.store import words
from cognitive_assessment.store.engine import make_engine

_BATCH = 500
_TOLD_EVERY = 10_000


def seal_what_is_plain(_: Settings, owner_url: str) -> Iterator[str]:
    """Seal in batches, each its own transaction; whose key cannot be read is named, and their rows stay as they are."""
    engine = make_engine(owner_url)
    count, unreadable = 0, dict[UUID, str]()
    try:
        for table in words.TABLES:
            while (sealed := _seal_batch(engine, table, unreadable)) is not None:
                count += sealed
                if count % _TOLD_EVERY < sealed:
                    yield f"The words of {count} rows are sealed"
    finally:
        engine.dispose()
    if count:
        yield f"Sealed under the keys of whoever said them: the words of {count} rows, which were in plain before"
    for user_id, why in unreadable.items():
        yield f"The words of {user_id} stay in plain: {why}"


def _seal_batch(engine: sa.Engine, table: str, unreadable: dict[UUID, str]) -> int | None:
    """Returns how many rows were sealed, or nothing when none is left that could be."""
    with engine.begin() as connection:
        found = words.in_plain(connection, table, limit=_BATCH, but_of=unreadable)
        keys = {user_id: _key(user_id, unreadable) for user_id in {row["of_user"] for row in found}}
        to_seal = [(row, key) for row in found if (key := keys[row["of_user"]]) is not None]
        for row, key in to_seal:
            words.seal_row(connection, table, row, functools.partial(blobs.seal_json, key))
    return len(to_seal) if found else None


def _key(user_id: UUID, unreadable: dict[UUID, str]) -> blobs.DataKey | None:
    try:
        return blobs.key_ring().of(user_id)
    except CognitiveAssessmentError as error:
        unreadable[user_id] = error.message
        return None
