"""One's own account, for staff: how it is protected, its password, and where one is signed in."""

from __future__ import annotations

from uuid import UUID

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from cognitive_assessment.accounts import passwords
from cognitive_assessment.api import access, account_owner
from cognitive_assessment.api.back_off import sign_in_guard
from cognitive_assessment.api.schemas import PasswordRequest
from cognitive_assessment.api.suspicion import suspicion
from cognitive_assessment.config import settings
from cognitive_assessment.errors import Conflict, InvalidInput
from cognitive_assessment.store import passkeys, second_factors, sign_in_uses, users
from cognitive_assessment.store.engine import transaction
from cognitive_assessment.store.rows import Row

blueprint = APIBlueprint("account", __name__, url_prefix="/api/me", tag="Account")


@blueprint.get("/account")
def account() -> ResponseReturnValue:
    """How the account is protected."""
    with transaction() as connection:
        user = account_owner.require(connection)
        factors = second_factors.of(connection, user["id"])
        own_passkeys = passkeys.listing(connection, user["id"])
    body = {
        "user": access.present_user(user),
        "has_password": user["password_hash"] is not None,
        "is_second_factor_required": settings().require_second_factor,
        "has_one_time_codes": factors.has_one_time_codes,
        "passkeys": [_present_passkey(row) for row in own_passkeys],
        "recovery_code_count": factors.recovery_code_count,
        "idle_minutes": settings().staff_idle_minutes,
    }
    return body, 200, {"Cache-Control": "no-store"}


def _present_passkey(row: Row) -> dict[str, object]:
    times = {name: row[name] and row[name].isoformat() for name in ("created_at", "used_at")}
    return {"id": row["id"], "name": row["name"], **times}


@blueprint.post("/password")
@blueprint.input(PasswordRequest)
def change_password(json_data: PasswordRequest) -> ResponseReturnValue:
    """Change the password, knowing the present one; every other sign-in ends."""
    with transaction() as connection:
        user = account_owner.require(connection)
    if user["password_hash"] is None:
        raise Conflict("This account has no password: it signs in another way.")
    account_name, address = f"password of {user['id']}", access.client_address()
    sign_in_guard().require_patience(account_name, address)
    if not passwords.is_right(user["password_hash"], json_data.current_password):
        sign_in_guard().note_failure(account_name, address)
        suspicion.note_failed_sign_in(user["email"], address)
        raise InvalidInput("This is not your present password.", field="current_password")
    sign_in_guard().note_success(account_name, address)
    if user["password_ends_at"] is not None:
        passwords.require_another(user["password_hash"], json_data.new_password)
    made = passwords.hashed(json_data.new_password, about=(user["email"] or "",), field="new_password")
    with transaction() as connection:
        account_owner.require(connection)
        if users.hold_as_checked(connection, user) is None:
            raise InvalidInput("This is not your present password any more.", field="current_password")
        users.keep_password(connection, user["id"], made)
        users.end_ways_in(connection, user["id"], but=access.current_token())
    return "", 204


@blueprint.get("/sign-ins")
def listing() -> ResponseReturnValue:
    """Where one is signed in: this sign-in first, then the last used."""
    with transaction() as connection:
        user = account_owner.require(connection)
        found = sign_in_uses.listing(connection, user["id"], access.current_token() or "", access.idle_limit())
    return {"sign_ins": [_present_sign_in(row) for row in found]}, 200, {"Cache-Control": "no-store"}


def _present_sign_in(row: Row) -> dict[str, object]:
    times = {name: row[name].isoformat() for name in ("created_at", "used_at", "ends_at")}
    return {name: row[name] for name in ("id", "is_current", "browser", "method")} | times


@blueprint.delete("/sign-ins")
def end_others() -> ResponseReturnValue:
    """Sign out everywhere else."""
    with transaction() as connection:
        user = account_owner.require(connection)
        users.end_ways_in(connection, user["id"], but=access.current_token())
    return "", 204


@blueprint.delete("/sign-ins/<uuid:sign_in_id>")
def end_one(sign_in_id: UUID) -> ResponseReturnValue:
    """Sign out in one place."""
    with transaction() as connection:
        user = account_owner.require(connection)
        sign_in_uses.end(connection, user["id"], sign_in_id)
    return "", 204
