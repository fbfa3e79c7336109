"""Unforeseen errors, reported to a server of Sentry's protocol: their kind and place, and nothing about a person.

What leaves is what `scrubbed` lets through, by name; whatever a newer client may add is left behind. The library is
loaded only where `SENTRY_DSN` is set.
"""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

from cognitive_assessment.config import Settings

logger = logging.getLogger(__name__)
WITHHELD = "(text withheld: it may be about a person)"
_reporting: dict[str, str] = {}  # the part that this process is, once it reports
_LONGEST = 300
_PLAIN = ("event_id", "timestamp", "level", "platform", "release", "environment")
_FRAME = ("function", "module", "lineno", "colno", "in_app", "context_line", "pre_context", "post_context")
_TAGS = ("part", "place", "incident", "code", "sqlstate")
_CONTEXTS = {"runtime": ("name", "version"), "trace": ("trace_id", "span_id")}
_ADDRESS = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+")
_IP = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|\b(?:[0-9a-fA-F]{0,4}:){3,7}[0-9a-fA-F]{0,4}\b")
_OPAQUE = re.compile(r"\b(?=[\w-]*\d)[A-Za-z0-9_-]{32,}\b")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}")


def start(settings: Settings, part: str) -> None:
    """Report the errors of this process from here on, if a server is set; call it after a fork."""
    if settings.sentry_dsn is None:
        return
    import sentry_sdk
    from sentry_sdk.integrations.atexit import AtexitIntegration
    from sentry_sdk.integrations.excepthook import ExcepthookIntegration

    sentry_sdk.init(
        dsn=settings.sentry_dsn,
        release=release(settings),
        environment=settings.sentry_environment,
        server_name="",
        # nothing watches requests, logs or queries: what is reported was handed over by us
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[AtexitIntegration(callback=lambda *_: None), ExcepthookIntegration()],
        auto_session_tracking=False,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        enable_metrics=False,
        send_client_reports=False,
        before_send=lambda event, _: scrubbed(event),  # type: ignore[arg-type, return-value]  # their own dict
    )
    _reporting["part"] = part


def release(settings: Settings) -> str:
    """The release by which reports are told apart."""
    return settings.sentry_release or f"cognitive-assessment@{version('cognitive-assessment')}"


def report(error: BaseException, place: str, *, incident: str | None = None) -> str | None:
    """Hand an error over to be sent; returns its id there. The server's being away is nobody's fault here."""
    if not _reporting:
        return None
    import sentry_sdk

    with contextlib.suppress(Exception), sentry_sdk.new_scope() as scope:
        scope.set_transaction_name(place)
        for name, value in {**_reporting, "place": place, "incident": incident, **_codes(error)}.items():
            if value is not None:
                scope.set_tag(name, value)
        return scope.capture_exception(error)
    logger.warning("an error could not be reported")
    return None


def flush(limit_s: float) -> None:
    """Wait until everything is sent, no longer than the limit."""
    if _reporting:
        import sentry_sdk

        sentry_sdk.flush(timeout=limit_s)


def _codes(error: BaseException) -> dict[str, str | None]:
    """What names an error without telling of its data: our own code, and PostgreSQL's."""
    return {
        "code": getattr(error, "code", None) if type(error).__module__.startswith("cognitive_assessment.") else None,
        "sqlstate": getattr(getattr(error, "orig", error), "sqlstate", None),
    }


def origin(settings: Settings) -> str | None:
    """The origin that browsers report to, as a content policy names it."""
    if settings.sentry_dsn is None:
        return None
    parts = urlsplit(settings.sentry_dsn)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def for_browsers(settings: Settings) -> dict[str, str] | None:
    """What a page needs in order to report its errors; a DSN's key only lets errors in."""
    if settings.sentry_dsn is None:
        return None
    return {"dsn": settings.sentry_dsn, "release": release(settings), "environment": settings.sentry_environment}


def scrubbed(event: Mapping[str, Any]) -> dict[str, Any]:
    """What may leave: kind, place, version and time of an error. Texts, values, requests and people stay here."""
    kept: dict[str, Any] = {name: event[name] for name in _PLAIN if event.get(name) is not None}
    kept |= {"server_name": "", "transaction": _washed(event.get("transaction") or "")}
    kept["tags"] = {name: _washed(value) for name, value in _pairs(event.get("tags")) if name in _TAGS}
    contexts = event.get("contexts") or {}
    kept["contexts"] = {
        name: {key: contexts[name][key] for key in keys if key in contexts[name]}
        for name, keys in _CONTEXTS.items()
        if isinstance(contexts.get(name), Mapping)
    }
    errors = _values(event.get("exception"))
    kept["exception"] = {"values": [_error(one) for one in errors if isinstance(one, Mapping)]}
    if not errors:
        kept["message"] = WITHHELD
    return kept


def _values(found: Any) -> list[Any]:
    values = found.get("values") if isinstance(found, Mapping) else found
    return list(values) if isinstance(values, list | tuple) else []


def _pairs(tags: Any) -> list[tuple[str, Any]]:
    return list(tags.items()) if isinstance(tags, Mapping) else []


def _error(one: Mapping[str, Any]) -> dict[str, Any]:
    mechanism = one.get("mechanism") or {}
    frames = _values({"values": (one.get("stacktrace") or {}).get("frames")})
    return {
        "type": _washed(one.get("type") or "Error"),
        "module": _washed(one.get("module") or ""),
        "value": WITHHELD,
        "mechanism": {"type": str(mechanism.get("type", "generic")), "handled": bool(mechanism.get("handled", True))},
        "stacktrace": {"frames": [_frame(frame) for frame in frames if isinstance(frame, Mapping)]},
    }


def _frame(frame: Mapping[str, Any]) -> dict[str, Any]:
    """The place in the program, and its lines; never a value, nor the folder, which may carry somebody's name."""
    kept = {name: frame[name] for name in _FRAME if frame.get(name) is not None}
    kept["filename"] = _washed(re.split(r"[?#]", str(frame.get("filename", "")), maxsplit=1)[0])
    return kept


def _washed(value: Any) -> Any:
    """Text without what looks like an address, a token or a query, should one ever come so far."""
    if not isinstance(value, str) or _ID.fullmatch(value):
        return value
    text = re.split(r"[?#]", value, maxsplit=1)[0]
    for pattern in (_ADDRESS, _IP, _OPAQUE):
        text = pattern.sub("(withheld)", text)
    return text[:_LONGEST]
