"""Signing in with a passkey, after a right password or without any: it proves the device and the person."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from cognitive_assessment.accounts import passkeys as ceremonies
from cognitive_assessment.api import access, passkey_site, steps
from cognitive_assessment.api.schemas import PasskeyProof
from cognitive_assessment.api.suspicion import suspicion
from cognitive_assessment.errors import NotSignedIn
from cognitive_assessment.store import passkeys
from cognitive_assessment.store.engine import transaction

blueprint = APIBlueprint("sign_in_passkey", __name__, url_prefix="/api/sign-in/passkey", tag="Sign-in with a passkey")


@blueprint.post("/options")
def options() -> ResponseReturnValue:
    """What to ask the browser's passkeys: those of who gave a right password, or any that the device has."""
    with transaction() as connection:
        pending = steps.find(connection, "second_factor")
        known = [row["credential_id"] for row in passkeys.listing(connection, pending["id"])] if pending else []
        question = ceremonies.ask_for_proof(passkey_site.site(), known)
        passkeys.keep_challenge(connection, question.challenge, pending["id"] if pending else None)
    return question.options_json, 200, {"Content-Type": "application/json", "Cache-Control": "no-store"}


@blueprint.post("")
@blueprint.input(PasskeyProof)
def prove(json_data: PasskeyProof) -> ResponseReturnValue:
    """Sign in with the passkey's answer."""
    with transaction() as connection:
        pending = steps.find(connection, "second_factor")
        user = passkey_site.owner_of_proof(connection, json_data.credential, pending=pending)
        method = "password and passkey" if pending else "passkey"
        if user is not None and pending is None:
            user["password_is_to_change"] = False  # no password was shown
        gone_on = steps.go_on(connection, user, method=method) if user else None
    if user is None or gone_on is None:
        suspicion.note_failed_sign_in(None, access.client_address())
        raise NotSignedIn("This passkey is not known here.", remedy="Sign in with your password.")
    return steps.answered(user, gone_on)
