"""Gather the scores of a completed session into the measures of its instruments."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cognitive_assessment.instruments.scoring import AnsweredQuestion, score_instrument
from cognitive_assessment.jobs import questions_in_plan, readers
from cognitive_assessment.records.scores import Evidence, Score
from cognitive_assessment.store import acting, questions, scores, sessions
from cognitive_assessment.store.engine import transaction
from cognitive_assessment.store.rows import Row


def run(session_id: str) -> None:
    """Make the result of one session; while an answer has no score, leave it to the job that scores the last one."""
    with transaction() as connection:
        acting.work_on(connection, of="session", row_id=UUID(session_id))
        session = sessions.get(connection, UUID(session_id), is_locked=True)
        asked = questions.of_session(connection, session["id"])
        found = scores.newest_of_session(connection, session["id"])
        waiting = [q for q in asked if q["id"] not in found and q["response"]["kind"] != "skipped"]
        if session["state"] != "completed" or waiting:
            return
        instruments = [_gather(part, asked, found) for part in session["plan"]["parts"]]
        versions = {"software": readers.software_version(), "rules": {i["instrument"]: i["rule"] for i in instruments}}
        scores.add_result(connection, session["id"], instruments, versions)


def _gather(part: dict[str, Any], asked: list[Row], found: Mapping[UUID, Row]) -> dict[str, Any]:
    answered = [
        _answered(part, question, found.get(question["id"]))
        for question in asked
        if question["instrument"] == part["instrument"]
    ]
    result = score_instrument(part["instrument"], answered, part)
    return {**dataclasses.asdict(result), "measures": [dataclasses.asdict(m) for m in result.measures]}


def _answered(part: dict[str, Any], question: Row, score: Row | None) -> AnsweredQuestion:
    planned = questions_in_plan.find({"parts": [part]}, question["instrument"], question["item_id"])
    response = question["response"]
    return AnsweredQuestion(
        item_id=question["item_id"],
        attempt=question["attempt"],
        is_practice=planned["is_practice"],
        parameters=planned["parameters"],
        score=None if score is None else as_score(question, score),
        skipped_reason=response["reason"] if response["kind"] == "skipped" else None,
    )


def as_score(question: Row, row: Row) -> Score:
    """The record of a stored score."""
    interval = row["interval_90"]
    return Score(
        status=row["status"],
        instrument=question["instrument"],
        item_id=question["item_id"],
        rule=row["rule"],
        values=row["values"],
        answer=row["answer"],
        evidence=tuple(Evidence(**item) for item in row["evidence"]),
        reason=row["reason"],
        probability_right=row["probability_right"],
        expected=row["expected"],
        interval_90=None if interval is None else (interval[0], interval[1]),
    )
