"""Recordings: how much of each upload is safely kept, and what was found in it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from cognitive_assessment.errors import Conflict, Gone, InvalidInput
from cognitive_assessment.store import consents, job_queue, rows
from cognitive_assessment.store.room import Room, require_another, require_bytes
from cognitive_assessment.store.rows import Row
from cognitive_assessment.store.tables import questions, recordings, sessions, users


def create(
    connection: sa.Connection,
    recording_id: UUID,
    *,
    session: Row,
    question_id: UUID,
    media_type: str,
    settings: dict[str, Any],
    length_bytes: int | None,
    room: Room,
) -> tuple[Row, bool]:
    """Open an upload under the client's id; returns it and whether it is new.

    Repeating the call returns the row as it stands. Raises `Conflict` if the id stands for another recording or the
    session is closed, `NoConsent` if it was withdrawn, and `TooLarge` if it has no room for this one.
    """
    known = rows.one(connection, sa.select(recordings).where(recordings.c.id == recording_id))
    if known is None:
        consents.require_taking_part(connection, session["id"], session["user_id"])
        still = sa.select(sessions.c.state).where(sessions.c.id == session["id"])
        if connection.execute(still).scalar() != "open":
            raise Conflict("This session is closed; no recording can be added.")
        require_another(connection, session["id"], room)
        require_bytes(connection, session["id"], room, length_bytes or 0)
        connection.execute(
            insert(recordings)
            .values(
                id=recording_id,
                session_id=session["id"],
                user_id=session["user_id"],
                question_id=question_id,
                media_type=media_type,
                settings=settings,
                length_bytes=length_bytes,
            )
            .on_conflict_do_nothing()
        )
    row = rows.one(connection, sa.select(recordings).where(recordings.c.id == recording_id))
    if row is None or (row["session_id"], row["question_id"]) != (session["id"], question_id):
        raise Conflict("This recording id is taken.", remedy="Make a new random id.")
    named_by = connection.execute(sa.select(questions.c.id).where(questions.c.recording_id == recording_id)).scalars()
    if any(named != question_id for named in named_by):
        raise Conflict("An answer to another question names this recording.", remedy="Make a new random id.")
    if known is None and length_bytes == 0:
        row = advance(connection, row, received_bytes=0, stored_bytes=0)
    return row, known is None


def require_for_question(connection: sa.Connection, recording_id: UUID, session_id: UUID, question_id: UUID) -> None:
    """Raise `Conflict` if a recording is there and cannot be the answer to this question; it may come later."""
    row = rows.one(connection, sa.select(recordings).where(recordings.c.id == recording_id))
    if row is None:
        return
    if (row["session_id"], row["question_id"]) != (session_id, question_id):
        raise Conflict("This recording was made for another question.", remedy="Name the recording of this question.")
    if row["state"] == "terminated":
        raise Conflict("This recording was terminated.", remedy="Record the answer again, under a new id.")


def get_own(connection: sa.Connection, recording_id: UUID, user_id: UUID, *, is_locked: bool = False) -> Row:
    """An upload of this participant; raises `NotFound`, or `Gone` once it was terminated.

    With `is_locked`, raises `Conflict` at once while another request writes to it.
    """
    query = sa.select(recordings).where(recordings.c.id == recording_id, recordings.c.user_id == user_id)
    if is_locked:
        query = query.with_for_update(nowait=True)
    try:
        row = rows.require(rows.one(connection, query), "upload")
    except sa.exc.OperationalError as error:
        raise Conflict("Another request writes to this upload.", remedy="Ask for the offset, then go on.") from error
    if row["state"] == "terminated":
        raise Gone("This upload was terminated.")
    return row


def get_in_organisation(connection: sa.Connection, recording_id: UUID, organisation_id: UUID) -> Row:
    """A recording of this organisation's; raises `NotFound` for others, and to whom identities are not shown."""
    query = (
        sa.select(recordings)
        .join(users, users.c.id == recordings.c.user_id)
        .where(recordings.c.id == recording_id, users.c.organisation_id == organisation_id)
    )
    return rows.require(rows.one(connection, query), "recording")


def get(connection: sa.Connection, recording_id: UUID) -> Row | None:
    """A recording, for jobs."""
    return rows.one(connection, sa.select(recordings).where(recordings.c.id == recording_id))


def declare_length(connection: sa.Connection, row: Row, length_bytes: int, room: Room) -> Row:
    """Say how long a deferred upload is; saying the same again is harmless."""
    if row["length_bytes"] is not None and row["length_bytes"] != length_bytes:
        raise InvalidInput("The length of this upload was given before, and differs.", field="Upload-Length")
    if length_bytes < row["received_bytes"]:
        raise InvalidInput("More has arrived than this length.", field="Upload-Length")
    if row["length_bytes"] is None:
        require_bytes(connection, row["session_id"], room, length_bytes - row["received_bytes"])
    connection.execute(sa.update(recordings).where(recordings.c.id == row["id"]).values(length_bytes=length_bytes))
    return {**row, "length_bytes": length_bytes}


def advance(
    connection: sa.Connection, row: Row, *, received_bytes: int, stored_bytes: int, media_type: str | None = None
) -> Row:
    """Acknowledge what is on disk, and what it was found to be.

    An upload that is whole is complete and, once its question is there, measured.
    """
    is_whole = row["length_bytes"] is not None and received_bytes == row["length_bytes"]
    values: dict[str, Any] = {"received_bytes": received_bytes, "stored_bytes": stored_bytes}
    if media_type is not None:
        values["media_type"] = media_type
    if is_whole and row["state"] == "uploading":
        values |= {"state": "complete", "completed_at": sa.func.now()}
    connection.execute(sa.update(recordings).where(recordings.c.id == row["id"]).values(**values))
    if is_whole:
        queue_measuring(connection, row["id"])
    return {**row, **values, "state": "complete" if is_whole else row["state"]}


def terminate(connection: sa.Connection, row: Row) -> None:
    """End an upload that nobody will finish; raises `Conflict` once an answer rests on it."""
    is_used = connection.execute(sa.select(questions.c.id).where(questions.c.recording_id == row["id"])).scalar()
    if is_used is not None:
        raise Conflict("An answer rests on this recording; it cannot be removed.")
    connection.execute(
        sa.update(recordings)
        .where(recordings.c.id == row["id"])
        .values(state="terminated", received_bytes=0, stored_bytes=0)
    )


def queue_measuring(connection: sa.Connection, recording_id: UUID) -> None:
    """Queue the work on a recording when it is whole and its question is there, whichever came last.

    The row lock makes the two that may come at once (the last bytes and the response) see each other.
    """
    row = rows.one(connection, sa.select(recordings).where(recordings.c.id == recording_id).with_for_update())
    if row is None or row["state"] != "complete":
        return
    asked = connection.execute(sa.select(questions.c.id).where(questions.c.recording_id == recording_id)).scalar()
    if asked is not None:
        job_queue.defer(
            connection,
            "measure_recording",
            once=f"measure_recording:{recording_id}",
            recording_id=str(recording_id),
        )


def queue_sealed(connection: sa.Connection) -> int:
    """Queue every recording again that is kept sealed because of what the scanner found; returns how many there are."""
    query = sa.select(recordings.c.id).where(recordings.c.scan_finding.isnot(None), recordings.c.state == "complete")
    found = connection.execute(query).scalars().all()
    for recording_id in found:
        queue_measuring(connection, recording_id)
    return len(found)


def queue_mirroring(connection: sa.Connection, recording_id: UUID) -> None:
    """Queue the copy of a whole recording into the second store, before any recording that waits to be measured."""
    job_queue.defer(
        connection,
        "mirror_recording",
        once=f"mirror_recording:{recording_id}",
        priority=5,
        recording_id=str(recording_id),
    )


def save_measured(connection: sa.Connection, recording_id: UUID, **values: Any) -> None:
    """Keep what was found: quality, duration, waveform, checksum, length of the playback copy."""
    connection.execute(sa.update(recordings).where(recordings.c.id == recording_id).values(**values))


def of_session(connection: sa.Connection, session_id: UUID) -> list[Row]:
    """All recordings of a session."""
    return rows.many(connection, sa.select(recordings).where(recordings.c.session_id == session_id))


def session_of(connection: sa.Connection, recording_id: UUID) -> Row:
    """The session that a recording belongs to."""
    query = sa.select(sessions).join(recordings, recordings.c.session_id == sessions.c.id)
    return rows.require(rows.one(connection, query.where(recordings.c.id == recording_id)), "session")
