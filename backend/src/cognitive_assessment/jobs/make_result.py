"""Gather the scores of a completed session into the measures of its instruments."""

from __future__ import annotations

import dataclasses
import functools
import logging
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cognitive_assessment import blobs
from cognitive_assessment.instruments.scoring import AnsweredQuestion, score_instrument
from cognitive_assessment.jobs import questions_in_plan, readers
from cognitive_assessment.ops import faults
from cognitive_assessment.records.scores import Evidence, InstrumentResult, Score
from cognitive_assessment.store import acting, overrides, questions, scores, sessions, words
from cognitive_assessment.store.engine import transaction
from cognitive_assessment.store.rows import Row

FAULT = "The result of this task could not be made because of a fault in the system; its answers and points are kept."
logger = logging.getLogger(__name__)


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
        key = blobs.key_ring().of(session["user_id"])
        seal, unseal = functools.partial(blobs.seal_json, key), functools.partial(blobs.unseal_json, key)
        found = {number: words.opened("scores", row, unseal) for number, row in found.items()}
        by_hand = overrides.newest_of_session(connection, session["id"])
        instruments = [_gather_or_say(part, asked, found, by_hand) for part in session["plan"]["parts"]]
        versions = {"software": readers.software_version(), "rules": {i["instrument"]: i["rule"] for i in instruments}}
        scores.add_result(connection, session["id"], instruments, versions, seal=seal, unseal=unseal)


def _gather_or_say(
    part: dict[str, Any], asked: list[Row], found: Mapping[UUID, Row], by_hand: Mapping[UUID, Row]
) -> dict[str, Any]:
    """The result of one instrument; a fault in its rule is reported, and takes no other instrument's result away."""
    try:
        return _gather(part, asked, found, by_hand)
    except Exception as error:  # noqa: BLE001 whatever it is, it is told
        logger.error("The result of %s could not be made: %s.", part["instrument"], type(error).__name__)
        faults.note("worker", error, f"make_result {part['instrument']}")
        return dataclasses.asdict(InstrumentResult(part["instrument"], "not_scorable", part["rule"], (), FAULT))


def _gather(
    part: dict[str, Any], asked: list[Row], found: Mapping[UUID, Row], by_hand: Mapping[UUID, Row]
) -> dict[str, Any]:
    """The result with what was scored by hand, each measure with the machine's value where that differs."""
    own = [question for question in asked if question["instrument"] == part["instrument"]]
    result = _result(part, own, found, by_hand)
    machine: dict[str, Any] = {}
    if any(question["id"] in by_hand for question in own):
        alone = _result(part, own, found, {})
        machine = {measure.name: measure.value for measure in alone.measures}
    measures = []
    for measure in result.measures:
        differs = measure.name in machine and machine[measure.name] != measure.value
        measures.append(
            {**dataclasses.asdict(measure), **({"machine_value": machine[measure.name]} if differs else {})}
        )
    return {**dataclasses.asdict(result), "measures": measures}


def _result(
    part: dict[str, Any], own: list[Row], found: Mapping[UUID, Row], by_hand: Mapping[UUID, Row]
) -> InstrumentResult:
    answered = [_answered(part, question, found.get(question["id"]), by_hand.get(question["id"])) for question in own]
    return score_instrument(part["instrument"], answered, part)


def _answered(part: dict[str, Any], question: Row, score: Row | None, by_hand: Row | None) -> AnsweredQuestion:
    planned = questions_in_plan.find({"parts": [part]}, question["instrument"], question["item_id"])
    response = question["response"]
    machine = None if score is None else as_score(question, score)
    return AnsweredQuestion(
        item_id=question["item_id"],
        attempt=question["attempt"],
        is_practice=planned["is_practice"],
        parameters=planned["parameters"],
        score=machine if by_hand is None else _corrected(part, question, machine, by_hand),
        skipped_reason=response["reason"] if response["kind"] == "skipped" and by_hand is None else None,
        presented_at=question["presented_at"],
        answered_at=question["answered_at"],
    )


def _corrected(part: dict[str, Any], question: Row, machine: Score | None, by_hand: Row) -> Score:
    """The score with the values that a person gave; what they are sure of has no interval."""
    values = {**(machine.values if machine is not None else {}), **by_hand["values"]}
    points = values.get("points")
    return Score(
        status="scored",
        instrument=question["instrument"],
        item_id=question["item_id"],
        rule=machine.rule if machine is not None else part["rule"],
        values=values,
        answer=None if machine is None else machine.answer,
        evidence=() if machine is None else machine.evidence,
        expected=points,
        interval_90=None if points is None else (points, points),
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
