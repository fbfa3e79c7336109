"""Scores by hand: staff correct what the machine made of an answer, and its score is kept beside theirs."""

from __future__ import annotations

import functools
from uuid import UUID

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from cognitive_assessment import blobs
from cognitive_assessment.api import access
from cognitive_assessment.api.rights import Right
from cognitive_assessment.api.schemas import OverrideRequest
from cognitive_assessment.errors import NotFound
from cognitive_assessment.instruments import score_ranges
from cognitive_assessment.store import overrides, questions, sessions
from cognitive_assessment.store.engine import transaction

blueprint = APIBlueprint("overrides", __name__, url_prefix="/api/sessions", tag="Corrections")


@blueprint.post("/<uuid:session_id>/questions/<uuid:question_id>/overrides")
@blueprint.input(OverrideRequest)
def override(session_id: UUID, question_id: UUID, json_data: OverrideRequest) -> ResponseReturnValue:
    """Score an answer by hand, or take that back; nothing is overwritten, and the result is made anew."""
    with transaction() as connection:
        staff = access.require(connection, Right.CORRECT)
        session = sessions.get_in_organisation(connection, session_id, staff["organisation_id"])
        question = questions.get(connection, question_id)
        if question is None or question["session_id"] != session_id:
            raise NotFound("This session has no such question.")
        score_ranges.require_possible(
            session["plan"], question["instrument"], question["item_id"], json_data.values or {}
        )
        seal = functools.partial(blobs.seal_json, blobs.key_ring().of(session["user_id"]))
        row = overrides.add(
            connection,
            question,
            values=json_data.values,
            reason=json_data.reason,
            made_by=staff["id"],
            seal=seal,
        )
    body = {"override_id": row["id"], "created_at": row["created_at"].isoformat()}
    return body, 201, {"Cache-Control": "no-store"}
