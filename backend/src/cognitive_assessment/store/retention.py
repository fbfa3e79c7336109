"""What the rules of the organisations let go by now, over all of them, as the owner; without a rule, nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from cognitive_assessment.store import rows
from cognitive_assessment.store.rows import Row
from cognitive_assessment.store.tables import (
    invitations,
    organisations,
    questions,
    recording_erasures,
    recordings,
    scores,
    sessions,
    users,
)


def persons_due(connection: sa.Connection, now: dt.datetime, *, user_id: UUID | None = None) -> list[Row]:
    """Participants whose last session lies as many days back as their organisation has set, the oldest first.

    Who never began counts from when they were added; who holds an invitation that still opens the door is kept.
    With `user_id`, this one or nobody.
    """
    last_session = (
        sa.select(sa.func.max(sa.func.coalesce(sessions.c.completed_at, sessions.c.created_at)))
        .where(sessions.c.user_id == users.c.id)
        .scalar_subquery()
    )
    last_at = sa.func.coalesce(last_session, users.c.created_at)
    is_invited = sa.exists().where(
        invitations.c.user_id == users.c.id, invitations.c.revoked_at.is_(None), invitations.c.expires_at > now
    )
    query = (
        sa.select(
            users.c.id.label("user_id"),
            users.c.organisation_id,
            organisations.c.persons_kept_days.label("kept_days"),
            last_at.label("last_at"),
        )
        .join(organisations, organisations.c.id == users.c.organisation_id)
        .where(users.c.role == "participant", ~is_invited)
        .where(last_at + _days(organisations.c.persons_kept_days) <= now)
        .order_by(last_at, users.c.id)
    )
    return rows.many(connection, query if user_id is None else query.where(users.c.id == user_id))


def recordings_due(connection: sa.Connection, now: dt.datetime) -> list[Row]:
    """Recordings as many days old as their organisation has set; one that still waits to be measured is kept."""
    made_at = sa.func.coalesce(recordings.c.completed_at, recordings.c.created_at)
    is_waiting = sa.exists().where(
        questions.c.recording_id == recordings.c.id,
        sessions.c.state != "withdrawn",
        recordings.c.state == "complete",
        ~sa.exists().where(scores.c.question_id == questions.c.id),
    )
    query = (
        sa.select(
            recordings.c.id.label("recording_id"),
            sessions.c.organisation_id,
            organisations.c.recordings_kept_days.label("kept_days"),
        )
        .join(sessions, sessions.c.id == recordings.c.session_id)
        .join(organisations, organisations.c.id == sessions.c.organisation_id)
        .where(recordings.c.state.in_(("complete", "uploading")), ~is_waiting)
        .where(made_at + _days(organisations.c.recordings_kept_days) <= now)
        .order_by(made_at, recordings.c.id)
    )
    return rows.many(connection, query)


def _days(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    return sa.func.make_interval(0, 0, 0, column)


def note_erased(connection: sa.Connection, erased: Sequence[Row]) -> int:
    """Say of recordings that their sound is gone, and keep their numbers; returns how many were not noted yet."""
    if not erased:
        return 0
    connection.execute(insert(recording_erasures).values(list(erased)).on_conflict_do_nothing())
    numbers = [row["recording_id"] for row in erased]
    change = (
        sa.update(recordings)
        .where(recordings.c.id.in_(numbers), recordings.c.state != "erased")
        .values(state="erased", stored_bytes=0, playback_stored_bytes=None, waveform=None)
    )
    return connection.execute(change).rowcount


def not_noted(connection: sa.Connection, numbers: Sequence[UUID]) -> set[UUID]:
    """Those of the recordings that are here as if they had never been let go: a backup was restored."""
    query = sa.select(recordings.c.id).where(recordings.c.id.in_(numbers), recordings.c.state != "erased")
    return set(connection.execute(query).scalars())
