"""One participant, for the staff who look after them: details, consent on their behalf, and putting details right."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from cognitive_assessment.api import access, consent
from cognitive_assessment.api.rights import Right
from cognitive_assessment.api.schemas import ConsentQuery, ConsentRequest, ParticipantChange, WithdrawalRequest
from cognitive_assessment.store import acting, consents, users
from cognitive_assessment.store.engine import transaction
from cognitive_assessment.store.rows import Row

blueprint = APIBlueprint("participants", __name__, url_prefix="/api/participants", tag="Participants")
NO_STORE = {"Cache-Control": "no-store"}


@blueprint.get("/<uuid:user_id>")
@blueprint.input(ConsentQuery, location="query")
def get(user_id: UUID, query_data: ConsentQuery) -> ResponseReturnValue:
    """What a participant is called, and what they said about consent."""
    with transaction() as connection:
        staff = access.require(connection, Right.INVITE)
        person = users.get_participant(connection, staff["organisation_id"], user_id)
        body = _describe(connection, person, query_data.locale)
    return body, 200, NO_STORE


def _describe(connection: sa.Connection, person: Row, locale: str) -> dict[str, Any]:
    acting.note_read(connection, "users", user_ids=[str(person["id"])])
    return {
        "id": person["id"],
        "participant_label": person["display_name"],
        "participant_email": person["email"],
        "created_at": person["created_at"].isoformat(),
        "consent": consent.describe(connection, person, locale),
    }


@blueprint.patch("/<uuid:user_id>")
@blueprint.input(ParticipantChange)
def rectify(user_id: UUID, json_data: ParticipantChange) -> ResponseReturnValue:
    """Put a participant's details right; the log tells who did it, not what was said."""
    with transaction() as connection:
        staff = access.require(connection, Right.INVITE)
        users.get_participant(connection, staff["organisation_id"], user_id)
        person = users.rectify(
            connection,
            staff["organisation_id"],
            user_id,
            display_name=json_data.participant_label,
            email=(json_data.participant_email or "").strip() or None,
        )
        body = _describe(connection, person, "en")
    return body, 200, NO_STORE


@blueprint.post("/<uuid:user_id>/consent")
@blueprint.input(ConsentRequest)
def give(user_id: UUID, json_data: ConsentRequest) -> ResponseReturnValue:
    """Record, as staff beside a participant, that they agree to the present text."""
    with transaction() as connection:
        staff = access.require(connection, Right.INVITE)
        person = users.get_participant(connection, staff["organisation_id"], user_id)
        consents.give(
            connection,
            person,
            sha256=json_data.sha256,
            locale=json_data.locale,
            by="staff",
            recorded_by=staff["id"],
            told_at=json_data.given_at,
        )
        body = _describe(connection, person, json_data.locale)
    return body, 201, NO_STORE


@blueprint.post("/<uuid:user_id>/consent/withdraw")
@blueprint.input(WithdrawalRequest)
def withdraw(user_id: UUID, json_data: WithdrawalRequest) -> ResponseReturnValue:
    """Withdraw on behalf of a participant who told staff so; their open session ends."""
    with transaction() as connection:
        staff = access.require(connection, Right.INVITE)
        person = users.get_participant(connection, staff["organisation_id"], user_id)
        row, ended = consents.withdraw(
            connection, person, data=json_data.data, by="staff", recorded_by=staff["id"], told_at=json_data.at
        )
        if json_data.data == "erase":
            users.end_ways_in(connection, user_id)
    return consent.present_withdrawal(row, ended), 200, NO_STORE
