"""Sessions: one sitting of one person, from the plan to its completion."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by, distinct_on, insert

from cognitive_assessment.errors import Conflict
from cognitive_assessment.store import consents, job_queue, rows, words
from cognitive_assessment.store.events import FLAG
from cognitive_assessment.store.rows import Row
from cognitive_assessment.store.tables import events, questions, recordings, results, scores, sessions, users
from cognitive_assessment.store.words import Seal


def hold_starts(connection: sa.Connection, user_id: UUID) -> None:
    """Let nobody else start a session of this person until the transaction ends.

    A person may have open sessions of earlier invitations, so no index can see to it that there is one.
    """
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"session of {user_id}", 0))))


def start(connection: sa.Connection, session_id: UUID, *, user_id: UUID, **values: Any) -> tuple[Row, bool]:
    """Start a session under the client's id; returns it and whether it is new.

    Repeating the call returns the row as it stands. Raises `Conflict` if the id belongs to somebody else.
    """
    organisation_id = sa.select(users.c.organisation_id).where(users.c.id == user_id).scalar_subquery()
    own = {"id": session_id, "user_id": user_id, "organisation_id": organisation_id}
    connection.execute(insert(sessions).values(**own, **values).on_conflict_do_nothing())
    row = rows.one(connection, sa.select(sessions).where(sessions.c.id == session_id))
    if row is None or row["user_id"] != user_id:
        raise Conflict("This session id is taken.", remedy="Make a new random id.")
    is_new = row["created_at"] == connection.execute(sa.select(sa.func.now())).scalar_one()
    return row, is_new


def get_own(connection: sa.Connection, session_id: UUID, user_id: UUID, *, is_locked: bool = False) -> Row:
    """A session of this participant; raises `NotFound` for anybody else's."""
    query = sa.select(sessions).where(sessions.c.id == session_id, sessions.c.user_id == user_id)
    return rows.require(rows.one(connection, query.with_for_update() if is_locked else query), "session")


def get_in_organisation(connection: sa.Connection, session_id: UUID, organisation_id: UUID) -> Row:
    """A session of this organisation; raises `NotFound` for another's.

    With its participant's label, if the acting person may see identities.
    """
    query = (
        sa.select(sessions, users.c.display_name)
        .outerjoin(users, users.c.id == sessions.c.user_id)
        .where(sessions.c.id == session_id, sessions.c.organisation_id == organisation_id)
    )
    return rows.require(rows.one(connection, query), "session")


def has_any(connection: sa.Connection, user_id: UUID) -> bool:
    """Whether this participant has ever begun, so that something of them may be kept."""
    return bool(connection.execute(sa.select(sa.exists().where(sessions.c.user_id == user_id))).scalar())


def get(connection: sa.Connection, session_id: UUID, *, is_locked: bool = False) -> Row:
    """A session, for jobs; with `is_locked`, after whatever else changes this session has been committed."""
    query = sa.select(sessions).where(sessions.c.id == session_id)
    return rows.require(rows.one(connection, query.with_for_update() if is_locked else query), "session")


def require_open(connection: sa.Connection, session_id: UUID) -> None:
    """Hold a session open until this transaction ends; raises `Conflict` once it is closed."""
    query = sa.select(sessions.c.state).where(sessions.c.id == session_id).with_for_update(read=True)
    if connection.execute(query).scalar() != "open":
        raise Conflict("This session is closed; no answer can be added.")


def earlier_seeds(connection: sa.Connection, user_id: UUID) -> list[Row]:
    """Battery, seed and plan's forms of this person's sessions, oldest first, so that no form is given twice."""
    query = (
        sa.select(sessions.c.battery, sessions.c.seed, sessions.c.plan)
        .where(sessions.c.user_id == user_id)
        .order_by(sessions.c.created_at)
    )
    return rows.many(connection, query)


def complete(connection: sa.Connection, session_id: UUID, user_id: UUID, *, question_count: int) -> Row:
    """Close a session and queue its result, in one transaction.

    Repeating the call is harmless: the second one returns the row and queues nothing. Raises `NotFound`, or `Conflict`
    if we do not hold the `question_count` responses that the client says it sent, or a recording has not arrived whole:
    a session is never scored with responses missing. Raises `NoConsent` for one that was withdrawn.
    """
    session = get_own(connection, session_id, user_id, is_locked=True)
    if session["state"] == "completed":
        return session
    consents.require_taking_part(connection, session_id, user_id)
    held = connection.execute(
        sa.select(sa.func.count()).select_from(questions).where(questions.c.session_id == session_id)
    ).scalar_one()
    if held > question_count:
        raise Conflict(
            f"{held} answers are here, {question_count} were announced; another tab may have sent some.",
            remedy="Load the session again, then complete it.",
        )
    if held < question_count:
        raise Conflict(
            f"{held} of {question_count} answers have arrived.", remedy="Send the missing answers, then complete again."
        )
    missing = _unanswered(connection, session)
    if missing:
        raise Conflict(
            f"{len(missing)} questions of the plan have no answer, such as {', '.join(missing[:3])}.",
            remedy="Answer them, or send that they were left out (kind 'skipped'), then complete again.",
        )
    unfinished = connection.execute(_unfinished_recordings(session_id)).scalar_one()
    if unfinished:
        raise Conflict(
            f"{unfinished} recordings have not arrived whole.", remedy="Finish the uploads, then complete again."
        )
    connection.execute(
        sa.update(sessions).where(sessions.c.id == session_id).values(state="completed", completed_at=sa.func.now())
    )
    job_queue.defer(connection, "make_result", once=f"make_result:{session_id}", session_id=str(session_id))
    return get_own(connection, session_id, user_id)


def _unanswered(connection: sa.Connection, session: Row) -> list[str]:
    """The planned questions that were neither answered nor said to be left out; practice may be missing."""
    held = sa.select(questions.c.instrument, questions.c.item_id).where(questions.c.session_id == session["id"])
    answered = {(row.instrument, row.item_id) for row in connection.execute(held)}
    return [
        f"{part['instrument']}/{question['item_id']}"
        for part in session["plan"]["parts"]
        for question in part["questions"]
        if not question["is_practice"] and (part["instrument"], question["item_id"]) not in answered
    ]


def queue_result(connection: sa.Connection, session_id: UUID) -> None:
    """After a score was kept: queue the result anew if the session is closed.

    The row lock lets a closing, or a job that makes the result at the same moment, see that score or be seen here.
    """
    if get(connection, session_id, is_locked=True)["state"] == "completed":
        job_queue.defer(connection, "make_result", once=f"make_result:{session_id}", session_id=str(session_id))


def _unfinished_recordings(session_id: UUID) -> sa.Select[int]:
    return (
        sa.select(sa.func.count())
        .select_from(questions.outerjoin(recordings, recordings.c.id == questions.c.recording_id))
        .where(
            questions.c.session_id == session_id,
            questions.c.recording_id.is_not(None),
            sa.func.coalesce(recordings.c.state, "missing") != "complete",
        )
    )


def set_attended(connection: sa.Connection, session_id: UUID, user_id: UUID, staff_id: UUID) -> None:
    """Note that staff sit beside the participant from here on; repeating it is harmless."""
    get_own(connection, session_id, user_id)
    connection.execute(sa.update(sessions).where(sessions.c.id == session_id).values(attended_by=staff_id))


def set_satisfaction(
    connection: sa.Connection, session_id: UUID, user_id: UUID, answer: dict[str, Any], *, seal: Seal | None
) -> None:
    """Keep the participant's last answer, its comment sealed; the newest counts.

    An answer without a comment needs no `seal`. Raises `NoConsent` once they have withdrawn.
    """
    get_own(connection, session_id, user_id)
    consents.require_taking_part(connection, session_id, user_id)
    kept = words.sealed("sessions", {"id": session_id, "satisfaction": answer}, seal)
    changed = {"satisfaction": kept["satisfaction"], "sealed": kept.get("sealed")}
    connection.execute(sa.update(sessions).where(sessions.c.id == session_id).values(changed))


def listing(
    connection: sa.Connection,
    organisation_id: UUID,
    *,
    state: str | None,
    limit: int,
    before: tuple[dt.datetime, UUID] | None,
) -> list[Row]:
    """The organisation's sessions, newest first, with the flags and how much of each needs review, in one query."""
    newest = sa.select(scores.c.question_id, scores.c.status).ext(distinct_on(scores.c.question_id))
    newest_scores = newest.order_by(scores.c.question_id, scores.c.created_at.desc()).subquery()
    reviews = (
        sa.select(sa.func.count())
        .select_from(questions.join(newest_scores, newest_scores.c.question_id == questions.c.id))
        .where(questions.c.session_id == sessions.c.id, newest_scores.c.status == "needs_review")
        .scalar_subquery()
    )
    flags = (
        sa.select(
            sa.func.coalesce(sa.func.jsonb_agg(aggregate_order_by(events.c.detail, events.c.at)), sa.text("'[]'"))
        )
        .where(events.c.session_id == sessions.c.id, events.c.kind == FLAG)
        .scalar_subquery()
    )
    has_result = sa.exists().where(results.c.session_id == sessions.c.id)
    columns = [c for c in sessions.c if c.name not in {"plan", "device", "consent"}]
    query = (
        sa.select(
            *columns,
            users.c.display_name,
            reviews.label("needs_review_count"),
            flags.label("flags"),
            has_result.label("has_result"),
        )
        .outerjoin(users, users.c.id == sessions.c.user_id)
        .where(sessions.c.organisation_id == organisation_id)
        .order_by(sessions.c.created_at.desc(), sessions.c.id.desc())
        .limit(limit)
    )
    if state is not None:
        query = query.where(sessions.c.state == state)
    if before is not None:
        query = query.where(sa.tuple_(sessions.c.created_at, sessions.c.id) < before)
    return rows.many(connection, query)
