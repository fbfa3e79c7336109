"""Scores by hand: each new one adds a row, the newest counts, and the machine's score stays as it was."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from cognitive_assessment.errors import Conflict
from cognitive_assessment.store import job_queue, rows, words
from cognitive_assessment.store.rows import Row
from cognitive_assessment.store.tables import overrides, questions, scores
from cognitive_assessment.store.words import Seal


def add(
    connection: sa.Connection,
    question: Row,
    *,
    values: dict[str, float] | None,
    reason: str,
    made_by: UUID,
    seal: Seal,
) -> Row:
    """Keep a score by hand, or with no `values` that the machine's counts again, and queue the result anew.

    The reason is sealed: it may tell what was heard. Every call adds a row, a repeat too. Raises `Conflict` where there
    is nothing to score, or for values that the rule of this instrument does not give.
    """
    if question["response"] == {"kind": "skipped", "reason": "stop_rule"}:
        raise Conflict("This question was not put, so there is nothing to score.")
    machine = _newest_score(connection, question["id"])
    known = (
        set(machine["values"]) if machine is not None and machine["values"] else _values_of_like(connection, question)
    )
    strange = sorted(set(values or {}) - known)
    if strange:
        there = f"There are: {', '.join(sorted(known))}." if known else "It can be scored once the machine has tried."
        raise Conflict(f"The rule of this question gives no {', '.join(strange)}.", remedy=there)
    row = {
        "id": uuid.uuid4(),
        "question_id": question["id"],
        "score_id": None if machine is None else machine["id"],
        "values": values,
        "reason": reason,
        "made_by": made_by,
    }
    kept = (
        connection.execute(sa.insert(overrides).values(words.sealed("overrides", row, seal)).returning(overrides))
        .mappings()
        .one()
    )
    # a job of its own: one that waits already may have looked before this is committed, and it sees for itself whether
    # the session is closed
    session_id = str(question["session_id"])
    job_queue.defer(connection, "make_result", once=f"make_result:override:{kept['id']}", session_id=session_id)
    return dict(kept)


def _newest_score(connection: sa.Connection, question_id: UUID) -> Row | None:
    query = sa.select(scores).where(scores.c.question_id == question_id).order_by(scores.c.created_at.desc()).limit(1)
    return rows.one(connection, query)


def _values_of_like(connection: sa.Connection, question: Row) -> set[str]:
    """The values that the rule gave for other questions of this instrument, where this one's was not scorable."""
    query = (
        sa.select(scores.c["values"])
        .join(questions, questions.c.id == scores.c.question_id)
        .where(questions.c.session_id == question["session_id"], questions.c.instrument == question["instrument"])
    )
    return {name for values in connection.execute(query).scalars() for name in values}


def newest_of_session(connection: sa.Connection, session_id: UUID) -> dict[UUID, Row]:
    """The override that counts, by question; one that was taken back is not there."""
    query = (
        sa.select(overrides)
        .join(questions, questions.c.id == overrides.c.question_id)
        .where(questions.c.session_id == session_id)
        .ext(distinct_on(overrides.c.question_id))
        .order_by(overrides.c.question_id, overrides.c.created_at.desc())
    )
    return {row["question_id"]: row for row in rows.many(connection, query) if row["values"] is not None}


def history_of_session(connection: sa.Connection, session_id: UUID) -> dict[UUID, list[Row]]:
    """All overrides of a session by question, oldest first, with the name of who made each.

    `words.opened` gives their reasons.
    """
    query = (
        sa.select(overrides, sa.func.name_of_colleague(overrides.c.made_by).label("made_by_name"))
        .join(questions, questions.c.id == overrides.c.question_id)
        .where(questions.c.session_id == session_id)
        .order_by(overrides.c.created_at, overrides.c.id)
    )
    found: dict[UUID, list[Row]] = {}
    for row in rows.many(connection, query):
        found.setdefault(row["question_id"], []).append(row)
    return found


def name_of(connection: sa.Connection, staff_id: UUID | None) -> str | None:
    """What a colleague is called, for staff of the same organisation."""
    found: Any = connection.execute(sa.select(sa.func.name_of_colleague(staff_id))).scalar()
    return None if found is None else str(found)
