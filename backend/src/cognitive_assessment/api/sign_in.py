"""Signing in and out, and who is signed in."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response
from flask.typing import ResponseReturnValue

from cognitive_assessment.accounts import passwords
from cognitive_assessment.api import access, devices, factors, steps
from cognitive_assessment.api.back_off import sign_in_guard
from cognitive_assessment.api.schemas import CodeRequest, NewPasswordRequest, SignInRequest
from cognitive_assessment.api.suspicion import suspicion
from cognitive_assessment.errors import NotSignedIn
from cognitive_assessment.store import acting, invitations, second_factors, sign_in_steps, sign_in_uses, sign_ins, users
from cognitive_assessment.store.engine import transaction

blueprint = APIBlueprint("sign_in", __name__, url_prefix="/api", tag="Sign-in")


@blueprint.post("/sign-in")
@blueprint.input(SignInRequest)
def sign_in(json_data: SignInRequest) -> ResponseReturnValue:
    """Sign in as staff; `next` says what is still to come: `second_factor`, `enrol`, or nothing."""
    email, address = json_data.email, access.client_address()
    with transaction() as connection:
        user = users.find_staff(connection, email)
    place = sign_in_guard().require_patience(email, address, lambda: devices.shown(user))
    # slow on purpose, so not while a connection to the database is held
    is_right = passwords.is_right(user["password_hash"] if user else None, json_data.password)
    if user is None or not is_right:
        sign_in_guard().note_failure(email, address, place)
        suspicion.note_failed_sign_in(email, address)
        raise _not_together()
    sign_in_guard().note_success(email, address)
    factors.require_in_time(user)
    with transaction() as connection:
        acting.act_as(connection, user["id"])
        user = users.hold_as_checked(connection, user)
        if user is None:
            raise _not_together()
        known = second_factors.of(connection, user["id"])
        wait_for = factors.next_step(known, user)
        token = (
            sign_in_steps.start(connection, user["id"], wait_for)
            if wait_for
            else access.start_sign_in(connection, user)
        )
    if wait_for is None:
        return steps.signed_in(user, token)
    return steps.waiting(token, wait_for, known)


def _not_together() -> NotSignedIn:
    return NotSignedIn("This address and password do not belong together.", remedy="Check both and try again.")


@blueprint.post("/sign-in/second-factor")
@blueprint.input(CodeRequest)
def second_factor(json_data: CodeRequest) -> ResponseReturnValue:
    """Complete a sign-in with a one-time code or a recovery code; each works once."""
    with transaction() as connection:
        user = steps.require(connection, "second_factor")
    account, address = f"second factor of {user['id']}", access.client_address()
    place = sign_in_guard().require_patience(account, address, lambda: devices.shown(user))
    with transaction() as connection:
        user = steps.require(connection, "second_factor")
        is_right = factors.proves_code(connection, user, json_data.code)
        gone_on = steps.go_on(connection, user, method="password and code") if is_right else None
    if gone_on is None:
        sign_in_guard().note_failure(account, address, place)
        suspicion.note_failed_sign_in(account, address)
        raise NotSignedIn("This code is not right, or it was used before.", remedy="Wait for the next one.")
    sign_in_guard().note_success(account, address)
    return steps.answered(user, gone_on)


@blueprint.post("/sign-in/new-password")
@blueprint.input(NewPasswordRequest)
def new_password(json_data: NewPasswordRequest) -> ResponseReturnValue:
    """Choose one's own password in place of a first one, and go on signing in."""
    with transaction() as connection:
        user = steps.require(connection, "new_password")
    passwords.require_another(user["password_hash"], json_data.new_password)
    made = passwords.hashed(json_data.new_password, about=(user["email"] or "",), field="new_password")
    with transaction() as connection:
        user = steps.require(connection, "new_password")
        users.keep_password(connection, user["id"], made)
        users.end_ways_in(connection, user["id"])
        gone_on = steps.go_on(connection, {**user, "password_is_to_change": False}, method="password")
    return steps.answered(user, gone_on)


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this sign-in; repeating it is harmless."""
    token = access.current_token()
    if token:
        with transaction() as connection:
            sign_ins.end(connection, token)
    return access.delete_cookie(Response(status=204))


@blueprint.get("/me")
def me() -> ResponseReturnValue:
    """Who is signed in; for a participant, with the session to go on with; for staff, with the time that is left."""
    with transaction() as connection:
        user = access.require_user(connection)
        body: dict[str, object] = {"user": access.present_user(user)}
        if user["role"] == "participant":
            body["session_id"] = invitations.session_of(connection, user["id"])
        else:
            rest_s = sign_in_uses.rest_s(connection, access.current_token() or "", access.idle_limit())
            body["signed_out_in_s"] = max(0, int(rest_s))
    return body, 200, {"Cache-Control": "no-store"}
