"""How many calls a minute: by sign-in, by address, and far fewer for those that try a password or a link.

Counted in this process, or in Redis for all processes together. While Redis is away the count goes on here: no call
fails for it. The limits lie well above what a participant's browser sends, also when it makes up for a lost network.
"""

from __future__ import annotations

import hashlib
import logging
import time

from apiflask import APIFlask
from flask import Response, request
from flask_limiter import ApplicationLimit, Limiter
from flask_limiter.errors import RateLimitExceeded

from cognitive_assessment.api import access, problems, site, steps
from cognitive_assessment.api.back_off import TooManyRequests
from cognitive_assessment.api.suspicion import suspicion
from cognitive_assessment.config import settings
from cognitive_assessment.ops.metrics.events import events

# beside every sign-in, what a stranger could guess at: links of invitations
_GUESSABLE = frozenset({"sign_in", "identity", "sign_in_passkey"})
_GUESSABLE_ENDPOINTS = frozenset({"invitations.look", "invitations.accept"})
_NOT_GUESSABLE_ENDPOINTS = frozenset({"sign_in.me", "sign_in.sign_out", "identity.webhook"})
_ADDRESS, _GUESSES = "address", "guesses"
_UPLOADS_TIMES = 2
_REDIS_WAIT_S = 0.25


def register(app: APIFlask) -> None:
    """Limit the calls of an application."""
    redis_url = settings().redis_url
    waits = {"socket_connect_timeout": _REDIS_WAIT_S, "socket_timeout": _REDIS_WAIT_S} if redis_url else {}
    limiter = Limiter(
        access.client_address,
        app=app,
        application_limits=[
            ApplicationLimit(_per_sign_in, key_function=_sign_in_key, scope=_kind_of_call, exempt_when=_is_unnamed),
            ApplicationLimit(_per_address, scope=_ADDRESS, exempt_when=_is_no_call),
            ApplicationLimit(_guesses, scope=_GUESSES, exempt_when=_is_no_guess),
        ],
        storage_uri=redis_url or "memory://",
        storage_options=waits,  # type: ignore[arg-type]  # redis takes numbers
        strategy="fixed-window",
        key_prefix="cas",
        in_memory_fallback_enabled=redis_url is not None,
        headers_enabled=False,
    )
    # its lines of a breach name the address
    limiter.logger = logging.getLogger(__name__)
    limiter.logger.setLevel(logging.WARNING)
    app.register_error_handler(RateLimitExceeded, lambda error: _refuse(limiter, error))


def _refuse(limiter: Limiter, error: RateLimitExceeded) -> Response:
    scope = error.limit.scope if error.limit else None
    is_of_address = scope in {_ADDRESS, _GUESSES}
    events().rate_limited.labels(scope if is_of_address else "sign_in").inc()
    suspicion.note_refusal(access.client_address())
    breached = limiter.current_limit
    wait_s = 1 if breached is None else max(1, round(breached.reset_at - time.time()))
    many = "This address has sent" if is_of_address else "You have sent"
    return problems.from_ours(TooManyRequests(f"{many} too many requests within a minute.", wait_s=wait_s))


def _per_sign_in() -> str:
    """Uploads come in many small pieces, and all at once when the network is back."""
    count = settings().calls_per_minute
    return _a_minute(count * _UPLOADS_TIMES if request.blueprint == "uploads" else count)


def _per_address() -> str:
    return _a_minute(settings().calls_per_minute_and_address)


def _guesses() -> str:
    return _a_minute(settings().sign_ins_per_minute_and_address)


def _a_minute(count: int) -> str:
    return f"{count} per minute" if count else ""


def _kind_of_call(endpoint: str) -> str:
    return "upload" if endpoint.startswith("uploads.") else "call"


def _sign_in_key() -> str:
    """Whose calls they are; the token itself is kept nowhere."""
    return hashlib.sha256((_token() or "").encode()).hexdigest()[:32]


def _token() -> str | None:
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and bearer.strip():
        return bearer.strip()
    return request.cookies.get(site.cookie_name(access.COOKIE)) or request.cookies.get(steps.cookie_name())


def _is_no_call() -> bool:
    return not request.path.startswith("/api/")


def _is_unnamed() -> bool:
    return _is_no_call() or _token() is None


def _is_no_guess() -> bool:
    if request.method in site.SAFE_METHODS or request.endpoint in _NOT_GUESSABLE_ENDPOINTS:
        return True
    return request.blueprint not in _GUESSABLE and request.endpoint not in _GUESSABLE_ENDPOINTS
