"""Transcripts, scores and results: each new one adds a row, the newest counts, none is overwritten."""

from __future__ import annotations

import dataclasses
import json
import uuid
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from cognitive_assessment.records.scores import Score
from cognitive_assessment.records.speech import Transcript
from cognitive_assessment.store import rows, words
from cognitive_assessment.store.rows import Row
from cognitive_assessment.store.tables import questions, recordings, results, scores, transcripts
from cognitive_assessment.store.words import Seal, Unseal


def add_transcript(connection: sa.Connection, recording_id: UUID, transcript: Transcript, *, seal: Seal) -> None:
    """Keep what a recogniser heard, sealed under its row's name; a repeat by the same recogniser adds nothing."""
    known = connection.execute(
        sa.select(transcripts.c.id).where(
            transcripts.c.recording_id == recording_id, transcripts.c.recogniser == transcript.recogniser
        )
    ).scalar()
    if known is not None:
        return
    details = {
        name: getattr(transcript, name)
        for name in ("language", "mean_log_probability", "no_speech_probability", "compression_ratio", "features")
    }
    details["stretches"] = [dataclasses.asdict(stretch) for stretch in transcript.stretches]
    said = {
        "text": transcript.text,
        "words": [dataclasses.asdict(word) for word in transcript.words],
        "alternatives": [dataclasses.asdict(heard) for heard in transcript.alternatives],
    }
    transcript_id = uuid.uuid4()
    connection.execute(
        sa.insert(transcripts).values(
            id=transcript_id,
            recording_id=recording_id,
            recogniser=transcript.recogniser,
            details=details,
            sealed=seal(transcript_place(transcript_id), said),
        )
    )


def transcript_place(transcript_id: UUID) -> str:
    """The name to which the sealed words of a transcript are bound."""
    return f"transcripts/{transcript_id}"


def add(
    connection: sa.Connection,
    question_id: UUID,
    score: Score,
    *,
    seal: Seal | None,
    outcome: str,
    versions: dict[str, Any],
) -> bool:
    """Keep a score, its words sealed; one of the same rule and versions adds nothing. Returns whether it is new.

    The caller holds the session's row, so that a job that runs twice at once keeps one score. Only a score that quotes
    nobody may come without `seal`.
    """
    known = connection.execute(
        sa.select(scores.c.id).where(
            scores.c.question_id == question_id, scores.c.rule == score.rule, scores.c.versions == versions
        )
    ).scalar()
    if known is not None:
        return False
    row = {
        "id": uuid.uuid4(),
        "question_id": question_id,
        "status": score.status,
        "values": dict(score.values),
        "answer": score.answer,
        "evidence": [dataclasses.asdict(item) for item in score.evidence],
        "reason": score.reason,
        "rule": score.rule,
        "probability_right": score.probability_right,
        "expected": score.expected,
        "interval_90": None if score.interval_90 is None else list(score.interval_90),
        "outcome": outcome,
        "versions": versions,
    }
    connection.execute(sa.insert(scores).values(words.sealed("scores", row, seal)))
    return True


def has_of_versions(connection: sa.Connection, question_id: UUID, versions: dict[str, Any]) -> bool:
    """Whether a question has a score that rests on exactly these versions."""
    query = sa.select(scores.c.id).where(scores.c.question_id == question_id, scores.c.versions == versions)
    return connection.execute(query.limit(1)).scalar() is not None


def newest_of_session(connection: sa.Connection, session_id: UUID) -> dict[UUID, Row]:
    """The newest score of each question of a session, by question; `words.opened` gives its words."""
    query = (
        sa.select(scores)
        .join(questions, questions.c.id == scores.c.question_id)
        .where(questions.c.session_id == session_id)
        .ext(distinct_on(scores.c.question_id))
        .order_by(scores.c.question_id, scores.c.created_at.desc())
    )
    return {row["question_id"]: row for row in rows.many(connection, query)}


def transcripts_of_session(connection: sa.Connection, session_id: UUID) -> dict[UUID, Row]:
    """The newest transcript of each recording of a session, by recording."""
    query = (
        sa.select(transcripts)
        .join(recordings, recordings.c.id == transcripts.c.recording_id)
        .where(recordings.c.session_id == session_id)
        .ext(distinct_on(transcripts.c.recording_id))
        .order_by(transcripts.c.recording_id, transcripts.c.created_at.desc())
    )
    return {row["recording_id"]: row for row in rows.many(connection, query)}


def add_result(
    connection: sa.Connection,
    session_id: UUID,
    instruments: list[dict[str, Any]],
    versions: dict[str, Any],
    *,
    seal: Seal | None,
    unseal: Unseal | None,
) -> bool:
    """Keep a result, its words sealed; one equal to the newest adds nothing. Returns whether it is new.

    The caller holds the session. Only a result that quotes nobody may come without `seal` and `unseal`.
    """
    newest = newest_result(connection, session_id)
    if newest is not None and unseal is not None:
        newest = words.opened("results", newest, unseal)
    kept = json.loads(json.dumps([instruments, versions]))  # as the database gives it back: tuples are lists there
    if newest is not None and [newest["instruments"], newest["versions"]] == kept:
        return False
    row = {"id": uuid.uuid4(), "session_id": session_id, "instruments": instruments, "versions": versions}
    connection.execute(sa.insert(results).values(words.sealed("results", row, seal)))
    return True


def newest_result(connection: sa.Connection, session_id: UUID) -> Row | None:
    """The newest result of a session; `words.opened` gives its words."""
    query = sa.select(results).where(results.c.session_id == session_id).order_by(results.c.created_at.desc()).limit(1)
    return rows.one(connection, query)
