"""Make the second store hold what the first one holds of a recording: itself, its copy to play, its person's key."""

from __future__ import annotations

from uuid import UUID

from cognitive_assessment import blobs
from cognitive_assessment.blobs.key_ring import place_of
from cognitive_assessment.errors import DamagedBlob, Gone
from cognitive_assessment.store import acting, recordings
from cognitive_assessment.store.engine import transaction
from cognitive_assessment.store.rows import Row


def run(recording_id: str) -> None:
    """Compare both stores by hash and copy what one lacks; one that was erased meanwhile is removed again.

    A recording in which the scanner found something is copied no further.

    Raises `DamagedBlob` if the recording is in neither store as it was acknowledged.
    """
    both, row = blobs.mirrored(), _complete(recording_id)
    if both is None or row is None or row["scan_finding"] is not None:
        return
    try:
        data_key = blobs.key_ring().of(row["user_id"])
        key_bytes = len(blobs.key_ring().wrapped(row["user_id"]))
    except Gone:
        return
    both.mirror(place_of(row["user_id"]), key_bytes)
    wanted = {
        f"recordings/{recording_id}": row["stored_bytes"],
        f"playback/{recording_id}": row["playback_stored_bytes"],
    }
    done = {key: both.mirror(key, size, data_key) for key, size in wanted.items() if size}
    if _complete(recording_id) is None:
        for key in done:
            both.delete(key)
    elif blobs.LOST in done.values():
        raise DamagedBlob("A recording is in neither store as it was acknowledged.")


def _complete(recording_id: str) -> Row | None:
    with transaction() as connection:
        acting.work_on(connection, of="recording", row_id=UUID(recording_id))
        row = recordings.get(connection, UUID(recording_id))
    return row if row is not None and row["state"] == "complete" else None
