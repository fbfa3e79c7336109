"""One's own account, for staff: its password."""

from __future__ import annotations

import sqlalchemy as sa
from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from cognitive_assessment.accounts import passwords
from cognitive_assessment.api import access
from cognitive_assessment.api.back_off import sign_in_guard
from cognitive_assessment.api.schemas import PasswordRequest
from cognitive_assessment.errors import Conflict, InvalidInput, NotFound
from cognitive_assessment.store import sign_ins, users
from cognitive_assessment.store.engine import transaction
from cognitive_assessment.store.rows import Row

blueprint = APIBlueprint("account", __name__, url_prefix="/api/me", tag="Account")


@blueprint.post("/password")
@blueprint.input(PasswordRequest)
def change_password(json_data: PasswordRequest) -> ResponseReturnValue:
    """Change the password, knowing the present one; every other sign-in ends."""
    with transaction() as connection:
        user = _require_owner(connection)
    if user["password_hash"] is None:
        raise Conflict("This account has no password: it signs in another way.")
    account, address = f"password of {user['id']}", access.client_address()
    sign_in_guard.require_patience(account, address)
    if not passwords.is_right(user["password_hash"], json_data.current_password):
        sign_in_guard.note_failure(account, address)
        raise InvalidInput("This is not your present password.", field="current_password")
    sign_in_guard.note_success(account, address)
    made = passwords.hashed(json_data.new_password, about=(user["email"] or "",), field="new_password")
    with transaction() as connection:
        _require_owner(connection)
        users.keep_password(connection, user["id"], made)
        sign_ins.end_others(connection, user["id"], access.current_token())
    return "", 204


def _require_owner(connection: sa.Connection) -> Row:
    """A member of staff who is signed in; participants have no account to look after."""
    user = access.require_user(connection)
    if user["role"] == "participant":
        raise NotFound("There is no such thing for participants.")
    return user
