"""Events: what happened around the answers, such as a page that was left, and the flags that answers raised."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from cognitive_assessment.store import consents, rows
from cognitive_assessment.store.rows import Row
from cognitive_assessment.store.tables import events

FLAG = "answer_flagged"
BEGUN_AGAIN = "begun_again"


def report(connection: sa.Connection, session: Row, reported: Iterable[Row]) -> None:
    """Keep what a browser tells of a session; raises `NoConsent` once its person has withdrawn."""
    consents.require_taking_part(connection, session["id"], session["user_id"])
    _add(connection, session["id"], reported)


def _add(connection: sa.Connection, session_id: UUID, reported: Iterable[Row]) -> None:
    """Keep events under the client's ids; those that are there already are left as they are."""
    values = [{"session_id": session_id, **event} for event in reported]
    if values:
        connection.execute(insert(events).values(values).on_conflict_do_nothing())


def raise_flags(
    connection: sa.Connection,
    session_id: UUID,
    notices: Sequence[str],
    *,
    by: UUID,
    at: dt.datetime,
    instrument: str,
    question_id: UUID | None,
) -> None:
    """Keep that an answer raised these flags; repeating the call with the same `by` adds nothing.

    `question_id` is None while the form of the answer has not come. The detail names the flag and never the answer.
    """
    question = None if question_id is None else str(question_id)
    raised = [
        {
            "id": uuid.uuid5(by, notice),
            "kind": FLAG,
            "at": at,
            "detail": {"instrument": instrument, "notice": notice, "question_id": question},
        }
        for notice in notices
    ]
    _add(connection, session_id, raised)


def of_session(connection: sa.Connection, session_id: UUID) -> list[Row]:
    """The validity facts that the browser reported, in time order."""
    query = sa.select(events).where(events.c.session_id == session_id).order_by(events.c.at, events.c.id)
    return rows.many(connection, query)


def was_begun_again(connection: sa.Connection, question: Row) -> bool:
    """Whether a browser has told that this question was left after it had begun, and put again."""
    query = sa.select(events.c.id).where(
        events.c.session_id == question["session_id"],
        events.c.kind == BEGUN_AGAIN,
        events.c.detail["instrument"].astext == question["instrument"],
        events.c.detail["item_id"].astext == question["item_id"],
    )
    return connection.execute(query.limit(1)).scalar() is not None
