"""Signing in and out, and who is signed in."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, jsonify, make_response
from flask.typing import ResponseReturnValue

from cognitive_assessment.accounts import passwords
from cognitive_assessment.api import access
from cognitive_assessment.api.back_off import sign_in_guard
from cognitive_assessment.api.schemas import SignInRequest
from cognitive_assessment.errors import NotSignedIn
from cognitive_assessment.store import invitations, sign_ins, users
from cognitive_assessment.store.engine import transaction

blueprint = APIBlueprint("sign_in", __name__, url_prefix="/api", tag="Sign-in")


@blueprint.post("/sign-in")
@blueprint.input(SignInRequest)
def sign_in(json_data: SignInRequest) -> ResponseReturnValue:
    """Sign in as staff."""
    email, address = json_data.email, access.client_address()
    sign_in_guard.require_patience(email, address)
    with transaction() as connection:
        user = users.find_staff(connection, email)
    # slow on purpose, so not while a connection to the database is held
    is_right = passwords.is_right(user["password_hash"] if user else None, json_data.password)
    if user is None or not is_right:
        sign_in_guard.note_failure(email, address)
        raise NotSignedIn("This address and password do not belong together.", remedy="Check both and try again.")
    sign_in_guard.note_success(email, address)
    with transaction() as connection:
        token = access.start_sign_in(connection, user)
    response = make_response(jsonify(user=access.present_user(user), token=token))
    response.headers["Cache-Control"] = "no-store"
    return access.set_cookie(response, token, user["role"])


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this sign-in; repeating it is harmless."""
    token = access.current_token()
    if token:
        with transaction() as connection:
            sign_ins.end(connection, token)
    response = Response(status=204)
    response.delete_cookie(access.COOKIE, path="/")
    return response


@blueprint.get("/me")
def me() -> ResponseReturnValue:
    """Who is signed in; for a participant, with the session to go on with."""
    with transaction() as connection:
        user = access.require_user(connection)
        body: dict[str, object] = {"user": access.present_user(user)}
        if user["role"] == "participant":
            body["session_id"] = invitations.session_of(connection, user["id"])
    return body, 200, {"Cache-Control": "no-store"}
