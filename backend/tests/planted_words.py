"""A word of its own in every place that keeps what a person said or drew, or what somebody wrote about it."""

from __future__ import annotations

import functools
import uuid

import sqlalchemy as sa

from builders import as_owner
from cognitive_assessment import blobs
from cognitive_assessment.records.scores import Evidence, Score
from cognitive_assessment.records.speech import Hypothesis, Transcript, Word
from cognitive_assessment.store import drawings, questions, scores, sessions, words
from cognitive_assessment.store import tables as t
from cognitive_assessment.store.rows import Row
from cognitive_assessment.store.words import Seal

TEXT, WORD, ALTERNATIVE, STROKE = "text-quokka", "word-axolotl", "alternative-ibex", "stroke-tapir"
ANSWER, EVIDENCE, FINDING, REASON = "answer-okapi", "evidence-bongo", "finding-civet", "reason-dugong"
RESULT_REASON, MEASURE_REASON = "result-gecko", "measure-hoopoe"
OVERRIDE, NOTE, COMMENT = "override-kiwi", "note-lemur", "comment-marmot"
# the comment is read by nobody on a page: it is in the export of its person
ON_A_RESULT = {TEXT, WORD, ALTERNATIVE, STROKE, ANSWER, EVIDENCE, FINDING, REASON, RESULT_REASON, MEASURE_REASON}
ON_A_RESULT |= {OVERRIDE, NOTE}
EVERY = ON_A_RESULT | {COMMENT}


def plant(connection: sa.Connection, question_id: uuid.UUID, *, are_rows_sealed: bool) -> None:
    """Into everything of one spoken question and its session; unsealed as in rows of before words were sealed."""
    with as_owner(connection):
        question = questions.get(connection, question_id)
        assert question is not None
        session = sessions.get(connection, question["session_id"])
        key = blobs.key_ring().of(session["user_id"])
        seal = functools.partial(blobs.seal_json, key)
        heard = Transcript(
            TEXT,
            (Word(WORD, 0.8, 1.1, 0.9),),
            "test",
            "en",
            None,
            None,
            None,
            alternatives=(Hypothesis("beam", ALTERNATIVE),),
        )
        scores.add_transcript(connection, question["recording_id"], heard, seal=seal)
        strokes = [{"points": [[0, 0, 0]], "label": STROKE}]
        drawings.put(connection, question_id, strokes, seal=seal, unseal=functools.partial(blobs.unseal_json, key))
        seal_row = seal if are_rows_sealed else None
        _score(connection, question_id, seal_row)
        _correct(connection, question_id, seal_row)
        _note(connection, question, session, seal_row)


def _score(connection: sa.Connection, question_id: uuid.UUID, seal: Seal | None) -> None:
    rule = "digit_span@1"
    evidence = (Evidence(EVIDENCE, "right", 1.0, rule, 0.8, 1.1, note=FINDING),)
    score = Score("needs_review", "digit_span", "forward_3_1", rule, {"points": 1.0}, ANSWER, evidence, REASON)
    scores.add(connection, question_id, score, seal=seal, outcome="right", versions={})
    measure = {
        "name": "longest_forward",
        "value": 3.0,
        "unit": "digits",
        "status": "needs_review",
        "reason": MEASURE_REASON,
        "expected": None,
        "interval_90": None,
    }
    judged = {"status": "needs_review", "reason": RESULT_REASON, "rule": rule, "measures": [measure]}
    session_id = connection.execute(sa.select(t.questions.c.session_id).where(t.questions.c.id == question_id))
    result = [{"instrument": "digit_span", **judged}]
    scores.add_result(connection, session_id.scalar_one(), result, {}, seal=seal, unseal=None)


def _correct(connection: sa.Connection, question_id: uuid.UUID, seal: Seal | None) -> None:
    row = {"id": uuid.uuid4(), "question_id": question_id, "values": {"points": 0.0}, "reason": OVERRIDE}
    connection.execute(sa.insert(t.overrides).values(words.sealed("overrides", row, seal)))


def _note(connection: sa.Connection, question: Row, session: Row, seal: Seal | None) -> None:
    """What an examiner wrote beside a question that was left out, and the person at the end."""
    response = {"kind": "skipped", "reason": "examiner", "note": NOTE}
    skipped = {"id": uuid.uuid4(), "response": response, "item_id": "forward_3_2", "attempt": 1}
    of = {name: question[name] for name in ("session_id", "instrument", "presented_at", "answered_at")}
    connection.execute(sa.insert(t.questions).values(words.sealed("questions", {**of, **skipped}, seal)))
    row = words.sealed("sessions", {**session, "satisfaction": {"rating": 4, "comment": COMMENT}}, seal)
    changed = {name: row[name] for name in ("satisfaction", "sealed")}
    connection.execute(sa.update(t.sessions).where(t.sessions.c.id == session["id"]).values(changed))
