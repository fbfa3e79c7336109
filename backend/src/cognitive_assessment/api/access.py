"""Who is asking: the sign-in of a request, and the rules that say what it may touch."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit
from uuid import UUID

import sqlalchemy as sa
from flask import Response, g, request

from cognitive_assessment.config import settings
from cognitive_assessment.errors import CognitiveAssessmentError, NotFound, NotSignedIn
from cognitive_assessment.store import rows, sign_ins
from cognitive_assessment.store.rows import Row

COOKIE = "cas_session"
LASTS = {"staff": dt.timedelta(hours=12), "participant": dt.timedelta(days=14)}
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


class CrossSite(CognitiveAssessmentError):
    """A page of another site asks in the name of who is signed in here."""

    code = "cross_site"


def require_user(connection: sa.Connection) -> Row:
    """The person who is signed in; raises `NotSignedIn`. The transaction acts in their name from here on."""
    token = current_token()
    user = sign_ins.find_user(connection, token) if token else None
    if user is None:
        raise NotSignedIn(
            "You are not signed in, or your sign-in has ended.", remedy="Sign in, or open your link again."
        )
    rows.act_as(connection, user["id"])
    g.user_id = user["id"]
    return user


def require_participant(connection: sa.Connection) -> Row:
    """A participant; anybody else does not find what only participants have."""
    user = require_user(connection)
    if user["role"] != "participant":
        raise NotFound("There is no such thing here for staff.")
    return user


def require_staff(connection: sa.Connection) -> Row:
    """A member of staff; anybody else does not find what only staff has."""
    user = require_user(connection)
    if user["role"] != "staff":
        raise NotFound("There is no such thing here.")
    return user


def current_token() -> str | None:
    """The token of the sign-in that came with the request, if any."""
    return token_of(COOKIE)


def client_address() -> str:
    """From where the request comes."""
    return request.remote_addr or "unknown"


def token_of(cookie_name: str) -> str | None:
    """The token that came as bearer or in this cookie."""
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and bearer.strip():
        return bearer.strip()
    cookie = request.cookies.get(cookie_name)
    if cookie and request.method not in _SAFE_METHODS:
        _require_same_origin()
    return cookie


def _require_same_origin() -> None:
    """A page of another host cannot write in the name of who is signed in here."""
    origin = request.headers.get("Origin")
    allowed = {f"{request.scheme}://{request.host}", _origin_of(settings().public_url)}
    if origin is None or origin.rstrip("/") not in allowed:
        raise CrossSite("The request comes from another site.", remedy="Use this system from its own address.")


def _origin_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def start_sign_in(connection: sa.Connection, user: Row) -> str:
    """Sign a person in; returns the token for the answer's cookie."""
    user_id: UUID = user["id"]
    rows.act_as(connection, user_id)
    return sign_ins.start(connection, user_id, lasts=LASTS[user["role"]])


def set_cookie(response: Response, token: str, role: str) -> Response:
    """Keep the token where scripts cannot read it."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(LASTS[role].total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure or settings().public_url.startswith("https://"),
        path="/",
    )
    return response


def present_user(user: Row) -> dict[str, object]:
    """What a person may see of themselves."""
    return {name: user[name] for name in ("id", "role", "display_name", "email")}
