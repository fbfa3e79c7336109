"""Sign-ins that wait for their next step: known by a token of their own, which opens nothing else."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Response, g, jsonify, make_response, request

from cognitive_assessment.api import access, devices, factors, site
from cognitive_assessment.errors import NotSignedIn
from cognitive_assessment.ops.metrics.events import events
from cognitive_assessment.store import second_factors, sign_in_steps
from cognitive_assessment.store.rows import Row

COOKIE = "cas_sign_in_step"
_PATH = "/"


def cookie_name() -> str:
    """Under which name the browser keeps the token of a step."""
    return site.cookie_name(COOKIE)


def find(connection: sa.Connection, wait_for: sign_in_steps.Next) -> Row | None:
    """The member of staff whose password was right and whose next step is this one."""
    token = access.token_of(cookie_name())
    return sign_in_steps.find_user(connection, token, wait_for) if token else None


def require(connection: sa.Connection, wait_for: sign_in_steps.Next) -> Row:
    """The same; raises `NotSignedIn`."""
    user = find(connection, wait_for)
    if user is None:
        raise NotSignedIn("This sign-in has ended before it was complete.", remedy="Begin again with your password.")
    g.user_id = user["id"]
    return user


def go_on(connection: sa.Connection, user: Row, *, method: str) -> tuple[str, sign_in_steps.Next | None]:
    """Wait for the step that follows this one, or sign in who has done every step; returns the token."""
    known = second_factors.of(connection, user["id"])
    wait_for = factors.next_step(known, user, has_shown_factor=True)
    if wait_for is None:
        return complete(connection, user, method=method), None
    sign_in_steps.end(connection, user["id"])
    return sign_in_steps.start(connection, user["id"], wait_for), wait_for


def answered(user: Row, gone_on: tuple[str, sign_in_steps.Next | None]) -> Response:
    """The answer to who has done a step: signed in, or what is still to come."""
    token, wait_for = gone_on
    return waiting(token, wait_for) if wait_for else signed_in(user, token)


def complete(connection: sa.Connection, user: Row, *, method: str) -> str:
    """Sign in who has done every step; returns the token of the sign-in."""
    token = access.start_sign_in(connection, user, method=method)
    sign_in_steps.end(connection, user["id"])
    return token


def set_cookie(response: Response, token: str) -> Response:
    """Keep the token where scripts cannot read it."""
    response.set_cookie(
        cookie_name(),
        token,
        max_age=int(sign_in_steps.LASTS.total_seconds()),
        httponly=True,
        samesite="Strict",
        secure=site.is_secure(),
        path=_PATH,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def set_full_cookie(response: Response, token: str, user: Row) -> Response:
    """Take the cookie of a sign-in in place of the one that waited; this is where every sign-in of staff is counted."""
    events().sign_ins.inc()
    if cookie_name() in request.cookies:
        response.delete_cookie(cookie_name(), path=_PATH, secure=site.is_secure(), httponly=True, samesite="Strict")
    response.headers["Cache-Control"] = "no-store"
    return devices.remember(access.set_cookie(response, token, user["role"]), user)


def waiting(token: str, wait_for: sign_in_steps.Next, known: second_factors.Factors | None = None) -> Response:
    """The answer to who has more to show; one who has shown a password alone is not told whose it is."""
    body: dict[str, object] = {
        "user": None,
        "token": access.told(token),
        "next": wait_for,
        "methods": known.methods if known and wait_for == "second_factor" else [],
    }
    return set_cookie(make_response(jsonify(body)), token)


def signed_in(user: Row, token: str) -> Response:
    """The answer to who has signed in, with nothing still to come."""
    body: dict[str, object] = {
        "user": access.present_user(user),
        "token": access.told(token),
        "next": None,
        "methods": [],
    }
    return set_full_cookie(make_response(jsonify(body)), token, user)
