"""What an administrator looks after: the organisation, its staff accounts, and the log of who did what."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from cognitive_assessment.api import access, unless_same
from cognitive_assessment.api.rights import Right
from cognitive_assessment.api.schemas import AuditQuery, OrganisationChange, StaffChange, StaffRequest
from cognitive_assessment.config import settings
from cognitive_assessment.errors import Conflict
from cognitive_assessment.instruments.help_text import DEFAULTS, help_text
from cognitive_assessment.ops import processing_record
from cognitive_assessment.store import acting, audit, organisations, users
from cognitive_assessment.store.engine import transaction
from cognitive_assessment.store.rows import Row

blueprint = APIBlueprint("organisation", __name__, url_prefix="/api", tag="Organisation")
NO_STORE = {"Cache-Control": "no-store"}
_KEPT = ("recordings_kept_days", "persons_kept_days")


@blueprint.get("/organisation")
def organisation() -> ResponseReturnValue:
    """The organisation as it is set up."""
    with transaction() as connection:
        user = access.require(connection, Right.MANAGE)
        row = organisations.get(connection, user["organisation_id"])
    return _present_organisation(row), 200, NO_STORE


@blueprint.patch("/organisation")
@blueprint.input(OrganisationChange)
def change_organisation(json_data: OrganisationChange) -> ResponseReturnValue:
    """Set its name, place, help text (empty: the default), who sees identities, or how long data are kept.

    What is left out stays; `null` as a number of days means that nothing is let go.
    """
    values = json_data.model_dump(exclude_unset=True)
    values = {name: value for name, value in values.items() if value is not None or name in _KEPT}
    if json_data.place is not None:
        values["place"] = {name: said.strip() for name, said in json_data.place.model_dump().items() if said.strip()}
    if json_data.contacts is not None:
        values["contacts"] = {name: said.strip() for name, said in json_data.contacts.model_dump().items()}
    if json_data.help_text is not None:
        own = json_data.help_text.strip()
        values["help_text"] = None if own in {"", *DEFAULTS.values()} else own
    with transaction() as connection:
        user = access.require(connection, Right.MANAGE)
        row = organisations.change(connection, user["organisation_id"], **values)
    return _present_organisation(row), 200, NO_STORE


def _present_organisation(row: Row) -> dict[str, Any]:
    names = ("id", "name", "place", "researchers_see_identities", "contacts", *_KEPT)
    return {**{name: row[name] for name in names}, "help_text": help_text(row["help_text"], "en")}


@blueprint.get("/organisation/processing")
def record_of_processing() -> ResponseReturnValue:
    """The record of processing activities (GDPR, Article 30), made from what is set and measured now."""
    with transaction() as connection:
        user = access.require(connection, Right.MANAGE)
        row = organisations.get(connection, user["organisation_id"])
        accounts = users.staff_of(connection, user["organisation_id"])
    return processing_record.made(settings(), row, accounts), 200, NO_STORE


@blueprint.get("/staff")
def staff() -> ResponseReturnValue:
    """The organisation's staff accounts, by name."""
    with transaction() as connection:
        user = access.require(connection, Right.MANAGE)
        found = users.staff_of(connection, user["organisation_id"])
    body = {"staff": [_present_account(row) for row in found]}
    return unless_same.answer(body, user, "users", user_ids=[str(row["id"]) for row in found])


@blueprint.post("/staff")
@blueprint.input(StaffRequest)
def add_staff(json_data: StaffRequest) -> ResponseReturnValue:
    """Add a staff account; its first password is shown this once, and changed at the first sign-in."""
    password = secrets.token_urlsafe(16)
    with transaction() as connection:
        user = access.require(connection, Right.MANAGE)
        row = users.add_staff(
            connection,
            organisation_id=user["organisation_id"],
            email=json_data.email,
            display_name=json_data.display_name,
            password=password,
            role=json_data.role,
            is_first_password=True,
        )
    return {"account": _present_account(row), "password": password}, 201, NO_STORE


@blueprint.patch("/staff/<uuid:user_id>")
@blueprint.input(StaffChange)
def change_staff(user_id: UUID, json_data: StaffChange) -> ResponseReturnValue:
    """Give an account another role, close it, or open it again; its sign-ins end."""
    with transaction() as connection:
        user = access.require(connection, Right.MANAGE)
        if user["id"] == user_id:
            raise Conflict("Nobody changes their own account here.", remedy="Ask another administrator.")
        row = users.change_staff(
            connection, user["organisation_id"], user_id, role=json_data.role, is_active=json_data.is_active
        )
    return {"account": _present_account(row)}, 200, NO_STORE


def _present_account(row: Row) -> dict[str, Any]:
    return {
        **access.present_user(row),
        "created_at": row["created_at"].isoformat(),
        "is_active": row["deactivated_at"] is None,
    }


@blueprint.get("/audit")
@blueprint.input(AuditQuery, location="query")
def audit_log(query_data: AuditQuery) -> ResponseReturnValue:
    """Who did what, newest first; `next` is the `before` of the next page."""
    with transaction() as connection:
        access.require(connection, Right.MANAGE)
        found = audit.listing(connection, **query_data.model_dump())
        acting.note_read(connection, "audit_log", audit_ids=[row["id"] for row in (*found[-1:], *found[:1])])
    following = found[-1]["id"] if len(found) == query_data.limit else None
    return {"entries": [_present_entry(row) for row in found], "next": following}, 200, NO_STORE


def _present_entry(row: Row) -> dict[str, Any]:
    names = ("id", "table_name", "operation", "old_values", "new_values", "user_id")
    return {
        **{name: row[name] for name in names},
        "user_name": row["display_name"],
        "timestamp": row["timestamp"].isoformat(),
    }
