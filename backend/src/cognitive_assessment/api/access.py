"""Who is asking: the sign-in of a request, and the rules that say what it may touch."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit
from uuid import UUID

import sqlalchemy as sa
from flask import Response, g, request

from cognitive_assessment.api.rights import STAFF, Right
from cognitive_assessment.config import settings
from cognitive_assessment.errors import CognitiveAssessmentError, NotFound, NotSignedIn
from cognitive_assessment.store import acting, sign_ins
from cognitive_assessment.store.rows import Row

COOKIE = "cas_session"
LASTS = {"participant": dt.timedelta(days=14)} | dict.fromkeys(STAFF, dt.timedelta(hours=12))
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


class CrossSite(CognitiveAssessmentError):
    """A page of another site asks in the name of who is signed in here."""

    code = "cross_site"


def require_user(connection: sa.Connection) -> Row:
    """The person who is signed in; raises `NotSignedIn`. The transaction acts in their name from here on."""
    token = _token()
    user = sign_ins.find_user(connection, token) if token else None
    if user is None:
        raise NotSignedIn(
            "You are not signed in, or your sign-in has ended.", remedy="Sign in, or open your link again."
        )
    g.user_id = user["id"]
    return user


def require(connection: sa.Connection, right: Right) -> Row:
    """The person who is signed in, if their role has this right; anybody else does not find what is there."""
    user = require_user(connection)
    if user["role"] not in right.value:
        raise NotFound("There is no such thing here for you.")
    return user


def current_token() -> str | None:
    """The token that came with the request, if any."""
    return _token()


def _token() -> str | None:
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and bearer.strip():
        return bearer.strip()
    cookie = request.cookies.get(COOKIE)
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
    acting.act_as(connection, user_id)
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
