"""Score a response that holds no voice: the trials of a touch task, or the strokes of a drawing."""

from __future__ import annotations

import functools
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cognitive_assessment import blobs
from cognitive_assessment.errors import DamagedBlob
from cognitive_assessment.instruments.scoring import score_question
from cognitive_assessment.jobs import questions_in_plan, readers
from cognitive_assessment.jobs.as_given import score_as_given
from cognitive_assessment.records.answers import TouchResponse
from cognitive_assessment.records.scores import Score
from cognitive_assessment.store import acting, drawings, questions, scores, sessions
from cognitive_assessment.store.engine import transaction
from cognitive_assessment.store.rows import Row


def run(question_id: str) -> None:
    """Score one touch response; a skipped question, and one of a session that was withdrawn, stay without a score."""
    with transaction() as connection:
        acting.work_on(connection, of="question", row_id=UUID(question_id))
        question = questions.get(connection, UUID(question_id))
        if question is None or question["response"]["kind"] not in {"trials", "drawing"}:
            return
        session = sessions.get(connection, question["session_id"], is_locked=True)
        if session["state"] == "withdrawn":
            return
        planned = questions_in_plan.find(session["plan"], question["instrument"], question["item_id"])
        context = questions_in_plan.context_of(session, question, planned)
        key = blobs.key_ring().of(session["user_id"])
        trials = _trials(connection, question, key)
        response = TouchResponse(trials=trials, summary=question["response"]["summary"])
        score = score_as_given(connection, question, score_question(question["instrument"], context, response))
        scores.add(
            connection,
            question["id"],
            score,
            seal=functools.partial(blobs.seal_json, key),
            outcome=outcome_of(score),
            versions={"software": readers.software_version()},
        )
        sessions.queue_result(connection, session["id"])


def outcome_of(score: Score) -> str:
    """What a score means for the administration: a trial that has a point or none may end its block."""
    if score.status != "scored":
        return "doubtful"
    points = score.values.get("points")
    return "done" if points is None else "right" if points > 0 else "wrong"


def _trials(connection: sa.Connection, question: Row, key: blobs.DataKey) -> tuple[dict[str, Any], ...]:
    """The trials as the task reported them; strokes are opened with the person's key."""
    if question["response"]["kind"] == "trials":
        return tuple(question["response"]["trials"])
    kept = drawings.get(connection, question["id"])
    if kept is None:
        raise DamagedBlob("The strokes of this drawing are missing.")
    return tuple(blobs.unseal_json(key, drawings.place(question["id"]), kept["sealed"]))
