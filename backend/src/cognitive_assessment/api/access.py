"""Who is asking: the sign-in of a request, and the rules that say what it may touch."""

from __future__ import annotations

import datetime as dt
import ipaddress
from uuid import UUID

import sqlalchemy as sa
from flask import Response, g, request

from cognitive_assessment.accounts import identity_tokens
from cognitive_assessment.api import site
from cognitive_assessment.api.browser_names import browser_name
from cognitive_assessment.api.rights import Right
from cognitive_assessment.api.suspicion import suspicion
from cognitive_assessment.config import settings
from cognitive_assessment.errors import NotFound, NotSignedIn, Unavailable
from cognitive_assessment.ops import maintenance
from cognitive_assessment.store import acting, identities, sign_in_uses, sign_ins
from cognitive_assessment.store import maintenance as stops
from cognitive_assessment.store.rows import Row

COOKIE = "cas_session"
VOUCHED = "identity provider"
_PARTICIPANT_LASTS = dt.timedelta(days=14)


def require_user(connection: sa.Connection) -> Row:
    """The person who is signed in; raises `NotSignedIn`. The transaction acts in their name from here on."""
    if "vouched" in g:
        return _require_bearer(connection)
    token = current_token()
    user = sign_ins.find_user(connection, token) if token else None
    if token is None or user is None:
        raise _not_signed_in()
    if user["role"] != "participant":
        _require_use(connection, token)
    g.user_id = user["id"]
    return user


def look_at_bearer() -> None:
    """Verify a token of an identity provider before anything else: its keys may have to be fetched from afar.

    What came of it counts only where somebody has to be signed in.
    """
    token = _bearer()
    if token is not None and identity_tokens.looks_like_one(token) and request.path.startswith("/api/"):
        try:
            g.vouched = identity_tokens.verify(token, settings())
        except (NotSignedIn, Unavailable) as error:
            g.vouched = error


def _require_bearer(connection: sa.Connection) -> Row:
    """Whom a session token of the provider names: an ID token signs in once, and is no bearer of calls."""
    identity = _vouched(connection)
    if identity.is_id_token:
        raise NotSignedIn(
            "An ID token signs in once; no other call takes it.",
            remedy="Exchange it at POST /api/sign-in/identity, and send the token or the cookie of the answer.",
        )
    user = _named(connection, identity)
    if settings().require_second_factor and not identity.is_strong:
        raise NotSignedIn(
            "The identity provider does not say that you have shown a second factor.",
            remedy="Exchange the token at POST /api/sign-in/identity, and show yours here.",
        )
    return user


def use_vouched(connection: sa.Connection) -> tuple[Row, bool]:
    """Use up the bearer token of an identity provider: whom it names, and whether it asked them for a second factor.

    Raises `NotSignedIn` unless it is a member of staff, and for a token that was used up before.
    """
    identity = _vouched(connection)
    user = _named(connection, identity)
    if not identities.use_token(connection, identity.signed, identity.forgotten_at):
        _count(None)
        raise NotSignedIn("This token was used already; it signs in once.", remedy="Ask the provider for a new one.")
    return user, identity.is_strong


def _vouched(connection: sa.Connection) -> identity_tokens.Identity:
    """What the token that came says, if it is one of a provider's and good."""
    if "vouched" not in g:
        raise NotSignedIn("There is no token of an identity provider.", remedy="Send it as Authorization: Bearer.")
    stop = maintenance.here(settings().data_dir) or stops.read(connection)
    if stop is not None and stop.is_lockdown:  # our own sign-ins have ended; these we cannot end
        raise _not_signed_in()
    identity: identity_tokens.Identity | NotSignedIn | Unavailable = g.vouched
    if not isinstance(identity, identity_tokens.Identity):
        _count(identity)
        raise identity
    return identity


def _named(connection: sa.Connection, identity: identity_tokens.Identity) -> Row:
    """The member of staff whom a provider vouches for."""
    user = identities.find(connection, identity.subject, identity.verified_email)
    if user is None:
        _count(None)
        raise NotSignedIn(
            "The identity provider vouches for you, but there is no account for you here.",
            remedy="Ask an administrator for an account with the address that you use there.",
        )
    g.user_id = user["id"]
    return user


def _count(refused: NotSignedIn | Unavailable | None) -> None:
    """Tell who watches; not that a program goes on with a token that has ended, until it sees so."""
    has_ended = isinstance(refused, identity_tokens.TokenRefused) and refused.has_ended
    is_left_over = has_ended and request.blueprint != "identity"
    if not isinstance(refused, Unavailable) and not is_left_over:
        suspicion.note_failed_sign_in(None, client_address())


def _not_signed_in() -> NotSignedIn:
    return NotSignedIn("You are not signed in, or your sign-in has ended.", remedy="Sign in, or open your link again.")


def _require_use(connection: sa.Connection, token: str) -> None:
    """End what nobody uses: only what a person does keeps a sign-in of staff alive."""
    if sign_in_uses.rest_s(connection, token, idle_limit()) <= 0:
        raise _not_signed_in()
    if not is_in_background():
        sign_in_uses.note(connection, token)


def idle_limit() -> dt.timedelta:
    """After how long without use staff are signed out."""
    return dt.timedelta(minutes=settings().staff_idle_minutes)


def is_in_background() -> bool:
    """Whether a page asks by itself while nobody has touched it for a while."""
    return request.headers.get("X-Background") == "1"


def require(connection: sa.Connection, right: Right) -> Row:
    """The person who is signed in, if their role has this right; anybody else does not find what is there."""
    user = require_user(connection)
    if user["role"] not in right.value:
        raise NotFound("There is no such thing here for you.")
    return user


def current_token() -> str | None:
    """The token of the sign-in that came with the request, if any."""
    return token_of(site.cookie_name(COOKIE))


def client_address() -> str:
    """From where the request comes; of IPv6 the network, because all its 2^64 addresses are one customer's."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    mapped = address.ipv4_mapped
    return str(mapped or ipaddress.IPv6Network((int(address), 64), strict=False))


def token_of(cookie_name: str) -> str | None:
    """The token that came as bearer or in the cookie of this name."""
    bearer = _bearer()
    if bearer is not None:
        return bearer
    cookie = request.cookies.get(cookie_name)
    if cookie and request.method not in site.SAFE_METHODS:
        site.require_origin()
    return cookie


def _bearer() -> str | None:
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    return bearer.strip() or None if scheme.lower() == "bearer" else None


def start_sign_in(connection: sa.Connection, user: Row, *, method: str = "password") -> str:
    """Sign a person in; returns the token for the answer's cookie."""
    user_id: UUID = user["id"]
    g.user_id, g.sign_in_method = user_id, method if user["role"] != "participant" else "invitation"
    acting.act_as(connection, user_id)
    shown = current_token() if method == VOUCHED else None
    began = None if shown is None else identity_tokens.proved_at(shown)
    token = sign_ins.start(connection, user_id, lasts=_lasts(user["role"]), began=began)
    if user["role"] != "participant":
        browser = browser_name(request.headers.get("User-Agent", ""))
        sign_in_uses.start(connection, token, user_id, browser=browser, method=method)
    return token


def end_sign_in_of_cookie(connection: sa.Connection) -> None:
    """End the sign-in whose cookie came with the request; one that came as bearer belongs to a program, and stays."""
    token = current_token()
    if token is not None and token == request.cookies.get(site.cookie_name(COOKIE)):
        sign_ins.end(connection, token)


def _lasts(role: str) -> dt.timedelta:
    return _PARTICIPANT_LASTS if role == "participant" else dt.timedelta(hours=settings().staff_sign_in_hours)


def set_cookie(response: Response, token: str, role: str) -> Response:
    """Keep the token where scripts cannot read it."""
    response.set_cookie(
        site.cookie_name(COOKIE),
        token,
        max_age=int(_lasts(role).total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=site.is_secure(),
        path="/",
    )
    return response


def told(token: str | None) -> str | None:
    """The token for an answer's body: programs are told it, pages are not, because no script may read it."""
    return None if site.is_asked_by_a_page() else token


def delete_cookie(response: Response) -> Response:
    """Let the browser forget the token."""
    name = site.cookie_name(COOKIE)
    response.delete_cookie(name, path="/", secure=site.is_secure(), httponly=True, samesite="Lax")
    return response


def present_user(user: Row) -> dict[str, object]:
    """What a person may see of themselves; the label of participants is staff's own word for them."""
    shown = {name: user[name] for name in ("id", "role", "display_name", "email")}
    return {**shown, "display_name": ""} if user["role"] == "participant" else shown
