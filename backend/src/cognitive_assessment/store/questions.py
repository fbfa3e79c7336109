"""Questions: an item as it was put to one person in one session, with the response."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on, insert

from cognitive_assessment.errors import AlreadyAnswered, Conflict
from cognitive_assessment.store import consents, job_queue, recordings, rows, sessions, words
from cognitive_assessment.store.rows import Row
from cognitive_assessment.store.tables import questions, scores
from cognitive_assessment.store.words import Seal, Unseal

_SAME = ("session_id", "instrument", "item_id", "attempt", "response")


@dataclass(frozen=True, slots=True)
class NewResponse:
    """One response as it arrived, its times already on the server's clock."""

    instrument: str
    item_id: str
    attempt: int
    response: dict[str, Any]
    presented_at: dt.datetime
    answered_at: dt.datetime


def put(
    connection: sa.Connection,
    question_id: UUID,
    new: NewResponse,
    *,
    session: Row,
    user_email: str | None,
    seal: Seal | None = None,
    unseal: Unseal | None = None,
) -> tuple[Row, bool]:
    """Store one response and queue its scoring in the same transaction; returns it and whether it is new.

    A response with a note comes with what seals it. The same response again is harmless. Raises `Conflict` for another
    response under this id, for another id of the same item and attempt (a second tab), for a recording that was made
    for another question, and for a session that is closed.
    """
    values = {"session_id": session["id"]} | {name: getattr(new, name) for name in _SAME if name != "session_id"}
    known = rows.one(connection, sa.select(questions).where(questions.c.id == question_id))
    if known is not None:
        return _repeated(known, values, unseal), False
    consents.require_given(connection, session["user_id"])
    sessions.require_open(connection, session["id"])
    times = {"presented_at": new.presented_at, "answered_at": new.answered_at}
    recording_id = UUID(new.response["recording_id"]) if new.response["kind"] == "spoken" else None
    if recording_id is not None:
        recordings.require_for_question(connection, recording_id, session["id"], question_id)
    row = {"id": question_id, "user_email": user_email, "recording_id": recording_id, **times, **values}
    query = insert(questions).values(words.sealed("questions", row, seal))
    made = connection.execute(query.on_conflict_do_nothing().returning(questions)).mappings().one_or_none()
    if made is None:
        return _lost_race(connection, question_id, values, unseal), False
    _queue_scoring(connection, dict(made))
    return dict(made), True


def _repeated(known: Row, values: Row, unseal: Unseal | None) -> Row:
    """What was sealed cannot be compared before it is opened, and is not the same as what has nothing to seal."""
    there = known if unseal is None else words.opened("questions", known, unseal)
    if there.get("sealed") is not None or any(there[name] != values[name] for name in _SAME):
        raise Conflict("Another answer is stored under this id.", remedy="Make a new id for a new answer.")
    return known


def _lost_race(connection: sa.Connection, question_id: UUID, values: Row, unseal: Unseal | None) -> Row:
    """Somebody stored this id, or this item, between our look and our insert."""
    known = rows.one(connection, sa.select(questions).where(questions.c.id == question_id))
    if known is not None:
        return _repeated(known, values, unseal)
    raise AlreadyAnswered("This question has been answered already, perhaps in another tab.", remedy="Reload to go on.")


def _queue_scoring(connection: sa.Connection, question: Row) -> None:
    if question["recording_id"] is not None:
        recordings.queue_measuring(connection, question["recording_id"])
    elif question["response"]["kind"] in {"trials", "drawing"}:
        question_id = str(question["id"])
        job_queue.defer(connection, "score_response", once=f"score_response:{question_id}", question_id=question_id)


def get(connection: sa.Connection, question_id: UUID) -> Row | None:
    """One question, for jobs."""
    return rows.one(connection, sa.select(questions).where(questions.c.id == question_id))


def of_session(connection: sa.Connection, session_id: UUID) -> list[Row]:
    """All questions of a session in the order in which they were put."""
    query = (
        sa.select(questions)
        .where(questions.c.session_id == session_id)
        .order_by(questions.c.presented_at, questions.c.created_at, questions.c.id)
    )
    return rows.many(connection, query)


def answered(connection: sa.Connection, session_id: UUID) -> list[Row]:
    """Which items have a response, and since when, for a browser that goes on with a session."""
    columns = (questions.c.instrument, questions.c.item_id, questions.c.attempt, questions.c.answered_at)
    query = (
        sa.select(questions.c.id, *columns)
        .where(questions.c.session_id == session_id)
        .order_by(questions.c.created_at, questions.c.id)
    )
    return rows.many(connection, query)


def outcomes(connection: sa.Connection, session_id: UUID, instrument: str | None) -> list[Row]:
    """What the newest score of each question means for the administration.

    Never why: a reason may hold the right answer. `waiting` while there is none; a skipped question has nothing to
    wait for and is `done`.
    """
    newest = (
        sa.select(scores.c.question_id, scores.c.outcome)
        .ext(distinct_on(scores.c.question_id))
        .order_by(scores.c.question_id, scores.c.created_at.desc())
        .subquery()
    )
    is_skipped = questions.c.response["kind"].astext == "skipped"
    without_score = sa.case((is_skipped, "done"), else_="waiting")
    query = (
        sa.select(
            questions.c.id.label("question_id"),
            questions.c.item_id,
            questions.c.attempt,
            sa.func.coalesce(newest.c.outcome, without_score).label("outcome"),
        )
        .outerjoin(newest, newest.c.question_id == questions.c.id)
        .where(questions.c.session_id == session_id)
        .order_by(questions.c.created_at)
    )
    if instrument is not None:
        query = query.where(questions.c.instrument == instrument)
    return rows.many(connection, query)
