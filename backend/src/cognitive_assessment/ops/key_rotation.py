"""Exchange the master key: a new one beside the old, every person's key wrapped anew, the old one retired at the end.

Recordings and transcripts stay as they are: they are under the persons' keys, which do not change. The copies of those
keys among the backups are wrapped anew as well, so a backup of before needs the new master key. Broken off at any
point, both keys are valid, and doing it again completes it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from cognitive_assessment import blobs
from cognitive_assessment.blobs.disk import DiskBlobStore
from cognitive_assessment.config import Settings
from cognitive_assessment.errors import CognitiveAssessmentError, NotFound
from cognitive_assessment.ops.backups import files

_TOLD_EVERY = 1000


@dataclass(frozen=True, slots=True)
class Rotated:
    """How many keys were wrapped anew, which could not be, and whether the old master key is retired."""

    has_new_key: bool
    wrapped_anew: int
    unreadable: list[str]
    is_retired: bool


def rotate(settings: Settings, say: Callable[[str], None], *, has_new_key: bool = True) -> Rotated:
    """Exchange the master key, or go on where it was broken off; without `has_new_key` only wrap anew what needs it.

    The system may serve meanwhile. A person's key that is damaged is named and left, and the old master key with it.
    Raises `Conflict` while a backup or restore runs, `InvalidInput` where the settings give the key, `NotFound` where
    there is none yet.
    """
    if settings.master_key is None and not (settings.data_dir / blobs.MASTER_KEY_FILE).exists():
        raise NotFound(
            f"There is no master key in {settings.data_dir} that could be exchanged.",
            remedy="`cas serve` makes the first one; CAS_DATA_DIR names another folder.",
        )
    keys = blobs.MasterKeys(settings.data_dir, settings.master_key, settings.master_key_before)
    with files.locked(settings.backup_dir):
        has_begun = has_new_key and keys.begin_exchange()
        say(
            "A new master key is in force; the old one still opens" if has_begun else "Wrapping what needs an older key"
        )
        count, unreadable = 0, list[str]()
        for place, ring in _rings(settings, keys):
            for user_id in ring.everybody():
                count += _wrap_anew(ring, place, user_id, unreadable)
                if count and count % _TOLD_EVERY == 0:
                    say(f"{count} keys are wrapped anew")
        is_retired = not unreadable and _retire(settings, keys)
    return Rotated(has_begun, count, unreadable, is_retired)


def needing_older(settings: Settings) -> int:
    """How many persons' keys an older master key alone can open, among the backups too."""
    keys = blobs.MasterKeys(settings.data_dir, settings.master_key, settings.master_key_before)
    return sum(ring.needs_older(user_id) for _, ring in _rings(settings, keys) for user_id in ring.everybody())


def _rings(settings: Settings, keys: blobs.MasterKeys) -> list[tuple[str, blobs.KeyRing]]:
    copies = DiskBlobStore(settings.backup_dir / "blobs", min_free_bytes=0)
    return [("in use", blobs.KeyRing(blobs.store(), keys)), ("among the backups", blobs.KeyRing(copies, keys))]


def _wrap_anew(ring: blobs.KeyRing, place: str, user_id: UUID, unreadable: list[str]) -> bool:
    try:
        return ring.wrap_anew(user_id)
    except CognitiveAssessmentError as error:
        unreadable.append(f"{user_id} ({place}): {error.message}")
        return False


def _retire(settings: Settings, keys: blobs.MasterKeys) -> bool:
    """Look at every key once more, then let the old master key go; one given by the settings is theirs to remove.

    Whoever wrapped by the old key has ended before the new one came into force, so none can be added meanwhile.
    """
    if any(ring.needs_older(user_id) for _, ring in _rings(settings, keys) for user_id in ring.everybody()):
        return False
    with keys.alone():
        keys.retire()
    return True
