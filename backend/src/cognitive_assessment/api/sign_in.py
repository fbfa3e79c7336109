"""Signing in and out, and who is signed in."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, jsonify, make_response
from flask.typing import ResponseReturnValue

from cognitive_assessment.api import access
from cognitive_assessment.api.back_off import sign_in_guard
from cognitive_assessment.api.schemas import SignInRequest
from cognitive_assessment.errors import NotSignedIn
from cognitive_assessment.ops.metrics.events import events
from cognitive_assessment.store import invitations, sign_ins, users
from cognitive_assessment.store.engine import transaction

blueprint = APIBlueprint("sign_in", __name__, url_prefix="/api", tag="Sign-in")


@blueprint.post("/sign-in")
@blueprint.input(SignInRequest)
def sign_in(json_data: SignInRequest) -> ResponseReturnValue:
    """Sign in as staff."""
    sign_in_guard.require_patience(json_data.email)
    with transaction() as connection:
        user = users.find_by_password(connection, json_data.email, json_data.password)
        token = access.start_sign_in(connection, user) if user else None
    if user is None or token is None:
        sign_in_guard.note_failure(json_data.email)
        events().sign_in_failures.inc()
        raise NotSignedIn("This address and password do not belong together.", remedy="Check both and try again.")
    sign_in_guard.note_success(json_data.email)
    events().sign_ins.inc()
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
