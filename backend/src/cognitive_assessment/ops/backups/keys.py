"""The copies of the persons' keys among the backups: all backups share them, so no bad key replaces a good copy."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cognitive_assessment import blobs
from cognitive_assessment.blobs.disk import DiskBlobStore
from cognitive_assessment.config import Settings
from cognitive_assessment.errors import CognitiveAssessmentError, DamagedBlob, Gone, NotFound
from cognitive_assessment.ops import database_access
from cognitive_assessment.ops.backups import files
from cognitive_assessment.store import users
from cognitive_assessment.store.engine import make_engine

REMEDY = "`cas restore keys` puts the copy of a key back where the key is missing or damaged."


@dataclass(frozen=True, slots=True)
class Copy:
    """The copy of a key, with those of before; of `before` if the one of an earlier backup was kept instead."""

    sha256: str
    size_bytes: int
    is_of_before: bool


def copy(user_id: UUID, store: DiskBlobStore) -> Copy:
    """Copy a person's key.

    A key is copied anew each time, because it may have been wrapped by another master key since. It replaces a copy
    only if it opens, and opens all that the copy does: the same key, or that one behind a newer one. Raises `NotFound`
    if there is neither.
    """
    live, kept = blobs.key_ring(), blobs.KeyRing(store, blobs.master_key())
    try:
        wrapped = live.wrapped(user_id)
        secret = live.master_keys.unwrap(wrapped)
    except CognitiveAssessmentError:
        if not store.has_stored(_place(user_id), 1):
            raise NotFound("A person's key is missing or damaged, and there is no copy of it.") from None
        return _described(kept.wrapped(user_id), is_of_before=True)
    try:
        is_same = {*_secrets(kept.of(user_id))} <= {*_secrets(secret)}
    except (Gone, DamagedBlob):
        is_same = True  # there is no copy yet, or none that is worth keeping
    except CognitiveAssessmentError:
        is_same = False
    if is_same:
        kept.put(user_id, wrapped)
    return _described(wrapped if is_same else kept.wrapped(user_id), is_of_before=not is_same)


def _described(wrapped: bytes, *, is_of_before: bool) -> Copy:
    return Copy(hashlib.sha256(wrapped).hexdigest(), len(wrapped), is_of_before)


def _secrets(key: blobs.DataKey) -> tuple[bytes, ...]:
    return key.secret, *key.older


def length_of(blob: dict[str, Any], source: DiskBlobStore) -> int:
    """How much of a listed blob's copy is to be taken: of a key all, because a newer one may stand before it since."""
    if not blob["key"].startswith("keys/"):
        return int(blob["stored_bytes"])
    return len(blobs.KeyRing(source, blobs.master_key()).wrapped(UUID(blob["key"].partition("/")[2])))


def put_back(settings: Settings, say: Callable[[str], None]) -> int:
    """Put the copies back of persons who are in the database and whose key here is missing or damaged.

    Raises `Conflict` while a backup or restore runs.
    """
    live = blobs.key_ring()
    kept = blobs.KeyRing(DiskBlobStore(settings.backup_dir / "blobs", min_free_bytes=0), blobs.master_key())
    count = 0
    with files.locked(settings.backup_dir), database_access.of_this_version(settings) as access:
        engine = make_engine(access.owner_url)
        with engine.connect() as connection:
            known = users.ids(connection)
        engine.dispose()
        for user_id in kept.everybody():
            if user_id in known and not _opens(live, user_id):
                if _opens(kept, user_id):
                    live.put(user_id, kept.wrapped(user_id))
                    count += 1
                else:
                    say(f"The copy of {_place(user_id)} cannot be opened either")
    return count


def _opens(ring: blobs.KeyRing, user_id: UUID) -> bool:
    try:
        ring.of(user_id)
    except (Gone, DamagedBlob):
        return False
    return True


def _place(user_id: UUID) -> str:
    return f"keys/{user_id}"
