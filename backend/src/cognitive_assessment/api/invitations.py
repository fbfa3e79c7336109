"""Invitations: staff make, list and revoke them; participants look at them and accept."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from apiflask import APIBlueprint
from flask import jsonify, make_response
from flask.typing import ResponseReturnValue

from cognitive_assessment import blobs
from cognitive_assessment.api import access, pages_of_lists, unless_same
from cognitive_assessment.api.rights import Right
from cognitive_assessment.api.schemas import InvitationRequest, PageQuery, TokenRequest
from cognitive_assessment.api.suspicion import suspicion
from cognitive_assessment.config import settings
from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.store import consents, invitations, sessions, users
from cognitive_assessment.store.engine import transaction
from cognitive_assessment.store.rows import Row

blueprint = APIBlueprint("invitations", __name__, url_prefix="/api/invitations", tag="Invitations")


@blueprint.post("")
@blueprint.input(InvitationRequest)
def invite(json_data: InvitationRequest) -> ResponseReturnValue:
    """Invite a participant; the token is shown this once."""
    catalogue().require_battery(json_data.battery, json_data.locale)
    with transaction() as connection:
        staff = access.require(connection, Right.INVITE)
        participant = users.add_participant(
            connection,
            organisation_id=staff["organisation_id"],
            display_name=json_data.participant_label,
            email=json_data.participant_email,
        )
        has_begun = sessions.has_any(connection, participant["id"])
        (blobs.key_ring().of if has_begun else blobs.key_ring().ensure)(participant["id"])
        row, token = invitations.add(
            connection,
            organisation_id=staff["organisation_id"],
            user_id=participant["id"],
            invited_by=staff["id"],
            battery=json_data.battery,
            locale=json_data.locale,
            expires_at=dt.datetime.now(dt.UTC) + dt.timedelta(days=json_data.expires_in_days),
        )
    body = {
        "invitation_id": row["id"],
        "user_id": participant["id"],
        "token": token,
        "url": f"{settings().public_url}/invitation#{token}",
        "expires_at": row["expires_at"].isoformat(),
    }
    return body, 201, {"Cache-Control": "no-store"}


@blueprint.get("")
@blueprint.input(PageQuery, location="query")
def listing(query_data: PageQuery) -> ResponseReturnValue:
    """The organisation's invitations, newest first; `next` is the `before` of the next page."""
    limit, before = query_data.limit, pages_of_lists.place(query_data.before)
    with transaction() as connection:
        staff = access.require(connection, Right.INVITE)
        rows = invitations.listing(connection, staff["organisation_id"], limit=limit, before=before)
    body = {"invitations": [_present(row) for row in rows], "next": pages_of_lists.following(rows, limit)}
    shown = sorted({str(row["user_id"]) for row in rows})
    return unless_same.answer(body, staff, "invitations", user_ids=shown)


def _present(row: Row) -> dict[str, object]:
    times = {
        name: row[name] and row[name].isoformat() for name in ("created_at", "expires_at", "used_at", "revoked_at")
    }
    return {
        "invitation_id": row["id"],
        "user_id": row["user_id"],
        "participant_label": row["display_name"],
        "battery": row["battery"],
        "session_id": row["session_id"],
        **times,
    }


@blueprint.delete("/<uuid:invitation_id>")
def revoke(invitation_id: UUID) -> ResponseReturnValue:
    """End an invitation now."""
    with transaction() as connection:
        staff = access.require(connection, Right.INVITE)
        invitations.revoke(connection, staff["organisation_id"], invitation_id)
    return "", 204


@blueprint.post("/look")
@blueprint.input(TokenRequest)
def look(json_data: TokenRequest) -> ResponseReturnValue:
    """What a link invites to; looking changes nothing, so a mail scanner cannot use a link up."""
    with suspicion.watching_link(access.client_address()), transaction() as connection:
        row = invitations.look(connection, json_data.token)
        session_id = invitations.session_of(connection, row["user_id"])
        state = sessions.get(connection, session_id)["state"] if session_id else None
    battery = catalogue().describe_battery(row["battery"], row["locale"])
    body = {
        "battery": row["battery"],
        "title": battery["title"],
        "minutes": battery["minutes"],
        "organisation": row["organisation"],
        "locale": row["locale"],
        "is_started": session_id is not None,
        "is_completed": state == "completed",
        "is_withdrawn": state == "withdrawn",
        "expires_at": row["expires_at"].isoformat(),
    }
    return body, 200, {"Cache-Control": "no-store"}


@blueprint.post("/<uuid:invitation_id>/begin-here")
def begin_here(invitation_id: UUID) -> ResponseReturnValue:
    """Sign the invited participant in on this device, with the staff who asks beside them.

    Their own sign-in on this device ends, so that the person cannot come to what others have answered. Refused (409)
    once the person has asked for erasure.
    """
    with transaction() as connection:
        staff = access.require(connection, Right.INVITE)
        row = invitations.begin_here(connection, staff["organisation_id"], invitation_id, staff_id=staff["id"])
        consents.require_not_to_erase(connection, row["user_id"])
        access.end_sign_in_of_cookie(connection)
        user = users.get(connection, row["user_id"])
        token = access.start_sign_in(connection, user)
        session_id = invitations.session_of(connection, user["id"])
        if session_id is not None and sessions.get(connection, session_id)["state"] == "open":
            sessions.set_attended(connection, session_id, user["id"], staff["id"])
    return _present_accepted(row, user, token, session_id)


@blueprint.post("/accept")
@blueprint.input(TokenRequest)
def accept(json_data: TokenRequest) -> ResponseReturnValue:
    """Sign in as the invited participant; repeatable until the link ends."""
    address = access.client_address()
    with suspicion.watching_link(address), transaction() as connection:
        row = invitations.accept(connection, json_data.token)
        user = users.get(connection, row["user_id"])
        token = access.start_sign_in(connection, user)
        session_id = invitations.session_of(connection, user["id"])
    suspicion.note_invitation_used(address)
    return _present_accepted(row, user, token, session_id)


def _present_accepted(row: Row, user: Row, token: str, session_id: UUID | None) -> ResponseReturnValue:
    response = make_response(
        jsonify(
            user=access.present_user(user),
            token=access.told(token),
            session_id=session_id,
            battery=row["battery"],
            locale=row["locale"],
        )
    )
    response.headers["Cache-Control"] = "no-store"
    return access.set_cookie(response, token, user["role"])
