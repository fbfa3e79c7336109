"""Devices on which somebody has signed in before: strangers who guess elsewhere do not keep them out.

A cookie, signed under the person's own key, says so for half a year. It is no way in: whoever has it may still try the
password while the account waits for everybody else, and a device that fails too often waits like them. Only where there
is a second factor, without which nobody but the machine itself asks.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time

from flask import Response, request

from cognitive_assessment import blobs
from cognitive_assessment.api import site
from cognitive_assessment.errors import CognitiveAssessmentError
from cognitive_assessment.store.rows import Row

COOKIE = "cas_device"
_LASTS_S = 180 * 86_400


def shown(user: Row | None) -> str | None:
    """A name for the device that asks, if this person has signed in on it."""
    value = "" if user is None else request.cookies.get(_cookie_name(user), "")
    said, _, signature = value.rpartition(".")
    made_s = said.partition(".")[0]
    if user is None or not (made_s.isascii() and made_s.isdigit()) or int(made_s) < time.time() - _LASTS_S:
        return None
    right = _signature(user, said)
    return f"device {said}" if right is not None and hmac.compare_digest(right.encode(), signature.encode()) else None


def remember(response: Response, user: Row) -> Response:
    """Let the browser show from now on that this person has signed in here."""
    said = f"{int(time.time())}.{secrets.token_urlsafe(16)}"
    signature = _signature(user, said)
    if signature is not None:
        response.set_cookie(
            _cookie_name(user),
            f"{said}.{signature}",
            max_age=_LASTS_S,
            httponly=True,
            samesite="Strict",
            secure=site.is_secure(),
            path="/",
        )
    return response


def _cookie_name(user: Row) -> str:
    """One for each person: several may work at one device."""
    return site.cookie_name(f"{COOKIE}_{user['id'].hex[:12]}")


def _signature(user: Row, said: str) -> str | None:
    try:
        key = blobs.key_ring().of(user["id"]).for_devices()
    except CognitiveAssessmentError:  # there is none, or it cannot be read now: the person signs in all the same
        return None
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()
