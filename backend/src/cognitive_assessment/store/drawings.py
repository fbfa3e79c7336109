"""Drawings: the strokes of an answer that was drawn, sealed under the person's key, as what they said is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cognitive_assessment.errors import Conflict
from cognitive_assessment.store import rows
from cognitive_assessment.store.rows import Row
from cognitive_assessment.store.tables import drawings, questions

Strokes = list[dict[str, Any]]


def place(question_id: UUID) -> str:
    """The name to which the sealed strokes of a drawing are bound."""
    return f"drawings/{question_id}"


def response_of(strokes: Strokes, summary: dict[str, Any]) -> dict[str, Any]:
    """What the question itself keeps of a drawing: how much there is of it, and nothing of the hand."""
    points = sum(len(stroke["points"]) for stroke in strokes)
    return {"kind": "drawing", "stroke_count": len(strokes), "point_count": points, "summary": summary}


def put(
    connection: sa.Connection,
    question_id: UUID,
    strokes: Strokes,
    *,
    seal: Callable[[str, Any], bytes],
    unseal: Callable[[str, bytes], Any],
) -> None:
    """Keep the strokes of a question that is stored already; the same again is harmless.

    Raises `Conflict` if other strokes are kept for it: what was sealed cannot be compared before it is opened.
    """
    known = get(connection, question_id)
    if known is None:
        sealed = seal(place(question_id), strokes)
        connection.execute(sa.insert(drawings).values(question_id=question_id, sealed=sealed))
    elif unseal(place(question_id), known["sealed"]) != strokes:
        raise Conflict("Another answer is stored under this id.", remedy="Make a new id for a new answer.")


def get(connection: sa.Connection, question_id: UUID) -> Row | None:
    """The drawing of one question, sealed."""
    return rows.one(connection, sa.select(drawings).where(drawings.c.question_id == question_id))


def of_session(connection: sa.Connection, session_id: UUID) -> dict[UUID, Row]:
    """The drawings of a session, sealed, by question."""
    query = (
        sa.select(drawings)
        .join(questions, questions.c.id == drawings.c.question_id)
        .where(questions.c.session_id == session_id)
    )
    return {row["question_id"]: row for row in rows.many(connection, query)}
