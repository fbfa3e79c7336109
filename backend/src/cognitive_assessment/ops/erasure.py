"""Erase a person for good: their key first, then their rows and recordings, here and among the backups.

What a backup holds of them cannot be taken out of it. Their key can: without it the recordings and transcripts of every
backup are noise. The rows of a backup that is restored go again, because a list outside the database remembers who was
erased, by number.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from cognitive_assessment import blobs
from cognitive_assessment.blobs.disk import DiskBlobStore
from cognitive_assessment.config import Settings
from cognitive_assessment.ops import database_report, kept_lists
from cognitive_assessment.ops.backups import bucket, files
from cognitive_assessment.store import erasures
from cognitive_assessment.store.engine import make_engine
from cognitive_assessment.store.erasures import Erasure


def erase(settings: Settings, owner_url: str, erasure: Erasure) -> bool:
    """Erase one person. Broken off at any point, doing it again, or the next start, completes it.

    False if the pages of the database still hold the deleted rows, because somebody was reading: the night clears them.
    Raises `Conflict` while a backup or restore runs: it could put back what goes.
    """
    with files.locked(settings.backup_dir):
        erase_under_lock(settings, owner_url, erasure)
        return database_report.clear_pages(owner_url)


def erase_under_lock(settings: Settings, owner_url: str, erasure: Erasure) -> None:
    """The same for a caller who holds the lock of the backups already, and clears the pages in the end."""
    _remember(settings, erasure)
    _complete(settings, owner_url, erasure)


def apply_again(settings: Settings, owner_url: str) -> Iterator[str]:
    """Erase once more whoever was erased and is in this database: it was restored, or an erasure was broken off."""
    again = [erasure.user_id for erasure in _remembered(settings) if _complete(settings, owner_url, erasure)]
    if again:
        database_report.clear_pages(owner_url)
    yield from (f"Erased again: {user_id}" for user_id in again)


def _complete(settings: Settings, owner_url: str, erasure: Erasure) -> bool:
    """Everything of one person goes; returns whether there was a row of them."""
    stores = (blobs.store(), DiskBlobStore(settings.backup_dir / "blobs", min_free_bytes=0))
    for store in stores:
        blobs.KeyRing(store, blobs.master_key()).destroy(erasure.user_id)
    engine = make_engine(owner_url)
    try:
        with engine.begin() as connection:
            was_there = erasures.is_there(connection, erasure.user_id)
            recordings = erasures.recordings_of(connection, erasure.user_id)
            erasures.apply(connection, erasure)
    finally:
        engine.dispose()
    for recording_id in recordings:
        for store in stores:
            store.delete(f"recordings/{recording_id}")
            store.delete(f"playback/{recording_id}")
    return was_there


def _places(settings: Settings) -> tuple[Path, Path]:
    """Beside the data, and beside the backups: whichever of the two is lost, the other remembers."""
    return settings.data_dir / kept_lists.ERASURES, settings.backup_dir / kept_lists.ERASURES


def _remember(settings: Settings, erasure: Erasure) -> None:
    organisation_id = erasure.organisation_id
    told = {
        "user_id": str(erasure.user_id),
        "organisation_id": None if organisation_id is None else str(organisation_id),
        "erased_at": erasure.erased_at.isoformat(),
        "erased_by": erasure.erased_by,
        "reason": erasure.reason,
    }
    kept_lists.add(_places(settings), [told])
    bucket.keep_list(settings, _places(settings))


def _remembered(settings: Settings) -> list[Erasure]:
    return list({one.user_id: one for one in kept_lists.read(_places(settings), _of_line)}.values())


def _of_line(told: dict[str, Any]) -> Erasure:
    organisation_id = told["organisation_id"]
    return Erasure(
        user_id=UUID(told["user_id"]),
        organisation_id=None if organisation_id is None else UUID(organisation_id),
        erased_at=dt.datetime.fromisoformat(told["erased_at"]),
        erased_by=told["erased_by"],
        reason=told["reason"],
    )
