"""Setting up and taking away second factors; every change ends the account's other sign-ins."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from apiflask import APIBlueprint
from flask import jsonify, make_response
from flask.typing import ResponseReturnValue

from cognitive_assessment.accounts import one_time_codes
from cognitive_assessment.accounts import passkeys as ceremonies
from cognitive_assessment.api import access, account_owner, factors, passkey_site, steps
from cognitive_assessment.api.account_owner import Owner
from cognitive_assessment.api.back_off import sign_in_guard
from cognitive_assessment.api.schemas import CodeRequest, NewPasskeyRequest
from cognitive_assessment.config import settings
from cognitive_assessment.errors import Conflict, InvalidInput
from cognitive_assessment.store import passkeys, second_factors, users
from cognitive_assessment.store.engine import transaction
from cognitive_assessment.store.rows import Row

blueprint = APIBlueprint("account_factors", __name__, url_prefix="/api/me", tag="Second factors")
_MAX_PASSKEYS = 20


@blueprint.post("/one-time-codes")
def propose_one_time_codes() -> ResponseReturnValue:
    """A new secret for an authenticator app; it counts once a code of it is confirmed."""
    with transaction() as connection:
        user = account_owner.require_fresh_or_enrolling(connection).user
        if second_factors.of(connection, user["id"]).has_one_time_codes:
            raise Conflict("One-time codes are set up already.", remedy="Remove them first.")
        secret = one_time_codes.new_secret()
        sealed = one_time_codes.seal(factors.cipher(connection, user), secret, str(user["id"]))
        second_factors.propose(connection, user["id"], sealed)
    address = one_time_codes.address(secret, user["email"] or user["display_name"])
    return {"secret": secret, "address": address}, 200, {"Cache-Control": "no-store"}


@blueprint.post("/one-time-codes/confirm")
@blueprint.input(CodeRequest)
def confirm_one_time_codes(json_data: CodeRequest) -> ResponseReturnValue:
    """Set up one-time codes by entering one; the first second factor comes with recovery codes, shown this once."""
    with transaction() as connection:
        user = account_owner.require_fresh_or_enrolling(connection).user
    account, address = f"second factor of {user['id']}", access.client_address()
    sign_in_guard().require_patience(account, address)
    with transaction() as connection:
        owner = account_owner.require_fresh_or_enrolling(connection)
        is_right = factors.confirms(connection, owner.user, json_data.code, is_new=True)
        done = _after_change(connection, owner, method="password and code") if is_right else None
    if done is None:
        sign_in_guard().note_failure(account, address)
        raise InvalidInput("This code is not right.", field="code", remedy="Enter the one that the app shows now.")
    sign_in_guard().note_success(account, address)
    return _answer(owner, *done)


@blueprint.delete("/one-time-codes")
def remove_one_time_codes() -> ResponseReturnValue:
    """Take one-time codes away."""
    with transaction() as connection:
        user = account_owner.require_fresh(connection)
        second_factors.remove(connection, user["id"])
        _after_removal(connection, user)
    return "", 204


@blueprint.post("/recovery-codes")
def new_recovery_codes() -> ResponseReturnValue:
    """New recovery codes in place of all older ones; shown this once."""
    with transaction() as connection:
        user = account_owner.require_fresh(connection)
        if not second_factors.of(connection, user["id"]).are_there:
            raise Conflict("Recovery codes are for accounts with a second factor.", remedy="Set one up first.")
        codes = one_time_codes.new_recovery_codes()
        second_factors.replace_recovery_codes(connection, user["id"], codes)
    return {"recovery_codes": codes}, 200, {"Cache-Control": "no-store"}


@blueprint.post("/passkeys/options")
def passkey_options() -> ResponseReturnValue:
    """What to ask the browser for a new passkey."""
    with transaction() as connection:
        user = account_owner.require_fresh_or_enrolling(connection).user
        known = [row["credential_id"] for row in passkeys.listing(connection, user["id"])]
        if len(known) >= _MAX_PASSKEYS:
            raise Conflict(f"An account has at most {_MAX_PASSKEYS} passkeys.", remedy="Remove one first.")
        question = ceremonies.ask_for_new(
            passkey_site.site(),
            user_id=user["id"].bytes,
            account=user["email"] or user["display_name"],
            name=user["display_name"],
            known=known,
        )
        passkeys.keep_challenge(connection, question.challenge, user["id"])
    return question.options_json, 200, {"Content-Type": "application/json", "Cache-Control": "no-store"}


@blueprint.post("/passkeys")
@blueprint.input(NewPasskeyRequest)
def add_passkey(json_data: NewPasskeyRequest) -> ResponseReturnValue:
    """Keep a new passkey; the first second factor comes with recovery codes, shown this once."""
    with transaction() as connection:
        owner = account_owner.require_fresh_or_enrolling(connection)
        challenge = ceremonies.challenge_of(json_data.credential)
        if not passkeys.use_challenge(connection, challenge, owner.user["id"]):
            raise InvalidInput("This answer comes too late.", field="credential", remedy="Begin again.")
        made = ceremonies.verify_new(passkey_site.site(), json_data.credential, challenge)
        passkeys.add(
            connection,
            user_id=owner.user["id"],
            name=json_data.name,
            credential_id=made.credential_id,
            public_key=made.public_key,
            sign_count=made.sign_count,
        )
        done = _after_change(connection, owner, method="password and passkey")
    return _answer(owner, *done)


@blueprint.delete("/passkeys/<uuid:passkey_id>")
def remove_passkey(passkey_id: UUID) -> ResponseReturnValue:
    """Take a passkey away."""
    with transaction() as connection:
        user = account_owner.require_fresh(connection)
        passkeys.remove(connection, user["id"], passkey_id)
        _after_removal(connection, user)
    return "", 204


def _after_change(connection: sa.Connection, owner: Owner, *, method: str) -> tuple[str | None, list[str]]:
    """End other sign-ins, complete this one if it waited for that, and make recovery codes where there are none."""
    user_id = owner.user["id"]
    users.end_ways_in(connection, user_id, but=None if owner.is_enrolling else access.current_token())
    token = steps.complete(connection, owner.user, method=method) if owner.is_enrolling else None
    codes: list[str] = []
    if second_factors.of(connection, user_id).recovery_code_count == 0:
        codes = one_time_codes.new_recovery_codes()
        second_factors.replace_recovery_codes(connection, user_id, codes)
    return token, codes


def _after_removal(connection: sa.Connection, user: Row) -> None:
    if not second_factors.of(connection, user["id"]).are_there:
        if settings().require_second_factor:
            raise Conflict("The last second factor stays.", remedy="Set up another one first.")
        second_factors.replace_recovery_codes(connection, user["id"], [])
    users.end_ways_in(connection, user["id"], but=access.current_token())


def _answer(owner: Owner, token: str | None, codes: list[str]) -> ResponseReturnValue:
    response = make_response(jsonify(recovery_codes=codes, token=access.told(token)))
    response.headers["Cache-Control"] = "no-store"
    return steps.set_full_cookie(response, token, owner.user) if token else response
