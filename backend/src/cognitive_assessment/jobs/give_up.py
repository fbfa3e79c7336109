"""When work on an answer has failed for good: say so in a score, so that the session still gets its result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cognitive_assessment.instruments.scoring import not_scorable
from cognitive_assessment.jobs import questions_in_plan, readers
from cognitive_assessment.store import acting, questions, recordings, scores, sessions
from cognitive_assessment.store.engine import transaction

REASON = "The answer could not be worked on because of a fault in the system; the recording is kept."
NO_RESULT = "The result could not be made because of a fault in the system; the answers and their points are kept."


def run(task: str, arguments: Mapping[str, Any]) -> None:
    """Keep a score that is not scorable for the question of a failed job, or a result that says that there is none.

    Their words are ours and quote nobody: they need no key, which may be what is missing. A question that has a score
    keeps it; one of a session that was withdrawn stays without.
    """
    with transaction() as connection:
        if task == "make_result":
            _give_up_result(connection, UUID(arguments["session_id"]))
            return
        if task == "measure_recording":
            acting.work_on(connection, of="recording", row_id=UUID(arguments["recording_id"]))
            recording = recordings.get(connection, UUID(arguments["recording_id"]))
            question_id = None if recording is None else recording["question_id"]
        elif task == "score_response":
            question_id = UUID(arguments["question_id"])
            acting.work_on(connection, of="question", row_id=question_id)
        else:
            return
        question = None if question_id is None else questions.get(connection, question_id)
        if question is None:
            return
        session = sessions.get(connection, question["session_id"], is_locked=True)
        if session["state"] == "withdrawn" or question["id"] in scores.newest_of_session(connection, session["id"]):
            return
        planned = questions_in_plan.find(session["plan"], question["instrument"], question["item_id"])
        context = questions_in_plan.context_of(session, question, planned)
        score = not_scorable(question["instrument"], context, REASON)
        versions = {"software": readers.software_version()}
        scores.add(connection, question["id"], score, seal=None, outcome="doubtful", versions=versions)
        sessions.queue_result(connection, session["id"])


def _give_up_result(connection: sa.Connection, session_id: UUID) -> None:
    """Keep a result that says so; one that is made later takes its place."""
    acting.work_on(connection, of="session", row_id=session_id)
    session = sessions.get(connection, session_id, is_locked=True)
    instruments = [
        {
            "instrument": part["instrument"],
            "status": "not_scorable",
            "rule": part["rule"],
            "measures": [],
            "reason": NO_RESULT,
        }
        for part in session["plan"]["parts"]
    ]
    versions = {"software": readers.software_version()}
    scores.add_result(connection, session_id, instruments, versions, seal=None, unseal=None)
