"""Staff whom an identity provider vouches for: a cookie for their token, and the provider's own messages."""

from __future__ import annotations

import json
from typing import Any

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from standardwebhooks import Webhook, WebhookVerificationError

from cognitive_assessment.api import access, factors, steps
from cognitive_assessment.config import settings
from cognitive_assessment.errors import InvalidInput, NotFound, NotSignedIn
from cognitive_assessment.store import identities, second_factors, sign_in_steps
from cognitive_assessment.store.engine import transaction

blueprint = APIBlueprint("identity", __name__, url_prefix="/api", tag="Identity provider")
# Svix, which sends Clerk's messages, signs by the Standard Webhooks specification under header names of its own
_HEADERS = {
    "webhook-id": "svix-id",
    "webhook-timestamp": "svix-timestamp",
    "webhook-signature": "svix-signature",
}


@blueprint.post("/sign-in/identity")
def exchange() -> ResponseReturnValue:
    """Sign in with the provider's token as bearer, once; the answer's cookie goes on working after it has ended."""
    with transaction() as connection:
        user, is_strong = access.use_vouched(connection)
        known = second_factors.of(connection, user["id"])
        # what the provider does not say counts as a password alone
        wait_for = (
            None
            if is_strong or not settings().require_second_factor
            else factors.next_step(known, {**user, "password_is_to_change": False})
        )
        token = (
            sign_in_steps.start(connection, user["id"], wait_for)
            if wait_for
            else access.start_sign_in(connection, user, method=access.VOUCHED)
        )
    return steps.signed_in(user, token) if wait_for is None else steps.waiting(token, wait_for, known)


@blueprint.post("/webhooks/clerk")
def webhook() -> ResponseReturnValue:
    """What Clerk tells of its users: a verified address links an account, a deletion unlinks it and signs it out."""
    secret = settings().clerk_webhook_signing_secret
    if secret is None:
        raise NotFound("This system takes no webhooks.")
    body = request.get_data(cache=False)
    headers = {ours: request.headers.get(theirs) or request.headers.get(ours, "") for ours, theirs in _HEADERS.items()}
    if not any(_is_signed_with(one, body, headers) for one in secret.split(",")):  # two while one is being replaced
        raise NotSignedIn("The webhook is not signed with our secret, or is too old.")
    _take(_event(body))
    return "", 204


def _is_signed_with(secret: str, body: bytes, headers: dict[str, str]) -> bool:
    try:
        Webhook(secret).verify(body, headers, json_parse=False)
    except (WebhookVerificationError, ValueError):
        return False
    return True


def _event(body: bytes) -> dict[str, Any]:
    try:
        event = json.loads(body)
        if isinstance(event, dict) and isinstance(event["type"], str) and isinstance(event["data"]["id"], str):
            return event
    except (ValueError, KeyError, TypeError):
        pass
    raise InvalidInput("An event has a type, and data with an id.", field="data.id")


def _take(event: dict[str, Any]) -> None:
    data = event["data"]
    with transaction() as connection:
        if event["type"] == "user.deleted":
            identities.forget(connection, data["id"])
        elif event["type"] in {"user.created", "user.updated"} and (email := _verified_email(data)):
            identities.find(connection, data["id"], email)


def _verified_email(data: dict[str, Any]) -> str | None:
    """The primary address, if Clerk has verified it."""
    for address in data.get("email_addresses") or []:
        is_primary = address.get("id") == data.get("primary_email_address_id")
        if is_primary and (address.get("verification") or {}).get("status") == "verified":
            return str(address["email_address"]).strip().lower()
    return None
