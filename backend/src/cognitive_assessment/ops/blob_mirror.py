"""Both stores of the recordings side by side: whatever one of them lacks is copied from the other."""

from __future__ import annotations

import collections
import contextlib
from uuid import UUID

import psycopg

from cognitive_assessment import blobs
from cognitive_assessment.blobs.keys import DataKey
from cognitive_assessment.errors import Gone, InvalidSettings
from cognitive_assessment.ops.backups.make import WANTED

_SEALED = "SELECT id FROM recordings WHERE scan_finding IS NOT NULL"


def compare(owner_url: str) -> tuple[dict[str, int], list[str]]:
    """Compare every blob that the database knows by hash; how many were equal or copied which way, and what is lost.

    What the scanner found something in is left where it is. Raises `InvalidSettings` without a second store.
    """
    both = blobs.mirrored()
    if both is None:
        raise InvalidSettings("There is no second store.", remedy="Set CAS_BLOB_MIRROR to a folder or a bucket.")
    counts: collections.Counter[str] = collections.Counter()
    lost = []
    with psycopg.connect(owner_url.replace("+psycopg", "")) as connection:
        wanted = connection.execute(WANTED).fetchall()
        owners: dict[UUID, UUID] = dict(connection.execute("SELECT id, user_id FROM recordings").fetchall())
        sealed = {f"recordings/{id_}" for (id_,) in connection.execute(_SEALED)}
    for key, listed_bytes in wanted:
        if key in sealed:
            continue
        stored_bytes = _key_bytes(key, listed_bytes) if key.startswith("keys/") else listed_bytes
        done = both.mirror(key, stored_bytes, _data_key(owners.get(UUID(key.partition("/")[2]))))
        counts[done] += 1
        if done == blobs.LOST:
            lost.append(key)
    return dict(counts), lost


def _key_bytes(key: str, at_least: int) -> int:
    """How long a person's key is, with those of before."""
    with contextlib.suppress(Gone):
        return len(blobs.key_ring().wrapped(UUID(key.partition("/")[2])))
    return at_least


def _data_key(user_id: UUID | None) -> DataKey | None:
    """The key of a recording's person; the keys themselves have none."""
    if user_id is not None:
        with contextlib.suppress(Gone):
            return blobs.key_ring().of(user_id)
    return None
