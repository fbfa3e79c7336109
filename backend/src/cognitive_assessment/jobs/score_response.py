"""Score a response that holds no voice: the trials of a touch task."""

from __future__ import annotations

from uuid import UUID

from cognitive_assessment.instruments.scoring import score_question
from cognitive_assessment.jobs import questions_in_plan, readers
from cognitive_assessment.records.answers import TouchResponse
from cognitive_assessment.records.scores import Score
from cognitive_assessment.store import acting, questions, scores, sessions
from cognitive_assessment.store.engine import transaction


def run(question_id: str) -> None:
    """Score one touch response; a skipped question has nothing to score and stays without a score."""
    with transaction() as connection:
        acting.work_on(connection, of="question", row_id=UUID(question_id))
        question = questions.get(connection, UUID(question_id))
        if question is None or question["response"]["kind"] != "trials":
            return
        session = sessions.get(connection, question["session_id"], is_locked=True)
        planned = questions_in_plan.find(session["plan"], question["instrument"], question["item_id"])
        context = questions_in_plan.context_of(session, question, planned)
        response = TouchResponse(trials=tuple(question["response"]["trials"]), summary=question["response"]["summary"])
        score = score_question(question["instrument"], context, response)
        scores.add(
            connection,
            question["id"],
            score,
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
